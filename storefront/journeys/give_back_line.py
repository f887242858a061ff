"""The money of one line, or of some of it, goes back: out of that line's won and its tax class."""

from datetime import datetime

from django.db import transaction
from django.db.models import Q

from commerce.catalogue.models import TaxClass
from commerce.core import steps as core_steps
from commerce.orders.models import Order, OrderLine
from commerce.payments import refunds, tenders
from commerce.payments.lowering import lower_open
from commerce.payments.models import HELD, Payment, PaymentStatus, Refund
from commerce.settlement import actions as settlement
from storefront.journeys.give_back_tenders import give_back_to_each


@transaction.atomic
def give_back_line(*, line: OrderLine, won: int, reason: str, key: str, now: datetime) -> bool:
    """Whether it was paid for, or is held on a card and then not taken; what is still to be paid on
    site is asked for without it.

    The caller's key makes a repeat give back once. What was paid is recorded before, while the
    lines are still what was paid for.
    """
    part = line.fulfilment
    if tenders.are_several(part.order):
        return _give_back_to_each(line, won, reason, key, now)
    tax_free_won = won if line.tax_class == TaxClass.EXEMPT else 0
    payment = Payment.objects.filter(
        Q(fulfilment=None) | Q(fulfilment=part),
        order=part.order,
        status__in=[*HELD, PaymentStatus.PAID],
    ).first()
    if payment is None:
        lower_open(fulfilment=part, by_won=won, tax_free_won=tax_free_won)
        return False
    if not won:
        return True
    if payment.status == PaymentStatus.PAID:
        refund = refunds.open_refund(
            payment=payment,
            amount_won=won,
            tax_free_won=tax_free_won,
            reason=reason,
            key=key,
            now=now,
        )
        settlement.record_refund(
            refund=refund, fulfilment=part, line_reference=line.reference, now=now
        )
    back = core_steps.refunding(part.reference, key=key, amount_won=won)
    core_steps.take([back], now=now)
    return True


def _give_back_to_each(line: OrderLine, won: int, reason: str, key: str, now: datetime) -> bool:
    """To all that paid for the line in proportion; what is still to be paid on site is one of
    them, and asks for less."""
    part = line.fulfilment
    Order.objects.locked().get(pk=part.order_id)
    if Refund.objects.filter(key__startswith=f"{key}:").exists():
        return True
    paid: tenders.Divided = []
    for share, amount_won in tenders.divide(line=line, won=won):
        if share.payment.status == PaymentStatus.PAID:
            paid.append((share, amount_won))
            continue
        tax_free_won = amount_won if tenders.is_tax_free(share) else 0
        lower_open(fulfilment=part, by_won=amount_won, tax_free_won=tax_free_won)
        tenders.lower(share, amount_won)
    refunds = give_back_to_each(part=part, divided=paid, reason=reason, key=key, now=now)
    back_won = sum(refund.amount_won for refund in refunds)
    if back_won:
        back = core_steps.refunding(part.reference, key=key, amount_won=back_won)
        core_steps.take([back], now=now)
    return bool(back_won) or not won
