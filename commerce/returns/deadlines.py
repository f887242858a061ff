"""Until which day something can be sent back, counted in business dates from its receipt."""

from calendar import monthrange
from datetime import date, timedelta

WITHDRAWAL_DAYS = 7
DEFECT_MONTHS = 3


def last_day_to_withdraw(received_on: date) -> date:
    """The day of receipt is not counted."""
    return received_on + timedelta(days=WITHDRAWAL_DAYS)


def last_day_for_defects(received_on: date) -> date:
    """The same day three months later, or the last of a shorter month."""
    months = received_on.year * 12 + received_on.month - 1 + DEFECT_MONTHS
    year, month = months // 12, months % 12 + 1
    return date(year, month, min(received_on.day, monthrange(year, month)[1]))
