from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.boxes.cycles import cut_off_at, hand_over_days, may_change, next_open_day
from commerce.business_days import SEOUL

MONDAY, THURSDAY = 0, 3


def test_the_cut_off_is_monday_at_six_in_the_evening_in_seoul():
    assert cut_off_at(date(2026, 3, 12)) == datetime(2026, 3, 9, 9, 0, tzinfo=UTC)


def test_until_the_second_before_a_renewal_may_change():
    cut_off = cut_off_at(date(2026, 3, 12))
    assert may_change(cut_off, cut_off - timedelta(seconds=1))
    assert not may_change(cut_off, cut_off)


@pytest.mark.parametrize(
    ("from_on", "first"),
    [
        (date(2026, 3, 12), date(2026, 3, 12)),
        (date(2026, 3, 13), date(2026, 3, 19)),
        (date(2026, 12, 31), date(2026, 12, 31)),
        (date(2027, 1, 1), date(2027, 1, 7)),
    ],
)
def test_boxes_begin_with_the_next_thursday(from_on, first):
    assert hand_over_days(from_on, 2) == [first, first + timedelta(days=7)]


@given(st.integers(0, 16 * 366 * 24 * 3600))
def test_the_next_open_day_is_the_first_whose_cut_off_is_to_come(seconds):
    now = datetime(2020, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    day = next_open_day(now)
    assert day.weekday() == THURSDAY
    assert cut_off_at(day - timedelta(weeks=1)) <= now < cut_off_at(day)


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(0, 20))
def test_every_hand_over_is_a_thursday_with_its_monday_before(from_on, weeks):
    days = hand_over_days(from_on, weeks)
    assert len(days) == weeks
    for number, day in enumerate(days):
        cut_off = cut_off_at(day).astimezone(SEOUL)
        assert (day.weekday(), cut_off.weekday(), cut_off.hour) == (THURSDAY, MONDAY, 18)
        assert 7 * number <= (day - from_on).days < 7 * (number + 1)
