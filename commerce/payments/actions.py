"""Money asked for and given back: never twice, never lost.

The row comes first and carries the key. The gateway is asked outside any transaction, so no lock is
held while it thinks and no rollback can forget what it did; its answer is then written down. What
goes wrong in between leaves a row that ``sweep`` finds.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

from django.db import IntegrityError, transaction

from commerce.errors import CommerceError
from commerce.money import tax_free_part
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from commerce.payments import asking, tenders
from commerce.payments.gateway import Declined, GatewayUnavailable, NeedsAction, Paid, gateway
from commerce.payments.models import (
    ACTIVE_PAYMENTS,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundShare,
    RefundStatus,
)
from commerce.payments.queries import tax_free_by_part
from commerce.payments.tenders import Divided
from commerce.vouchers import actions as vouchers

Row = TypeVar("Row")

log = logging.getLogger(__name__)

# A gateway answers within this or not at all; younger rows are still being worked on. The slowest
# may take a minute.
STALE_AFTER = timedelta(seconds=75)
# Nothing of ours can send it: somebody says that it was sent.
GIVEN_BACK_ELSEWHERE = [PaymentMethod.SALEOR, PaymentMethod.TRANSFER]


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


class RefundAbovePaid(CommerceError):
    """``data``: ``left``, the won that can still be given back."""

    code = "REFUND_ABOVE_PAID"


class RefundOfNothing(CommerceError):
    code = "REFUND_OF_NOTHING"


class RefundUnknown(CommerceError):
    code = "REFUND_UNKNOWN"


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
    kept = order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED).order_by("pk")
    parts = [part for part in kept if part.total_won]
    by_card = method == PaymentMethod.CARD
    # A box's card pays at once, for nobody is there if it fails, and so does one beside a voucher,
    # as a transfer does; what weighs less goes back.
    holds = by_card and not off_session and not standing and _by_weight(parts)
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


def _by_weight(parts: list[Fulfilment]) -> bool:
    lines = OrderLine.objects.filter(fulfilment__in=parts, unit_grams__isnull=False)
    return lines.filter(quantity__gte=1).exists()


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
def bring_card(*, payment_reference: str, card_token: str) -> Payment:
    """The shopper is back from the gateway's window with a card; the first one counts.

    Nothing changes where the payment was called off or is being charged. PAYMENT_UNKNOWN.
    """
    waiting = Payment.objects.filter(reference=payment_reference, method=PaymentMethod.CARD)
    waiting.filter(status=PaymentStatus.OPEN, card_token="").update(card_token=card_token)
    return _payment(payment_reference)


def charge(*, payment_reference: str, now: datetime) -> Payment:
    """Asks the gateway once however many workers call; returns the payment as it then stands.

    Paid or declined; open while its card is still to come; still charging when the gateway did not
    answer, the shopper's bank wants to hear from the shopper (``action_needed``), or another worker
    is asking.
    A success that comes after the order was cancelled is kept as paid: ``queries.owed_back``
    reports it. Must not be called inside a transaction. PAYMENT_UNKNOWN.
    """
    # durable: the claim is committed before any money moves, so two workers cannot both hold it
    # and a crash leaves "charging" for the sweep.
    with transaction.atomic(durable=True):
        ready = Payment.objects.filter(
            reference=payment_reference, method=PaymentMethod.CARD, status=PaymentStatus.OPEN
        ).exclude(card_token="")
        claimed = ready.update(status=PaymentStatus.CHARGING, asked_at=now)
    payment = _payment(payment_reference)
    return asking.ask(payment, asking.charge, now) if claimed else payment


def action_needed(*, payment_reference: str) -> NeedsAction | None:
    """What the shopper's browser has to do before a payment still charging goes on; None when
    nothing, or when the gateway is silent. Must not be called inside a transaction.
    PAYMENT_UNKNOWN."""
    with transaction.atomic(durable=True):
        payment = _payment(payment_reference)
    if payment.status != PaymentStatus.CHARGING or not payment.gateway_reference:
        return None
    try:
        found = asking.find(payment)
    except GatewayUnavailable:
        return None
    return found if isinstance(found, NeedsAction) else None


def look_again(*, payment_reference: str, gateway_reference: str = "", now: datetime) -> Payment:
    """Somebody hints that a payment still charging has ended: a webhook, or the shopper who is
    back from the bank. The gateway is asked, and only what it says counts.

    ``gateway_reference``: which of its charges a webhook means; it spares a search. Any number of
    hints in any order do what one does. Must not be called inside a transaction. PAYMENT_UNKNOWN.
    """
    with transaction.atomic(durable=True):
        payment = _payment(payment_reference)
    if payment.status != PaymentStatus.CHARGING:
        return payment
    question = partial(asking.find, gateway_reference=gateway_reference)
    return asking.ask(payment, question, now)


@transaction.atomic
def take_on_site(*, payment_reference: str, taken_by: str, now: datetime) -> Payment:
    """Paid where it was handed over, to ``taken_by``. A repeat keeps the first time and taker.

    PAYMENT_UNKNOWN, PAYMENT_NOT_OPEN.
    """
    Payment.objects.filter(
        reference=payment_reference, method=PaymentMethod.ON_SITE, status=PaymentStatus.OPEN
    ).update(status=PaymentStatus.PAID, taken_by=taken_by, paid_at=now)
    payment = _payment(payment_reference)
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


@transaction.atomic
def open_refund(
    *,
    payment: Payment,
    amount_won: int,
    tax_free_won: int = 0,
    reason: str,
    key: str,
    shares: Divided | None = None,
    now: datetime,
) -> Refund:
    """Sets won aside to be given back; the same key gets the same refund.

    ``tax_free_won`` of them are free of VAT, as far as both parts of the payment have that left.
    ``shares``: which of the payment's they are, where it has any. A voucher has them back at once.
    REFUND_ABOVE_PAID, REFUND_OF_NOTHING, IDEMPOTENCY_MISMATCH for a key used for something else.
    """
    if amount_won < 1:
        raise RefundOfNothing("amount_won")
    payment = Payment.objects.locked().get(pk=payment.pk)
    earlier = Refund.objects.filter(key=key).first()
    if earlier is not None:
        if (earlier.payment_id, earlier.amount_won) != (payment.pk, amount_won):
            raise IdempotencyMismatch("key")
        return earlier
    left = payment.amount_won - payment.refunded_won if payment.status == PaymentStatus.PAID else 0
    if amount_won > left:
        raise RefundAbovePaid("amount_won", left=left)
    tax_free_left = payment.tax_free_won - payment.tax_free_refunded_won
    refund = Refund(payment=payment, key=key, amount_won=amount_won, reason=reason, opened_at=now)
    refund.tax_free_won = tax_free_part(
        amount_won, wished_won=tax_free_won, left_won=left, tax_free_left_won=tax_free_left
    )
    try:
        with transaction.atomic():
            refund.save(force_insert=True)
    except IntegrityError:
        # Only another payment's refund can take the key meanwhile: this payment is locked.
        raise IdempotencyMismatch("key") from None
    payment.refunded_won += refund.amount_won
    payment.tax_free_refunded_won += refund.tax_free_won
    payment.save(update_fields=["refunded_won", "tax_free_refunded_won"])
    for share, won in shares or []:
        RefundShare.objects.create(refund=refund, share=share, won=won)
        share.refunded_won += won
        share.save(update_fields=["refunded_won"])
    if payment.voucher_id is not None:
        vouchers.put_back(
            voucher_pk=payment.voucher_id, won=refund.amount_won, now=now, refund=True
        )
        refund.status, refund.done_at = RefundStatus.DONE, now
        refund.save(update_fields=["status", "done_at"])
    return refund


def send_refund(*, refund_reference: str, now: datetime) -> Refund:
    """Gives the money back; the refund as it then stands: done, refused, or open for the sweep.

    A card is refunded at the gateway under the refund's reference, so a repeat gives back once; an
    on-site payment is recorded as given by hand. What was paid in a Saleor, or by transfer, waits
    until that Saleor or a person at the bank gives it back. A refused one frees its won for
    another refund.
    Must not be called inside a transaction. REFUND_UNKNOWN.
    """
    # durable: a refund that its opener could still roll back must not be sent.
    with transaction.atomic(durable=True):
        refund = Refund.objects.select_related("payment").filter(reference=refund_reference).first()
    if refund is None:
        raise RefundUnknown("refund_reference")
    if refund.status != RefundStatus.OPEN or refund.payment.method in GIVEN_BACK_ELSEWHERE:
        return refund
    if refund.payment.method == PaymentMethod.ON_SITE:
        return _record_refund(refund, Paid(""), now)
    try:
        outcome = gateway().refund(
            key=refund.reference,
            gateway_reference=refund.payment.gateway_reference,
            amount_won=refund.amount_won,
            tax_free_won=refund.tax_free_won,
        )
    except GatewayUnavailable:
        log.warning("no answer from the gateway on refund %s", refund.reference)
        return refund
    return _record_refund(refund, outcome, now)


@transaction.atomic
def record_refund_given(*, refund: Refund, gateway_reference: str, now: datetime) -> Refund:
    """It has gone back without us: a Saleor's staff, or a person at the bank, saw to it. A repeat
    changes nothing."""
    return _record_refund(refund, Paid(gateway_reference), now)


def sweep(*, now: datetime) -> list[Payment]:
    """Finds out what became of charges that a crash, a silent gateway or a bank left open.

    Asks the gateway before it does anything, and gives a bank up after ``asking.ACTION_WITHIN``.
    Returns those now paid or declined, for the journey to follow. One that fails is logged and
    tried again by the next sweep; it never stops the others.
    """
    stale = Payment.objects.filter(
        status=PaymentStatus.CHARGING, asked_at__lte=now - STALE_AFTER
    ).order_by("pk")
    references = list(stale.values_list("reference", flat=True))
    answers = [_tried(partial(_ask_again, payment_reference=r, now=now), r) for r in references]
    return [p for p in answers if p is not None and p.status != PaymentStatus.CHARGING]


def sweep_refunds(*, now: datetime) -> list[Refund]:
    """Sends every refund still open, each on its own as ``sweep`` does; returns those now ended."""
    still_open = (
        Refund.objects.filter(status=RefundStatus.OPEN)
        .exclude(payment__method__in=GIVEN_BACK_ELSEWHERE)
        .order_by("pk")
    )
    references = list(still_open.values_list("reference", flat=True))
    answers = [_tried(partial(send_refund, refund_reference=r, now=now), r) for r in references]
    return [r for r in answers if r is not None and r.status != RefundStatus.OPEN]


def _ask_again(*, payment_reference: str, now: datetime) -> Payment:
    """Whether the first question moved money is asked before the same key is charged again."""
    with transaction.atomic(durable=True):
        claimed = Payment.objects.filter(
            reference=payment_reference,
            status=PaymentStatus.CHARGING,
            asked_at__lte=now - STALE_AFTER,
        ).update(asked_at=now)
    payment = _payment(payment_reference)
    if not claimed:  # another sweep was here first
        return payment
    return asking.ask(payment, partial(asking.find_out, now=now), now)


def _payment(reference: str) -> Payment:
    payment = Payment.objects.select_related("order").filter(reference=reference).first()
    if payment is None:
        raise PaymentUnknown("payment_reference")
    return payment


@transaction.atomic
def _record_refund(refund: Refund, outcome: Paid | Declined, now: datetime) -> Refund:
    payment = Payment.objects.locked().get(pk=refund.payment_id)
    refund = Refund.objects.select_related("payment").get(pk=refund.pk)
    if refund.status != RefundStatus.OPEN:  # another worker wrote the same answer down first
        return refund
    if isinstance(outcome, Paid):
        refund.status = RefundStatus.DONE
        refund.gateway_reference = outcome.gateway_reference
        refund.done_at = now
    else:
        refund.status = RefundStatus.REFUSED
        payment.refunded_won -= refund.amount_won
        payment.tax_free_refunded_won -= refund.tax_free_won
        payment.save(update_fields=["refunded_won", "tax_free_refunded_won"])
        tenders.take_up_again(refund)
    refund.save(update_fields=["status", "gateway_reference", "done_at"])
    return refund


def _tried(action: Callable[[], Row], reference: str) -> Row | None:
    try:
        return action()
    except Exception:
        log.exception("sweeping %s failed", reference)
        return None
