"""An order in a Saleor has changed: it is read there, and ours is made to agree with it.

Whatever was told of it is a hint that may be lost, doubled, late and out of order, so nothing but
the order as it stands counts, and reading it once more changes nothing.
"""

import logging
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.db.models import Sum

from commerce.core import steps as core_steps
from commerce.errors import NotFound
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.orders.queries import fulfilments_by_reference
from commerce.payments import actions as payments
from commerce.payments import refunds
from commerce.payments.models import (
    Payment,
    PaymentMethod,
    PaymentStatus,
    RefundStatus,
)
from commerce.saleor.app import charging, requests, verifying
from commerce.saleor.app.models import AppCharge, ForeignOrder, Installation, RequestKind
from commerce.saleor.app.order_there import OrderThere
from commerce.saleor.app.queries import is_the_core
from commerce.saleor.app.upstream import upstream
from commerce.saleor.locks import alone
from commerce.settlement import actions as settlement
from storefront.journeys.cancel_order import cancel_order, cancel_part
from storefront.journeys.confirm_payment import confirm
from storefront.journeys.take_saleor_order import take_order
from storefront.refusals import REFUSALS, StorefrontError, as_dict

log = logging.getLogger(__name__)

REASON = "saleor"
# A Saleor dates its changes by the clock of whichever of its processes made them.
OVERLAP = timedelta(minutes=5)


class PartlyPaid(StorefrontError):
    """``data``: ``charged``, ``total`` in won."""

    code = "SALEOR_PARTLY_PAID"


class HandedOverThere(StorefrontError):
    """Its staff say that it was handed over; we still have it."""

    code = "SALEOR_HANDED_OVER_THERE"


class RefundDiffers(StorefrontError):
    """Its staff gave money back that was paid to us. ``data``: ``there``, ``here`` in won."""

    code = "SALEOR_REFUND_DIFFERS"


def follow_order(*, api_url: str, order_id: str, now: datetime) -> None:
    """What cannot be followed is kept with its code, for a person to see to.

    Raises what ``verifying.installed`` and the Saleor's silence raise: then somebody comes again.
    """
    installation = verifying.installed(api_url)
    # Two who read the order must not write in the other order.
    with alone(f"order there {installation.pk} {order_id}"):
        try:
            there = upstream().order(installation.api_url, installation.token, order_id)
        except NotFound:
            log.info("%s has no order %s any more", installation, order_id)
            return
        row, _created = ForeignOrder.objects.get_or_create(
            installation=installation, order_id=order_id
        )
        row.number, row.read_at = there.number[:32], now
        row.problem, row.problem_data = _problem(row, there, now)
        row.save()
        if row.order_reference and there.is_unconfirmed:
            upstream().confirm_order(installation.api_url, installation.token, order_id)


def catch_up(*, now: datetime) -> int:
    """Looks at every order changed since the last time, told of or not; returns how many.

    A Saleor that is silent, or not allowed any more, is tried again by the next sweep.
    """
    return sum(_catch_up(installation, now) for installation in Installation.objects.order_by("pk"))


def _catch_up(installation: Installation, now: datetime) -> int:
    since = (installation.orders_read_until or installation.installed_at) - OVERLAP
    try:
        verifying.allowed(installation.api_url)
        ids = upstream().orders_changed(installation.api_url, installation.token, since)
        for order_id in ids:
            follow_order(api_url=installation.api_url, order_id=order_id, now=now)
    except REFUSALS as refusal:
        log.warning("the orders of %s could not be read: %s", installation, refusal.code)
        return 0
    Installation.objects.filter(pk=installation.pk).update(orders_read_until=now)
    return len(ids)


def _problem(row: ForeignOrder, there: OrderThere, now: datetime) -> tuple[str, dict[str, Any]]:
    try:
        with transaction.atomic():
            reference = _agree(row, there, now)
        row.order_reference = reference
        _check_hand_over(row, there)
    except REFUSALS as refusal:
        log.warning("order %s of %s: %s", row.order_id, row.installation, refusal.code)
        return refusal.code, as_dict(refusal)["data"]
    return "", {}


def _agree(row: ForeignOrder, there: OrderThere, now: datetime) -> str:
    """Our order's reference, "" while there is none and for what we placed there ourselves."""
    own = _placed_by_us(there)
    if own is not None:
        _agree_with_own(row.installation.api_url, own, there, now)
        return ""
    order = Order.objects.locked().filter(reference=row.order_reference).first()
    if order is None:
        # What its staff handed over before we heard of it is none of ours any more.
        if not there.stands or there.status == "FULFILLED":
            return ""
        order = take_order(api_url=row.installation.api_url, there=there, now=now)
    if order is None:
        return ""
    if there.over:
        cancel_order(order=order, reason=REASON, now=now)
    else:
        _settle_payment(row.installation, order, there, now)
    _settle_refunds(row.installation, order, there, now)
    return order.reference


