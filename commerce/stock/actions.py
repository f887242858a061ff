"""Counting stock, promising it to order lines, handing it over or taking the promise back.

Every action locks the stock records it touches, in order of their row, before it looks at them;
allocations change under their record's lock only.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.business_days import business_date
from commerce.catalogue.models import Product, Variant
from commerce.errors import CommerceError
from commerce.stock.models import Allocation, AllocationStatus, StockHold, StockRecord

MOST_ON_HAND = 1_000_000


class InsufficientStock(CommerceError):
    code = "INSUFFICIENT_STOCK"


class StockBelowAllocated(CommerceError):
    code = "STOCK_BELOW_ALLOCATED"


class StockRange(CommerceError):
    code = "STOCK_RANGE"


class AllocationReleased(CommerceError):
    code = "ALLOCATION_RELEASED"


@dataclass(frozen=True)
class Want:
    """So many of a variant for one order line. ``instead``: in place of what it was placed for."""

    variant_id: int
    line_reference: str
    quantity: int
    instead: bool = False


@transaction.atomic
def set_on_hand(*, variant: Variant, quantity: int, now: datetime) -> StockRecord:
    """Say how many are there, promised ones included. Raises StockRange, StockBelowAllocated."""
    (record,) = set_levels(on_hand={variant: quantity}, now=now)
    return record


@transaction.atomic
def set_levels(*, on_hand: Mapping[Variant, int], now: datetime) -> list[StockRecord]:
    """``set_on_hand`` for several: all or none."""
    if not all(0 <= quantity <= MOST_ON_HAND for quantity in on_hand.values()):
        raise StockRange("quantity", least=0, most=MOST_ON_HAND)
    begin_records(variants=on_hand, now=now)
    records = list(StockRecord.objects.locked().filter(variant__in=on_hand))
    wanted = {variant.pk: quantity for variant, quantity in on_hand.items()}
    for record in records:
        record.on_hand = wanted[record.variant_id]
        record.counted_at = now
        _take_from_holds(record)
        if record.left < 0:
            raise StockBelowAllocated("quantity", allocated=record.allocated)
    StockRecord.objects.bulk_update(records, ["on_hand", "allocated", "counted_at"])
    return records


def _take_from_holds(record: StockRecord) -> None:
    """What is there decides, not what somebody is about to order; who came last loses it first."""
    if record.left >= 0:
        return
    for kept in record.allocations.filter(hold__isnull=False).order_by("-pk"):
        if record.left >= 0:
            return
        record.allocated -= kept.quantity
        kept.delete()


def begin_records(*, variants: Iterable[Variant], now: datetime) -> None:
    """A record of nothing for those that have none, inside the caller's transaction.

    With its first record a product has a price on its card: products are locked before records.
    """
    wanted = {variant.pk: variant for variant in variants}
    for pk in StockRecord.objects.filter(variant__in=wanted).values_list("variant_id", flat=True):
        del wanted[pk]
    if not wanted:
        return
    products = {variant.product_id for variant in wanted.values()}
    list(Product.objects.locked().filter(pk__in=products).values_list("pk"))
    StockRecord.objects.bulk_create(
        (StockRecord(variant=variant, counted_at=now) for variant in wanted.values()),
        ignore_conflicts=True,
    )


@transaction.atomic
def sell_no_more(*, variant: Variant, now: datetime) -> None:
    """Only what is promised already is left of it. A variant without a count stays without."""
    for record in StockRecord.objects.locked().filter(variant=variant):
        record.on_hand, record.counted_at = record.allocated, now
        record.save(update_fields=["on_hand", "counted_at"])


@transaction.atomic
def allocate(*, wants: Sequence[Want], kept_for: str = "", now: datetime) -> list[Allocation]:
    """Promise all of it or nothing; a line that has its stock already is left as it is. What is
    kept for the owner ``kept_for`` becomes the lines', and the rest of that is free.

    Returns one allocation per want, in order. Raises InsufficientStock (variant, name, left),
    AllocationReleased for a line whose promise was taken back before.
    """
    variant_ids = {want.variant_id for want in wants}
    hold = StockHold.objects.locked().filter(owner_reference=kept_for).first() if kept_for else None
    if hold is not None:
        variant_ids |= {*hold.allocations.values_list("record__variant", flat=True)}
    records = {
        record.variant_id: record
        for record in StockRecord.objects.locked().filter(variant_id__in=variant_ids)
    }
    # Read after the locks: the same line asked twice at once finds its first answer here.
    lines = [want.line_reference for want in wants]
    given = {a.line_reference: a for a in Allocation.objects.filter(line_reference__in=lines)}
    if hold is not None:
        given |= _taken_over(hold, records, [w for w in wants if w.line_reference not in given])
    for want in wants:
        if want.line_reference not in given:
            record = records.get(want.variant_id)
            given[want.line_reference] = _promised(record, want, now)
        elif given[want.line_reference].status == AllocationStatus.RELEASED:
            raise AllocationReleased("line", line=want.line_reference)
    made = [allocation for allocation in given.values() if allocation.pk is None]
    if made or hold is not None:
        StockRecord.objects.bulk_update(records.values(), ["on_hand", "allocated"])
        Allocation.objects.bulk_create(made)
    return [given[line] for line in lines]


def _taken_over(
    hold: StockHold, records: Mapping[int, StockRecord], wants: Sequence[Want]
) -> dict[str, Allocation]:
    """What one line wants and is kept becomes the line's; what else was kept is let go."""
    taken = {}
    for kept in list(hold.allocations.select_related("record")):
        record = records[kept.record.variant_id]
        same = [want for want in wants if want.variant_id == record.variant_id]
        if len(same) == 1 and same[0].quantity == kept.quantity:
            kept.line_reference, kept.instead, kept.hold = (
                same[0].line_reference,
                same[0].instead,
                None,
            )
            kept.save(update_fields=["line_reference", "instead", "hold"])
            taken[kept.line_reference] = kept
        else:
            take_back(record, kept)
    hold.delete()
    return taken


