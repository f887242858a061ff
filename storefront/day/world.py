"""A world just large enough for a day's orders: two towns, each with all four services.

The demo shows the mall; this strains it. So much of everything is scarce that some shoppers find
slots full and shelves empty, whatever the number of orders.
"""

from dataclasses import dataclass, field
from datetime import time, timedelta
from io import BytesIO
from itertools import count
from math import ceil
from random import Random
from typing import Any

from PIL import Image

from commerce.books import actions as books
from commerce.books.models import Bundle, Child, Copy, Library, Stage, Title
from commerce.boxes import actions as boxes
from commerce.boxes.models import Box
from commerce.catalogue import actions as catalogue
from commerce.catalogue.models import Storage, TaxClass, Variant, Way
from commerce.customers import actions as customers
from commerce.customers.models import Address, Customer
from commerce.merchants import actions as merchants
from commerce.merchants.business_number import check_digit
from commerce.merchants.models import Market, Merchant, MerchantKind, VatType
from commerce.stock import actions as stock
from drivethrough.sites import actions as sites
from drivethrough.sites.models import Site
from drivethrough.slots import opening
from logistics.delivery_windows import actions as windows
from logistics.fleet import actions as fleet
from logistics.network import actions as network
from logistics.network.models import Depot
from storefront.accounts.models import User
from storefront.day.dates import HANDING_OVER, OPENING, ORDERING, at
from storefront.journeys.limit_pickups import limit_pickups

NOW = at(OPENING, 9)
BABY_BORN_ON = OPENING.replace(year=OPENING.year - 1, day=1)
SPANS = [(time(10), time(12)), (time(13), time(15)), (time(15), time(17)), (time(17), time(19))]
STALLS = {
    "채소": [("시금치 1단", 2_500, 400), ("무 1개", 2_000, 1_500), ("대파 1단", 3_200, 900)],
    "두부": [("손두부 1모", 3_300, 500), ("콩물 1병", 4_500, 1_000), ("비지 1봉", 1_500, 700)],
    "반찬": [("김치 1kg", 9_900, 1_000), ("멸치볶음 200g", 6_500, 250), ("잡채 500g", 8_800, 550)],
}
# Whose goods keep on the road: they also go by parcel.
SENDS = "반찬"
FARM = [("햅쌀 4kg", 19_500, 4_000), ("사과 2kg", 14_000, 2_000), ("고구마 3kg", 11_500, 3_000)]
# Of one person's time for one of the farm's goods: now and then it binds before the cars do.
PREPARATION_SECONDS = 240
STOPS_A_VAN = 22


@dataclass(frozen=True)
class Town:
    name: str
    depot: Depot
    site: Site
    library: Library
    home_goods: list[Variant]
    parcel_goods: list[Variant]
    gate_goods: list[Variant]
    bundles: list[Bundle]
    box: Box
    merchants: list[Merchant]


@dataclass(frozen=True)
class Shopper:
    customer: Customer
    address: Address
    child: Child
    town: Town
    plate: str


@dataclass
class World:
    towns: list[Town]
    shoppers: list[Shopper] = field(default_factory=list)


def open_world(*, orders: int, rng: Random) -> World:
    """Everything there is before the first order, sized for so many of them."""
    catalogue.record_category(slug="food", name="먹거리", name_en="Food", position=1)
    numbers = count(1)
    world = World(
        [
            _town("수원시", "Suwon", (37.2750, 127.0100), orders, numbers),
            _town("양평군", "Yangpyeong", (37.4910, 127.4880), orders, numbers),
        ]
    )
    world.shoppers.extend(_shopper(world, number, rng) for number in range(orders))
    return world


