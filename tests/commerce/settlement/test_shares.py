import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.settlement.shares import commission, split, take

won = st.integers(0, 10_000_000)
basis_points = st.integers(0, 10_000)


@pytest.mark.parametrize(
    ("line_won", "points", "expected"),
    [
        (10_000, 600, 600),
        (125, 600, 8),  # 7.5 is rounded up
        (124, 600, 7),  # 7.44 is not
        (8, 600, 0),
        (12_345, 0, 0),
        (12_345, 10_000, 12_345),
    ],
)
def test_commission_is_rounded_half_up(line_won, points, expected):
    assert commission(line_won, points) == expected


@given(won, basis_points)
def test_commission_is_between_nothing_and_the_line(line_won, points):
    merchant_won, mall_won = split(line_won, points)
    assert 0 <= mall_won <= line_won
    assert merchant_won + mall_won == line_won


@given(st.lists(st.lists(st.integers(0, 50_000), max_size=5), max_size=4), st.data())
def test_what_is_taken_adds_up_and_no_heap_gives_more_than_it_has(ranks, data):
    amount = data.draw(st.integers(0, sum(map(sum, ranks))))
    taken = take(amount, ranks)
    assert sum(map(sum, taken)) == amount
    for heaps, from_heaps in zip(ranks, taken, strict=True):
        assert all(0 <= got <= had for got, had in zip(from_heaps, heaps, strict=True))


@given(st.lists(st.lists(st.integers(1, 50_000), min_size=1, max_size=5), min_size=2, max_size=4))
def test_a_rank_gives_only_once_the_one_before_is_empty(ranks):
    taken = take(sum(ranks[0]) - 1, ranks)
    assert all(sum(rest) == 0 for rest in taken[1:])
    assert take(sum(ranks[0]), ranks)[0] == ranks[0]


def test_more_than_there_is_cannot_be_taken():
    with pytest.raises(ValueError, match="more than there is"):
        take(101, [[60], [40]])
