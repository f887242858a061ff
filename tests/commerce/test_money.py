import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.money import share, tax_free_part, vat_inside

WON = st.integers(min_value=0, max_value=10**9)
WEIGHTS = st.lists(st.integers(min_value=0, max_value=10**6), min_size=1, max_size=20)


def test_the_odd_won_go_to_the_largest_remainders():
    assert share(100, [1, 1, 4]) == [17, 17, 66]
    assert share(4_000, [5_000, 3_000, 1_500]) == [2_105, 1_263, 632]


def test_equal_remainders_are_served_first_come_first():
    assert share(4_000, [1, 1, 1]) == [1_334, 1_333, 1_333]
    assert share(5, [1, 1, 1]) == [2, 2, 1]


def test_weights_of_nothing_share_evenly():
    assert share(7, [0, 0, 0]) == [3, 2, 2]


def test_nothing_can_be_shared_among_nobody():
    assert share(0, []) == []
    with pytest.raises(ValueError, match="nobody"):
        share(1, [])


@pytest.mark.parametrize(("total", "weights"), [(-1, [1]), (1, [2, -1])])
def test_a_negative_amount_or_weight_is_refused(total, weights):
    with pytest.raises(ValueError, match="shared"):
        share(total, weights)


@given(WON, WEIGHTS)
def test_shares_add_up_and_none_is_off_by_a_whole_won(total, weights):
    parts = share(total, weights)

    assert sum(parts) == total
    used = weights if any(weights) else [1] * len(weights)
    for part, weight in zip(parts, used, strict=True):
        assert abs(part * sum(used) - total * weight) < sum(used)


@given(WON, WEIGHTS)
def test_sharing_twice_gives_the_same_parts(total, weights):
    assert share(total, weights) == share(total, weights)


@given(WON, WEIGHTS, st.randoms())
def test_who_stands_where_changes_no_share_by_more_than_the_odd_won(total, weights, chance):
    order = list(range(len(weights)))
    chance.shuffle(order)

    moved = share(total, [weights[i] for i in order])

    for part, i in zip(moved, order, strict=True):
        assert abs(part - share(total, weights)[i]) <= 1


def test_vat_is_a_tenth_on_top_of_the_supply():
    assert vat_inside(12_500) == (11_364, 1_136)
    assert vat_inside(11_000) == (10_000, 1_000)
    assert vat_inside(0) == (0, 0)


def test_half_a_won_of_supply_rounds_up():
    # No price has exactly half a won, so the nearest on either side show the rule.
    assert vat_inside(5) == (5, 0)  # 4.545…
    assert vat_inside(6) == (5, 1)  # 5.454…


@given(WON)
def test_supply_and_vat_are_exactly_the_price(gross):
    supply, vat = vat_inside(gross)

    assert supply + vat == gross
    assert 0 <= vat <= supply
    assert abs(11 * supply - 10 * gross) * 2 <= 11


def test_a_negative_price_has_no_vat():
    with pytest.raises(ValueError, match="price"):
        vat_inside(-1)


def _tax_free_part(amount: int, wished: int, *, left: int = 9_000, tax_free_left: int = 5_000):
    return tax_free_part(amount, wished_won=wished, left_won=left, tax_free_left_won=tax_free_left)


def test_what_goes_back_is_as_free_of_vat_as_is_wished():
    assert _tax_free_part(6_000, 5_000) == 5_000
    assert _tax_free_part(4_000, 0) == 0


def test_what_is_left_bounds_the_wish():
    assert _tax_free_part(6_000, 6_000) == 5_000
    assert _tax_free_part(6_000, 0) == 2_000
    assert _tax_free_part(9_000, 0) == 5_000


@given(WON, WON, WON, WON)
def test_neither_part_gives_back_more_than_it_has_left(amount, wished, tax_free_left, taxable_left):
    left = tax_free_left + taxable_left
    amount = min(amount, left)
    part = _tax_free_part(amount, wished, left=left, tax_free_left=tax_free_left)

    assert 0 <= part <= tax_free_left
    assert 0 <= amount - part <= taxable_left
