"""A farmer says how many of each thing can be picked up at a site on a date."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale, variants_by_reference
from drivethrough.sites.models import Site
from drivethrough.slots import pickup_stock
from drivethrough.slots.models import TAKES_A_PLACE, Booking, PickupStock
from drivethrough.slots.pickup_stock import PickupStockBelowTaken
from drivethrough.slots.spans import business_day
from storefront.refusals import NotFound


@dataclass(frozen=True)
class Limited:
    """``amount``: None where the date does not bind it; ``taken``: pieces booked for the date."""

    variant: Variant
    amount: int | None
    taken: int


def limits_on(site: Site, on_date: date) -> list[Limited]:
    """All that is handed over at the site, and what else has a limit that day, by name."""
    rows = PickupStock.objects.filter(site=site, on_date=on_date)
    amounts = dict(rows.values_list("item_reference", "amount"))
    sold = Q(
        product__merchant__site_reference=site.reference,
        product__ways__contains=[Way.DRIVE_THROUGH],
        pk__in=for_sale().values("pk"),
    )
    goods = Variant.objects.filter(sold | Q(reference__in=list(amounts)))
    taken = _taken_on(site, on_date)
    return [
        Limited(variant, amounts.get(variant.reference), taken[variant.reference])
        for variant in goods.select_related("product__merchant", "stock").order_by(
            "product__merchant__name", "product__name", "position", "pk"
        )
    ]


def _taken_on(site: Site, on_date: date) -> Counter[str]:
    from_at, until_at = business_day(on_date)
    booked = Booking.objects.filter(
        site=site,
        slot__starts_at__gte=from_at,
        slot__starts_at__lt=until_at,
        status__in=TAKES_A_PLACE,
    )
    taken: Counter[str] = Counter()
    for items in booked.values_list("items", flat=True):
        taken.update(items)
    return taken


@transaction.atomic
def limit_pickups(
    *, site: Site, on_date: date, amounts: Mapping[str, int | None], now: datetime
) -> int:
    """``amounts`` by variant; None: not bound by the date. All of them or nothing; how many are
    bound then. A repeat changes nothing.

    NOT_FOUND for what is not handed over here; PICKUP_STOCK_BELOW_TAKEN, which names the goods
    (``item``, ``name``, ``name_en``); PICKUP_AMOUNT, PICKUP_DATE_PAST.
    """
    here = {row.variant.reference: row for row in limits_on(site, on_date)}
    if not amounts.keys() <= here.keys():
        raise NotFound("goods")
    for item, amount in sorted(amounts.items()):
        if amount != here[item].amount:
            _state(site, on_date, item, amount, now)
    return sum(amount is not None for amount in amounts.values())


def _state(site: Site, on_date: date, item: str, amount: int | None, now: datetime) -> None:
    try:
        pickup_stock.state(site=site, on_date=on_date, item_reference=item, amount=amount, now=now)
    except PickupStockBelowTaken as refusal:
        product = variants_by_reference([item])[item].product
        refusal.data |= {"name": product.name, "name_en": product.name_en or product.name}
        raise
