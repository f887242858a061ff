"""Thursday evening: whoever took money counts it, and somebody else receives most of it."""

from functools import partial
from random import Random

from commerce.settlement import till_queries, tills
from commerce.settlement.models import TillCount
from commerce.settlement.till_queries import Till
from commerce.settlement.tills import Holding
from storefront.day.dates import HANDING_OVER, at
from storefront.day.tally import Tally

EVENING = at(HANDING_OVER, 21, 45)
SHORT_BY = 500


def hand_in(rng: Random, tally: Tally) -> None:
    """Some are short, some count twice; one in ten is received by nobody that day."""
    for till in till_queries.tills():
        chance = rng.random()
        made = _count(till, short=chance < 0.2, key=f"count-{till.reference}")
        if chance > 0.8:
            tills.reject(reference=made.reference, reason="다시", by="operator", now=EVENING)
            tally.seen["tills_counted_again"] += 1
            made = _count(till, short=False, key=f"again-{till.reference}")
        if chance < 0.1:
            tally.seen["tills_waiting"] += 1
            continue
        _receive(made)
        tally.seen["tills_handed_in"] += 1


def _count(till: Till, *, short: bool, key: str) -> TillCount:
    """Sent twice, as a phone with little network does."""
    send = partial(
        tills.count,
        till_reference=till.reference,
        seen=till.held,
        counted=Holding(till.held.cash_won - SHORT_BY * short, till.held.slips_won),
        note="거스름돈" if short else "",
        by=till.reference,
        key=key,
        now=EVENING,
    )
    send()
    return send()


def _receive(made: TillCount) -> None:
    for _ in range(2):
        tills.confirm(
            reference=made.reference,
            received_won=made.counted_cash_won,
            by="operator",
            now=EVENING,
        )
