"""One of everything for a journey: ordered on Tuesday morning, handed over on Wednesday."""

from dataclasses import dataclass
from datetime import date, datetime, time
from itertools import count
from typing import Any
from uuid import UUID, uuid5

from django.db.models import Sum

from commerce.basket import actions as baskets
from commerce.basket.models import Basket
from commerce.books.models import ENDED_LOANS, Bundle, Child, Library, Loan
from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.customers.models import Address, Customer
from commerce.merchants.models import Merchant
from commerce.orders.models import Fulfilment, Order
from commerce.payments.models import PaymentMethod
from commerce.stock.models import StockRecord
from drivethrough.sites.models import Site
from drivethrough.slots.models import Booking, Slot
from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import actions as planning
from logistics.planning.models import Plan, Route, StopTask
from logistics.seoul_time import moment
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.part_loads import hold_slot
from storefront.journeys.place_order import Checkout, Placed, place_order
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.record_stop import StopReport
from tests.builders import books, commerce, drivethrough, logistics
from tests.builders.orders import PAYS

NOW = commerce.NOW  # Tuesday 10:00 in Seoul
TODAY = date(2026, 3, 3)
TOMORROW = date(2026, 3, 4)
CUT_OFF = moment(TODAY, time(22))
EVENING = moment(TODAY, time(22, 30))
NEXT_MORNING = moment(TOMORROW, time(9))
AT_THE_GATE = moment(TOMORROW, time(10, 5))

_numbers = count(1)
_PHONE = UUID("7b1f6f52-3c1e-4b43-9f5e-0d9a3f1c2b11")


@dataclass(frozen=True)
class Mall:
    """``spinach`` and ``tofu`` come from two stalls of one market, ``strawberries`` from a farm."""

    depot: Depot
    window: DeliveryWindow
    later_window: DeliveryWindow
    site: Site
    slot: Slot
    later_slot: Slot
    spinach: Variant
    tofu: Variant
    strawberries: Variant
    library: Library
    bundle: Bundle
    shift: Shift


def a_mall(*, on_hand: int = 10, cars: int = 3, stops: int = 10) -> Mall:
    """Hands over tomorrow from 10:00 (gate) and 14:00 (homes); one van, one bundle."""
    depot = logistics.a_depot()
    site = drivethrough.a_site()
    market = commerce.a_market()
    greens = commerce.a_merchant(market=market)
    soy = commerce.a_merchant(market=market, name="지동두부", name_en="Jidong Tofu")
    farm = commerce.a_merchant(kind="farm", name="햇살농원", site_reference=site.reference)
    library = books.a_library()
    return Mall(
        depot=depot,
        window=_a_window(depot, time(14), time(16), stops),
        later_window=_a_window(depot, time(16), time(18), stops),
        site=site,
        slot=drivethrough.a_slot(site=site, on_date=TOMORROW, start=time(10), cars=cars),
        later_slot=drivethrough.a_slot(site=site, on_date=TOMORROW, start=time(10, 30), cars=cars),
        spinach=_goods(greens, "시금치", 2_500, TaxClass.EXEMPT, on_hand),
        tofu=_goods(soy, "손두부", 3_300, TaxClass.TAXABLE, on_hand),
        strawberries=_goods(farm, "딸기", 12_000, TaxClass.EXEMPT, on_hand),
        library=library,
        bundle=books.a_bundle(library=library),
        shift=logistics.a_shift(depot=depot, on_date=TOMORROW),
    )


def _a_window(depot: Depot, start: time, end: time, stops: int) -> DeliveryWindow:
    return DeliveryWindow.objects.create(
        depot=depot,
        on_date=TOMORROW,
        starts_at=moment(TOMORROW, start),
        ends_at=moment(TOMORROW, end),
        cut_off_at=CUT_OFF,
        capacity_stops=stops,
    )


def _goods(merchant: Merchant, name: str, won: int, tax_class: TaxClass, on_hand: int) -> Variant:
    at_gate = [Way.DRIVE_THROUGH] if merchant.site_reference else []
    return commerce.a_product(
        merchant=merchant,
        name=name,
        name_en=name,
        price_won=won,
        tax_class=tax_class,
        on_hand=on_hand,
        ways=[Way.DELIVERY, *at_gate],
    ).variants.get()


def by_parcel(variant: Variant) -> tuple[Variant, Way]:
    """Its merchant sends it from now on."""
    product = variant.product
    product.ways = [way for way in Way if way in (*product.ways, Way.PARCEL)]
    product.save(update_fields=["ways"])
    return variant, Way.PARCEL


def a_far_door(customer: Customer, **fields: Any) -> Address:
    """In Jeju, where no van goes and couriers ask more."""
    defaults = {
        "province": "제주특별자치도",
        "city": "제주시",
        "locality": "연동",
        "street": "연북로 1",
        "postcode": "63122",
        "lat": None,
        "lon": None,
    }
    return commerce.an_address(customer=customer, **defaults | fields)


@dataclass(frozen=True)
class Shopper:
    customer: Customer
    address: Address
    child: Child


def a_shopper(**fields: Any) -> Shopper:
    """A parent with a door in Suwon and a baby."""
    customer = commerce.a_customer(**fields)
    return Shopper(
        customer, commerce.an_address(customer=customer), books.a_child(guardian=customer)
    )


