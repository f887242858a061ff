"""Evenings of the weeks before: money taken on site is counted, and received another evening."""

from datetime import datetime
from random import Random

from commerce.settlement import till_queries, tills
from commerce.settlement.tills import Holding
from storefront.accounts.models import Grant, Role

SHORT_BY = 500


def hand_in(*, received_by: str, chance: Random, now: datetime) -> None:
    """``received_by``: a user's reference. Now and then somebody is 500 won short. What is counted
    last waits, so that there is something to receive."""
    holding = [till for till in till_queries.tills() if till.since]
    if not holding:
        return
    for waiting in tills.waiting():
        tills.confirm(
            reference=waiting.reference,
            received_won=waiting.counted_cash_won,
            by=received_by,
            now=now,
        )
    for till in holding:
        short_won = SHORT_BY if chance.random() < 0.15 else 0
        tills.count(
            till_reference=till.reference,
            seen=till.held,
            counted=Holding(till.held.cash_won - short_won, till.held.slips_won),
            note="거스름돈을 잘못 드린 듯합니다" if short_won else "",
            by=_whose(till.reference),
            key=f"{till.reference}-{now.isoformat()}",
            now=now,
        )


def _whose(till_reference: str) -> str:
    """Whoever signs in for it; some of the demo's drivers and sites have nobody who does."""
    own = Grant.objects.filter(role__in=[Role.DRIVER, Role.FARMER], scope_reference=till_reference)
    first = own.select_related("user").first()
    return first.user.reference if first else till_reference
