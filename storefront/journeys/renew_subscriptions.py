"""Each box subscription becomes this cycle's order, by itself, after its cut-off."""

import logging
from datetime import datetime, time

from django.db import transaction
from django.utils import timezone

from commerce.boxes import actions as boxes
from commerce.boxes.models import Renewal, Subscription
from commerce.boxes.queries import due_renewals
from commerce.catalogue.models import Way
from commerce.errors import CommerceError
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Order
from commerce.payments import actions as payments
from commerce.payments.models import Payment, PaymentMethod
from commerce.stock import actions as stock
from commerce.stock.actions import Want
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.errors import LogisticsError
from logistics.network.queries import depot_for
from storefront.journeys.cancel_order import window_key
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.tell_core import take_place
from storefront.notices.actions import queue
from storefront.refusals import StorefrontError

log = logging.getLogger(__name__)

# A box comes in the afternoon unless that window is full.
PREFERRED_START = time(14)


class NoWindow(StorefrontError):
    """No delivery window is open to this door on the cycle's day."""

    code = "NO_WINDOW"


def renew_due(*, now: datetime) -> int:
    """Place every renewal that is due, however late; returns how many orders were placed.

    Each in its own transaction: one that cannot be placed is marked with why and the rest go on.
    """
    placed = 0
    for renewal in due_renewals(now):
        order = _renew(renewal, now)
        if order is None:
            continue
        placed += 1
        for payment in Payment.objects.filter(order=order):
            charge_and_confirm(payment_reference=payment.reference, now=now)
    return placed


def _renew(renewal: Renewal, now: datetime) -> Order | None:
    try:
        return place_renewal(renewal_reference=renewal.reference, now=now)
    except (CommerceError, LogisticsError, StorefrontError) as refusal:
        # Somebody took the window's last place a moment ago: the next run looks at the others.
        if not refusal.retryable:
            _refuse(renewal, refusal.code, now)
        return None


@transaction.atomic
def place_renewal(*, renewal_reference: str, now: datetime) -> Order | None:
    """One renewal into one order; None when it is no longer due (skipped, paused, placed)."""
    renewal = boxes.claim(renewal_reference=renewal_reference, now=now)
    if renewal is None:
        return None
    subscription = renewal.subscription
    window = _window(subscription, renewal, now)
    order, created = orders.open_order(
        key=renewal.reference,
        basket_reference=None,
        customer=subscription.customer,
        contact_name=subscription.customer.full_name,
        contact_phone=subscription.customer.phone,
        parts=[_part(subscription, window)],
        now=now,
    )
    if created:
        fulfilment = order.fulfilments.get()
        windows.take(window_reference=window.reference, key=window_key(fulfilment), now=now)
        line = fulfilment.lines.get()
        want = Want(
            variant_id=subscription.box.variant_id,
            line_reference=line.reference,
            quantity=line.quantity,
        )
        stock.allocate(wants=[want], now=now)
        take_place(fulfilments=[fulfilment], now=now)
        payments.open_payment(
            order=order,
            method=PaymentMethod.CARD,
            card_token=subscription.card_token,
            off_session=True,
            now=now,
        )
    boxes.mark_placed(renewal=renewal, order_reference=order.reference, now=now)
    _tell(renewal, "box_coming", now, order=order.reference)
    return order


def _window(subscription: Subscription, renewal: Renewal, now: datetime) -> DeliveryWindow:
    address = subscription.address
    depot = depot_for(address.lat, address.lon)
    open_then = DeliveryWindow.objects.filter(
        depot=depot, on_date=renewal.cycle.hand_over_on, cut_off_at__gt=now
    ).order_by("starts_at")
    with_room = [window for window in open_then if window.taken_stops < window.capacity_stops]
    if depot is None or not with_room:
        raise NoWindow("window", day=str(renewal.cycle.hand_over_on))
    preferred = [w for w in with_room if timezone.localtime(w.starts_at).time() == PREFERRED_START]
    return (preferred or with_room)[0]


def _part(subscription: Subscription, window: DeliveryWindow) -> NewFulfilment:
    box = subscription.box
    variant = box.variant
    merchant = variant.product.merchant
    line = NewLine(
        merchant_reference=merchant.reference,
        variant=variant,
        bundle_reference="",
        name=box.name,
        name_en=box.name_en,
        unit=variant.unit,
        quantity=1,
        unit_price_won=variant.price_won,
        tax_class=variant.product.tax_class,
    )
    return NewFulfilment(
        way=Way.DELIVERY,
        hands_over=merchant.reference,
        hands_over_name=merchant.name,
        hands_over_name_en=merchant.name_en,
        place_name=subscription.address.one_line,
        address_reference=subscription.address.reference,
        promised_from=window.starts_at,
        promised_until=window.ends_at,
        delivery_won=0,
        window_reference=window.reference,
        lines=[line],
    )


@transaction.atomic
def _refuse(renewal: Renewal, code: str, now: datetime) -> None:
    log.warning("renewal %s refused: %s", renewal.reference, code)
    claimed = boxes.claim(renewal_reference=renewal.reference, now=now)
    if claimed is not None:
        boxes.mark_refused(renewal=claimed, code=code, now=now)
        _tell(claimed, "box_missed", now)


def _tell(renewal: Renewal, kind: str, now: datetime, **facts: str) -> None:
    subscription = renewal.subscription
    queue(
        key=f"{kind}:{renewal.reference}",
        user_reference=subscription.customer.user_reference,
        kind=kind,
        facts={"box": subscription.box.name, "day": str(renewal.cycle.hand_over_on), **facts},
        now=now,
    )
