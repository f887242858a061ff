"""Less was picked than ordered: every order gets its share, the rest of its money goes back, and
everybody is told before they drive."""

import logging
from datetime import datetime

from django.db import transaction

from commerce.core import shelf
from commerce.harvests import actions as harvests
from commerce.harvests.actions import Goods
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.models import FulfilmentStatus, OrderLine, ShortReason
from commerce.stock import actions as stock
from storefront.journeys.shorten_line import shorten_line
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)


def declare_harvest(*, key: str, goods: Goods, picked: int, seen: int, now: datetime) -> Harvest:
    """The cut is written down and the goods are off sale, then it is made; should that be cut
    short, the sweep goes on. Raises what ``harvests.declare`` raises."""
    with transaction.atomic():
        harvest = harvests.declare(key=key, goods=goods, picked=picked, seen=seen, now=now)
        stock.sell_no_more(variant=goods.variant, now=now)
        shelf.changed([goods.variant.product.reference], now=now)
    _cut(harvest, now)
    return harvest


def finish_cuts(*, now: datetime) -> int:
    """Cuts that were begun; how many are finished now."""
    return sum(_cut(harvest, now) for harvest in harvests.unfinished())


def _cut(harvest: Harvest, now: datetime) -> bool:
    for share in harvest.shares.filter(done_at=None):
        try:
            _make(share, now)
        except REFUSALS:
            log.exception("a share of %s could not be made", harvest)
    return harvests.finish(harvest=harvest, now=now)


@transaction.atomic
def _make(share: HarvestShare, now: datetime) -> None:
    """One order, once: it costs less, and its shopper hears of it.

    An order that was cancelled, packed or made smaller meanwhile keeps what it has.
    """
    share = HarvestShare.objects.locked().get(pk=share.pk)
    if share.done_at is not None:
        return
    line = OrderLine.objects.select_related("fulfilment__order__customer").get(pk=share.line_id)
    open_still = line.fulfilment.status == FulfilmentStatus.CONFIRMED and line.ready_at is None
    if open_still and share.gets < line.quantity:
        shorten_line(
            line_reference=line.reference,
            merchant_reference=line.merchant_reference,
            there=share.gets,
            reason=ShortReason.NOT_SUPPLIED,
            now=now,
        )
        _tell_all_gone(share, line, now)
    share.done_at = now
    share.save(update_fields=["done_at"])


def _tell_all_gone(share: HarvestShare, line: OrderLine, now: datetime) -> None:
    """Nobody drives for nothing: a part of which nothing is left needs no coming."""
    part = line.fulfilment
    part.refresh_from_db(fields=["status"])
    if part.status != FulfilmentStatus.CANCELLED:
        return
    queue(
        key=f"harvest:{share.harvest.reference}:{line.reference}",
        user_reference=part.order.customer.user_reference,
        kind="harvest_none",
        facts={
            "order": part.order.reference,
            "goods": f"{line.name} {line.unit}",
            "place": part.hands_over_name,
        },
        now=now,
    )
