"""When a parcel is sent and when it comes. 3 March 2026 is a Tuesday."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commerce.business_days import business_date, instant
from commerce.merchants.opening import Opening
from commerce.orders.parcel_days import days_after, parcel_days

ALWAYS = Opening()
TUESDAY = instant(date(2026, 3, 3))


def march(day: int) -> date:
    return date(2026, 3, day)


def test_it_is_sent_on_the_day_after_and_comes_one_or_two_days_later() -> None:
    days = parcel_days(ALWAYS.is_open, far=False, ordered_at=TUESDAY)
    assert days is not None
    assert (days.sent_on, days.earliest_on, days.latest_on) == (march(4), march(5), march(6))


def test_seoul_s_midnight_is_when_the_day_changes() -> None:
    before, after = datetime(2026, 3, 3, 14, 59, tzinfo=UTC), datetime(2026, 3, 3, 15, tzinfo=UTC)
    sent = [parcel_days(ALWAYS.is_open, far=False, ordered_at=at) for at in (before, after)]
    assert [days.sent_on for days in sent if days] == [march(4), march(5)]


def test_no_courier_comes_on_a_sunday() -> None:
    days = parcel_days(ALWAYS.is_open, far=False, ordered_at=instant(march(7)))
    assert days is not None
    assert (days.sent_on, days.earliest_on, days.latest_on) == (march(9), march(10), march(11))


def test_nothing_is_brought_on_a_sunday() -> None:
    days = days_after(march(6), far=False)  # a Friday
    assert (days.earliest_on, days.latest_on) == (march(7), march(9))


def test_a_ship_takes_a_day_more() -> None:
    days = days_after(march(4), far=True)
    assert (days.earliest_on, days.latest_on) == (march(6), march(7))


def test_a_merchant_who_rests_sends_when_back() -> None:
    resting = Opening(rest_weekdays=frozenset({2, 3}), closed=frozenset({march(6)}))
    days = parcel_days(resting.is_open, far=False, ordered_at=TUESDAY)
    assert days is not None
    assert days.sent_on == march(7)


def test_a_five_day_market_sends_on_its_days() -> None:
    days = parcel_days(Opening(market_day=5).is_open, far=False, ordered_at=TUESDAY)
    assert days is not None
    assert days.sent_on == march(5)


def test_who_is_away_for_months_promises_nothing() -> None:
    never = Opening(closed=frozenset(date.fromordinal(march(3).toordinal() + n) for n in range(99)))
    assert parcel_days(never.is_open, far=False, ordered_at=TUESDAY) is None


@given(
    st.frozensets(st.integers(0, 5), max_size=5),
    st.booleans(),
    st.integers(0, 366 * 24 * 60),
)
def test_it_is_collected_after_the_order_on_an_open_day_and_brought_after_that(
    resting: frozenset[int], far: bool, minutes: int
) -> None:
    ordered_at = TUESDAY + timedelta(minutes=minutes)
    days = parcel_days(Opening(rest_weekdays=resting).is_open, far=far, ordered_at=ordered_at)
    assert days is not None
    assert ordered_at < days.collected_at < days.brought_by
    assert business_date(ordered_at) < days.sent_on < days.earliest_on <= days.latest_on
    assert days.sent_on.weekday() not in resting
    assert 6 not in {day.weekday() for day in (days.sent_on, days.earliest_on, days.latest_on)}
