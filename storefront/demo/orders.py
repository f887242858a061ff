"""Orders placed yesterday for today, so that every desk has work to show on the first morning."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from random import Random

from django.db.models import QuerySet

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.business_days import business_date, instant
from commerce.catalogue.models import Variant, Way
from commerce.customers.models import Address, Customer
from commerce.orders.models import Order
from commerce.payments.models import PaymentMethod
from drivethrough.sites.models import Site
from drivethrough.slots import actions as slots
from drivethrough.slots.queries import open_slots
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for, depots
from storefront.demo.boxes import CARD
from storefront.demo.files import Size
from storefront.demo.roll_forward import EVERY_DAY, feast_days
from storefront.journeys import plan_routes
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.place_order import Checkout, place_order
from storefront.journeys.plan_checkout import plan_checkout

ORDERED_AT = time(15)
PLANNED_AT = time(22, 10)
HOME_ORDERS = {"small": 12, "full": 70}
GATE_ORDERS = {"small": 6, "full": 24}
PLAN_SECONDS = {"small": 0.5, "full": 4.0}


@dataclass(frozen=True)
class _Day:
    """Whose orders, when they were placed, and the day they are handed over."""

    size: Size
    placed_at: datetime
    handed_over_on: date
    chance: Random


def load_todays_orders(size: Size, families: Sequence[Customer], now: datetime) -> None:
    """A few homes and cars, once a day, and the published plan that brings them their goods."""
    today = business_date(now)
    yesterday = today - timedelta(days=1)
    if today in feast_days() or Order.objects.filter(key__startswith=f"demo-{today}").exists():
        return
    chance = Random(today.isoformat())  # noqa: S311 - the same orders for the same day
    day = _Day(size, instant(yesterday, ORDERED_AT), today, chance)
    homes = families[: HOME_ORDERS[size]]
    for customer in homes:
        _order_home(customer, day)
    for customer in families[len(homes) : len(homes) + GATE_ORDERS[size]]:
        _order_at_gate(customer, day)
    for depot in depots():
        _plan(depot.code, day, instant(yesterday, PLANNED_AT))


def _order_home(customer: Customer, day: _Day) -> None:
    """Goods of one market, which come together."""
    address = Address.objects.get(customer=customer)
    depot = depot_for(address.lat, address.lon)
    if depot is None:
        return
    windows = [
        window
        for window in open_windows(depot, day.placed_at)
        if window.on_date == day.handed_over_on and window.left
    ]
    goods = _in_stock().exclude(product__merchant__market=None)
    first = day.chance.choice(list(goods.order_by("pk")))
    market = first.product.merchant.market
    beside = list(goods.filter(product__merchant__market=market).order_by("pk"))
    basket = baskets.open_basket(customer=customer, now=day.placed_at)
    for variant in day.chance.sample(beside, day.chance.randint(2, 4)):
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=Way.DELIVERY)
    if windows:
        _check_out(basket, customer, address, day, window=day.chance.choice(windows).reference)


def _order_at_gate(customer: Customer, day: _Day) -> None:
    """Goods of one farm, at the site that opens every day."""
    site = Site.objects.get(source_id=EVERY_DAY)
    free = [
        slot
        for slot in open_slots(site.reference, day.placed_at)
        if business_date(slot.starts_at) == day.handed_over_on and slot.left
    ]
    goods = _in_stock().filter(
        product__merchant__site_reference=site.reference,
        product__ways__contains=[Way.DRIVE_THROUGH],
    )
    first = day.chance.choice(list(goods.order_by("pk")))
    if not free:
        return
    basket = baskets.open_basket(customer=customer, now=day.placed_at)
    baskets.add_goods(basket=basket, variant=first, quantity=1, way=Way.DRIVE_THROUGH)
    slots.hold(
        slot_reference=day.chance.choice(free).reference,
        owner_reference=basket.reference,
        key=f"demo-{basket.reference}",
        now=day.placed_at,
    )
    _check_out(basket, customer, Address.objects.get(customer=customer), day, window="")


def _in_stock() -> QuerySet[Variant]:
    return Variant.objects.select_related("product__merchant__market").filter(
        stock__on_hand__gte=20, product__status="published"
    )


def _check_out(
    basket: Basket, customer: Customer, address: Address, day: _Day, *, window: str
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
        key=f"demo-{day.handed_over_on}-{customer.reference}",
        now=day.placed_at,
    )
    for payment in placed.payments:
        if payment.method == PaymentMethod.CARD:
            charge_and_confirm(payment_reference=payment.reference, now=day.placed_at)


def _plan(depot_code: str, day: _Day, planned_at: datetime) -> None:
    draft = plan_routes.plan(
        depot_code=depot_code,
        on_date=day.handed_over_on,
        seconds=PLAN_SECONDS[day.size],
        seed=1,
        now=planned_at,
    )
    plan_routes.publish(plan=draft, now=planned_at)
