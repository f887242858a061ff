"""A mall of many goods in seconds: merchants, products, variants and stock by COPY."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from django.db import connection, transaction

from commerce.catalogue import searching
from commerce.catalogue.models import Category, Product, ProductStatus, Storage, TaxClass, Way
from commerce.merchants.business_number import check_digit
from commerce.merchants.models import Market, Merchant, MerchantKind, MerchantStatus, VatType
from commerce.references import new
from commerce.stock.models import StockKind

NOW = datetime(2026, 3, 3, 1, 0, tzinfo=UTC)
MARKETS, PRODUCTS_A_MERCHANT = 40, 50
TOWNS = ["수원", "양평", "이천", "여주", "안성", "파주", "김포", "화성", "가평", "포천"]
MANNERS = [
    "",
    "유기농 ",
    "무농약 ",
    "햇",
    "친환경 ",
    "못난이 ",
    "산지직송 ",
    "새벽 ",
    "손질 ",
    "꿀",
]
KINDS = {
    "fruit": "딸기 사과 배 포도 복숭아 참외 수박 블루베리 감 귤",
    "vegetables": "시금치 토마토 방울토마토 무 파 배추 당근 오이 상추 고구마 감자 양파",
    "grain": "쌀 현미 찹쌀 보리 서리태 귀리",
    "meat": "한우국거리 삼겹살 닭가슴살 오리",
    "fish": "고등어 갈치 오징어 새우 멸치",
    "dishes": "김치 깍두기 멸치볶음 잡채 순대 손두부 떡볶이",
}
CERTIFICATIONS = ["", "", "", "GAP", "무농약", "유기농"]
UNITS = [("300g", 300), ("500g", 500), ("1kg", 1_000), ("3kg", 3_000), ("5kg", 5_000)]


def fill(products: int, rng: Random) -> None:
    """So many products on the shelf of an empty database, and what the planner must know of them.

    The newest come last: a product's number is also its place in time.
    """
    with transaction.atomic():
        categories = [
            Category.objects.create(slug=slug, name=slug, name_en=slug, position=n)
            for n, slug in enumerate(KINDS)
        ]
        merchants = _merchants(max(1, products // PRODUCTS_A_MERCHANT))
        _copy("commerce_product", _products(products, categories, merchants, rng))
        pks = list(Product.objects.order_by("pk").values_list("pk", flat=True))
        _copy("commerce_variant", _variants(pks, rng))
        _copy("commerce_stockrecord", _records(rng))
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")


def _merchants(count: int) -> list[Merchant]:
    markets = Market.objects.bulk_create(
        Market(
            source_id=f"MK{n:06}",
            name=f"{TOWNS[n % len(TOWNS)]} {n}번 시장",
            name_en=f"Market {n}",
            city=f"{TOWNS[n % len(TOWNS)]}시",
            address=f"경기도 {n}번 길",
            lat=37.2,
            lon=127.0,
        )
        for n in range(MARKETS)
    )
    return Merchant.objects.bulk_create(
        Merchant(
            name=f"{TOWNS[n % len(TOWNS)]} {n}호 가게",
            name_en=f"Shop {n}",
            kind=MerchantKind.STALL,
            status=MerchantStatus.APPROVED,
            market=markets[n % MARKETS],
            owner_name="박순자",
            business_number=_business_number(n),
            vat_type=VatType.EXEMPT,
            city="수원시",
            address=f"경기도 {n}번 길",
            phone="+82312561234",
            created_at=NOW,
            status_changed_at=NOW,
        )
        for n in range(count)
    )


def _business_number(n: int) -> str:
    first_nine = f"123{n:06}"
    return first_nine + str(check_digit(first_nine))


def _products(
    count: int, categories: Sequence[Category], merchants: Sequence[Merchant], rng: Random
) -> Iterator[dict[str, Any]]:
    for n in range(count):
        category = rng.choice(categories)
        kind = rng.choice(KINDS[category.slug].split())
        town = rng.choice(TOWNS)
        name = f"{town} {rng.choice(MANNERS)}{kind} {n}"
        origin = f"국내산 ({town})"
        text = searching.searchable(name, "", origin)
        yield {
            "reference": new("PRD"),
            "merchant_id": merchants[n % len(merchants)].pk,
            "merchant_code": "",
            "category_id": category.pk,
            "name": name,
            "name_en": "",
            "description": "아침에 거둔 것을 그날 보냅니다.",
            "description_en": "",
            "origin": origin,
            "certification": rng.choice(CERTIFICATIONS),
            "storage": Storage.AMBIENT.value,
            "tax_class": TaxClass.EXEMPT.value,
            "ways": [Way.DELIVERY.value],
            "preparation_seconds": 0,
            "status": ProductStatus.PUBLISHED.value,
            "picture": "products/one.webp",
            "thumbnail": "products/one-small.webp",
            "picture_alt": name,
            "search_text": text,
            "choseong": searching.initials(name),
            "search_letters": searching.letters(text),
            "created_at": NOW + timedelta(seconds=n),
            "status_changed_at": NOW,
        }


def _variants(products: Iterable[int], rng: Random) -> Iterator[dict[str, Any]]:
    for product in products:
        unit, grams = rng.choice(UNITS)
        yield {
            "reference": new("VAR"),
            "product_id": product,
            "unit": unit,
            "price_won": rng.randrange(10, 600) * 100,
            "weight_grams": grams,
            "volume_ml": grams * 2,
            "by_weight": False,
            "order_step": 1,
            "position": 0,
        }


def _records(rng: Random) -> Iterator[dict[str, Any]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM commerce_variant ORDER BY id")
        variants = cursor.fetchall()
    for (variant,) in variants:
        yield {
            "variant_id": variant,
            "on_hand": rng.randrange(50),
            "allocated": 0,
            "kind": StockKind.COUNTED.value,
            "per_day": 0,
            "counted_at": NOW,
        }


def _copy(table: str, rows: Iterator[dict[str, Any]]) -> None:
    first = next(rows)
    columns = ", ".join(first)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {table} ({columns}) FROM STDIN") as copy,
    ):
        copy.write_row(list(first.values()))
        for row in rows:
            copy.write_row(list(row.values()))
