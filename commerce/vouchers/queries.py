"""What can be asked about vouchers."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import QuerySet, Sum

from commerce.business_days import business_date
from commerce.catalogue.models import Category
from commerce.customers.models import Customer
from commerce.merchants.models import Market
from commerce.vouchers.models import Programme, Voucher


def kept_by(customer: Customer) -> QuerySet[Voucher]:
    """A member's own, whichever end first first."""
    return Voucher.objects.filter(customer=customer).select_related("programme")


def spendable(customer: Customer, now: datetime) -> list[Voucher]:
    """Of a member's own those that may be used today."""
    today = business_date(now)
    good = kept_by(customer).filter(until_on__gte=today, programme__from_on__lte=today)
    return [one for one in good if one.spendable_won]


def programmes() -> QuerySet[Any]:
    """Newest first, each with ``spent_won`` and ``lapsed_won`` of its vouchers."""
    return Programme.objects.annotate(
        spent_won=Sum("vouchers__used_won", default=0),
        lapsed_won=Sum("vouchers__expired_won", default=0),
    )


class Named(NamedTuple):
    """What a programme's lists name: empty where it forbids nothing."""

    categories: list[Category]
    markets: list[Market]


def named(programmes: Iterable[Programme]) -> dict[int, Named]:
    """By the programme's row, in two queries."""
    rows = list(programmes)
    slugs = {slug for row in rows for slug in row.categories}
    kinds = {one.slug: one for one in Category.objects.filter(slug__in=slugs)}
    references = {one for row in rows for one in row.market_references}
    places = Market.objects.in_bulk(references, field_name="reference")
    return {
        row.pk: Named(
            [kinds[slug] for slug in row.categories if slug in kinds],
            [places[one] for one in row.market_references if one in places],
        )
        for row in rows
    }
