"""Asking for a cash receipt, and telling the tax office once the money is there.

The row comes first and carries the key; the office is asked outside any transaction, and a sweep
finds every row still to be told.
"""

import logging
import re
from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from commerce import phone
from commerce.errors import CommerceError
from commerce.merchants import business_number
from commerce.merchants.actions import BusinessNumberChecksum
from commerce.orders.models import Order, OrderStatus
from commerce.payments.actions import OrderEnded
from commerce.payments.models import ACTIVE_PAYMENTS, PAID_IN_CASH, Payment, PaymentStatus
from commerce.phone import PhoneFormat
from commerce.receipts.cash_part import cash_part
from commerce.receipts.models import CashReceipt, CashReceiptStatus
from commerce.receipts.port import CashReceiptsUnavailable, Issued, NotIssued, Told, cash_receipts
from commerce.vouchers.models import Funding

log = logging.getLogger(__name__)


class NotPaidInCash(CommerceError):
    """A card's own slip is its receipt, and public money is nobody's expense."""

    code = "CASH_RECEIPT_BY_CARD"


class CashReceiptIssued(CommerceError):
    """Told already; ``data``: its ``number``."""

    code = "CASH_RECEIPT_ISSUED"


@transaction.atomic
def ask(*, order: Order, for_business: bool, identifier: str, now: datetime) -> CashReceipt:
    """The order's one request; until it is issued another number may be given instead.

    PHONE_FORMAT, BRN_CHECKSUM, CASH_RECEIPT_BY_CARD, CASH_RECEIPT_ISSUED, ORDER_ENDED for one that
    was cancelled.
    """
    digits = _digits(for_business, identifier)
    order = Order.objects.locked().get(pk=order.pk)
    if order.status == OrderStatus.CANCELLED:
        raise OrderEnded("order")
    if not paid_in_cash(order):
        raise NotPaidInCash("order")
    wish = CashReceipt.objects.filter(order=order).first() or CashReceipt(order=order)
    if wish.status == CashReceiptStatus.ISSUED:
        raise CashReceiptIssued("order", number=wish.approval_number)
    wish.for_business, wish.identifier = for_business, digits
    wish.status, wish.refused_code, wish.asked_at = CashReceiptStatus.ASKED, "", now
    wish.save()
    return wish


# Vouchers that somebody bought count as cash too.
TOLD_OF = PAID_IN_CASH | Q(voucher__programme__funding=Funding.SOLD)


def paid_in_cash(order: Order) -> bool:
    """Whether some of it is, or will be, paid in a way of which the tax office is told."""
    return order.payments.filter(TOLD_OF, status__in=ACTIVE_PAYMENTS).exists()


def _digits(for_business: bool, identifier: str) -> str:
    if for_business:
        digits = re.sub(r"[\s-]", "", identifier)
        if not business_number.is_valid(digits):
            raise BusinessNumberChecksum("identifier")
        return digits
    number = phone.to_e164(identifier, field="identifier")
    if not phone.is_mobile(number):
        raise PhoneFormat("identifier")
    return "0" + number.removeprefix(phone.COUNTRY)


def issue_due(*, now: datetime) -> int:
    """Tells every request whose order is over and paid; returns how many were issued.

    One that fails is logged and tried by the next sweep; it never stops the others. Must not be
    called inside a transaction.
    """
    paid = Payment.objects.filter(TOLD_OF, order=OuterRef("order"), status=PaymentStatus.PAID)
    due = CashReceipt.objects.filter(
        Exists(paid), status=CashReceiptStatus.ASKED, order__status=OrderStatus.CLOSED
    )
    return sum(_tell(pk, now) for pk in due.order_by("pk").values_list("pk", flat=True))


def _tell(pk: int, now: datetime) -> bool:
    wish = CashReceipt.objects.select_related("order").get(pk=pk)
    receipt = cash_part(wish.order)
    told = Told(
        # Another number after a refusal is another question.
        key=f"{wish.reference}:{wish.tries}",
        for_business=wish.for_business,
        identifier=wish.identifier,
        exempt_won=receipt.exempt_won,
        supply_won=receipt.supply_won,
        vat_won=receipt.vat_won,
    )
    try:
        answer = cash_receipts().issue(told)
    except CashReceiptsUnavailable:
        log.warning("no answer on cash receipt %s", wish.reference)
        return False
    return _record(told, pk, answer, now)


@transaction.atomic
def _record(told: Told, pk: int, answer: Issued | NotIssued, now: datetime) -> bool:
    """What was told is what is kept, even when the shopper has changed the number meanwhile."""
    asked = CashReceipt.objects.filter(pk=pk, status=CashReceiptStatus.ASKED)
    if isinstance(answer, NotIssued):
        wish = asked.filter(identifier=told.identifier)
        wish.update(
            status=CashReceiptStatus.REFUSED,
            refused_code=answer.code,
            tries=int(told.key.rpartition(":")[2]) + 1,
        )
        return False
    return bool(
        asked.update(
            status=CashReceiptStatus.ISSUED,
            for_business=told.for_business,
            identifier=told.identifier,
            exempt_won=told.exempt_won,
            supply_won=told.supply_won,
            vat_won=told.vat_won,
            approval_number=answer.approval_number,
            issued_at=now,
        )
    )
