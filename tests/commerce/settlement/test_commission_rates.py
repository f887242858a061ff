from datetime import date, timedelta

import pytest

from commerce.settlement.commission_rates import Rule, Seller, in_force, rate

GREENS = Seller("MER-GREENS", "MKT-MOTGOL", 600)
TUESDAY = date(2026, 3, 3)


def a_rule(number, *, points=100, **fields):
    scope = {"merchant_reference": "", "market_reference": "", "category": "", "from_on": TUESDAY}
    return Rule(**scope | fields, basis_points=points, number=number)


def charged(rules, on=TUESDAY, category="greens"):
    return rate(in_force(rules, on), GREENS, category)


def test_without_a_rule_the_merchants_own_rate_counts():
    assert charged([]) == 600


def test_a_rule_counts_from_its_day_on():
    rules = [a_rule(1)]
    assert charged(rules, TUESDAY - timedelta(days=1)) == 600
    assert charged(rules, TUESDAY) == 100


CLOSER_EACH_TIME = [
    {},
    {"category": "greens"},
    {"market_reference": "MKT-MOTGOL"},
    {"market_reference": "MKT-MOTGOL", "category": "greens"},
    {"merchant_reference": "MER-GREENS"},
    {"merchant_reference": "MER-GREENS", "category": "greens"},
]


@pytest.mark.parametrize("last", range(1, len(CLOSER_EACH_TIME)))
def test_the_closest_rule_counts_however_old_it_is(last):
    long_ago = TUESDAY - timedelta(days=100)
    wide = [a_rule(9 + n, points=n, **scope) for n, scope in enumerate(CLOSER_EACH_TIME[:last])]
    close = a_rule(1, points=777, **CLOSER_EACH_TIME[last], from_on=long_ago)
    assert charged([close, *wide]) == 777


@pytest.mark.parametrize(
    "scope",
    [{"merchant_reference": "MER-TOFU"}, {"market_reference": "MKT-JIDONG"}, {"category": "fish"}],
)
def test_a_rule_for_others_does_not_count(scope):
    assert charged([a_rule(1, **scope)]) == 600


def test_of_one_scope_the_newest_counts_and_of_one_day_the_last_set():
    later = TUESDAY + timedelta(days=7)
    rules = [a_rule(1, points=1), a_rule(2, points=2), a_rule(3, points=3, from_on=later)]
    assert charged(rules) == 2
    assert charged(rules, later) == 3


def test_a_rule_that_is_lifted_leaves_what_is_farther_off():
    lifted = a_rule(3, points=None, merchant_reference="MER-GREENS")
    rules = [a_rule(1, points=50), a_rule(2, merchant_reference="MER-GREENS"), lifted]
    assert charged(rules) == 50
