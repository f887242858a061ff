"""Undo an order, or one part of it: everything it held is freed and what was paid goes back."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Max, Min, QuerySet

from commerce.books import actions as books
from commerce.books.models import ENDED_LOANS, Loan
from commerce.boxes import actions as boxes
from commerce.catalogue.models import TaxClass
from commerce.core import shelf
from commerce.core import steps as core_steps
from commerce.orders import actions as orders
from commerce.orders import substitutes
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments import holding, refunds, tenders
from commerce.payments.models import HELD, Payment, PaymentStatus, Refund, RefundStatus
from commerce.payments.queries import owed_back
from commerce.settlement import actions as settlement
from commerce.stock import actions as stock
from drivethrough.screenings import actions as screenings
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment, ConsignmentKind, ConsignmentStatus
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from storefront.journeys.give_back_tenders import give_back_to_each
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)

# How long an order waits for a card that works.
UNPAID_AFTER = timedelta(minutes=30)

# Reasons that make a difference to what is told to whom.
UNPAID, SOLD_OUT, SHOPPER = "unpaid", "sold_out", "shopper"

# How the keys of refunds for cancelled parts begin.
BACK = "back:"


@transaction.atomic
def cancel_order(*, order: Order, reason: str, now: datetime) -> None:
    """Cancel every part that has not ended.

    INVALID_TRANSITION when one is already on the road; for a shopper SCREENING_CLOSED when one is
    a bay past its cut-off.
    """
    order = Order.objects.locked().get(pk=order.pk)
    if order.status == OrderStatus.CANCELLED:
        return
    ended = [FulfilmentStatus.CANCELLED, FulfilmentStatus.HANDED_OVER]
    _cancel(list(order.fulfilments.exclude(status__in=ended).order_by("pk")), reason, now)
    payments.cancel_open(order=order, now=now)
    if reason in (UNPAID, SOLD_OUT):
        boxes.end_begun_with(order_reference=order.reference, now=now)
    queue(
        key=f"cancelled:{order.reference}",
        user_reference=order.customer.user_reference,
        kind="order_sold_out" if reason == SOLD_OUT else "order_cancelled",
        facts={"order": order.reference},
        now=now,
    )


@transaction.atomic
def cancel_part(*, fulfilment: Fulfilment, reason: str, now: datetime) -> None:
    """One part ends unserved: slot, window, stock and books are free again, its money goes back.

    A repeat changes nothing: every step is keyed by the fulfilment.
    """
    _cancel([fulfilment], reason, now)


def _cancel(fulfilments: Sequence[Fulfilment], reason: str, now: datetime) -> None:
    """Parts of one order. Frees in the order in which ``place_order`` takes, so that the two
    cannot deadlock over a window and a shelf."""
    parts = [orders.cancel_fulfilment(fulfilment=part, now=now) for part in fulfilments]
    for part in sorted(parts, key=lambda part: part.hands_over):
        _free_slot(part, now)
    for part in sorted(parts, key=lambda part: part.ticket_reference):
        if part.ticket_reference:
            _free_bay(part, reason, now)
    for part in sorted(parts, key=lambda part: part.window_reference):
        if part.window_reference and not _others_in_window(part):
            windows.release(key=window_key(part), now=now)
    goods = [line for part in parts for line in part.lines.all() if line.variant_id]
    offers = substitutes.lapse(parts=parts, now=now)
    promised = [*offers, *(line.reference for line in goods)]
    released = stock.release(line_references=promised, now=now)
    shelf.freed([allocation.line_reference for allocation in released], now=now)
    with_goods = {line.fulfilment_id for line in goods}
    ends = core_steps.expiring if reason == UNPAID else core_steps.cancelling
    core_steps.take([ends(part.reference) for part in parts if part.pk in with_goods], now=now)
    for part in parts:
        _cancel_loans(part, now)
        _call_off_van(part, now)
        payments.cancel_open(order=part.order, fulfilment=part, now=now)
    for order in {part.order for part in parts}:
        give_back(order=order, reason=reason, now=now)
    held = [x for x in parts if holding.is_held(x.order) or holding.was_lost(x.order)]
    _let_go(held, now)


def _let_go(parts: Sequence[Fulfilment], now: datetime) -> None:
    """What is, or was, held for them on a card is not taken; the core was told that it is paid."""
    holding.let_go(parts=parts)
    back = [
        core_steps.refunding(
            part.reference, key=f"back:{part.reference}", amount_won=part.total_won
        )
        for part in parts
        if part.total_won
    ]
    core_steps.take(back, now=now)


def _free_slot(part: Fulfilment, now: datetime) -> None:
    """A car that did not come has used its place; that booking stays missed."""
    live = Booking.objects.filter(
        reference=part.booking_reference, status__in=[BookingStatus.HELD, BookingStatus.CONFIRMED]
    )
    if part.booking_reference and live.exists():
        slots.cancel(booking_reference=part.booking_reference, now=now)


def _free_bay(part: Fulfilment, reason: str, now: datetime) -> None:
    """A shopper may cancel until the cut-off; whatever else ends an order does so at any time."""
    if reason != SHOPPER:
        screenings.give_up(ticket_reference=part.ticket_reference, now=now)
        return
    screenings.cancel(
        ticket_reference=part.ticket_reference,
        owner_reference=part.order.customer.user_reference,
        now=now,
    )


def _call_off_van(part: Fulfilment, now: datetime) -> None:
    """Nothing to call off before the order is confirmed, or after the van came back with it."""
    move = {"owner_reference": part.reference, "kind": ConsignmentKind.DELIVER}
    if Consignment.objects.filter(**move).exclude(status=ConsignmentStatus.FAILED).exists():
        consignments.cancel(**move, now=now)


def window_key(fulfilment: Fulfilment) -> str:
    """One stop's place in a window for all parts of an order that come in it together."""
    return f"{fulfilment.order.reference}:{fulfilment.window_reference}"