def _town(
    name: str, name_en: str, point: tuple[float, float], orders: int, numbers: "count[int]"
) -> Town:
    lat, lon = point
    place: dict[str, Any] = {
        "city": name,
        "address": f"경기도 {name} 중앙로 1",
        "lat": lat,
        "lon": lon,
    }
    code = name_en.lower()
    names: dict[str, Any] = {"name": f"{name} 장터", "name_en": f"{name_en} market"}
    market = merchants.record_market(source_id=f"MK-{code}", **names, **place)
    site = sites.open_site(source_id=f"PK-{code}", **names, **place, spaces=80, lanes=2)
    stalls = [_merchant(kind, MerchantKind.STALL, name, numbers, market) for kind in STALLS]
    farm = _merchant("농원", MerchantKind.FARM, name, numbers, site=site)
    home_goods = [
        _goods(stall, *goods, on_hand=orders)
        for stall, kind in zip(stalls, STALLS, strict=True)
        for goods in STALLS[kind]
    ]
    # The gate runs out of one of its goods.
    shelf = [orders, orders, max(2, orders // 12)]
    gate_goods = [_goods(farm, *goods, on_hand=n) for goods, n in zip(FARM, shelf, strict=True)]
    for goods in gate_goods:
        catalogue.set_readiness(
            product=goods.product, preparation_seconds=PREPARATION_SECONDS, cut_off=None
        )
    box_goods = _goods(farm, "제철 꾸러미", 28_000, 5_000, on_hand=orders)
    library = _library(name, name_en, place)
    town = Town(
        name=name,
        depot=_depot(name, code, point, orders),
        site=site,
        library=library,
        home_goods=home_goods,
        parcel_goods=[one for one in home_goods if Way.PARCEL in one.product.ways],
        gate_goods=gate_goods,
        bundles=[_bundle(library, numbers) for _ in range(max(4, orders // 8))],
        box=_box(box_goods),
        merchants=[*stalls, farm],
    )
    opening.open_slots(
        site=site,
        on_date=HANDING_OVER,
        start=time(10),
        end=time(16),
        minutes=30,
        cars=max(1, ceil(orders / 80)),
        preparers=max(1, orders // 300),
        cut_off_at=at(ORDERING, 18),
    )
    # And the day out of another, whatever its shelf has.
    limit_pickups(
        site=site,
        on_date=HANDING_OVER,
        amounts={gate_goods[1].reference: max(3, orders // 8)},
        now=NOW,
    )
    return town


def _merchant(
    trade: str,
    kind: MerchantKind,
    city: str,
    numbers: "count[int]",
    market: Market | None = None,
    site: Site | None = None,
) -> Merchant:
    number = next(numbers)
    first_nine = f"12386{number:04}"
    merchant = merchants.register_merchant(
        name=f"{city} {trade}",
        name_en="",
        kind=kind,
        market=market,
        owner_name="박순자",
        business_number=first_nine + str(check_digit(first_nine)),
        vat_type=VatType.GENERAL,
        mail_order_number=f"2026-{city}-{number:04}",
        city=city,
        address=f"경기도 {city} 중앙로 {number}",
        phone="031-256-1234",
        story="",
        story_en="",
        site_reference=site.reference if site else "",
        now=NOW,
    )
    return merchants.approve(merchant_reference=merchant.reference, now=NOW)


def _goods(merchant: Merchant, name: str, won: int, grams: int, *, on_hand: int) -> Variant:
    name, _, unit = name.rpartition(" ")
    made = merchant.kind == MerchantKind.STALL and won >= 3_300
    at_gate = [Way.DRIVE_THROUGH] if merchant.site_reference else []
    sent = [Way.PARCEL] if merchant.name.endswith(SENDS) else []
    product = catalogue.list_product(
        merchant=merchant,
        category_slug="food",
        name=name or unit,
        name_en="",
        description="",
        description_en="",
        origin="국내산",
        certification="",
        storage=Storage.AMBIENT,
        tax_class=TaxClass.TAXABLE if made else TaxClass.EXEMPT,
        ways=[Way.DELIVERY, *at_gate, *sent],
        unit=unit,
        price_won=won,
        weight_grams=grams,
        volume_ml=grams * 2,
        now=NOW,
    )
    catalogue.set_picture(product=product, content=_picture(), alt=name)
    catalogue.publish(product=product, now=NOW)
    variant = product.variants.get()
    stock.set_on_hand(variant=variant, quantity=on_hand, now=NOW)
    return variant


def _picture() -> bytes:
    content = BytesIO()
    Image.new("RGB", (64, 64), "#4a7").save(content, "PNG")
    return content.getvalue()


def _library(name: str, name_en: str, place: dict[str, Any]) -> Library:
    return Library.objects.create(
        source_id=f"LIB-{name_en}",
        name=f"{name} 도서관",
        name_en=f"{name_en} library",
        closed_weekdays=[0],
        serves_cities=[name],
        **place,
    )


def _bundle(library: Library, numbers: "count[int]") -> Bundle:
    first = next(numbers)
    copies = [
        Copy.objects.create(
            barcode=f"EM{first:05}{n}",
            title=Title.objects.create(
                isbn13=f"97911{first:05}{n:03}", name=f"첫 그림책 {first}-{n}", author="한그림"
            ),
        )
        for n in range(4)
    ]
    return books.compose_bundle(
        library=library,
        stage=Stage.BABY,
        theme="첫 소리",
        theme_en="First sounds",
        picture="",
        copies=copies,
    )


def _box(variant: Variant) -> Box:
    box = boxes.offer_box(
        variant=variant,
        name="제철 꾸러미",
        name_en="Season's box",
        contents="사과\n고구마\n시금치",
        contents_en="",
        serves="2~3인",
    )
    boxes.ensure_cycles(box=box, from_on=OPENING, weeks=1, now=NOW)
    return box


def _depot(name: str, code: str, point: tuple[float, float], orders: int) -> Depot:
    depot = network.open_depot(
        code=code,
        name=f"{name} 물류 거점",
        name_en=f"{code.title()} depot",
        address=f"경기도 {name} 물류로 1",
        lat=point[0],
        lon=point[1],
        service_radius_m=20_000,
    )
    windows.open_windows(
        depot=depot,
        on_date=HANDING_OVER,
        spans=SPANS,
        capacity_stops=max(2, ceil(orders * 0.15)),
        cut_off_at=at(ORDERING, 22),
    )
    for number in range(max(2, ceil(orders * 0.5 / STOPS_A_VAN))):
        _shift(depot, code, number)
    return depot


def _shift(depot: Depot, code: str, number: int) -> None:
    fleet.roster(
        depot=depot,
        driver=fleet.add_driver(
            depot=depot, full_name=f"기사 {code} {number}", phone=f"+8210{number:08}"
        ),
        vehicle=fleet.add_vehicle(
            depot=depot,
            name="1톤 냉장탑차",
            plate=f"{code[:2].upper()}80바{number:04}",
            capacity_grams=900_000,
            capacity_ml=6_000_000,
            chilled=True,
        ),
        on_date=HANDING_OVER,
        start=time(9),
        end=time(20),
        break_at=time(12),
    )


def _shopper(world: World, number: int, rng: Random) -> Shopper:
    """A family within a few kilometres of its town's depot, with a baby."""
    town = world.towns[0 if rng.random() < 0.6 else 1]
    phone = f"010-{number // 10_000 + 2000:04}-{number % 10_000:04}"
    user = User.objects.create_user(f"shopper{number}@example.com")
    customer = customers.customer_for(
        user_reference=user.reference, full_name=f"이웃 {number}", phone=phone, now=NOW
    )
    address = customers.add_address(
        customer=customer,
        label="집",
        city=town.name,
        locality="중앙동",
        street=f"골목길 {number}",
        detail="",
        postcode=f"16{number % 1_000:03}",
        lat=town.depot.lat + rng.uniform(-0.04, 0.04),
        lon=town.depot.lon + rng.uniform(-0.05, 0.05),
    )
    child = books.register_child(
        guardian=customer, nickname="아기", born_on=BABY_BORN_ON, consent=True, now=NOW
    )
    plate = f"{rng.randint(10, 99)}가{rng.randint(1000, 9999)}"
    return Shopper(customer, address, child, town, plate)


def lend_before(world: World, rng: Random) -> list[tuple[Shopper, str]]:
    """Some families have had a bundle at home for a week; returns them with their loans."""
    chosen = rng.sample(world.shoppers, max(2, len(world.shoppers) // 16))
    lent: list[tuple[Shopper, str]] = []
    for number, shopper in enumerate(chosen):
        town = shopper.town
        if len(town.bundles) < 2:
            continue
        bundle = town.bundles.pop()
        loan = books.lend_bundle(
            key=f"before-{number}",
            bundle_reference=bundle.reference,
            child_reference=shopper.child.reference,
            guardian=shopper.customer,
            deliver_on=OPENING,
            now=NOW,
        )
        one = [loan.reference]
        books.pack(loan_reference=loan.reference, library=town.library, now=NOW)
        books.mark_out(loan_references=one, now=NOW + timedelta(hours=1))
        books.mark_delivered(loan_references=one, now=NOW + timedelta(hours=3))
        lent.append((shopper, loan.reference))
    return lent
