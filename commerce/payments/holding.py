"""Money held on a card for goods settled by weight: taken once they are weighed, never more than
was held, and what is not needed is let go.

What becomes of it is decided under the order's lock and written down first; the gateway is asked
afterwards, outside any transaction, under a key of the payment's own.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.payments.actions import PaymentUnknown
from commerce.payments.gateway import Declined, GatewayUnavailable, Outcome, Paid, gateway
from commerce.payments.models import HELD, Payment, PaymentStatus
from commerce.payments.queries import tax_free_by_part
from commerce.payments.sweeping import STALE_AFTER

log = logging.getLogger(__name__)

# A card's bank holds money for seven days. What nobody has weighed by then is taken in full, and
# what it weighs less goes back later.
TAKE_AFTER = timedelta(days=6)


def is_held(order: Order) -> bool:
    """Its money is on a card, and not ours yet."""
    return Payment.objects.filter(order=order, status__in=HELD).exists()


def let_go(*, parts: Sequence[Fulfilment]) -> None:
    """They are cancelled: what is held for them is not taken, unless that was decided before. Their
    order is locked by the caller."""
    undecided = Payment.objects.filter(status=PaymentStatus.AUTHORISED)
    held = Fulfilment.objects.filter(pk__in=[part.pk for part in parts])
    held.filter(order__in=undecided.values("order")).update(money_let_go=True)


def sweep(*, now: datetime) -> list[Payment]:
    """Decides on what is ripe, then asks the gateway; those that ended, for the journey to follow.

    One that fails is logged and tried again by the next sweep; it never stops the others. Must not
    be called inside a transaction.
    """
    for order in Order.objects.filter(payments__in=_ripe(now)).order_by("pk"):
        _tried(lambda order=order: decide(order=order, now=now), order.reference)  # type: ignore[misc]
    references = Payment.objects.filter(_due(now)).order_by("pk").values_list("reference")
    asked = [
        _tried(lambda one=one: send(payment_reference=one, now=now), one)  # type: ignore[misc]
        for (one,) in list(references)
    ]
    return [payment for payment in asked if payment is not None and payment.status not in HELD]


def _ripe(now: datetime) -> QuerySet[Payment]:
    """Held, and nothing is left to weigh, or something was handed over, or it is held too long."""
    parts = Fulfilment.objects.filter(order=OuterRef("order"))
    handed_over = parts.filter(status=FulfilmentStatus.HANDED_OVER)
    held = Payment.objects.filter(status=PaymentStatus.AUTHORISED)
    waits = to_weigh().filter(fulfilment__order=OuterRef("order"))
    late = Q(authorised_at__lte=now - TAKE_AFTER)
    return held.filter(~Exists(waits) | Exists(handed_over) | late)


def to_weigh() -> QuerySet[OrderLine]:
    """Lines whose price waits for the scales."""
    lines = OrderLine.objects.filter(
        unit_grams__isnull=False, weighed_grams=None, quantity__gte=1, ready_at=None
    )
    return lines.exclude(fulfilment__status=FulfilmentStatus.CANCELLED)


@transaction.atomic
def decide(*, order: Order, now: datetime) -> Payment | None:
    """What is still kept of the order is to be taken; all is let go where that is nothing. As the
    payment then stands; None when nothing is held. Locks the order."""
    order = Order.objects.locked().get(pk=order.pk)
    held = Payment.objects.filter(order=order, status=PaymentStatus.AUTHORISED)
    payment = held.locked().first()
    if payment is None:
        return None
    parts = list(order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED).order_by("pk"))
    payment.status = PaymentStatus.VOIDING
    if won := sum(part.total_won for part in parts):
        payment.status = PaymentStatus.CAPTURING
        payment.amount_won = won
        payment.tax_free_won = sum(tax_free_by_part(parts).values())
    payment.asked_at = None
    payment.save(update_fields=["status", "amount_won", "tax_free_won", "asked_at"])
    return payment


def send(*, payment_reference: str, now: datetime) -> Payment:
    """Asks the gateway once however many workers call; the payment as it then stands.

    Paid, or declined where the bank holds nothing any more; cancelled once all is let go. Must not
    be called inside a transaction. PAYMENT_UNKNOWN.
    """
    with transaction.atomic(durable=True):
        due = Payment.objects.filter(_due(now), reference=payment_reference)
        claimed = due.update(asked_at=now)
    payment = Payment.objects.filter(reference=payment_reference).first()
    if payment is None:
        raise PaymentUnknown("payment_reference")
    if not claimed:
        return payment
    try:
        outcome = _asked(payment)
    except GatewayUnavailable:
        log.warning("no answer from the gateway on what it holds for %s", payment.reference)
        return payment
    return _record(payment, outcome, now)


def _asked(payment: Payment) -> Outcome:
    if payment.status == PaymentStatus.VOIDING:
        return gateway().void(gateway_reference=payment.gateway_reference)
    return gateway().capture(
        key=f"{payment.reference}-capture",
        gateway_reference=payment.gateway_reference,
        amount_won=payment.amount_won,
        tax_free_won=payment.tax_free_won,
    )


def _due(now: datetime) -> Q:
    """Decided, and not asked, or so long ago that whoever asked is gone."""
    decided = Q(status__in=[PaymentStatus.CAPTURING, PaymentStatus.VOIDING])
    return decided & (Q(asked_at=None) | Q(asked_at__lte=now - STALE_AFTER))


@transaction.atomic
def _record(payment: Payment, outcome: Outcome, now: datetime) -> Payment:
    payment = Payment.objects.locked().get(pk=payment.pk)
    match outcome:
        case _ if payment.status not in (PaymentStatus.CAPTURING, PaymentStatus.VOIDING):
            return payment  # another worker wrote the same answer down first
        case Paid():
            payment.status, payment.paid_at = PaymentStatus.PAID, now
        case Declined() if payment.status == PaymentStatus.VOIDING:
            payment.status, payment.cancelled_at = PaymentStatus.CANCELLED, now
        case Declined(code=code):
            log.error("nothing is held any more for %s: %s", payment.reference, code)
            payment.status, payment.decline_code = PaymentStatus.DECLINED, code
        case _:
            return payment
    payment.save(update_fields=["status", "paid_at", "cancelled_at", "decline_code"])
    return payment


def lost() -> QuerySet[Payment]:
    """Held for an order that stands, and gone before it was taken: nobody followed that yet."""
    return Payment.objects.filter(
        status=PaymentStatus.DECLINED, held_won__isnull=False, order__status="confirmed"
    )


def was_lost(order: Order) -> bool:
    """The bank let go of its money before it was taken, and nothing was paid since."""
    return _gone().filter(order=order).exists()


def handed_over_unpaid() -> QuerySet[Fulfilment]:
    """Parts in the shopper's hands whose money the bank let go of, with their orders, oldest
    first."""
    parts = Fulfilment.objects.filter(status=FulfilmentStatus.HANDED_OVER)
    costing = parts.exclude(goods_won=0, delivery_won=0).select_related("order")
    return costing.filter(Exists(_gone().filter(order=OuterRef("order")))).order_by("ended_at")


def _gone() -> QuerySet[Payment]:
    paid = Payment.objects.filter(order=OuterRef("order"), status=PaymentStatus.PAID)
    declined = Payment.objects.filter(status=PaymentStatus.DECLINED, held_won__isnull=False)
    return declined.filter(~Exists(paid))


def _tried(action: Callable[[], Payment | None], reference: str) -> Payment | None:
    try:
        return action()
    except Exception:
        log.exception("what is held for %s could not be settled", reference)
        return None
