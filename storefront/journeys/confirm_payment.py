"""From an agreed order to one that people prepare: paid by card, or to be paid on site."""

import logging
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Prefetch
from django.utils import timezone

from commerce.catalogue.models import Way
from commerce.core import steps as core_steps
from commerce.orders import actions as orders
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
)
from commerce.payments import charging, failed_refunds, holding, refunds, tenders
from commerce.payments.models import (
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
)
from commerce.payments.queries import (
    Owed,
    declined_unpaid,
    owed_back,
    paid_unconfirmed,
    tax_free_by_part,
)
from commerce.settlement import actions as settlement
from commerce.settlement.queries import captures_not_booked, held_above, refunds_not_undone
from storefront.journeys.cancel_order import cancel_part, give_back, paid_until
from storefront.journeys.request_moves import request_delivery
from storefront.journeys.tell_core import placed_in_core
from storefront.notices.actions import queue

log = logging.getLogger(__name__)

HOLD_LOST = "hold_lost"
FORGOTTEN_AFTER = timedelta(minutes=1)


def charge_and_confirm(*, payment_reference: str, now: datetime) -> Payment:
    """Ask the gateway (outside any transaction), then follow the outcome through.

    May run twice, by the page and by a worker: the charge has one key and each effect happens once.
    Nobody is charged for what the commerce core does not hold: while it is silent the payment stays
    open, and is found by ``charge_forgotten``.
    """
    if not placed_in_core(payment_reference=payment_reference, now=now):
        return Payment.objects.get(reference=payment_reference)
    payment = charging.charge(payment_reference=payment_reference, now=now)
    follow_outcome(payment_reference=payment_reference, now=now)
    return payment


def pay_by_window(*, payment_reference: str, card_token: str, now: datetime) -> Payment:
    """The shopper is back from the gateway's window; twice, late, or by the back button.

    PAYMENT_UNKNOWN.
    """
    payment = charging.bring_card(payment_reference=payment_reference, card_token=card_token)
    if payment.status == PaymentStatus.CHARGING:
        return look_and_confirm(payment_reference=payment_reference, now=now)
    return charge_and_confirm(payment_reference=payment_reference, now=now)


def look_and_confirm(
    *, payment_reference: str, gateway_reference: str = "", now: datetime
) -> Payment:
    """Somebody hints that a charge has ended: look, then follow the outcome through.

    The shopper is back from the bank, or the gateway sent a webhook; early, twice or never.
    """
    payment = charging.look_again(
        payment_reference=payment_reference, gateway_reference=gateway_reference, now=now
    )
    follow_outcome(payment_reference=payment_reference, now=now)
    return payment


def charge_forgotten(*, now: datetime) -> int:
    """Card payments opened a while ago and never asked for: the page died before it could."""
    forgotten = Payment.objects.filter(
        status=PaymentStatus.OPEN, method=PaymentMethod.CARD, opened_at__lt=now - FORGOTTEN_AFTER
    ).exclude(card_token="")
    references = list(forgotten.order_by("pk").values_list("reference", flat=True))
    for reference in references:
        charge_and_confirm(payment_reference=reference, now=now)
    return len(references)


def sweep_unknown(*, now: datetime) -> int:
    """Charges whose outcome nobody recorded (a crash, a timeout): ask, then follow through."""
    known_now = {payment.reference for payment in charging.sweep(now=now)}
    known_now |= {payment.reference for payment in paid_unconfirmed()}
    known_now |= {owed.payment.reference for owed in owed_back() if not _was_refused(owed)}
    untold = {payment.reference for payment in declined_unpaid()}
    for reference in sorted(known_now | untold):
        follow_outcome(payment_reference=reference, now=now)
    return len(known_now)


def take_held(*, now: datetime) -> int:
    """What was held for goods by weight is taken, or let go; returns how many payments ended."""
    ended = {payment.reference for payment in holding.sweep(now=now)}
    ended |= {payment.reference for payment in holding.lost()}
    ended |= {payment.reference for payment in captures_not_booked()}
    for reference in sorted(ended):
        follow_outcome(payment_reference=reference, now=now)
    return len(ended)


def _was_refused(owed: Owed) -> bool:
    """A gateway that said no once is asked again by a person, not by the sweep."""
    return owed.payment.refunds.filter(status=RefundStatus.REFUSED).exists()


def send_refunds(*, now: datetime) -> int:
    """Send what was set aside to be given back; returns how many ended. A refused one is undone
    in the ledger and waits for the operator."""
    ended = refunds.sweep_refunds(now=now)
    for refund in ended:
        _follow_refund(refund, now)
    for refund in refunds_not_undone():
        _follow_refund(refund, now)
    return len(ended)


def send_refund(*, refund_reference: str, now: datetime) -> Refund:
    """One of them, because the gateway hinted that it has ended, or that what it said yes to has
    failed since. REFUND_UNKNOWN; raises GatewayUnavailable for one that was done."""
    failed_refunds.look_again(refund_reference=refund_reference)
    refund = refunds.send_refund(refund_reference=refund_reference, now=now)
    _follow_refund(refund, now)
    return refund


def _follow_refund(refund: Refund, now: datetime) -> None:
    if refund.status == RefundStatus.REFUSED:
        log.error("refund %s refused by the gateway", refund.reference)
        settlement.record_refund_refused(refund=refund, now=now)


