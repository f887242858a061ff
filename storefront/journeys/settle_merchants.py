"""What each merchant is owed for what was handed over until a day."""

from datetime import date, datetime

from commerce.settlement import actions as settlement
from commerce.settlement.models import Settlement


def settle_until(*, until_on: date, now: datetime) -> list[Settlement]:
    """One settlement a merchant; a repeat for the same day answers the same settlements."""
    return settlement.settle(until_on=until_on, now=now)
