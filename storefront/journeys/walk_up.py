"""A car at the gate without a booking buys what is there: to be paid here, and in the queue."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID, uuid5

from django.db import transaction
from django.db.models import F, QuerySet

from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale
from commerce.customers.actions import customer_for
from commerce.customers.models import Customer
from commerce.orders import actions as orders
from commerce.orders.actions import NewFulfilment, NewLine, OrderEmpty
from commerce.orders.models import Fulfilment, Order
from commerce.payments import actions as payments
from commerce.payments.models import PaymentMethod
from commerce.stock import actions as stock
from drivethrough.queue import actions as queue
from drivethrough.queue.noting import lock_queue
from drivethrough.sites.models import Site
from drivethrough.slots import walking_up
from drivethrough.slots.models import Booking
from storefront.journeys.confirm_payment import confirm
from storefront.journeys.part_loads import load_of, saying_which
from storefront.journeys.place_order import wants_of
from storefront.journeys.tell_core import take_place
from storefront.live import channels
from storefront.live.publish import changed
from storefront.refusals import NotFound

# One tap makes an order, a booking and an arrival; each has a key of its own from the tap's.
KEYS = UUID("5d4c1c0a-93f4-4b8e-9d5e-3f5f8b4a2e61")
MOST_OF_ONE = 50


def goods_at(site_reference: str) -> QuerySet[Variant]:
    """What is sold from the car at this site and of which some is left, by merchant and name."""
    return (
        for_sale()
        .filter(
            product__merchant__site_reference=site_reference,
            product__ways__contains=[Way.DRIVE_THROUGH],
            stock__on_hand__gt=F("stock__allocated"),
        )
        .select_related("product__merchant", "stock")
        .order_by("product__merchant__name", "product__name", "position", "pk")
    )


@transaction.atomic
def walk_up(
    *,
    site: Site,
    wanted: Mapping[str, int],
    plate: str,
    phone_last4: str,
    key: str,
    now: datetime,
) -> Fulfilment:
    """``wanted``: variant reference → how many. The car waits in the queue as any other.

    The same key is the same car. ORDER_EMPTY, NOT_FOUND (not sold here), STOCK_SHORT,
    NO_PLACE_TODAY, PREPARATION_FULL, ITEM_FULL_THAT_DAY, PLATE_FORMAT, PHONE_LAST4_FORMAT. Locks
    the site's queue, then as ``place_order``: slot, stock; the order is nobody else's yet.
    """
    lock_queue(site.pk)
    order_key = _key("order", key)
    earlier = Order.objects.filter(key=order_key).first()
    if earlier is not None:
        return earlier.fulfilments.get()
    lines = _lines(site, wanted)
    with saying_which():
        booking = walking_up.take(
            site=site,
            owner_reference=site.reference,  # its fulfilment's, as soon as there is one
            key=_key("booking", key),
            plate=plate,
            phone_last4=phone_last4,
            load=load_of((line.variant, line.quantity) for line in lines),
            now=now,
        )
    order, _ = orders.open_order(
        key=order_key,
        basket_reference=None,
        customer=unnamed_at(site, now),
        contact_name="",
        contact_phone="",
        parts=[_part(site, booking, lines)],
        now=now,
    )
    part = order.fulfilments.get()
    booking.owner_reference = part.reference
    booking.save(update_fields=["owner_reference"])
    stock.allocate(wants=wants_of([part]), now=now)
    take_place(fulfilments=[part], now=now)
    payments.open_payment(order=order, method=PaymentMethod.ON_SITE, now=now)
    confirm(order=order, now=now)
    queue.arrive(key=_key("arrival", key), booking_reference=booking.reference, now=now)
    for channel in channels.at_site(site.reference):
        changed(channel)
    return part


def unnamed_at(site: Site, now: datetime) -> Customer:
    """Who buys at the gate gives no name: all of a site's are one customer, with no sign-in."""
    return customer_for(user_reference=site.reference, now=now)


def _key(of: str, key: str) -> str:
    return str(uuid5(KEYS, f"{of}:{key}"))


def _lines(site: Site, wanted: Mapping[str, int]) -> list[NewLine]:
    asked = {reference: quantity for reference, quantity in wanted.items() if quantity}
    if not asked:
        raise OrderEmpty("goods")
    here = {variant.reference: variant for variant in goods_at(site.reference)}
    if not asked.keys() <= here.keys():
        raise NotFound("goods")
    return [_line(here[reference], quantity) for reference, quantity in asked.items()]


def _line(variant: Variant, quantity: int) -> NewLine:
    product = variant.product
    return NewLine(
        merchant_reference=product.merchant.reference,
        variant=variant,
        bundle_reference="",
        name=product.name,
        name_en=product.name_en,
        unit=variant.unit,
        quantity=quantity,
        unit_price_won=variant.price_won,
        tax_class=product.tax_class,
    )


def _part(site: Site, booking: Booking, lines: list[NewLine]) -> NewFulfilment:
    return NewFulfilment(
        way=Way.DRIVE_THROUGH,
        hands_over=site.reference,
        hands_over_name=site.name,
        hands_over_name_en=site.name_en,
        place_name=site.name,
        promised_from=booking.slot.starts_at,
        promised_until=booking.slot.ends_at,
        delivery_won=0,
        booking_reference=booking.reference,
        lines=lines,
    )
