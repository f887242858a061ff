"""Payments by bank transfer: an account, a deadline, and a person who reads the bank's page.

Every line that person sees is written down as it is: too little, too much, twice or too late. The
payment is paid once what came in for it is enough; whatever is not its own is owed back.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce

from commerce.customers.models import Customer
from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.payments.actions import PaymentNotOpen, PaymentUnknown
from commerce.payments.models import (
    Deposit,
    DepositReturn,
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)

# A bank's page shows minutes.
ROUNDED_BY = timedelta(minutes=1)
LONGEST_NAME = 60
MOST_WON = 999_999_999


class DepositInvalid(CommerceError):
    """No name, or no amount, that a bank's page can show."""

    code = "DEPOSIT_INVALID"


class DepositTime(CommerceError):
    """Before the order was placed, or still to come. ``data``: ``since`` and ``until``."""

    code = "DEPOSIT_TIME"


class DepositKnown(CommerceError):
    """The same line of the bank's page was written down under another key."""

    code = "DEPOSIT_KNOWN"


class DepositAwaited(CommerceError):
    """What came in is still waited for: nothing is owed back before the order ends."""

    code = "DEPOSIT_AWAITED"


class DepositReturnAbove(CommerceError):
    """``data``: ``left``, the won that are owed back."""

    code = "DEPOSIT_RETURN_ABOVE"


@dataclass(frozen=True)
class Seen:
    """One line of the bank's page, and who read it."""

    depositor: str
    amount_won: int
    deposited_at: datetime
    recorded_by: str


def is_offered() -> bool:
    """There is an account to send money to."""
    return bool(settings.TRANSFER_ACCOUNT)


@transaction.atomic
def record_deposit(*, payment: Payment, seen: Seen, key: str, now: datetime) -> Deposit:
    """Writes the line down; the payment is paid when that makes it enough. The same key gets the
    first row. The caller holds the order's lock.

    PAYMENT_NOT_OPEN for another kind of payment, DEPOSIT_INVALID, DEPOSIT_TIME, DEPOSIT_KNOWN,
    IDEMPOTENCY_MISMATCH.
    """
    payment = _locked(payment)
    _check(seen, payment, now)
    fields = vars(seen)
    earlier = Deposit.objects.filter(key=key).first()
    if earlier is not None:
        # Whoever repeats it need not be whoever saw it first.
        same = ("depositor", "amount_won", "deposited_at")
        if earlier.payment_id != payment.pk or any(
            getattr(earlier, name) != fields[name] for name in same
        ):
            raise IdempotencyMismatch("key")
        return earlier
    try:
        with transaction.atomic():
            deposit = Deposit.objects.create(key=key, payment=payment, recorded_at=now, **fields)
    except IntegrityError:
        raise DepositKnown("deposited_at") from None
    if payment.status == PaymentStatus.OPEN and in_hand(payment) >= payment.amount_won:
        payment.status, payment.paid_at, payment.taken_by = "paid", now, seen.recorded_by
        payment.save(update_fields=["status", "paid_at", "taken_by"])
    return deposit


def _check(seen: Seen, payment: Payment, now: datetime) -> None:
    named = 1 <= len(seen.depositor) <= LONGEST_NAME and seen.depositor.isprintable()
    if not named:
        raise DepositInvalid("depositor")
    if not 1 <= seen.amount_won <= MOST_WON:
        raise DepositInvalid("amount_won")
    since = payment.opened_at - ROUNDED_BY
    if not since <= seen.deposited_at <= now:
        raise DepositTime("deposited_at", since=since.isoformat(), until=now.isoformat())


@transaction.atomic
def record_return(
    *, payment: Payment, amount_won: int, key: str, recorded_by: str, now: datetime
) -> DepositReturn:
    """A person sent won back at the bank that no order needs; the same key gets the first row.

    PAYMENT_NOT_OPEN for another kind of payment, DEPOSIT_AWAITED, DEPOSIT_RETURN_ABOVE,
    IDEMPOTENCY_MISMATCH.
    """
    payment = _locked(payment)
    earlier = DepositReturn.objects.filter(key=key).first()
    if earlier is not None:
        if (earlier.payment_id, earlier.amount_won) != (payment.pk, amount_won):
            raise IdempotencyMismatch("key")
        return earlier
    if payment.status == PaymentStatus.OPEN:
        raise DepositAwaited("payment")
    left = owed(payment)
    if not 1 <= amount_won <= left:
        raise DepositReturnAbove("amount_won", left=left)
    return DepositReturn.objects.create(
        key=key, payment=payment, amount_won=amount_won, recorded_by=recorded_by, recorded_at=now
    )


def in_hand(payment: Payment) -> int:
    """Won that came in for it, less those sent back for nothing."""
    came = payment.deposits.aggregate(won=Sum("amount_won", default=0))["won"]
    went = payment.deposit_returns.aggregate(won=Sum("amount_won", default=0))["won"]
    return int(came - went)


def owed(payment: Payment) -> int:
    """Won in hand that are to be sent back: what is more than was paid with them, or all of it
    where the payment was called off. Of one that is waited for, none."""
    if payment.status == PaymentStatus.OPEN:
        return 0
    own = payment.amount_won if payment.status == PaymentStatus.PAID else 0
    return in_hand(payment) - own


def _locked(payment: Payment) -> Payment:
    found = Payment.objects.locked().filter(pk=payment.pk).first()
    if found is None:
        raise PaymentUnknown("payment")
    if found.method != PaymentMethod.TRANSFER:
        raise PaymentNotOpen("payment", status=found.status, method=found.method)
    return found


def payments_by_transfer() -> QuerySet[Any]:
    """Payments with order, ``in_hand_won`` and ``owed_won``, as the functions above say."""
    payments = Payment.objects.filter(method=PaymentMethod.TRANSFER).select_related("order")
    came, went = _sum(Deposit.objects.all()), _sum(DepositReturn.objects.all())
    return payments.annotate(in_hand_won=came - went).annotate(
        owed_won=Case(
            When(status=PaymentStatus.OPEN, then=0),
            When(status=PaymentStatus.PAID, then=F("in_hand_won") - F("amount_won")),
            default=F("in_hand_won"),
        )
    )


def _sum(rows: QuerySet[Any]) -> Coalesce:
    own = rows.filter(payment=OuterRef("pk")).order_by().values("payment")
    won = own.annotate(won=Sum("amount_won")).values("won")
    return Coalesce(Subquery(won, output_field=IntegerField()), 0)


def awaited() -> QuerySet[Any]:
    """Still to come, the most urgent first."""
    waiting = payments_by_transfer().filter(status=PaymentStatus.OPEN)
    return waiting.order_by("pay_until", "pk")


def owed_back() -> QuerySet[Any]:
    """Those of which won are to be sent back, oldest first."""
    return payments_by_transfer().filter(owed_won__gt=0).order_by("pk")


def refunds_to_send() -> QuerySet[Refund]:
    """Promised to whoever paid by transfer; a person sends them at the bank. Oldest first."""
    still_open = Refund.objects.filter(
        status=RefundStatus.OPEN, payment__method=PaymentMethod.TRANSFER
    )
    return still_open.select_related("payment__order").order_by("opened_at", "pk")


def forget_depositors(*, customer: Customer) -> None:
    """Who sent the money for this customer's orders: no law wants it kept any longer."""
    for deposit in Deposit.objects.filter(payment__order__customer=customer):
        # The reference keeps two deposits of the same moment apart.
        deposit.depositor = deposit.reference
        deposit.save(update_fields=["depositor"])
