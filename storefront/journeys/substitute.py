"""A stall has none of it but something like it: the shopper takes it, or gets the money back."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from commerce.core import shelf
from commerce.core import steps as core_steps
from commerce.orders import substitutes
from commerce.orders.models import (
    FulfilmentStatus,
    ShortReason,
    Substitution,
    SubstitutionStatus,
)
from commerce.payments.models import PaymentStatus
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from commerce.stock.actions import Want
from commerce.stock.queries import came_instead
from storefront.journeys.give_back_line import give_back_line
from storefront.journeys.part_loads import give_back
from storefront.journeys.shorten_line import SHORT, shorten_line
from storefront.notices.actions import queue
from storefront.notices.links import link_to
from storefront.refusals import REFUSALS
from storefront.templatetags.words import clock, day

log = logging.getLogger(__name__)

PAGE = "substitute"


@transaction.atomic
def propose(
    *,
    line_reference: str,
    merchant_reference: str,
    variant_reference: str,
    reason: ShortReason,
    within: timedelta = substitutes.ANSWER_WITHIN,
    now: datetime,
) -> Substitution:
    """The shopper is asked by a message whose link opens the page; the goods are kept meanwhile.

    As ``substitutes.offer``, and INSUFFICIENT_STOCK. A repeat asks once.
    """
    made, is_new = substitutes.offer(
        line_reference=line_reference,
        merchant_reference=merchant_reference,
        variant_reference=variant_reference,
        reason=reason,
        within=within,
        now=now,
    )
    if not is_new:
        return made
    want = Want(
        variant_id=made.variant_id,
        line_reference=made.reference,
        quantity=made.line.quantity,
        instead=True,
    )
    stock.allocate(wants=[want], now=now)
    shelf.changed([made.variant.product.reference], now=now)
    order = made.line.fulfilment.order
    queue(
        key=f"substitute:{made.reference}",
        user_reference=order.customer.user_reference,
        kind="substitute_offered",
        facts={
            "order": order.reference,
            "goods": f"{made.line.name} {made.line.unit}",
            "instead": f"{made.variant.product.name} {made.variant.unit}",
            "won": f"{made.unit_price_won:,}",
            "link": link_to(PAGE, made.reference),
            "until_day": day(made.answer_until),
            "until": clock(made.answer_until),
        },
        now=now,
    )
    return made


@transaction.atomic
def accept(*, reference: str, now: datetime) -> Substitution:
    """It comes instead; what it costs less goes back, or is not asked for on site.

    SUBSTITUTE_UNKNOWN, SUBSTITUTE_OVER, INVALID_TRANSITION. A repeat changes nothing.
    """
    made, is_new = substitutes.answer(
        reference=reference, status=SubstitutionStatus.ACCEPTED, now=now
    )
    if not is_new:
        return made
    line, part = made.line, made.line.fulfilment
    # What was paid is written down line by line while the lines are still what was paid for.
    for payment in part.order.payments.filter(status=PaymentStatus.PAID):
        settlement.record_payment(payment=payment, now=now)
    went = line.variant.product.reference if line.variant else ""
    cheaper = substitutes.swap(made=made)
    give_back(part.booking_reference, now=now)
    ordered = not came_instead([line.reference])
    stock.replace(line_reference=line.reference, kept_as=made.reference, now=now)
    if ordered:
        _tell_core(made, now)
    if cheaper:
        give_back_line(
            line=line, won=cheaper, reason=SHORT, key=f"cheaper:{made.reference}", now=now
        )
    shelf.changed({went, made.variant.product.reference} - {""}, now=now)
    return made


def _tell_core(made: Substitution, now: datetime) -> None:
    """Nothing of what was ordered will leave. What comes instead is on no order there."""
    line = made.line
    gone = core_steps.shortening(
        line.fulfilment.reference,
        key=f"instead:{made.reference}",
        lines={line.reference: line.quantity},
    )
    core_steps.take([gone], now=now)


@transaction.atomic
def refuse(*, reference: str, now: datetime) -> Substitution:
    """The money goes back instead; a repeat changes nothing.

    SUBSTITUTE_UNKNOWN, SUBSTITUTE_OVER.
    """
    made, is_new = substitutes.answer(
        reference=reference, status=SubstitutionStatus.REFUSED, now=now
    )
    if is_new:
        _give_up(made, now)
    return made


def end_unanswered(*, now: datetime) -> int:
    """Past the deadline the money goes back; how many. Each in its own transaction."""
    return sum(_end(reference, now) for reference in _late(now))


def _late(now: datetime) -> list[str]:
    return list(substitutes.unanswered(now).values_list("reference", flat=True))


def _end(reference: str, now: datetime) -> bool:
    try:
        with transaction.atomic():
            made, is_new = substitutes.answer(
                reference=reference, status=SubstitutionStatus.LAPSED, now=now
            )
            if is_new:
                _give_up(made, now)
                _tell_all_gone(made, now)
    except REFUSALS:
        log.exception("%s could not be ended", reference)
        return False
    return is_new


def _tell_all_gone(made: Substitution, now: datetime) -> None:
    """Nobody waits, or drives, for a part of which nothing is left."""
    part = made.line.fulfilment
    part.refresh_from_db(fields=["status"])
    if part.status != FulfilmentStatus.CANCELLED:
        return
    queue(
        key=f"substitute-lapsed:{made.reference}",
        user_reference=part.order.customer.user_reference,
        kind="substitute_lapsed",
        facts={
            "order": part.order.reference,
            "goods": f"{made.line.name} {made.line.unit}",
            "place": part.hands_over_name,
        },
        now=now,
    )


def _give_up(made: Substitution, now: datetime) -> None:
    # Its part may have left although nobody said it was packed: then there is nothing to shorten.
    still_here = made.line.fulfilment.status == FulfilmentStatus.CONFIRMED
    if still_here and not made.line.ready_at:
        shorten_line(
            line_reference=made.line.reference,
            merchant_reference=made.line.merchant_reference,
            there=0,
            reason=ShortReason(made.reason),
            now=now,
        )
    else:
        stock.release(line_references=[made.reference], now=now)
        shelf.freed([made.reference], now=now)
