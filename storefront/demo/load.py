"""Loads the Gyeonggi demo. A second load adds nothing but the days that have come since."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.books.models import Bundle, Copy, Library
from commerce.boxes.models import Subscription
from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.merchants.models import Market, Merchant, MerchantKind
from commerce.orders.models import Order
from drivethrough.sites.models import Site
from drivethrough.slots.models import Slot
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from storefront.demo import boxes, bundles, fleet, goods, people, places
from storefront.demo.files import Size
from storefront.demo.orders import load_todays_orders
from storefront.demo.roll_forward import roll_forward

OnProgress = Callable[[str, int, int], None]
PARTS = ("places", "fleet", "merchants", "products", "people", "boxes", "books", "days", "orders")


@dataclass(frozen=True)
class Counts:
    """What the mall holds after the load."""

    markets: int
    merchants: int
    farms: int
    products: int
    sites: int
    slots: int
    depots: int
    windows: int
    vans: int
    drivers: int
    customers: int
    subscriptions: int
    libraries: int
    bundles: int
    copies: int
    orders: int


def load(*, size: Size, now: datetime, on_progress: OnProgress | None = None) -> Counts:
    """Everything in ``data/`` for a ``small`` or ``full`` demo, and the days after ``now``.

    ``on_progress(part, done, total)`` is told of each of PARTS, and of every product.
    """
    tell = on_progress or (lambda part, done, total: None)
    with transaction.atomic():
        places.load_places(size)
        tell("places", 1, 1)
        fleet.load_fleet(size)
        tell("fleet", 1, 1)
        sellers = goods.load_merchants(size, now)
        tell("merchants", 1, 1)
    total, done = len(goods.offers(size)), 0

    def product_loaded() -> None:
        nonlocal done
        done += 1
        tell("products", done, total)

    goods.load_products(size, sellers, now, on_product=product_loaded)
    with transaction.atomic():
        people.load_sign_ins(sellers, now)
        people.load_children(now)
        families = people.load_households(size, now)
        tell("people", 1, 1)
    with transaction.atomic():
        subscribers = [people.customer_of("subscriber@jangteo.test"), *families]
        boxes.load_subscriptions(size, boxes.load_boxes(size, now), subscribers, now)
        tell("boxes", 1, 1)
    with transaction.atomic():
        bundles.load_bundles(size)
        bundles.load_loans(size, families[::-1], now)
        tell("books", 1, 1)
    with transaction.atomic():
        roll_forward(now)
        tell("days", 1, 1)
    parent = people.customer_of("shopper@jangteo.test")
    load_todays_orders(size, [parent, *families], now)
    tell("orders", 1, 1)
    return _counts()


def _counts() -> Counts:
    farms = Merchant.objects.filter(kind=MerchantKind.FARM).count()
    return Counts(
        markets=Market.objects.count(),
        merchants=Merchant.objects.count() - farms,
        farms=farms,
        products=Product.objects.count(),
        sites=Site.objects.count(),
        slots=Slot.objects.count(),
        depots=Depot.objects.count(),
        windows=DeliveryWindow.objects.count(),
        vans=Vehicle.objects.count(),
        drivers=Driver.objects.count(),
        customers=Customer.objects.count(),
        subscriptions=Subscription.objects.count(),
        libraries=Library.objects.count(),
        bundles=Bundle.objects.count(),
        copies=Copy.objects.count(),
        orders=Order.objects.count(),
    )
