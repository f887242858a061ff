"""Business dates and clock times are Seoul's; instants are UTC. Seoul has no summer time."""

from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def moment(on_date: date, clock: time) -> datetime:
    """The instant (UTC) at which a clock in Seoul shows ``clock`` on ``on_date``."""
    return datetime.combine(on_date, clock, tzinfo=SEOUL).astimezone(UTC)


def business_date(at: datetime) -> date:
    """The date in Seoul at that instant; at 00:30 there, UTC still has yesterday's."""
    return at.astimezone(SEOUL).date()


def seconds_into(on_date: date, at: datetime) -> int:
    """Seconds from midnight in Seoul on ``on_date``; negative before it."""
    return int((at - moment(on_date, time.min)).total_seconds())