def _placed_by_us(there: OrderThere) -> Fulfilment | None:
    reference = there.external_reference
    return fulfilments_by_reference([reference]).get(reference) if reference else None


def _agree_with_own(api_url: str, own: Fulfilment, there: OrderThere, now: datetime) -> None:
    """Only the core's own Saleor has a say in what we placed: any other could name it as well."""
    if not is_the_core(api_url):
        return
    if there.over and own.status != FulfilmentStatus.CANCELLED:
        cancel_part(fulfilment=own, reason=REASON, now=now)
    told = core_steps.refunded_won(own.reference)
    if there.refunded_won > told:
        raise RefundDiffers("refund", there=there.refunded_won, here=told)


def _our_charge(installation: Installation, there: OrderThere) -> AppCharge | None:
    """The one by which our own gateway took all of it."""
    charges = list(charging.paid_with(installation, there.transactions))
    whole = len(charges) == 1 and charges[0].amount_won == there.total_won
    return charges[0] if whole else None


def _settle_payment(
    installation: Installation, order: Order, there: OrderThere, now: datetime
) -> None:
    """Paid there, or else to be paid where it is handed over. SALEOR_PARTLY_PAID."""
    on_site = order.payments.filter(method=PaymentMethod.ON_SITE, status=PaymentStatus.PAID)
    if order.status not in (OrderStatus.PLACED, OrderStatus.CONFIRMED) or on_site.exists():
        return
    if not order.total_won:
        confirm(order=order, now=now)
    elif there.is_paid:
        charge = _our_charge(installation, there)
        payment = payments.record_paid_before(
            order=order,
            method=PaymentMethod.SALEOR if charge is None else PaymentMethod.CARD,
            amount_won=order.total_won,
            gateway_reference=there.id if charge is None else charge.gateway_reference,
            now=now,
        )
        settlement.record_payment(payment=payment, now=now)
        if order.status == OrderStatus.PLACED:
            confirm(order=order, paid_by=payment, now=now)
    elif there.charged_won:
        raise PartlyPaid("order", charged=there.charged_won, total=there.total_won)
    else:
        payments.open_payment(order=order, method=PaymentMethod.ON_SITE, now=now)
        if order.status == OrderStatus.PLACED:
            confirm(order=order, now=now)


def _settle_refunds(
    installation: Installation, order: Order, there: OrderThere, now: datetime
) -> None:
    """What went back there: first what we had promised, then what its staff gave by themselves."""
    _settle_early_refunds(installation, order, there, now)
    payment = order.payments.filter(method=PaymentMethod.SALEOR, status=PaymentStatus.PAID).first()
    if payment is None:
        return
    given = payment.refunds.filter(status=RefundStatus.DONE).aggregate(won=Sum("amount_won"))["won"]
    unknown_won = there.refunded_won - (given or 0)
    for promised in payment.refunds.filter(status=RefundStatus.OPEN).order_by("pk"):
        if promised.amount_won <= unknown_won:
            refunds.record_refund_given(refund=promised, gateway_reference=there.id[:64], now=now)
            unknown_won -= promised.amount_won
    if unknown_won > 0:
        key = f"saleor:{payment.reference}:{there.refunded_won}"
        _book_refund(payment, unknown_won, key, there.id, now)


def _settle_early_refunds(
    installation: Installation, order: Order, there: OrderThere, now: datetime
) -> None:
    """Given back by our gateway at the word of the Saleor's staff, before the order was ours."""
    charge = _our_charge(installation, there)
    payment = order.payments.filter(method=PaymentMethod.CARD, status=PaymentStatus.PAID).first()
    if charge is None or payment is None:
        return
    for request in charge.requests.filter(
        kind=RequestKind.REFUND, by_us=False, succeeded=True
    ).order_by("pk"):
        tax_free_won = request.tax_free_won or 0
        key = requests.booked_as(request)
        _book_refund(payment, request.amount_won, key, request.key, now, tax_free_won)


def _book_refund(
    payment: Payment,
    amount_won: int,
    key: str,
    there: str,
    now: datetime,
    tax_free_won: int = 0,
) -> None:
    """``there``: by what name the Saleor knows it."""
    refund = refunds.open_refund(
        payment=payment,
        amount_won=amount_won,
        tax_free_won=tax_free_won,
        reason=REASON,
        key=key,
        now=now,
    )
    settlement.record_refund(refund=refund, fulfilment=None, now=now)
    refunds.record_refund_given(refund=refund, gateway_reference=there[:64], now=now)


def _check_hand_over(row: ForeignOrder, there: OrderThere) -> None:
    if there.status != "FULFILLED":
        return
    own = _placed_by_us(there)
    parts = [own] if own else list(Fulfilment.objects.filter(order__reference=row.order_reference))
    ended = (FulfilmentStatus.HANDED_OVER, FulfilmentStatus.CANCELLED)
    if any(part.status not in ended for part in parts):
        raise HandedOverThere("order")
