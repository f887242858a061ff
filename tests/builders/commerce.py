"""Small makers of commerce rows: everything has a default, a test names what matters to it."""

from collections.abc import Sequence
from datetime import UTC, datetime
from itertools import count
from typing import Any

from commerce.basket.models import Basket, BasketLine
from commerce.catalogue import searching
from commerce.catalogue.models import Category, Product, ProductStatus, TaxClass, Variant, Way
from commerce.customers.models import Address, Customer
from commerce.merchants.business_number import check_digit
from commerce.merchants.models import Market, Merchant, MerchantKind, MerchantStatus, VatType
from commerce.stock.models import StockRecord

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)  # a Tuesday, 10:00 in Seoul

_numbers = count(1)


def a_business_number() -> str:
    """A valid number that no other row of this run has."""
    first_nine = f"12386{next(_numbers) % 9999 + 1:04}"
    return first_nine + str(check_digit(first_nine))


def a_market(**fields: Any) -> Market:
    defaults = {
        "source_id": f"MK{next(_numbers):06}",
        "name": "못골시장",
        "name_en": "Motgol Market",
        "city": "수원시",
        "address": "경기도 수원시 팔달구 수원천로 258",
        "lat": 37.2776,
        "lon": 127.0184,
    }
    return Market.objects.create(**defaults | fields)


def a_merchant(**fields: Any) -> Merchant:
    """An approved merchant; in no market unless ``market=`` says so."""
    defaults = {
        "name": "미나리광 새벽채소",
        "name_en": "Dawn Greens",
        "kind": MerchantKind.STALL,
        "status": MerchantStatus.APPROVED,
        "owner_name": "박순자",
        "business_number": a_business_number(),
        "vat_type": VatType.EXEMPT,
        "mail_order_number": "2026-수원팔달-0101",
        "city": "수원시",
        "address": "경기도 수원시 팔달구 수원천로 260",
        "phone": "+82312561234",
        "created_at": NOW,
        "status_changed_at": NOW,
    }
    return Merchant.objects.create(**defaults | fields)


def a_customer(**fields: Any) -> Customer:
    defaults = {
        "user_reference": f"user{next(_numbers):08}",
        "full_name": "김영희",
        "phone": "+821012345678",
        "created_at": NOW,
    }
    return Customer.objects.create(**defaults | fields)


def an_address(*, customer: Customer | None = None, **fields: Any) -> Address:
    defaults = {
        "city": "수원시 팔달구",
        "locality": "인계동",
        "street": "인계로 123",
        "detail": "101동 1502호",
        "postcode": "16488",
        "lat": 37.2664,
        "lon": 127.0321,
    }
    return Address.objects.create(customer=customer or a_customer(), **defaults | fields)


def a_category(*, slug: str = "vegetables", **fields: Any) -> Category:
    defaults = {"name": "채소", "name_en": "Vegetables"}
    return Category.objects.get_or_create(slug=slug, defaults=defaults | fields)[0]


def a_product(
    *,
    merchant: Merchant | None = None,
    category: Category | None = None,
    unit: str = "1kg",
    price_won: int = 8_000,
    weight_grams: int = 1_000,
    volume_ml: int = 3_000,
    on_hand: int | None = 10,
    **fields: Any,
) -> Product:
    """A published product with one variant; ``on_hand=None`` leaves it without a stock record."""
    defaults = {
        "name": "딸기",
        "name_en": "Strawberries",
        "origin": "국내산 (논산)",
        "tax_class": TaxClass.EXEMPT,
        "ways": [Way.DELIVERY, Way.DRIVE_THROUGH],
        "status": ProductStatus.PUBLISHED,
        "created_at": NOW,
        "status_changed_at": NOW,
    } | fields
    defaults.setdefault(
        "search_text",
        searching.searchable(defaults["name"], defaults["name_en"], defaults["origin"]),
    )
    defaults.setdefault("search_letters", searching.letters(defaults["search_text"]))
    defaults.setdefault("choseong", searching.initials(defaults["name"]))
    product = Product.objects.create(
        merchant=merchant or a_merchant(), category=category or a_category(), **defaults
    )
    a_variant(
        product=product,
        unit=unit,
        price_won=price_won,
        weight_grams=weight_grams,
        volume_ml=volume_ml,
        on_hand=on_hand,
    )
    return product


def a_variant(
    *, product: Product | None = None, on_hand: int | None = 10, **fields: Any
) -> Variant:
    """One more variant of ``product``, or the only one of a product made for it."""
    if product is None:
        return a_product(on_hand=on_hand, **fields).variants.get()
    defaults = {"unit": "2kg", "price_won": 15_000, "weight_grams": 2_000, "volume_ml": 6_000}
    variant = Variant.objects.create(product=product, **defaults | fields)
    if on_hand is not None:
        StockRecord.objects.create(variant=variant, on_hand=on_hand, counted_at=NOW)
    return variant


def a_basket(
    *,
    customer: Customer | None = None,
    goods: Sequence[tuple[Variant, int]] = (),
    way: Way = Way.DELIVERY,
    **fields: Any,
) -> Basket:
    """An open basket holding ``goods`` as (variant, quantity); a guest's without ``customer``."""
    basket = Basket.objects.create(customer=customer, **{"created_at": NOW} | fields)
    for variant, quantity in goods:
        BasketLine.objects.create(
            basket=basket,
            variant=variant,
            quantity=quantity,
            way=way,
            price_seen_won=variant.price_won,
        )
    return basket
