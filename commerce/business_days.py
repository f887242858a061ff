"""Business dates: what day it is in Seoul, whatever day it is in UTC."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def business_date(at: datetime) -> date:
    """The date in Seoul at this instant (aware)."""
    return at.astimezone(SEOUL).date()


def instant(on: date, at: time = time.min) -> datetime:
    """The UTC instant of a wall-clock time in Seoul; midnight when no time is given."""
    return datetime.combine(on, at, SEOUL).astimezone(UTC)


def end_of(on: date) -> datetime:
    """The first instant that is no longer this business date."""
    return instant(on + timedelta(days=1))