def a_mixed_basket(mall: Mall, shopper: Shopper, *, quantity: int = 1) -> Basket:
    """Greens and tofu to the door, strawberries at the gate, a book bundle for the baby."""
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    for variant, way in (
        (mall.spinach, Way.DELIVERY),
        (mall.tofu, Way.DELIVERY),
        (mall.strawberries, Way.DRIVE_THROUGH),
    ):
        baskets.add_goods(basket=basket, variant=variant, quantity=quantity, way=way)
    add_books(mall, shopper, basket)
    return basket


def add_books(mall: Mall, shopper: Shopper, basket: Basket) -> None:
    baskets.add_bundle(
        basket=basket,
        bundle_reference=mall.bundle.reference,
        child_reference=shopper.child.reference,
    )


def a_basket_of(shopper: Shopper, *goods: tuple[Variant, Way]) -> Basket:
    """One of each, the way given."""
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    for variant, way in goods:
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=way)
    return basket


def a_hold_for(basket: Basket, slot: Slot, *, now: datetime = NOW) -> Booking:
    return hold_slot(
        basket=basket,
        slot_reference=slot.reference,
        key=f"hold-{next(_numbers)}",
        now=now,
    )


def a_checkout(
    basket: Basket,
    shopper: Shopper,
    window: DeliveryWindow,
    *,
    method: str = PaymentMethod.CARD,
    card_token: str = PAYS,
    **fields: Any,
) -> Checkout:
    """Every home part in ``window``."""
    plan = plan_checkout(basket=basket, address=None, now=NOW)
    defaults = {
        "basket_reference": basket.reference,
        "address_reference": shopper.address.reference,
        "contact_name": "김영희",
        "contact_phone": "+821012345678",
        "windows": {part.key: window.reference for part in plan.parts if not part.at_site},
        "plate": "12가3456",
        "method": method,
        "card_token": card_token if method == PaymentMethod.CARD else "",
    }
    return Checkout(**defaults | fields)


def a_placed_order(
    mall: Mall,
    *,
    shopper: Shopper | None = None,
    goods: tuple[tuple[Variant, Way], ...] = (),
    method: str = PaymentMethod.CARD,
    card_token: str = PAYS,
    charged: bool = True,
    now: datetime = NOW,
) -> Order:
    """The whole way from a basket: mixed unless ``goods`` says otherwise, held, placed, paid."""
    shopper = shopper or a_shopper()
    basket = a_basket_of(shopper, *goods) if goods else a_mixed_basket(mall, shopper)
    if basket.lines.filter(way=Way.DRIVE_THROUGH).exists():
        a_hold_for(basket, mall.slot, now=now)
    placed: Placed = place_order(
        checkout=a_checkout(basket, shopper, mall.window, method=method, card_token=card_token),
        customer=shopper.customer,
        key=f"submit-{next(_numbers)}",
        now=now,
    )
    if method == PaymentMethod.CARD and charged:
        for payment in placed.payments:
            charge_and_confirm(payment_reference=payment.reference, now=now)
    return Order.objects.get(pk=placed.order.pk)


def goods_part(order: Order, way: Way) -> Fulfilment:
    """The part of ``order`` whose goods go this way, as it is now."""
    return order.fulfilments.filter(way=way, lines__bundle_reference="").distinct().get()


def books_part(order: Order) -> Fulfilment:
    return order.fulfilments.get(lines__bundle_reference__gt="")


def a_published_plan(mall: Mall) -> Plan:
    """Tomorrow, planned this evening and given to the driver."""
    draft = planning.plan_day(
        depot=mall.depot, on_date=TOMORROW, seconds=None, iterations=20, seed=1, now=EVENING
    )
    return planning.publish(plan=draft, now=EVENING)


def the_route(mall: Mall) -> Route:
    return Route.objects.get(plan__depot=mall.depot, plan__status="published")


def task_of(owner_reference: str) -> StopTask:
    return StopTask.objects.get(
        consignment__owner_reference=owner_reference, stop__route__plan__status="published"
    )


def a_report(
    owner_reference: str,
    kind: str,
    *,
    number: int = 1,
    reason: str = "",
    at: datetime | None = None,
) -> StopReport:
    """``number`` tells reports of one door apart; the same number is the same event."""
    return StopReport(
        event_id=uuid5(_PHONE, f"{owner_reference}-{number}"),
        task_reference=task_of(owner_reference).reference,
        kind=kind,
        reason=reason,
        happened_at=at or moment(TOMORROW, time(14, 30)),
    )


def taken_of(mall: Mall) -> dict[str, int]:
    """What is promised to somebody: cars, stops, goods and bundles."""
    mall.slot.refresh_from_db()
    mall.window.refresh_from_db()
    goods = StockRecord.objects.filter(
        variant__in=[mall.spinach, mall.tofu, mall.strawberries]
    ).aggregate(units=Sum("allocated"))
    return {
        "cars": mall.slot.taken_cars,
        "stops": mall.window.taken_stops,
        "units": goods["units"],
        "bundles": Loan.objects.exclude(status__in=ENDED_LOANS).count(),
    }


NOTHING_TAKEN = {"cars": 0, "stops": 0, "units": 0, "bundles": 0}
