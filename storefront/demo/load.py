"""Loads the Gyeonggi demo. A second load adds nothing but the days that have come since."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.db import connection, transaction

from commerce.books.models import Bundle, Copy, Library
from commerce.boxes.models import Subscription
from commerce.business_days import business_date
from commerce.catalogue.models import Product
from commerce.customers.models import Customer
from commerce.merchants.models import Market, Merchant, MerchantKind, MerchantStatus
from commerce.orders.models import Order
from drivethrough.sites.models import Site
from drivethrough.slots.models import Slot
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from storefront.demo import (
    boxes,
    bundles,
    fleet,
    goods,
    history,
    lists,
    openings,
    people,
    places,
    screenings,
    vouchers,
    ways_to_pay,
)
from storefront.demo.files import Size
from storefront.demo.opinions import load_opinions
from storefront.demo.roll_forward import feasts, roll_forward
from storefront.demo.today import load_todays_orders

OnProgress = Callable[[str, int, int], None]
PARTS = (
    "places",
    "fleet",
    "merchants",
    "products",
    "people",
    "boxes",
    "books",
    "history",
    "days",
    "orders",
)


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
    """Everything in ``data/`` for a ``small`` or ``full`` demo, its past, and the days to come.

    ``on_progress(part, done, total)`` is told of each of PARTS, and of every product and past day.
    """
    tell = on_progress or (lambda part, done, total: None)
    opened_at = now - history.length(size)
    _forgive_a_crash()
    with transaction.atomic():
        places.load_places(size)
        tell("places", 1, 1)
        fleet.load_fleet(size)
        closed = feasts_but(business_date(now))
        fleet.record_weeks(closed, opened_at)
        openings.record_openings(closed, opened_at)
        tell("fleet", 1, 1)
        sellers = goods.load_merchants(size, opened_at)
        tell("merchants", 1, 1)
    goods.load_products(
        size, sellers, opened_at, on_product=lambda done, total: tell("products", done, total)
    )
    with transaction.atomic():
        people.load_sign_ins(sellers, opened_at)
        people.load_children(now)
        families = people.load_households(size, opened_at)
        goods.load_applicant(people.applicant(), now)
        tell("people", 1, 1)
        offered = boxes.load_boxes(size, now)
        tell("boxes", 1, 1)
        bundles.load_bundles(size)
        bundles.load_loans(size, families[::-1], now)
        lists.load_lists(now)
        tell("books", 1, 1)
    first = people.customer_of("subscriber@jangteo.test")
    subscribers = boxes.subscribers(size, first, families, offered)
    lived = history.load_history(
        size,
        families,
        subscribers,
        now,
        restock=lambda at: goods.restock(size, sellers, at),
        on_day=lambda done, total: tell("history", done, total),
    )
    tell("history", lived or 1, lived or 1)
    with transaction.atomic():
        subscribers.join_until(now, opened_at, now)
        roll_forward(now)
        tell("days", 1, 1)
        load_opinions(size, now)
    parent = people.customer_of("shopper@jangteo.test")
    load_todays_orders(size, [parent, *families], now)
    openings.limit_next_saturday(now)
    screenings.record_screening(parent.user_reference, now)
    vouchers.load_vouchers(parent, now)
    ways_to_pay.order_by_voucher(parent, now)
    ways_to_pay.order_by_transfer(now)
    tell("orders", 1, 1)
    return _counts()


def feasts_but(today: date) -> dict[date, str]:
    """A demo that is opened on a feast shows a working day all the same."""
    return {on: name for on, name in feasts().items() if on != today}


def _forgive_a_crash() -> None:
    """What a crash of the server loses is loaded again, so no commit has to wait for the disk."""
    with connection.cursor() as cursor:
        cursor.execute("SET synchronous_commit TO off")


def _counts() -> Counts:
    selling = Merchant.objects.filter(status=MerchantStatus.APPROVED)
    farms = selling.filter(kind=MerchantKind.FARM).count()
    return Counts(
        markets=Market.objects.count(),
        merchants=selling.count() - farms,
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
