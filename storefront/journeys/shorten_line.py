"""A stall has fewer than were ordered: the rest comes, its money goes back, the shopper is told."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commerce.catalogue.models import TaxClass
from commerce.core import steps as core_steps
from commerce.orders import shortage
from commerce.orders.models import Order, ShortReason
from commerce.orders.shortage import Short
from commerce.payments import actions as payments
from commerce.payments.lowering import lower_open
from commerce.payments.models import Payment, PaymentStatus
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from storefront.journeys.cancel_order import cancel_part
from storefront.notices.actions import queue

SHORT = "short"


@transaction.atomic
def shorten_line(
    *,
    line_reference: str,
    merchant_reference: str,
    there: int,
    reason: ShortReason,
    now: datetime,
) -> bool:
    """Whether this call did it; a repeat changes nothing. A part of which nothing is left is
    cancelled, its delivery fee included. Raises what ``shortage.shorten_line`` raises."""
    order = Order.objects.locked().filter(fulfilments__lines__reference=line_reference).first()
    # What was paid is written down line by line while the lines are still what was paid for.
    for payment in order.payments.filter(status=PaymentStatus.PAID) if order else ():
        settlement.record_payment(payment=payment, now=now)
    short = shortage.shorten_line(
        line_reference=line_reference,
        merchant_reference=merchant_reference,
        there=there,
        reason=reason,
        now=now,
    )
    if short is None:
        return False
    if short.all_gone:
        # The window is freed before the shelf is locked, as it is everywhere.
        cancel_part(fulfilment=short.fulfilment, reason=SHORT, now=now)
        stock.write_off(line_reference=line_reference, quantity=short.missing)
        return True
    stock.shorten(line_reference=line_reference, quantity=there, now=now)
    paid = _give_back(short, now)
    queue(
        key=f"short:{_key(short)}",
        user_reference=short.fulfilment.order.customer.user_reference,
        kind="line_short" if paid else "line_short_on_site",
        facts={
            "order": short.fulfilment.order.reference,
            "goods": f"{short.line.name} {short.line.unit}",
            "missing": short.missing,
            "won": f"{short.won:,}",
        },
        now=now,
    )
    return True


def _give_back(short: Short, now: datetime) -> bool:
    """Whether it was paid for. What is to be paid on site is asked for without it."""
    tax_free_won = short.won if short.line.tax_class == TaxClass.EXEMPT else 0
    part = short.fulfilment
    payment = Payment.objects.filter(
        Q(fulfilment=None) | Q(fulfilment=part), order=part.order, status=PaymentStatus.PAID
    ).first()
    if payment is None:
        lower_open(fulfilment=part, by_won=short.won, tax_free_won=tax_free_won)
        return False
    if not short.won:
        return True
    refund = payments.open_refund(
        payment=payment,
        amount_won=short.won,
        tax_free_won=tax_free_won,
        reason=SHORT,
        key=f"short:{_key(short)}",
        now=now,
    )
    settlement.record_refund(
        refund=refund, fulfilment=part, line_reference=short.line.reference, now=now
    )
    back = core_steps.refunding(
        part.reference, key=f"short:{_key(short)}", amount_won=refund.amount_won
    )
    core_steps.take([back], now=now)
    return True


def _key(short: Short) -> str:
    """A line can fall short again; each time fewer are left."""
    return f"{short.line.reference}:{short.line.quantity}"
