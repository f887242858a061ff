"""One day's orders as families place them the afternoon before, and the plan that brings them."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Self

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.books.models import ENDED_LOANS, Loan
from commerce.books.queries import available_bundles
from commerce.business_days import business_date, instant
from commerce.catalogue.models import Variant, Way
from commerce.customers.models import Address, Customer
from commerce.payments.models import PaymentMethod
from drivethrough.sites.models import Site
from drivethrough.slots.fitting import fitting_slots
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.models import Depot
from logistics.network.queries import depot_for
from logistics.planning.models import Plan
from storefront.demo.boxes import CARD
from storefront.demo.bundles import child_of_stage
from storefront.journeys import plan_routes
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.part_loads import hold_slot, load_of
from storefront.journeys.place_order import Checkout, place_order
from storefront.journeys.plan_checkout import plan_checkout

ORDERED_AT = time(15)
PLANNED_AT = time(22, 10)
# What has fewer left is not ordered, so that a few things stay nearly gone.
PLENTY = 20


@dataclass(frozen=True)
class Day:
    """The day on which the goods are handed over; ``key`` begins the keys of its orders."""

    key: str
    on: date
    chance: Random
    shelf: list[Variant]

    @classmethod
    def of(cls, key: str, on: date) -> Self:
        """The same orders for the same day, each time."""
        in_stock = Variant.objects.select_related("product__merchant__market").filter(
            stock__on_hand__gte=PLENTY, product__status="published"
        )
        chance = Random(on.isoformat())  # noqa: S311 - a demo, not a secret
        return cls(f"{key}-{on}", on, chance, list(in_stock.order_by("pk")))

    @property
    def placed_at(self) -> datetime:
        return instant(self.on - timedelta(days=1), ORDERED_AT)

    @property
    def planned_at(self) -> datetime:
        return instant(self.on - timedelta(days=1), PLANNED_AT)


def order_home(customer: Customer, day: Day, *, with_books: bool = False) -> None:
    """Goods of one market, which come together, and maybe a book bundle in the same window."""
    address = Address.objects.get(customer=customer, is_default=True)
    window = _window(address, day)
    if window is None:
        return
    of_markets = [variant for variant in day.shelf if variant.product.merchant.market]
    market = day.chance.choice(of_markets).product.merchant.market
    beside = [v for v in of_markets if v.product.merchant.market == market]
    basket = baskets.open_basket(customer=customer, now=day.placed_at)
    for variant in day.chance.sample(beside, day.chance.randint(2, 4)):
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=Way.DELIVERY)
    if with_books:
        _ask_for_books(basket, customer, address, day)
    _check_out(basket, customer, address, day, window=window.reference)


def _window(address: Address, day: Day) -> DeliveryWindow | None:
    depot = depot_for(address.lat, address.lon)
    if depot is None:
        return None
    windows = open_windows(depot, day.placed_at)
    with_room = [window for window in windows if window.on_date == day.on and window.left]
    return day.chance.choice(with_room) if with_room else None


def _ask_for_books(basket: Basket, customer: Customer, address: Address, day: Day) -> None:
    bundle = available_bundles(city=address.city, stage=None).order_by("pk").first()
    has_books = Loan.objects.filter(child__guardian=customer).exclude(status__in=ENDED_LOANS)
    if bundle is None or has_books.exists():
        return
    child = child_of_stage(customer, bundle.stage, day.placed_at)
    baskets.add_bundle(
        basket=basket, bundle_reference=bundle.reference, child_reference=child.reference
    )


def order_at_gate(customer: Customer, site: Site, day: Day) -> None:
    """Goods of one of the site's farms."""
    goods = [
        variant
        for variant in day.shelf
        if variant.product.merchant.site_reference == site.reference
        and Way.DRIVE_THROUGH in variant.product.ways
    ]
    if not goods:
        return
    variant = day.chance.choice(goods)
    free = [
        slot
        for slot in fitting_slots(site.reference, load_of([(variant, 1)]), day.placed_at)
        if business_date(slot.starts_at) == day.on
    ]
    if not free:
        return
    basket = baskets.open_basket(customer=customer, now=day.placed_at)
    baskets.add_goods(basket=basket, variant=variant, quantity=1, way=Way.DRIVE_THROUGH)
    hold_slot(
        basket=basket,
        slot_reference=day.chance.choice(free).reference,
        key=f"{day.key}-{basket.reference}",
        now=day.placed_at,
    )
    address = Address.objects.get(customer=customer, is_default=True)
    _check_out(basket, customer, address, day, window="")


def _check_out(
    basket: Basket, customer: Customer, address: Address, day: Day, *, window: str
) -> None:
    plan = plan_checkout(basket=basket, address=address, now=day.placed_at)
    on_site = day.chance.random() < 0.3
    checkout = Checkout(
        basket_reference=basket.reference,
        address_reference=address.reference,
        contact_name=customer.full_name,
        contact_phone=customer.phone,
        windows={part.key: window for part in plan.parts if not part.at_site},
        plate=f"{day.chance.randint(10, 99)}가{day.chance.randint(1000, 9999)}",
        method=PaymentMethod.ON_SITE if on_site else PaymentMethod.CARD,
        card_token="" if on_site else CARD,
    )
    placed = place_order(
        checkout=checkout,
        customer=customer,
        key=f"{day.key}-{customer.reference}",
        now=day.placed_at,
    )
    for payment in placed.payments:
        if payment.method == PaymentMethod.CARD:
            charge_and_confirm(payment_reference=payment.reference, now=day.placed_at)


def plan_and_publish(depot: Depot, day: Day, *, seconds: float) -> Plan:
    draft = plan_routes.plan(
        depot_code=depot.code, on_date=day.on, seconds=seconds, seed=1, now=day.planned_at
    )
    return plan_routes.publish(plan=draft, now=day.planned_at)
