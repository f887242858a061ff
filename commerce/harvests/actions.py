"""A farmer says how much was picked; the cut is written down first, then made order by order."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from commerce.business_days import end_of, instant
from commerce.catalogue.models import Variant
from commerce.errors import CommerceError
from commerce.harvests.cutting import fair_cut
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import FulfilmentStatus, OrderLine, WhenShort
from commerce.orders.substitutes import SubstituteUnfit, fitting

MOST_TRIES = 10


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


def to_be_asked(cuts: Sequence[Cut]) -> list[OrderLine]:
    """Lines that get nothing and whose shoppers would take something else."""
    return [
        cut.line
        for cut in cuts
        if not cut.gets and cut.line.fulfilment.order.when_short != WhenShort.REFUND
    ]


def may_come_instead(cuts: Sequence[Cut]) -> QuerySet[Variant]:
    """What can be offered to at least the one of them who paid least, the nearest price first."""
    asked = to_be_asked(cuts)
    if not asked:
        return Variant.objects.none()
    least = min(asked, key=lambda line: (line.unit_price_won, line.quantity))
    return fitting(least, least.fulfilment.way)


@transaction.atomic
def declare(
    *,
    key: str,
    goods: Goods,
    picked: int,
    seen: int,
    instead: Variant | None = None,
    now: datetime,
) -> Harvest:
    """The cut as it was shown, written down. ``seen``: pieces ordered when it was shown.
    ``instead``: something else of the same merchant for those who get nothing.

    The same key is the same declaration. HARVEST_RANGE, HARVEST_CHANGED, HARVEST_UNDER_WAY,
    SUBSTITUTE_UNFIT, IDEMPOTENCY_MISMATCH.
    """
    facts = {
        "site_reference": goods.site_reference,
        "variant": goods.variant,
        "on_date": goods.on_date,
        "picked": picked,
        "instead": instead,
    }
    earlier = Harvest.objects.filter(key=key).first()
    if earlier is not None:
        return _same(earlier, facts)
    if instead is not None and not _is_of_the_same(goods.variant, instead):
        raise SubstituteUnfit("instead")
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


def _is_of_the_same(variant: Variant, instead: Variant) -> bool:
    same_merchant = variant.product.merchant_id == instead.product.merchant_id
    return same_merchant and variant != instead


def _same(harvest: Harvest, facts: dict[str, object]) -> Harvest:
    if any(getattr(harvest, name) != value for name, value in facts.items()):
        raise IdempotencyMismatch("key")
    return harvest


def unfinished() -> QuerySet[Harvest]:
    """Cuts that somebody has still to make."""
    return Harvest.objects.filter(finished_at=None).order_by("declared_at", "pk")


def to_make(harvest: Harvest) -> QuerySet[HarvestShare]:
    """Shares that are still to be made and have not been given up."""
    return harvest.shares.filter(done_at=None, tries__lt=MOST_TRIES)


def note_refused(*, share: HarvestShare, code: str) -> None:
    """It could not be made; after ``MOST_TRIES`` a person has to see to it."""
    still = HarvestShare.objects.filter(pk=share.pk, done_at=None)
    still.update(tries=F("tries") + 1, refused=code)


def given_up() -> QuerySet[HarvestShare]:
    """Shares that nobody tries to make any more; their harvest is not finished."""
    shares = HarvestShare.objects.filter(done_at=None, tries__gte=MOST_TRIES)
    return shares.select_related("harvest", "line__fulfilment__order")


def try_again() -> int:
    """Whatever was wrong has been seen to; how many are to be made again."""
    return given_up().update(tries=0)


def finish(*, harvest: Harvest, now: datetime) -> bool:
    """Once every share is done; whether it is."""
    if harvest.shares.filter(done_at=None).exists():
        return False
    Harvest.objects.filter(pk=harvest.pk, finished_at=None).update(finished_at=now)
    return True
