"""How and when goods of another storefront's checkout could be handed over by us."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from commerce.business_days import business_date
from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale
from commerce.orders.pricing import price
from commerce.orders.splitting import split
from drivethrough.sites.models import Site
from drivethrough.slots.fitting import fits
from drivethrough.slots.queries import open_slots
from logistics.delivery_windows.queries import open_windows
from logistics.network.queries import depot_for_area
from storefront.journeys.part_loads import load_of
from storefront.journeys.plan_checkout import goods_line

# A list to choose from; the slots of a site may go on for weeks.
MOST_OF_EACH = 40


@dataclass(frozen=True)
class Area:
    """As much of an address as another storefront has: no point on a map.

    ``city``: 시 or 군, with its 구 if there is one. ``street``: all other lines.
    """

    city: str
    street: str


@dataclass(frozen=True)
class Offer:
    """``reference`` is the delivery window's or the slot's; ``site`` only for a slot."""

    reference: str
    way: Way
    starts_at: datetime
    ends_at: datetime
    amount_won: int
    site: Site | None = None


def offer_ways(*, goods: Mapping[str, int], area: Area | None, now: datetime) -> list[Offer]:
    """Every window and slot that would take all of ``goods`` (variant reference → quantity).

    Reads only, a fixed number of queries. Nothing when something is not for sale here: an order has
    one way, so it is all of the goods or none.
    """
    variants = list(
        for_sale()
        .filter(reference__in=list(goods))
        .select_related("product__merchant__market")
        .order_by("pk")
    )
    if not goods or len(variants) < len(goods):
        return []
    cut_offs = [variant.product.own_cut_off for variant in variants]
    at_home = _windows(variants, goods, area, now) if area is not None else []
    return [
        offer
        for offer in at_home + _slots(variants, goods, now)
        if all(one.takes(business_date(offer.starts_at), now) for one in cut_offs if one)
    ]


def _windows(
    variants: Sequence[Variant], goods: Mapping[str, int], area: Area, now: datetime
) -> list[Offer]:
    if not all(Way.DELIVERY in variant.product.open_ways for variant in variants):
        return []
    depot = depot_for_area(city=area.city, street=area.street)
    if depot is None:
        return []
    groups = split(
        [
            goods_line(
                key=variant.reference,
                way=Way.DELIVERY,
                variant=variant,
                quantity=goods[variant.reference],
                unit_price_won=variant.price_won,
            )
            for variant in variants
        ]
    )
    fee = price(groups).delivery_won
    return [
        Offer(window.reference, Way.DELIVERY, window.starts_at, window.ends_at, fee)
        for window in open_windows(depot, now)
        # Each market's or merchant's part becomes a stop of its own.
        if window.left >= len(groups)
    ][:MOST_OF_EACH]


def _slots(variants: Sequence[Variant], goods: Mapping[str, int], now: datetime) -> list[Offer]:
    """At the one site where everything can be had, where all of it fits."""
    if not all(Way.DRIVE_THROUGH in variant.product.open_ways for variant in variants):
        return []
    sites = {variant.product.merchant.site_reference for variant in variants}
    if len(sites) > 1:
        return []
    free = list(open_slots(sites.pop(), now).select_related("site"))
    load = load_of((variant, goods[variant.reference]) for variant in variants)
    fitting = [fit.slot for fit in fits(free, load, now) if not fit.lacks][:MOST_OF_EACH]
    return [
        Offer(slot.reference, Way.DRIVE_THROUGH, slot.starts_at, slot.ends_at, 0, slot.site)
        for slot in fitting
    ]
