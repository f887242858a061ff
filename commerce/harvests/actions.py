"""A farmer says how much was picked; the cut is written down first, then made order by order."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from commerce.business_days import end_of, instant
from commerce.catalogue.models import Variant
from commerce.errors import CommerceError
from commerce.harvests.cutting import fair_cut
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import FulfilmentStatus, OrderLine


class HarvestRange(CommerceError):
    """Not less than was ordered, or less than nothing: data ``most``."""

    code = "HARVEST_RANGE"


class HarvestChanged(CommerceError):
    """Something was ordered, packed or cancelled since the cut was shown: data ``ordered``."""

    code = "HARVEST_CHANGED"


class HarvestUnderWay(CommerceError):
    """Another cut of the same goods is still being made."""

    code = "HARVEST_UNDER_WAY"
    retryable = True


@dataclass(frozen=True)
class Goods:
    """One thing that is handed over at a site on one business day."""

    site_reference: str
    variant: Variant
    on_date: date


@dataclass(frozen=True)
class Cut:
    line: OrderLine
    gets: int

    @property
    def missing(self) -> int:
        return self.line.quantity - self.gets

    @property
    def won(self) -> int:
        return self.missing * self.line.unit_price_won


def lines_of(goods: Goods) -> QuerySet[OrderLine]:
    """Ordered and not packed yet; what stands packed is not taken out of its box again."""
    return (
        OrderLine.objects.filter(
            variant=goods.variant,
            quantity__gte=1,
            ready_at=None,
            fulfilment__hands_over=goods.site_reference,
            fulfilment__status=FulfilmentStatus.CONFIRMED,
            fulfilment__promised_from__gte=instant(goods.on_date),
            fulfilment__promised_from__lt=end_of(goods.on_date),
        )
        .select_related("fulfilment__order__customer")
        .order_by("fulfilment__promised_from", "pk")
    )


def propose(goods: Goods, *, picked: int) -> list[Cut]:
    """What each line would get; asked again, the same. Reads only. HARVEST_RANGE."""
    lines = list(lines_of(goods))
    ordered = sum(line.quantity for line in lines)
    if not 0 <= picked < ordered:
        raise HarvestRange("picked", most=max(0, ordered - 1))
    lot = f"{goods.site_reference}:{goods.variant.reference}:{goods.on_date}"
    shares = fair_cut({line.reference: line.quantity for line in lines}, picked=picked, lot=lot)
    return [Cut(line, shares[line.reference]) for line in lines]


@transaction.atomic
def declare(*, key: str, goods: Goods, picked: int, seen: int, now: datetime) -> Harvest:
    """The cut as it was shown, written down. ``seen``: pieces ordered when it was shown.

    The same key is the same declaration. HARVEST_RANGE, HARVEST_CHANGED, HARVEST_UNDER_WAY,
    IDEMPOTENCY_MISMATCH.
    """
    facts = {
        "site_reference": goods.site_reference,
        "variant": goods.variant,
        "on_date": goods.on_date,
        "picked": picked,
    }
    earlier = Harvest.objects.filter(key=key).first()
    if earlier is not None:
        return _same(earlier, facts)
    cuts = propose(goods, picked=picked)
    ordered = sum(cut.line.quantity for cut in cuts)
    if ordered != seen:
        raise HarvestChanged("picked", ordered=ordered)
    try:
        with transaction.atomic():
            harvest = Harvest.objects.create(key=key, ordered=ordered, declared_at=now, **facts)
    except IntegrityError:  # another form of the same goods, or this one twice at once
        earlier = Harvest.objects.filter(key=key).first()
        if earlier is None:
            raise HarvestUnderWay("picked") from None
        return _same(earlier, facts)
    HarvestShare.objects.bulk_create(
        HarvestShare(
            harvest=harvest,
            line=cut.line,
            ordered=cut.line.quantity,
            gets=cut.gets,
            done_at=None if cut.missing else now,
        )
        for cut in cuts
    )
    return harvest


def _same(harvest: Harvest, facts: dict[str, object]) -> Harvest:
    if any(getattr(harvest, name) != value for name, value in facts.items()):
        raise IdempotencyMismatch("key")
    return harvest


def unfinished() -> QuerySet[Harvest]:
    """Cuts that somebody has still to make."""
    return Harvest.objects.filter(finished_at=None).order_by("declared_at", "pk")


def finish(*, harvest: Harvest, now: datetime) -> bool:
    """Once every share is done; whether it is."""
    if harvest.shares.filter(done_at=None).exists():
        return False
    Harvest.objects.filter(pk=harvest.pk, finished_at=None).update(finished_at=now)
    return True
