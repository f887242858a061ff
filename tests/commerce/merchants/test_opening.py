"""When a merchant is there."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.merchants.opening import Opening, is_market_day

JANUARY = [date(2026, 1, 1) + timedelta(days=n) for n in range(31)]


@pytest.mark.parametrize(
    ("market_day", "days"),
    [
        (3, [3, 8, 13, 18, 23, 28]),
        (5, [5, 10, 15, 20, 25, 30]),
        (1, [1, 6, 11, 16, 21, 26]),
    ],
)
def test_a_five_day_market_meets_six_times_a_month(market_day: int, days: list[int]) -> None:
    assert [on.day for on in JANUARY if is_market_day(on, market_day)] == days


def test_weekly_rest_and_single_days_both_close() -> None:
    opening = Opening(rest_weekdays=frozenset({0}), closed=frozenset({date(2026, 1, 6)}))
    assert [on.day for on in JANUARY[:8] if not opening.is_open(on)] == [5, 6]
    assert opening.next_open(date(2026, 1, 5)) == date(2026, 1, 7)


def test_a_stall_may_rest_on_a_weekday_even_when_its_market_meets() -> None:
    saturdays_off = Opening(rest_weekdays=frozenset({5}), market_day=3)
    assert [on.day for on in JANUARY if saturdays_off.is_open(on)] == [8, 13, 18, 23, 28]


@given(
    rest=st.frozensets(st.integers(0, 6), max_size=6),
    market_day=st.none() | st.integers(1, 5),
    day=st.dates(date(2020, 1, 1), date(2035, 12, 31)),
)
def test_the_next_open_day_is_open_and_none_before_it_is(
    rest: frozenset[int], market_day: int | None, day: date
) -> None:
    opening = Opening(rest, market_day)
    found = opening.next_open(day)
    ahead = [day + timedelta(days=n) for n in range(60)]
    assert found == next((on for on in ahead if opening.is_open(on)), None)
