"""How far ahead a depot's days are opened, and until when a day's windows can be promised."""

from datetime import date, datetime, time, timedelta

from logistics.seoul_time import moment

AHEAD_DAYS = 14


def days_ahead(today: date) -> list[date]:
    """Today and the two weeks after it."""
    return [today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS + 1)]


def cut_off_at(on_date: date, days_before: int, clock: time) -> datetime:
    return moment(on_date - timedelta(days=days_before), clock)
