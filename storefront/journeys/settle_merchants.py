"""What each merchant is owed for what was handed over until a day, and sending it to them."""

from datetime import date, datetime

from commerce.settlement import payouts, runs
from commerce.settlement.models import SettlementRun


def settle_until(*, until_on: date, by: str = "", now: datetime) -> SettlementRun:
    """One settlement a merchant, calculated; a repeat for the same day gets the same run.

    Nothing is paid before two people have reviewed and approved it. ``by``: empty for the clock.
    """
    return runs.calculate(until_on=until_on, by=by, now=now)


def review_and_approve(*, until_on: date, by: tuple[str, str], now: datetime) -> SettlementRun:
    """Both steps at once, for days that are lived through again: two people, none of them waiting.

    Nobody waits for a gateway here: ``send_payouts`` sends what was opened.
    """
    runs.review(until_on=until_on, by=by[0], now=now)
    return runs.approve(until_on=until_on, by=by[1], now=now)


def send_payouts(*, now: datetime) -> int:
    """Sends by the gateway what it can send; returns how many payouts ended."""
    return len(payouts.sweep(now=now))
