"""What each merchant is owed for what was handed over until a day, and sending it to them."""

from datetime import date, datetime

from commerce.settlement import actions as settlement
from commerce.settlement import payouts
from commerce.settlement.models import Settlement


def settle_until(*, until_on: date, now: datetime) -> list[Settlement]:
    """One settlement a merchant; a repeat for the same day answers the same settlements.

    Nobody waits for a gateway here: ``send_payouts`` sends what was opened.
    """
    return settlement.settle(until_on=until_on, now=now)


def send_payouts(*, now: datetime) -> int:
    """Sends by the gateway what it can send; returns how many payouts ended."""
    return len(payouts.sweep(now=now))
