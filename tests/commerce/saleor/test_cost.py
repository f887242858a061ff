from hypothesis import given
from hypothesis import strategies as st

from commerce.saleor.cost import LARGEST_PAGE, Cost

PAGES = st.integers(min_value=1, max_value=LARGEST_PAGE)


def test_a_cheap_page_grows_to_the_largest_there_is() -> None:
    assert Cost(requested=90, limit=50_000).fit(10) == 100


def test_a_page_that_costs_twice_too_much_is_halved() -> None:
    assert Cost(requested=100_000, limit=50_000).fit(80) == 40


def test_there_is_always_a_page_of_one() -> None:
    assert Cost(requested=1_020_200, limit=50_000).fit(1) == 1


def test_what_costs_nothing_sets_no_limit() -> None:
    assert Cost(requested=0, limit=50_000).fit(20) == 100


@given(PAGES, st.integers(min_value=50_001, max_value=10**7))
def test_a_page_that_costs_too_much_gets_smaller(page: int, requested: int) -> None:
    assert Cost(requested, limit=50_000).fit(page) in range(1, max(page, 2))


@given(
    PAGES,
    st.integers(min_value=0, max_value=25_000),
    st.integers(min_value=1, max_value=25_000),
)
def test_cutting_again_and_again_ends_below_the_limit(page: int, once: int, each: int) -> None:
    while once + each * page > 50_000:
        page = Cost(once + each * page, limit=50_000).fit(page)
    assert page >= 1
