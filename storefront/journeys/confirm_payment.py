"""From an agreed order to one that people prepare: paid by card, or to be paid on site."""

from datetime import datetime, timedelta

from django.db import transaction

from commerce.catalogue.models import Way
from commerce.orders import actions as orders
from commerce.orders.models import Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.payments.queries import paid_unconfirmed
from commerce.settlement import actions as settlement
from storefront.journeys.request_moves import request_delivery
from storefront.notices.actions import queue

FORGOTTEN_AFTER = timedelta(minutes=1)


def charge_and_confirm(*, payment_reference: str, now: datetime) -> Payment:
    """Ask the gateway (outside any transaction), then follow the outcome through.

    May run twice, by the page and by a worker: the charge has one key and each effect happens once.
    """
    payment = payments.charge(payment_reference=payment_reference, now=now)
    follow_outcome(payment_reference=payment_reference, now=now)
    return payment


def charge_forgotten(*, now: datetime) -> int:
    """Card payments opened a while ago and never asked for: the page died before it could."""
    forgotten = Payment.objects.filter(
        status=PaymentStatus.OPEN, method=PaymentMethod.CARD, opened_at__lt=now - FORGOTTEN_AFTER
    ).exclude(card_token="")
    references = list(forgotten.order_by("pk").values_list("reference", flat=True))
    for reference in references:
        charge_and_confirm(payment_reference=reference, now=now)
    return len(references)


def sweep_unknown(*, now: datetime) -> int:
    """Charges whose outcome nobody recorded (a crash, a timeout): ask, then follow through."""
    known_now = {payment.reference for payment in payments.sweep(now=now)}
    known_now |= {payment.reference for payment in paid_unconfirmed()}
    for reference in sorted(known_now):
        follow_outcome(payment_reference=reference, now=now)
    return len(known_now)


@transaction.atomic
def follow_outcome(*, payment_reference: str, now: datetime) -> None:
    """Paid: confirm the order, or give the money back when it was cancelled meanwhile."""
    order = Order.objects.locked().get(payments__reference=payment_reference)
    payment = Payment.objects.locked().get(reference=payment_reference)
    if payment.status == PaymentStatus.DECLINED:
        queue(
            key=f"declined:{payment.reference}",
            user_reference=order.customer.user_reference,
            kind="payment_declined",
            facts={"order": order.reference},
            now=now,
        )
    if payment.status != PaymentStatus.PAID:
        return
    settlement.record_payment(payment=payment, now=now)
    if order.status == OrderStatus.CANCELLED:
        _give_back(payment, now)
        return
    confirm(order=order, now=now)


def _give_back(payment: Payment, now: datetime) -> None:
    refund = payments.open_refund(
        payment=payment,
        amount_won=payment.amount_won,
        reason="order_cancelled",
        key=f"late:{payment.reference}",
        now=now,
    )
    settlement.record_refund(refund=refund, fulfilment=None, now=now)


@transaction.atomic
def confirm(*, order: Order, now: datetime) -> None:
    """The order stands: its home parts go to planning and the shopper is told."""
    order = orders.confirm(order=order, now=now)
    for fulfilment in order.fulfilments.filter(way=Way.DELIVERY).order_by("pk"):
        request_delivery(fulfilment=fulfilment, now=now)
    queue(
        key=f"confirmed:{order.reference}",
        user_reference=order.customer.user_reference,
        kind="order_confirmed",
        facts={"order": order.reference, "total": f"{order.total_won:,}"},
        now=now,
    )
