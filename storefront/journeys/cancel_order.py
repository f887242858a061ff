"""Undo an order, or one part of it: everything it held is freed and what was paid goes back."""

from datetime import datetime, timedelta

from django.db import transaction

from commerce.books import actions as books
from commerce.books.models import ENDED_LOANS, Loan
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments.models import PaymentStatus
from commerce.payments.queries import owed_back
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from drivethrough.slots import actions as slots
from logistics.consignments import actions as consignments
from logistics.consignments.models import ConsignmentKind
from logistics.delivery_windows import actions as windows
from storefront.notices.actions import queue

# How long an order waits for a card that works.
UNPAID_AFTER = timedelta(minutes=30)


@transaction.atomic
def cancel_order(*, order: Order, reason: str, now: datetime) -> None:
    """Cancel every part that has not ended. INVALID_TRANSITION when one is already on the road."""
    order = Order.objects.locked().get(pk=order.pk)
    if order.status == OrderStatus.CANCELLED:
        return
    for fulfilment in order.fulfilments.exclude(
        status__in=[FulfilmentStatus.CANCELLED, FulfilmentStatus.HANDED_OVER]
    ).order_by("pk"):
        cancel_part(fulfilment=fulfilment, reason=reason, now=now)
    payments.cancel_open(order=order, now=now)
    queue(
        key=f"cancelled:{order.reference}",
        user_reference=order.customer.user_reference,
        kind="order_cancelled",
        facts={"order": order.reference},
        now=now,
    )


@transaction.atomic
def cancel_part(*, fulfilment: Fulfilment, reason: str, now: datetime) -> None:
    """One part ends unserved: slot, window, stock and books are free again, its money goes back.

    A repeat changes nothing: every step is keyed by the fulfilment.
    """
    fulfilment = orders.cancel_fulfilment(fulfilment=fulfilment, now=now)
    payments.cancel_open(order=fulfilment.order, fulfilment=fulfilment, now=now)
    if fulfilment.booking_reference:
        slots.cancel(booking_reference=fulfilment.booking_reference, now=now)
    if fulfilment.window_reference and not _others_in_window(fulfilment):
        windows.release(key=window_key(fulfilment), now=now)
    consignments.cancel(owner_reference=fulfilment.reference, kind=ConsignmentKind.DELIVER, now=now)
    lines = list(fulfilment.lines.all())
    stock.release(line_references=[line.reference for line in lines if line.variant_id], now=now)
    _cancel_loans(fulfilment, now)
    give_back(order=fulfilment.order, fulfilment=fulfilment, reason=reason, now=now)


def window_key(fulfilment: Fulfilment) -> str:
    """One stop's place in a window for all parts of an order that come in it together."""
    return f"{fulfilment.order.reference}:{fulfilment.window_reference}"


def _others_in_window(fulfilment: Fulfilment) -> bool:
    same = fulfilment.order.fulfilments.filter(window_reference=fulfilment.window_reference)
    return same.exclude(status=FulfilmentStatus.CANCELLED).exists()


def _cancel_loans(fulfilment: Fulfilment, now: datetime) -> None:
    for loan in Loan.objects.filter(key=fulfilment.reference).exclude(status__in=ENDED_LOANS):
        books.cancel_loan(loan_reference=loan.reference, now=now)


@transaction.atomic
def give_back(*, order: Order, fulfilment: Fulfilment | None, reason: str, now: datetime) -> int:
    """Refund what is paid above the parts still to come; returns the won. Nothing twice: what was
    set aside before is no longer owed."""
    order = Order.objects.locked().get(pk=order.pk)
    total_won = 0
    for owed in owed_back(order=order):
        refund = payments.open_refund(
            payment=owed.payment,
            amount_won=owed.owed_won,
            reason=reason,
            key=f"back:{owed.payment.reference}:{owed.payment.refunds.count()}",
            now=now,
        )
        settlement.record_refund(refund=refund, fulfilment=fulfilment, now=now)
        total_won += refund.amount_won
    if total_won:
        queue(
            key=f"refunded:{fulfilment.reference if fulfilment else order.reference}",
            user_reference=order.customer.user_reference,
            kind="part_refunded",
            facts={"order": order.reference, "refunded": f"{total_won:,}"},
            now=now,
        )
    return total_won


def expire_unpaid(*, now: datetime) -> int:
    """Card orders nobody paid in time. A charge still under way is left to the sweep first."""
    waiting = Order.objects.filter(
        status=OrderStatus.PLACED, placed_at__lt=now - UNPAID_AFTER
    ).exclude(payments__status=PaymentStatus.CHARGING)
    expired = list(waiting.order_by("pk"))
    for order in expired:
        cancel_order(order=order, reason="unpaid", now=now)
    return len(expired)