def take_back(record: StockRecord, kept: Allocation) -> None:
    """What was kept in a hold is free; the record is locked, and saved by the caller."""
    if record.filled_on and business_date(kept.allocated_at) < record.filled_on:
        record.on_hand -= kept.quantity  # an earlier day's, not one more for today
    record.allocated -= kept.quantity
    kept.delete()


@transaction.atomic
def release(*, line_references: Iterable[str], now: datetime) -> list[Allocation]:
    """Take promises back; ended ones and lines without stock are passed over. Returns the rest.

    What was issued of a line already stays issued.
    """
    records, live = _live(line_references)
    for allocation in live:
        _let_go(records[allocation.record_id], allocation, now)
    _save(records, live)
    return live


@transaction.atomic
def issue(*, line_references: Iterable[str], now: datetime) -> list[Allocation]:
    """The goods have left: there is less on hand and less promised. Otherwise as release."""
    records, live = _live(line_references)
    for allocation in live:
        _issue(records[allocation.record_id], allocation, allocation.quantity, now)
    _save(records, live)
    return live


@transaction.atomic
def issue_so_far(*, left: Mapping[str, int], now: datetime) -> None:
    """So many of each line have left altogether, by reference; what left before is not counted
    again, so a repeat changes nothing. Otherwise as ``issue``."""
    records, live = _live(left)
    for allocation in live:
        _issue(records[allocation.record_id], allocation, left[allocation.line_reference], now)
    _save(records, live)


@transaction.atomic
def shorten(
    *, line_reference: str, quantity: int, kept_for_nothing: Iterable[str] = (), now: datetime
) -> None:
    """Only ``quantity`` of what was promised to the line are there: the rest is off the shelf too,
    or the next shopper would be promised it. Passes over ended promises and a repeat.

    ``kept_for_nothing`` are promises taken back with it, so that all rows are locked in order.
    """
    records, live = _live([line_reference, *kept_for_nothing])
    for allocation in live:
        record, missing = records[allocation.record_id], allocation.quantity - quantity
        if allocation.line_reference != line_reference:
            _let_go(record, allocation, now)
            continue
        if not 0 < missing <= allocation.held:
            continue
        record.on_hand -= missing
        record.allocated -= missing
        _promise_only(allocation, quantity, now)
    _save(records, live)


@transaction.atomic
def lessen(*, quantities: Mapping[str, int], now: datetime) -> None:
    """Of what was promised to each line only so many are wanted: the rest is free for others.

    Passes over ended promises and a repeat.
    """
    records, live = _live(quantities)
    for allocation in live:
        left = quantities[allocation.line_reference]
        free = allocation.quantity - left
        if not 0 < free <= allocation.held:
            continue
        record = records[allocation.record_id]
        if record.filled_on and business_date(allocation.allocated_at) < record.filled_on:
            record.on_hand -= free  # an earlier day's, not more for today
        record.allocated -= free
        _promise_only(allocation, left, now)
    _save(records, live)


