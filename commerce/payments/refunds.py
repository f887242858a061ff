"""Money given back: a row first, sent under its reference, and undone where the gateway says no."""

import logging
from datetime import datetime
from functools import partial

from django.db import IntegrityError, transaction

from commerce.errors import CommerceError
from commerce.money import tax_free_part
from commerce.orders.actions import IdempotencyMismatch
from commerce.payments import tenders
from commerce.payments.gateway import Declined, GatewayUnavailable, Paid, gateway
from commerce.payments.models import (
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundShare,
    RefundStatus,
)
from commerce.payments.sweeping import tried
from commerce.payments.tenders import Divided
from commerce.vouchers import actions as vouchers

log = logging.getLogger(__name__)

# Nothing of ours can send it: somebody says that it was sent.
GIVEN_BACK_ELSEWHERE = [PaymentMethod.SALEOR, PaymentMethod.TRANSFER]


class RefundAbovePaid(CommerceError):
    """``data``: ``left``, the won that can still be given back."""

    code = "REFUND_ABOVE_PAID"


class RefundOfNothing(CommerceError):
    code = "REFUND_OF_NOTHING"


class RefundUnknown(CommerceError):
    code = "REFUND_UNKNOWN"


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


def again_key(refused: Refund) -> str:
    """Of the refund that asks anew for what the gateway would not give back."""
    return f"again:{refused.reference}"


@transaction.atomic
def record_refund_given(*, refund: Refund, gateway_reference: str, now: datetime) -> Refund:
    """It has gone back without us: a Saleor's staff, or a person at the bank, saw to it. A repeat
    changes nothing."""
    return _record_refund(refund, Paid(gateway_reference), now)


def sweep_refunds(*, now: datetime) -> list[Refund]:
    """Sends every refund still open, each on its own as ``sweep`` does; returns those now ended."""
    still_open = (
        Refund.objects.filter(status=RefundStatus.OPEN)
        .exclude(payment__method__in=GIVEN_BACK_ELSEWHERE)
        .order_by("pk")
    )
    references = list(still_open.values_list("reference", flat=True))
    answers = [tried(partial(send_refund, refund_reference=r, now=now), r) for r in references]
    return [r for r in answers if r is not None and r.status != RefundStatus.OPEN]


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
