"""When boxes are handed over and until when a renewal may change, by the clock in Seoul."""

from datetime import date, datetime, time, timedelta

from commerce.business_days import business_date, instant

THURSDAY = 3
CUT_OFF = time(18)
CUT_OFF_DAYS_BEFORE = 3


def hand_over_days(from_on: date, weeks: int) -> list[date]:
    """So many Thursdays, beginning with the first on or after ``from_on``."""
    first = from_on + timedelta(days=(THURSDAY - from_on.weekday()) % 7)
    return [first + timedelta(weeks=week) for week in range(weeks)]


def cut_off_at(hand_over_on: date) -> datetime:
    """18:00 in Seoul three days before: Monday evening for a Thursday box."""
    return instant(hand_over_on - timedelta(days=CUT_OFF_DAYS_BEFORE), CUT_OFF)


def next_open_day(now: datetime) -> date:
    """The first hand-over day whose cut-off is still to come."""
    days = hand_over_days(business_date(now), 3)
    return next(day for day in days if may_change(cut_off_at(day), now))


def may_change(cut_off_at: datetime, now: datetime) -> bool:
    """Until the second before the cut-off; at the cut-off the boxes are fixed."""
    return now < cut_off_at