def _promise_only(allocation: Allocation, quantity: int, now: datetime) -> None:
    if quantity:
        allocation.quantity = quantity
        allocation.save(update_fields=["quantity"])
    else:
        _end(allocation, AllocationStatus.RELEASED, now)


@transaction.atomic
def hold_at_most(*, held: Mapping[str, int], now: datetime) -> None:
    """So many of each line are promised, by reference, what left already included; what else was
    is free again. A repeat changes nothing. What is kept in place of other goods stays so."""
    records, live = _live(held)
    for allocation in live:
        if allocation.instead:
            continue
        most = max(held[allocation.line_reference], allocation.issued)
        over = allocation.quantity - most
        if over <= 0:
            continue
        records[allocation.record_id].allocated -= over
        if most:
            allocation.quantity = most
            allocation.save(update_fields=["quantity"])
        if most == allocation.issued:
            _end(
                allocation,
                AllocationStatus.ISSUED if most else AllocationStatus.RELEASED,
                now,
            )
    _save(records, live)


@transaction.atomic
def replace(*, line_reference: str, kept_as: str, now: datetime) -> None:
    """What was kept as ``kept_as`` is the line's from now on; what the line had been promised is
    not there and off the shelf. Both promises are open; a repeat changes nothing."""
    records, live = _live([line_reference, kept_as])
    by_line = {allocation.line_reference: allocation for allocation in live}
    if by_line.keys() != {line_reference, kept_as}:
        return
    old, kept = by_line[line_reference], by_line[kept_as]
    record = records[old.record_id]
    record.on_hand -= old.held
    record.allocated -= old.held
    old.record_id, old.quantity, old.instead = kept.record_id, kept.quantity, True
    _end(kept, AllocationStatus.RELEASED, now)
    old.save(update_fields=["record", "quantity", "instead"])
    _save(records, live)


@transaction.atomic
def write_off(*, line_reference: str, quantity: int) -> None:
    """So many of what the line wanted are not there after all; what is promised to others stays
    promised."""
    record = StockRecord.objects.locked().get(allocations__line_reference=line_reference)
    record.on_hand -= min(quantity, record.left)
    record.save(update_fields=["on_hand"])


def _promised(record: StockRecord | None, want: Want, now: datetime) -> Allocation:
    if record is None or record.left < want.quantity:
        raise insufficient(want.variant_id, record)
    record.allocated += want.quantity
    return Allocation(
        record=record,
        line_reference=want.line_reference,
        quantity=want.quantity,
        instead=want.instead,
        allocated_at=now,
    )


def insufficient(variant_id: int, record: StockRecord | None) -> InsufficientStock:
    """With what it is called, and how many are left."""
    variant = Variant.objects.select_related("product").get(pk=variant_id)
    return InsufficientStock(
        "quantity",
        variant=variant.reference,
        name=variant.product.name,
        name_en=variant.product.name_en or variant.product.name,
        left=record.left if record else 0,
    )


def _live(line_references: Iterable[str]) -> tuple[dict[int, StockRecord], list[Allocation]]:
    """The promises still open for these lines, and their records by row, locked."""
    of_these = Allocation.objects.filter(line_reference__in=list(line_references))
    record_ids = of_these.values("record_id")
    records = {r.pk: r for r in StockRecord.objects.locked().filter(pk__in=record_ids)}
    # Read after the locks: ending twice is ending once.
    live = of_these.filter(record__in=records, status=AllocationStatus.ALLOCATED)
    return records, list(live.order_by("pk"))


def _let_go(record: StockRecord, allocation: Allocation, now: datetime) -> None:
    if record.filled_on and business_date(allocation.allocated_at) < record.filled_on:
        record.on_hand -= allocation.held  # an earlier day's, not one more for today
    record.allocated -= allocation.held
    _end(allocation, AllocationStatus.RELEASED, now)


def _issue(record: StockRecord, allocation: Allocation, so_far: int, now: datetime) -> None:
    leaving = min(so_far, allocation.quantity) - allocation.issued
    if leaving > 0:
        record.on_hand -= leaving
        record.allocated -= leaving
        allocation.issued += leaving
    if not allocation.held:
        _end(allocation, AllocationStatus.ISSUED, now)


def _end(allocation: Allocation, status: AllocationStatus, now: datetime) -> None:
    allocation.status = status
    allocation.ended_at = now


def _save(records: Mapping[int, StockRecord], live: Sequence[Allocation]) -> None:
    if live:
        StockRecord.objects.bulk_update(records.values(), ["on_hand", "allocated"])
        Allocation.objects.bulk_update(live, ["issued", "status", "ended_at"])
