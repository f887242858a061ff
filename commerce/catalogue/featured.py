"""Lists that the operator shows to shoppers, and the order that their rules give."""

from collections.abc import Sequence
from datetime import date, datetime
from hashlib import sha256

from django.db import transaction
from django.db.models import QuerySet

from commerce import text
from commerce.catalogue.models import Category, FeaturedList, Product, RankingRule
from commerce.catalogue.queries import in_stock
from commerce.errors import CommerceError, NotFound
from commerce.merchants.queries import merchants

MOST_LISTS = 6
SHOWN = 8
DRAWN = 64  # merchants a day: some of them have nothing left


class FeaturedListTaken(CommerceError):
    """There is a list of this rule and category already."""

    code = "FEATURED_LIST_TAKEN"


class FeaturedListsMost(CommerceError):
    """``data``: ``most``."""

    code = "FEATURED_LISTS_MOST"


@transaction.atomic
def add(
    *, title: str, title_en: str, rule: RankingRule, category: Category | None, now: datetime
) -> FeaturedList:
    """Shown to shoppers at once. FEATURED_LISTS_MOST, FEATURED_LIST_TAKEN, TEXT_REQUIRED,
    TEXT_TOO_LONG."""
    # All rows, in order: two operators adding the last one take turns.
    standing = list(FeaturedList.objects.order_by("pk").select_for_update(no_key=True))
    if any((one.rule, one.category) == (rule, category) for one in standing):
        raise FeaturedListTaken("rule")
    if len(standing) >= MOST_LISTS:
        raise FeaturedListsMost("rule", most=MOST_LISTS)
    return FeaturedList.objects.create(
        title=text.line("title", title, longest=30),
        title_en=text.line("title_en", title_en, longest=40, required=False),
        rule=rule,
        category=category,
        created_at=now,
    )


def remove(*, reference: str) -> None:
    """Shown no more. NOT_FOUND."""
    if not FeaturedList.objects.filter(reference=reference).delete()[0]:
        raise NotFound("list", reference=reference)


def newest(one: FeaturedList) -> list[Product]:
    """The last ones put on the shelf."""
    return list(_shelf(one)[:SHOWN])


def in_order(one: FeaturedList, product_ids: Sequence[int]) -> list[Product]:
    """Those of these products that are on the list's shelf, as they are ordered here."""
    place = {product_id: number for number, product_id in enumerate(product_ids)}
    found = sorted(_shelf(one).filter(pk__in=product_ids), key=lambda product: place[product.pk])
    return found[:SHOWN]


def by_turn(one: FeaturedList, on: date) -> list[Product]:
    """The newest thing of each merchant, in an order drawn anew for every day: the same for
    everybody, and nobody's choice."""
    everybody = merchants().values_list("reference", flat=True)
    drawn = sorted(everybody, key=lambda reference: _lot(reference, on))[:DRAWN]
    own = _shelf(one).filter(merchant__reference__in=drawn)
    newest_of_each = own.order_by("merchant_id", "-created_at", "-pk").distinct("merchant_id")
    return sorted(newest_of_each, key=lambda one: drawn.index(one.merchant.reference))[:SHOWN]


def _lot(reference: str, on: date) -> str:
    return sha256(f"{on.isoformat()}:{reference}".encode()).hexdigest()


def _shelf(one: FeaturedList) -> QuerySet[Product]:
    return in_stock().filter(category=one.category_id) if one.category_id else in_stock()
