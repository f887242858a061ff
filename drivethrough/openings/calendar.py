"""On which days a regular opening falls, how far ahead, and until when its slots are booked."""

from collections.abc import Collection
from datetime import date, datetime, time, timedelta

from drivethrough.slots.spans import at

AHEAD_DAYS = 14
MARKET_EVERY = 5
MARKET_DAYS = (1, 2, 3, 4, 5)


def days_ahead(today: date) -> list[date]:
    """Today and the two weeks after it."""
    return [today + timedelta(days=ahead) for ahead in range(AHEAD_DAYS + 1)]


def is_market_day(on_date: date, market_day: int) -> bool:
    """4 is the 4th, 9th, 14th, 19th, 24th and 29th. The market of the 1st rests on a 31st: it
    would meet two days running."""
    return on_date.day != 31 and on_date.day % MARKET_EVERY == market_day % MARKET_EVERY


def falls_on(on_date: date, weekdays: Collection[int], market_day: int | None) -> bool:
    """Whether an opening on these weekdays (0 is Monday), or of this market, is on that day."""
    if market_day is not None:
        return is_market_day(on_date, market_day)
    return on_date.weekday() in weekdays


def cut_off_at(on_date: date, days_before: int, clock: time) -> datetime:
    return at(on_date - timedelta(days=days_before), clock)
