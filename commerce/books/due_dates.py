"""When a loan is due: so many days after it was delivered, on a day the library is open."""

from collections.abc import Collection
from datetime import date, timedelta


def due_on(delivered_on: date, loan_days: int, closed_weekdays: Collection[int]) -> date:
    """The first open day ``loan_days`` or more after delivery (0 = Monday is closed, and so on).

    A library closed on all seven days gets the plain date: there is no better one.
    """
    earliest = delivered_on + timedelta(days=loan_days)
    days = (earliest + timedelta(days=later) for later in range(7))
    return next((day for day in days if day.weekday() not in closed_weekdays), earliest)