@transaction.atomic
def follow_outcome(*, payment_reference: str, now: datetime) -> None:
    """Paid, or held: confirm the order, or give the money back when it was cancelled meanwhile."""
    order = Order.objects.locked().get(payments__reference=payment_reference)
    payment = Payment.objects.locked().get(reference=payment_reference)
    if payment.status == PaymentStatus.DECLINED and payment.held_won is not None:
        _give_up_unpaid(order, payment, now)
        return
    if payment.status == PaymentStatus.DECLINED:
        until = timezone.localtime(paid_until(order))
        queue(
            key=f"declined:{payment.reference}",
            user_reference=order.customer.user_reference,
            kind="box_card_declined" if _nobody_there(order, payment) else "payment_declined",
            facts={"order": order.reference, "until": f"{until:%Y-%m-%d %H:%M}"},
            now=now,
        )
    if payment.status == PaymentStatus.AUTHORISED and order.status == OrderStatus.PLACED:
        confirm(order=order, paid_by=payment, now=now)
    if payment.status != PaymentStatus.PAID:
        return
    payment.order = order
    settlement.record_payment(payment=payment, now=now)
    if order.status == OrderStatus.PLACED:
        confirm(order=order, paid_by=payment, now=now)
    # Parts, or the whole order, may have been cancelled while the card was being charged.
    give_back(order=order, reason="cancelled_meanwhile", now=now)
    if payment.holds:
        _catch_up(order, payment, now)


def _nobody_there(order: Order, payment: Payment) -> bool:
    """A kept card is also charged in a checkout, for the first box beside other goods."""
    return payment.off_session and order.basket_reference is None


def _catch_up(order: Order, payment: Payment, now: datetime) -> None:
    """What happened between the decision to take the money and its coming: goods that fell short,
    and parts that were handed over."""
    refused = payment.refunds.filter(status=RefundStatus.REFUSED)
    # A gateway that said no once is asked again by a person.
    above = {} if refused.exists() else held_above(order)
    for reference, won in above.items():
        refund = refunds.open_refund(
            payment=payment,
            amount_won=won,
            tax_free_won=_free_of_vat_above(order, payment),
            reason="cheaper_meanwhile",
            key=f"over:{payment.reference}:{reference}",
            now=now,
        )
        settlement.record_refund(refund=refund, fulfilment=None, line_reference=reference, now=now)
    for part in order.fulfilments.filter(status=FulfilmentStatus.HANDED_OVER).order_by("pk"):
        settlement.record_handed_over(fulfilment=part, now=now)


def _free_of_vat_above(order: Order, payment: Payment) -> int:
    """Won without VAT that were taken for more than is kept of the order."""
    payment.refresh_from_db(fields=["tax_free_won", "tax_free_refunded_won"])
    parts = list(order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED))
    kept_won = sum(tax_free_by_part(parts).values())
    return max(0, payment.tax_free_won - payment.tax_free_refunded_won - kept_won)


def _give_up_unpaid(order: Order, payment: Payment, now: datetime) -> None:
    """The bank let go of what was held before it was taken: nothing more is handed over."""
    left = [FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.UNDELIVERED]
    for part in order.fulfilments.filter(status__in=left).order_by("pk"):
        cancel_part(fulfilment=part, reason=HOLD_LOST, now=now)
    with_them = [FulfilmentStatus.OUT, FulfilmentStatus.HANDED_OVER]
    owed_won = sum(part.total_won for part in order.fulfilments.filter(status__in=with_them))
    facts: dict[str, object] = {"order": order.reference}
    if owed_won:
        facts["won"] = f"{owed_won:,}"
    queue(
        key=f"hold_lost:{payment.reference}",
        user_reference=order.customer.user_reference,
        kind="hold_lost_and_owed" if owed_won else "hold_lost",
        facts=facts,
        now=now,
    )


@transaction.atomic
def confirm(*, order: Order, paid_by: Payment | None = None, now: datetime) -> None:
    """The order stands: its home parts go to planning and the shopper is told. What was held of
    vouchers for it is spent."""
    order = orders.confirm(order=order, now=now)
    spent = tenders.capture(order=order, now=now)
    for payment in spent:
        settlement.record_payment(payment=payment, now=now)
    confirmed = order.fulfilments.filter(status=FulfilmentStatus.CONFIRMED).order_by("pk")
    with_products = OrderLine.objects.select_related("variant__product")
    standing = list(confirmed.prefetch_related(Prefetch("lines", with_products)))
    several = tenders.paid_by_part(order) if spent else None
    _tell_core(standing, paid_by or next(iter(spent), None), several, now)
    for fulfilment in standing:
        if fulfilment.way == Way.DELIVERY:
            request_delivery(fulfilment=fulfilment, now=now)
    queue(
        key=f"confirmed:{order.reference}",
        user_reference=order.customer.user_reference,
        kind="order_confirmed",
        facts={"order": order.reference, "total": f"{order.total_won:,}"},
        now=now,
    )


def _tell_core(
    parts: Sequence[Fulfilment],
    paid_by: Payment | None,
    several: Mapping[int, int] | None,
    now: datetime,
) -> None:
    """What is paid is for the whole order; the core counts each part's share of it. ``several``:
    what each part was paid by row, where vouchers were among it."""
    given = [part for part in parts if any(line.variant_id for line in part.lines.all())]
    told = [core_steps.confirming(part.reference) for part in given]
    for part in given if paid_by is not None else ():
        won = part.total_won if several is None else several.get(part.pk, 0)
        if won and paid_by is not None:
            key = f"{paid_by.reference}:{part.reference}"
            told.append(core_steps.paying(part.reference, key=key, amount_won=won))
    core_steps.take(told, now=now)
