"""What a core is told of an order, or of the shelf, in the order in which it happened.

An immediate core is told at once, inside the journey's transaction: what it refuses undoes the
journey. For any other core a step is a row first, written in that transaction and told after the
commit, outside any, as often as it takes: every call bears being repeated. The steps of one
fulfilment, or product, are told one after the other; those of others do not wait for them.
"""

import logging
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any

from commerce.core import births, shelf
from commerce.core.errors import CoreOrderUnknown
from commerce.core.models import CoreStep, Operation
from commerce.core.port import CommerceCore, Wanted, WantedLine, core

log = logging.getLogger(__name__)


def placing(wanted: Wanted) -> CoreStep:
    return _step(wanted.reference, Operation.PLACE, wanted.reference, asdict(wanted))


def confirming(fulfilment: str) -> CoreStep:
    return _step(fulfilment, Operation.CONFIRM, fulfilment)


def paying(fulfilment: str, *, key: str, amount_won: int, on_site: bool = False) -> CoreStep:
    """``on_site``: by us where it was handed over; any other payment its birthplace knows of."""
    facts = {"key": key, "amount_won": amount_won, "on_site": on_site}
    return _step(fulfilment, Operation.PAY, key, facts)


def refunding(fulfilment: str, *, key: str, amount_won: int) -> CoreStep:
    """Left out when the core was told of no payment: then none has to go back there."""
    return _step(fulfilment, Operation.REFUND, key, {"key": key, "amount_won": amount_won})


def fulfilling(fulfilment: str, *, key: str, lines: dict[str, int]) -> CoreStep:
    return _step(fulfilment, Operation.FULFIL, key, {"key": key, "lines": lines})


def shortening(fulfilment: str, *, key: str, lines: dict[str, int]) -> CoreStep:
    return _step(fulfilment, Operation.SHORTEN, key, {"key": key, "lines": lines})


def cancelling(fulfilment: str) -> CoreStep:
    return _step(fulfilment, Operation.CANCEL, fulfilment)


def expiring(fulfilment: str) -> CoreStep:
    return _step(fulfilment, Operation.EXPIRE, fulfilment)


def _step(
    fulfilment: str, operation: Operation, key: str, facts: dict[str, Any] | None = None
) -> CoreStep:
    return CoreStep(
        subject=fulfilment, operation=operation, key=f"{operation}:{key}", facts=facts or {}
    )


def take(steps: Sequence[CoreStep], *, now: datetime) -> None:
    """Tells an immediate core, and raises what it refuses; for any other writes the steps down.

    Must be called inside the journey's transaction. Left out are steps of a fulfilment that was
    never given to the core, or that it refused: it was ordered before, or had nothing in it but
    books. A key used before changes nothing. The shop in which an order was born is told too.
    """
    births.write_down(steps, now=now)
    own = core()
    if not own.immediate:
        _write(steps, now)
        return
    for step in steps:
        _tell_at_once(own, step)


def _tell_at_once(own: CommerceCore, step: CoreStep) -> None:
    if step.operation == Operation.REFUND:
        known = own.read(step.subject)
        if known is None or not known.charged_won:
            return
    try:
        tell(own, step)
    except CoreOrderUnknown:
        log.info("%s: the core was never given it", step)


def _write(steps: Sequence[CoreStep], now: datetime) -> None:
    kept = CoreStep.objects.filter(
        subject__in={step.subject for step in steps},
        operation__in=(Operation.PLACE, Operation.PAY),
        there=False,
        refused="",
    )
    given = set(kept.values_list("subject", "operation"))
    given |= {(step.subject, step.operation) for step in steps}
    needed = [step for step in steps if _follows(step, given)]
    for step in needed:
        step.written_at = step.due_at = now
    # unique(key) decides between two that write the same down at once.
    CoreStep.objects.bulk_create(needed, ignore_conflicts=True)


def _follows(step: CoreStep, given: set[tuple[str, str]]) -> bool:
    before = Operation.PAY if step.operation == Operation.REFUND else Operation.PLACE
    return (step.subject, before) in given


def refunded_won(fulfilment: str) -> int:
    """What the core was, or is still to be, told that it gave back."""
    told = CoreStep.objects.filter(subject=fulfilment, operation=Operation.REFUND, there=False)
    return sum(facts["amount_won"] for facts in told.values_list("facts", flat=True))


def tell(own: CommerceCore, step: CoreStep) -> None:
    """Asks the core for what the step says. Raises whatever the core raises."""
    reference, facts = step.subject, step.facts
    match step.operation:
        case Operation.PLACE:
            own.place(_wanted(facts))
        case Operation.CONFIRM:
            own.confirm(reference)
        case Operation.PAY:
            own.record_payment(reference, key=facts["key"], amount_won=facts["amount_won"])
        case Operation.REFUND:
            own.record_refund(reference, key=facts["key"], amount_won=facts["amount_won"])
        case Operation.FULFIL:
            own.fulfil(reference, key=facts["key"], lines=facts["lines"])
        case Operation.SHORTEN:
            own.shorten(reference, key=facts["key"], lines=facts["lines"])
        case Operation.CANCEL:
            own.cancel(reference)
        case Operation.EXPIRE:
            own.expire(reference)
        case Operation.SHELF:
            shelf.tell(own, reference)
        case Operation.HIDE:
            own.hide(reference)


def _wanted(facts: dict[str, Any]) -> Wanted:
    lines = tuple(WantedLine(**line) for line in facts["lines"])
    return Wanted(**(facts | {"lines": lines}))
