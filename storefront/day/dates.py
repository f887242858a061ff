"""The days that are simulated, by the clock in Seoul. Nothing here looks at the real one."""

from datetime import date, datetime, time

from commerce.business_days import instant

OPENING = date(2026, 10, 9)  # the Friday before: families subscribe, some have books at home
CUT_OFF = date(2026, 10, 12)  # Monday: boxes for Thursday are fixed at 18:00
ORDERING = date(2026, 10, 14)  # Wednesday: people shop, the evening plans
HANDING_OVER = date(2026, 10, 15)  # Thursday
AFTERWARDS = date(2026, 10, 16)  # Friday, before dawn: what is left is given back, all is counted


def at(on: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """A UTC instant from a wall clock in Seoul."""
    return instant(on, time(hour, minute, second))
