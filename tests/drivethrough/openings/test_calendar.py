"""On which days a regular opening falls."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drivethrough.openings.calendar import MARKET_DAYS, falls_on, is_market_day

DAYS = st.dates(date(2020, 1, 1), date(2035, 12, 30))


def market_days(month: int, market_day: int) -> list[int]:
    first = date(2026, month, 1)
    days = [first + timedelta(days=n) for n in range(31)]
    return [day.day for day in days if day.month == month and is_market_day(day, market_day)]


def test_a_4_9_market_is_on_every_day_that_ends_in_4_or_9() -> None:
    assert market_days(3, 4) == [4, 9, 14, 19, 24, 29]


def test_a_market_of_the_29th_has_none_at_the_end_of_a_short_february() -> None:
    assert market_days(2, 4) == [4, 9, 14, 19, 24]


def test_a_5_10_market_ends_with_the_30th() -> None:
    assert market_days(3, 5) == [5, 10, 15, 20, 25, 30]


def test_a_1_6_market_rests_on_the_31st() -> None:
    assert market_days(3, 1) == [1, 6, 11, 16, 21, 26]


@given(DAYS)
def test_every_day_but_the_31st_has_exactly_one_market(day: date) -> None:
    markets = [market for market in MARKET_DAYS if is_market_day(day, market)]
    assert len(markets) == (0 if day.day == 31 else 1)


@given(DAYS, st.sampled_from(MARKET_DAYS))
def test_no_market_meets_two_days_running(day: date, market: int) -> None:
    assert not (is_market_day(day, market) and is_market_day(day + timedelta(days=1), market))


def test_weekdays_count_from_monday() -> None:
    assert falls_on(date(2026, 11, 28), [5], None)
    assert not falls_on(date(2026, 11, 28), [6], None)
