"""Less was picked than ordered: every order gets its share, the rest of its money goes back, and
everybody is told before they drive. Who gets nothing may be asked whether something else may come;
without an answer the money goes back."""

import logging
from datetime import datetime, timedelta

from django.db import transaction

from commerce.catalogue.models import Variant
from commerce.core import shelf
from commerce.harvests import actions as harvests
from commerce.harvests.actions import Goods
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.actions import SubstitutePending
from commerce.orders.models import FulfilmentStatus, OrderLine, ShortReason
from commerce.orders.substitutes import SubstituteNotWanted, SubstituteTooLate, SubstituteUnfit
from commerce.stock import actions as stock
from commerce.stock.actions import InsufficientStock
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import propose
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)

# A harvest is known a day before; nobody has to look at the telephone within the hour.
ANSWER_WITHIN = timedelta(hours=12)
CANNOT_BE_ASKED = (SubstituteNotWanted, SubstituteTooLate, SubstituteUnfit, InsufficientStock)


def declare_harvest(
    *,
    key: str,
    goods: Goods,
    picked: int,
    seen: int,
    instead: Variant | None = None,
    now: datetime,
) -> Harvest:
    """The cut is written down and the goods are off sale, then it is made; should that be cut
    short, the sweep goes on. Raises what ``harvests.declare`` raises."""
    with transaction.atomic():
        harvest = harvests.declare(
            key=key, goods=goods, picked=picked, seen=seen, instead=instead, now=now
        )
        stock.sell_no_more(variant=goods.variant, now=now)
        shelf.changed([goods.variant.product.reference], now=now)
    _cut(harvest, now)
    return harvest


def finish_cuts(*, now: datetime) -> int:
    """Cuts that were begun; how many are finished now."""
    return sum(_cut(harvest, now) for harvest in harvests.unfinished())


def _cut(harvest: Harvest, now: datetime) -> bool:
    for share in harvests.to_make(harvest):
        try:
            _make(share, now)
        except SubstitutePending:
            continue  # the shopper is being asked already; that has an end of its own
        except REFUSALS as refusal:
            log.exception("a share of %s could not be made", harvest)
            harvests.note_refused(share=share, code=refusal.code)
    return harvests.finish(harvest=harvest, now=now)


@transaction.atomic
def _make(share: HarvestShare, now: datetime) -> None:
    """One order, once: it costs less, or its shopper is asked; either way they hear of it.

    An order that was cancelled, packed or made smaller meanwhile keeps what it has.
    """
    share = HarvestShare.objects.locked().get(pk=share.pk)
    if share.done_at is not None:
        return
    line = OrderLine.objects.select_related("fulfilment__order__customer").get(pk=share.line_id)
    open_still = line.fulfilment.status == FulfilmentStatus.CONFIRMED and line.ready_at is None
    missing = open_still and share.gets < line.quantity
    if missing and not _ask(share, line, now):
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


def _ask(share: HarvestShare, line: OrderLine, now: datetime) -> bool:
    """Whether the shopper, who gets nothing, has been asked about something else."""
    instead = share.harvest.instead
    if instead is None or share.gets:
        return False
    try:
        propose(
            line_reference=line.reference,
            merchant_reference=line.merchant_reference,
            variant_reference=instead.reference,
            reason=ShortReason.NOT_SUPPLIED,
            within=ANSWER_WITHIN,
            now=now,
        )
    except CANNOT_BE_ASKED:
        return False
    return True


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
