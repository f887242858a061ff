"""Somebody sees on the bank's page that a transfer has come in, or sends one back."""

from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, Order, OrderStatus
from commerce.payments import refunds, transfers
from commerce.payments.models import (
    Deposit,
    DepositReturn,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.payments.refunds import RefundUnknown
from commerce.payments.transfers import Seen
from commerce.settlement import deposits
from storefront.journeys.cancel_some import cut_off_of
from storefront.journeys.confirm_payment import follow_outcome
from storefront.notices.actions import queue
from storefront.refusals import NotFound, StorefrontError

# Nobody can be asked to be at a bank sooner.
SHORTEST = timedelta(hours=1)
# A parcel is packed on the morning of the day on which a courier takes it.
TIME_TO_PACK = timedelta(hours=6)


class TransferNotOffered(StorefrontError):
    """There is no account to send money to."""

    code = "TRANSFER_NOT_OFFERED"


class TransferTooLate(StorefrontError):
    """A part is closed too soon for a transfer. ``data``: ``cut_off``, an instant."""

    code = "TRANSFER_TOO_LATE"


def transfer_until(*, order: Order, now: datetime) -> datetime:
    """Until when a transfer for it is waited for: some hours, and no longer than every part can
    still be prepared. TRANSFER_NOT_OFFERED, TRANSFER_TOO_LATE."""
    if not transfers.is_offered():
        raise TransferNotOffered("method")
    cut_offs = [_paid_before(part) for part in order.fulfilments.all()]
    until = now + timedelta(hours=settings.TRANSFER_HOURS)
    until = min([until, *(cut_off for cut_off in cut_offs if cut_off is not None)])
    if until < now + SHORTEST:
        raise TransferTooLate("method", cut_off=until.isoformat())
    return until


def _paid_before(part: Fulfilment) -> datetime | None:
    """A parcel may change until it is packed, and is not packed before it is paid."""
    if part.way == Way.PARCEL:
        return part.promised_from - TIME_TO_PACK
    return cut_off_of(part)


def ask_for_transfer(*, payment: Payment, now: datetime) -> None:
    """The shopper is told where to, how much and until when."""
    until = timezone.localtime(payment.pay_until)
    queue(
        key=f"transfer:{payment.reference}",
        user_reference=payment.order.customer.user_reference,
        kind="transfer_awaited",
        facts={
            "order": payment.order.reference,
            "won": f"{payment.amount_won:,}",
            "account": settings.TRANSFER_ACCOUNT,
            "until": f"{until:%Y-%m-%d %H:%M}",
        },
        now=now,
    )


@transaction.atomic
def take_deposit(*, payment_reference: str, seen: Seen, key: str, now: datetime) -> Deposit:
    """One line of the bank's page: the order stands once it is enough. Late, doubled or too much
    is written down too, and owed back. The same key is the same line.

    Waits for whoever gives the order up at this moment, and finds it given up. NOT_FOUND, and what
    ``transfers.record_deposit`` raises.
    """
    order = _locked_order(payment_reference)
    payment = Payment.objects.get(reference=payment_reference)
    deposit = transfers.record_deposit(payment=payment, seen=seen, key=key, now=now)
    deposits.record_deposit(deposit=deposit, now=now)
    payment.refresh_from_db()
    if payment.status == PaymentStatus.PAID:
        follow_outcome(payment_reference=payment_reference, now=now)
    elif order.status == OrderStatus.PLACED:
        missing = payment.amount_won - transfers.in_hand(payment)
        queue(
            key=f"transfer-short:{deposit.reference}",
            user_reference=order.customer.user_reference,
            kind="transfer_short",
            facts={
                "order": order.reference,
                "won": f"{deposit.amount_won:,}",
                "missing": f"{missing:,}",
            },
            now=now,
        )
    return deposit


@transaction.atomic
def return_deposit(
    *, payment_reference: str, amount_won: int, key: str, sent_by: str, now: datetime
) -> DepositReturn:
    """A person sent back at the bank what no order needs. NOT_FOUND, and what
    ``transfers.record_return`` raises."""
    _locked_order(payment_reference)
    payment = Payment.objects.get(reference=payment_reference)
    returned = transfers.record_return(
        payment=payment, amount_won=amount_won, key=key, recorded_by=sent_by, now=now
    )
    deposits.record_deposit_return(returned=returned, now=now)
    return returned


def refund_sent(*, refund_reference: str, sent_by: str, now: datetime) -> Refund:
    """A person sent a refund at the bank to whoever had paid by transfer; a repeat changes nothing.
    REFUND_UNKNOWN."""
    refund = Refund.objects.filter(
        reference=refund_reference, payment__method=PaymentMethod.TRANSFER
    ).first()
    if refund is None:
        raise RefundUnknown("refund_reference")
    if refund.status != RefundStatus.OPEN:
        return refund
    return refunds.record_refund_given(refund=refund, gateway_reference=sent_by, now=now)


def _locked_order(payment_reference: str) -> Order:
    order = Order.objects.locked().filter(
        payments__reference=payment_reference, payments__method=PaymentMethod.TRANSFER
    )
    found = order.first()
    if found is None:
        raise NotFound("payment")
    return found
