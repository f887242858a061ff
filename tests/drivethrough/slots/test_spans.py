"""Business days and the spans cut out of them."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from drivethrough.slots.spans import at, business_date, business_day, cut

SATURDAY = date(2026, 11, 28)


def test_ten_in_seoul_is_one_in_utc():
    assert at(SATURDAY, time(10, 0)) == datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


def test_before_nine_in_the_morning_the_business_day_is_not_the_utc_day():
    assert business_date(datetime(2026, 11, 27, 15, 0, tzinfo=UTC)) == SATURDAY
    assert business_date(datetime(2026, 11, 27, 14, 59, tzinfo=UTC)) == date(2026, 11, 27)


def test_a_rest_too_short_for_a_span_is_left_out():
    spans = cut(SATURDAY, time(10, 0), time(11, 20), 30)
    assert [(a.hour, a.minute, b.hour, b.minute) for a, b in spans] == [
        (1, 0, 1, 30),
        (1, 30, 2, 0),
    ]


@given(st.times(), st.times(), st.integers(1, 300))
def test_spans_touch_are_even_and_stay_between_start_and_end(start, end, minutes):
    spans = cut(SATURDAY, start, end, minutes)
    assert all(until - begins == timedelta(minutes=minutes) for begins, until in spans)
    assert all(before[1] == after[0] for before, after in pairwise(spans))
    if spans:
        assert spans[0][0] == at(SATURDAY, start)
        rest = at(SATURDAY, end) - spans[-1][1]
        assert timedelta(0) <= rest < timedelta(minutes=minutes)


@given(st.datetimes(datetime(2020, 1, 1), datetime(2035, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_every_moment_is_in_the_day_it_belongs_to(moment):
    from_at, until_at = business_day(business_date(moment))
    assert from_at <= moment < until_at