def _others_in_window(fulfilment: Fulfilment) -> bool:
    same = fulfilment.order.fulfilments.filter(window_reference=fulfilment.window_reference)
    return same.exclude(status=FulfilmentStatus.CANCELLED).exists()


def _cancel_loans(fulfilment: Fulfilment, now: datetime) -> None:
    for loan in Loan.objects.filter(key=fulfilment.reference).exclude(status__in=ENDED_LOANS):
        books.cancel_loan(loan_reference=loan.reference, now=now)


@transaction.atomic
def give_back(*, order: Order, reason: str, now: datetime) -> int:
    """Refund every cancelled part that was paid for, each out of its own money; returns the won.

    Nothing twice: what was set aside before is no longer owed.
    """
    order = Order.objects.locked().get(pk=order.pk)
    given: list[Refund] = []
    several = False
    for owed in owed_back(order=order):
        # The shopper may cancel before whoever charged the card has written the money down.
        settlement.record_payment(payment=owed.payment, now=now)
        if owed.payment.shares.exists():
            several = True
            continue
        left_won = owed.owed_won  # some may have gone back before, for no part in particular
        for part in _owed_parts(owed.payment):
            if won := min(part.total_won, left_won):
                given.append(_refund(owed.payment, part, won, reason, now))
                left_won -= won
    if several:
        given += _give_back_shares(order, reason, now)
    return sum(refund.amount_won for refund in given)


def _give_back_shares(order: Order, reason: str, now: datetime) -> list[Refund]:
    """To each of several payments what it paid for what was cancelled."""
    by_part: dict[Fulfilment, tenders.Divided] = defaultdict(list)
    for share, won in tenders.owed_of(order):
        by_part[share.fulfilment].append((share, won))
    done: list[Refund] = []
    for part, divided in by_part.items():
        before = _refunds_of(part).count()
        given = give_back_to_each(
            part=part,
            divided=divided,
            reason=reason,
            key=f"{BACK}{part.reference}:{before}",
            now=now,
        )
        if not before:
            _tell_of_refund(part, sum(refund.amount_won for refund in given), now)
        done += given
    return done


