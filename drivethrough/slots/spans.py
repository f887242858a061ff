"""Business days and the spans cut out of them. Wall clock in Seoul in, aware UTC out."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

SEOUL = ZoneInfo("Asia/Seoul")


def at(on_date: date, clock: time) -> datetime:
    """The moment a Seoul wall clock shows ``clock`` on that day."""
    return datetime.combine(on_date, clock, SEOUL).astimezone(UTC)


def business_date(moment: datetime) -> date:
    """The day it is in Seoul, which before 09:00 is not the UTC day."""
    return moment.astimezone(SEOUL).date()


def business_day(on_date: date) -> tuple[datetime, datetime]:
    """[from, until) of a Seoul day."""
    return at(on_date, time.min), at(on_date + timedelta(days=1), time.min)


def cut(on_date: date, start: time, end: time, minutes: int) -> list[tuple[datetime, datetime]]:
    """Spans of ``minutes`` from start to end; a rest too short for a span is left out."""
    step = timedelta(minutes=minutes)
    until = at(on_date, end)
    spans = []
    begins = at(on_date, start)
    while begins + step <= until:
        spans.append((begins, begins + step))
        begins += step
    return spans
