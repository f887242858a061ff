"""Merchants, what they sell, and how much of it there is."""

from collections import Counter
from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

from commerce.catalogue import actions as catalogue
from commerce.catalogue.models import Product, Storage, TaxClass, Way
from commerce.merchants import actions as merchants
from commerce.merchants.models import Market, Merchant, MerchantKind, VatType
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.stock import actions as stock
from commerce.stock.models import StockRecord
from drivethrough.sites.models import Site
from storefront.accounts.models import User
from storefront.demo.files import Row, Size, picture, rows
from storefront.journeys.admit_merchant import apply_to_sell

OnProduct = Callable[[int, int], None]

APPLICANT = "9914300213"  # their business number
BY_WEIGHT = {"steak"}  # kinds that are cut to order, and paid for as weighed
# Kinds that somebody makes ready for each order: seconds of one person's time for one of them.
PREPARED = {
    "strawberry": 120,
    "cherry-tomato": 60,
    "salad-greens": 180,
    "box-family": 240,
    "box-small": 180,
    "box-eco": 240,
    "chicken": 150,
    "shiitake": 90,
    "oyster-mushrooms": 60,
}
LISTED_FOR = timedelta(days=2)  # yesterday's orders were for goods that were there


# Others ask what the settings say.
PARCEL_TERMS = {
    "grandma": ParcelTerms(won=4_000, far_won=5_000),  # in a cool box
    "sea": ParcelTerms(won=3_000, far_won=3_000, free_from_won=40_000),
    "rice-farm": ParcelTerms(won=4_500, far_won=6_000, free_from_won=60_000),
}


def load_merchants(size: Size, now: datetime) -> dict[str, Merchant]:
    """By their key in the demo's files."""
    return {row["key"]: _merchant(row, now) for row in rows("merchants", size)}


def _merchant(row: Row, now: datetime) -> Merchant:
    number = row["business_number"].replace("-", "")
    there = Merchant.objects.filter(business_number=number).first()
    if there is not None:
        return there
    merchant = merchants.register_merchant(
        name=row["name"],
        name_en=row["name_en"],
        kind=MerchantKind(row["kind"]),
        market=_market(row["market"]),
        owner_name=row["owner_name"],
        business_number=number,
        vat_type=VatType(row["vat_type"]),
        mail_order_number=row["mail_order_number"],
        city=row["city"],
        address=row["address"],
        phone=row["phone"],
        story=row["story"],
        story_en=row["story_en"],
        site_reference=_site_reference(row["site"]),
        commission_basis_points=int(row["commission_basis_points"]),
        now=now,
    )
    if row["key"] in PARCEL_TERMS:
        merchants.set_parcel_terms(
            merchant_reference=merchant.reference, terms=PARCEL_TERMS[row["key"]]
        )
    return merchants.approve(merchant_reference=merchant.reference, now=now)


def load_applicant(user: User, now: datetime) -> None:
    """Somebody who has asked to sell, for the operator to decide about."""
    if Merchant.objects.filter(business_number=APPLICANT).exists():
        return
    apply_to_sell(
        user=user,
        name="북수동 수제청",
        name_en="Buksu-dong Fruit Syrups",
        kind=MerchantKind.SHOP,
        market=None,
        owner_name=user.full_name,
        business_number=APPLICANT,
        vat_type=VatType.GENERAL,
        mail_order_number="제2026-경기예시-0999호",
        city="수원시 팔달구",
        address="경기도 수원시 팔달구 북수동 12",
        phone="010-0000-0999",
        story="유자와 생강을 손으로 썰어 한 달을 재웁니다. 골목 안쪽이라 배달이 되면 좋겠어요.",
        story_en="Citron and ginger cut by hand and left for a month, deep in an alley.",
        now=now,
    )


def _market(key: str) -> Market | None:
    return Market.objects.get(source_id=_source_id("markets", key)) if key else None


def _site_reference(key: str) -> str:
    if not key:
        return ""
    return Site.objects.get(source_id=_source_id("sites", key)).reference


def _source_id(table: str, key: str) -> str:
    return next(row["source_id"] for row in rows(table) if row["key"] == key)


def offers(size: Size) -> list[Row]:
    """The products of the merchants that are in a demo of this size."""
    known = {row["key"] for row in rows("merchants", size)}
    return [row for row in rows("products") if row["merchant"] in known]


def load_products(
    size: Size, sellers: dict[str, Merchant], now: datetime, *, on_product: OnProduct
) -> None:
    names = Product.objects.filter(merchant__in=sellers.values())
    there = set(names.values_list("merchant__reference", "name"))
    order = {key: place for place, key in enumerate(sellers)}
    listed: Counter[str] = Counter()
    offered = offers(size)
    for done, row in enumerate(offered, 1):
        merchant = sellers[row["merchant"]]
        # The shop shows the newest first: every merchant's first product, then their second …
        age = listed[row["merchant"]] * len(order) + order[row["merchant"]]
        listed[row["merchant"]] += 1
        if (merchant.reference, row["name"]) not in there:
            _product(merchant, row, now=now - LISTED_FOR - timedelta(minutes=age))
        on_product(done, len(offered))


def _product(merchant: Merchant, row: Row, *, now: datetime) -> None:
    product = catalogue.list_product(
        merchant=merchant,
        category_slug=row["category"],
        name=row["name"],
        name_en=row["name_en"],
        description=row["description"],
        description_en=row["description_en"],
        origin=row["origin"],
        certification=row["certification"],
        storage=Storage(row["storage"]),
        tax_class=TaxClass(row["tax_class"]),
        ways=[Way(way) for way in row["ways"].split()],
        unit=row["unit"],
        price_won=int(row["price_won"]),
        weight_grams=int(row["weight_grams"]),
        volume_ml=int(row["volume_ml"]),
        now=now,
    )
    catalogue.set_picture(product=product, content=picture(row["picture"]), alt=row["name"])
    catalogue.publish(product=product, now=now)
    if row["kind"] in BY_WEIGHT:
        catalogue.settle_by_weight(variant=product.variants.get(), by_weight=True)
    if seconds := PREPARED.get(row["kind"]):
        catalogue.set_readiness(product=product, preparation_seconds=seconds, cut_off=None)
    stock.set_on_hand(variant=product.variants.get(), quantity=_on_hand(row), now=now)


def restock(size: Size, sellers: dict[str, Merchant], now: datetime) -> None:
    """Fill every shelf that has less than on the first day."""
    counted = {
        (record.variant.product.merchant_id, record.variant.product.name): record
        for record in StockRecord.objects.select_related("variant__product")
    }
    for row in offers(size):
        record = counted[sellers[row["merchant"]].pk, row["name"]]
        if record.on_hand < _on_hand(row):
            stock.set_on_hand(variant=record.variant, quantity=_on_hand(row), now=now)


def _on_hand(row: Row) -> int:
    """The same every time; boxes must reach all subscribers, a few others are nearly gone."""
    if row["category"] == "boxes":
        return 900
    chance = Random(f"{row['merchant']} {row['name']}")  # noqa: S311 - a demo, not a secret
    return chance.randint(2, 5) if chance.random() < 0.06 else chance.randint(18, 120)