def _owed_parts(payment: Payment) -> list[Fulfilment]:
    """Cancelled after they were asked for, and not being given back yet."""
    cancelled = Fulfilment.objects.filter(order=payment.order, status=FulfilmentStatus.CANCELLED)
    asked = cancelled.filter(money_let_go=False)
    if payment.fulfilment_id is None:
        asked = asked.exclude(ended_at__lte=payment.opened_at)
    else:
        asked = asked.filter(pk=payment.fulfilment_id)
    return [
        part
        for part in asked.order_by("pk")
        if part.total_won and not _refunds_of(part).exclude(status=RefundStatus.REFUSED).exists()
    ]


def _refunds_of(part: Fulfilment) -> QuerySet[Refund]:
    return Refund.objects.filter(key__startswith=f"{BACK}{part.reference}:")


def _refund(
    payment: Payment, part: Fulfilment, amount_won: int, reason: str, now: datetime
) -> Refund:
    refund = refunds.open_refund(
        payment=payment,
        amount_won=amount_won,
        tax_free_won=sum(x.line_won for x in part.lines.all() if x.tax_class == TaxClass.EXEMPT),
        reason=reason,
        # One more than the gateway refused.
        key=f"{BACK}{part.reference}:{_refunds_of(part).count()}",
        now=now,
    )
    settlement.record_refund(refund=refund, fulfilment=part, now=now)
    _tell_of_refund(part, refund.amount_won, now)
    return refund


def _tell_of_refund(part: Fulfilment, amount_won: int, now: datetime) -> None:
    # One key for a part: should the gateway refuse, the core need not hear of the next attempt.
    back = core_steps.refunding(part.reference, key=f"back:{part.reference}", amount_won=amount_won)
    core_steps.take([back], now=now)
    queue(
        key=f"refunded:{part.reference}",
        user_reference=part.order.customer.user_reference,
        kind="part_refunded",
        facts={"order": part.order.reference, "refunded": f"{amount_won:,}"},
        now=now,
    )


def paid_until(order: Order) -> datetime:
    """How long an order not paid yet waits for a card that works, or for a transfer.

    A box whose kept card was declined waits until its delivery window closes: nobody was there.
    """
    transfers = order.payments.exclude(pay_until=None)
    if (until := transfers.aggregate(at=Max("pay_until"))["at"]) is not None:
        return until
    renewed = order.basket_reference is None
    if not renewed or not order.payments.filter(off_session=True).exists():
        return order.placed_at + UNPAID_AFTER
    parts = order.fulfilments.exclude(window_reference="")
    taken = DeliveryWindow.objects.filter(
        reference__in=list(parts.values_list("window_reference", flat=True))
    )
    closes_at = taken.aggregate(at=Min("cut_off_at"))["at"]
    return max(order.placed_at + UNPAID_AFTER, closes_at or order.placed_at)


def expire_unpaid(*, now: datetime) -> int:
    """Orders nobody paid in time, by card or transfer. A charge still under way is left to the
    sweep first."""
    waiting = Order.objects.filter(
        status=OrderStatus.PLACED, placed_at__lt=now - UNPAID_AFTER
    ).exclude(payments__status__in=[PaymentStatus.CHARGING, *HELD])
    late = [order for order in waiting.order_by("pk") if paid_until(order) < now]
    return sum(_expire(order, now) for order in late)


def _expire(order: Order, now: datetime) -> bool:
    """One that cannot be undone is logged and tried again; it never stops the others."""
    try:
        return _give_up(order, now)
    except REFUSALS:
        log.exception("%s could not be given up", order)
        return False


@transaction.atomic
def _give_up(order: Order, now: datetime) -> bool:
    """Unless it was paid since it was looked at: whoever writes that down holds this row."""
    order = Order.objects.locked().get(pk=order.pk)
    if order.status != OrderStatus.PLACED:
        return False
    cancel_order(order=order, reason=UNPAID, now=now)
    return True
