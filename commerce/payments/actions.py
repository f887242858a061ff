"""What an order is to be paid by: asked for, paid elsewhere, taken on site, or called off.

Cards are charged in ``charging``, money is held in ``holding`` and given back in ``refunds``.
"""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from commerce.errors import CommerceError
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from commerce.payments import tenders
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    Payment,
    PaymentMethod,
    PaymentStatus,
    TakenAs,
)
from commerce.payments.queries import tax_free_by_part
from commerce.vouchers import actions as vouchers


class CardMissing(CommerceError):
    code = "CARD_MISSING"


class OrderEnded(CommerceError):
    code = "ORDER_ENDED"


class PaymentAlreadyOpen(CommerceError):
    """The order is being paid another way; ``data``: that ``method``."""

    code = "PAYMENT_ALREADY_OPEN"


class PaymentNotOpen(CommerceError):
    """Not to be taken on site: cancelled, or a card payment. ``data``: ``status``, ``method``."""

    code = "PAYMENT_NOT_OPEN"


class PaymentUnknown(CommerceError):
    code = "PAYMENT_UNKNOWN"


@transaction.atomic
def open_payment(
    *,
    order: Order,
    method: str,
    card_token: str = "",
    card_follows: bool = False,
    off_session: bool = False,
    pay_until: datetime | None = None,
    now: datetime,
) -> list[Payment]:
    """By card or transfer one payment for the order, on site one for each part that costs
    something; none for an order that is free. Where vouchers are held for it, ``tenders.hold``,
    they ask for the rest. While payments are under way or paid, a repeat returns those.

    A card is only asked to hold the money where something in the order is settled by weight and no
    voucher pays for any of it: see ``holding``. ``card_follows``: it is picked in the gateway's
    window, see ``bring_card``.
    ``pay_until``: how long a transfer is waited for.
    ``off_session``: ``card_token`` is a stored card's, and nobody is there to be asked. After a
    decline it opens a new one, for another card. CARD_MISSING, ORDER_ENDED, PAYMENT_ALREADY_OPEN.
    """
    order = Order.objects.locked().get(pk=order.pk)
    standing = list(order.payments.filter(status__in=ACTIVE_PAYMENTS).order_by("pk"))
    active = [payment for payment in standing if payment.method != PaymentMethod.VOUCHER]
    if any(payment.method != method for payment in active):
        raise PaymentAlreadyOpen("method", method=active[0].method)
    if active:
        return active
    if order.status in (OrderStatus.CLOSED, OrderStatus.CANCELLED):
        raise OrderEnded("order")
    by_weight = OrderLine.objects.filter(
        fulfilment=OuterRef("pk"), unit_grams__isnull=False, quantity__gte=1
    )
    kept = order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED).order_by("pk")
    parts = [part for part in kept.annotate(weighs=Exists(by_weight)) if part.total_won]
    by_card = method == PaymentMethod.CARD
    # A box's card pays at once, for nobody is there if it fails, and so does one beside a voucher,
    # as a transfer does; what weighs less goes back.
    holds = by_card and not off_session and not standing and any(x.weighs for x in parts)
    if standing:
        opened = tenders.open_rest(order=order, parts=parts, method=method, now=now)
    else:
        opened = _asked_of_one(parts, method)
    if opened and by_card and not (card_token or card_follows):
        raise CardMissing("card_token")
    for payment in opened:
        payment.order = order
        payment.method = method
        payment.opened_at = now
        payment.pay_until = pay_until
        if by_card:
            payment.card_token, payment.off_session = card_token, off_session
            payment.holds = holds
        payment.save()
    return opened


def _asked_of_one(parts: Sequence[Fulfilment], method: str) -> list[Payment]:
    """No voucher pays: by card one payment for all of it, on site one for each part."""
    if not parts:
        return []
    tax_free = tax_free_by_part(parts)
    if method == PaymentMethod.ON_SITE:
        return [
            Payment(fulfilment=part, amount_won=part.total_won, tax_free_won=tax_free[part.pk])
            for part in parts
        ]
    total_won = sum(part.total_won for part in parts)
    return [Payment(amount_won=total_won, tax_free_won=sum(tax_free.values()))]


@transaction.atomic
def record_paid_before(
    *, order: Order, method: str, amount_won: int, gateway_reference: str, now: datetime
) -> Payment:
    """The whole order was paid before it became ours: in a Saleor, by its gateway (SALEOR) or
    through ours (CARD), which ``gateway_reference`` names. What was to be taken on site no longer
    is. A repeat gets the first. PAYMENT_ALREADY_OPEN.
    """
    order = Order.objects.locked().get(pk=order.pk)
    for waiting in order.payments.filter(method=PaymentMethod.ON_SITE, status=PaymentStatus.OPEN):
        waiting.status, waiting.cancelled_at = PaymentStatus.CANCELLED, now
        waiting.save(update_fields=["status", "cancelled_at"])
    active = order.payments.filter(status__in=ACTIVE_PAYMENTS).first()
    if active is not None:
        if active.gateway_reference != gateway_reference:
            raise PaymentAlreadyOpen("method", method=active.method)
        return active
    return Payment.objects.create(
        order=order,
        method=method,
        status=PaymentStatus.PAID,
        amount_won=amount_won,
        tax_free_won=sum(tax_free_by_part(list(order.fulfilments.all())).values()),
        gateway_reference=gateway_reference,
        opened_at=now,
        paid_at=now,
    )


@transaction.atomic
def take_on_site(
    *, payment_reference: str, taken_by: str, taken_as: TakenAs = TakenAs.CASH, now: datetime
) -> Payment:
    """Paid where it was handed over, to ``taken_by``. A repeat keeps the first time, taker and way.

    PAYMENT_UNKNOWN, PAYMENT_NOT_OPEN.
    """
    Payment.objects.filter(
        reference=payment_reference, method=PaymentMethod.ON_SITE, status=PaymentStatus.OPEN
    ).update(status=PaymentStatus.PAID, taken_by=taken_by, taken_as=taken_as, paid_at=now)
    payment = the_payment(payment_reference)
    if payment.method != PaymentMethod.ON_SITE or payment.status != PaymentStatus.PAID:
        raise PaymentNotOpen("payment_reference", status=payment.status, method=payment.method)
    return payment


@transaction.atomic
def cancel_open(
    *, order: Order, fulfilment: Fulfilment | None = None, now: datetime
) -> list[Payment]:
    """Calls off what nobody was asked for yet, for the order or one part's on-site payment. What
    was held of a voucher for the order can be spent again.

    One already charging is left alone: only the gateway knows whether that money moved.
    """
    waiting = Payment.objects.filter(order=order, status=PaymentStatus.OPEN)
    if fulfilment is not None:
        waiting = waiting.filter(fulfilment=fulfilment)
    payments = list(waiting.locked())
    for payment in payments:
        payment.status = PaymentStatus.CANCELLED
        payment.cancelled_at = now
        payment.save(update_fields=["status", "cancelled_at"])
    for payment in sorted(payments, key=lambda one: one.voucher_id or 0):
        if payment.voucher_id is not None:
            vouchers.put_back(voucher_pk=payment.voucher_id, won=payment.amount_won, now=now)
    return payments


def the_payment(reference: str) -> Payment:
    """PAYMENT_UNKNOWN."""
    payment = Payment.objects.select_related("order").filter(reference=reference).first()
    if payment is None:
        raise PaymentUnknown("payment_reference")
    return payment
