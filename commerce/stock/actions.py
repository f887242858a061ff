"""Counting stock, promising it to order lines, handing it over or taking the promise back.

Every action locks the stock records it touches, in order of their row, before it looks at them;
allocations change under their record's lock only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import Variant
from commerce.errors import CommerceError
from commerce.stock.models import Allocation, AllocationStatus, StockRecord

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
    """So many of a variant for one order line."""

    variant_id: int
    line_reference: str
    quantity: int


@transaction.atomic
def set_on_hand(*, variant: Variant, quantity: int, now: datetime) -> StockRecord:
    """Say how many are there, promised ones included. Raises StockRange, StockBelowAllocated."""
    if not 0 <= quantity <= MOST_ON_HAND:
        raise StockRange("quantity", least=0, most=MOST_ON_HAND)
    StockRecord.objects.get_or_create(variant=variant, defaults={"counted_at": now})
    record = StockRecord.objects.locked().get(variant=variant)
    if quantity < record.allocated:
        raise StockBelowAllocated("quantity", allocated=record.allocated)
    record.on_hand = quantity
    record.counted_at = now
    record.save(update_fields=["on_hand", "counted_at"])
    return record


@transaction.atomic
def allocate(*, wants: Sequence[Want], now: datetime) -> list[Allocation]:
    """Promise all of it or nothing; a line that has its stock already is left as it is.

    Returns one allocation per want, in order. Raises InsufficientStock (variant, name, left),
    AllocationReleased for a line whose promise was taken back before.
    """
    variant_ids = {want.variant_id for want in wants}
    records = {
        record.variant_id: record
        for record in StockRecord.objects.locked().filter(variant_id__in=variant_ids)
    }
    # Read after the locks: the same line asked twice at once finds its first answer here.
    lines = [want.line_reference for want in wants]
    given = {a.line_reference: a for a in Allocation.objects.filter(line_reference__in=lines)}
    for want in wants:
        if want.line_reference not in given:
            record = records.get(want.variant_id)
            given[want.line_reference] = _promised(record, want, now)
        elif given[want.line_reference].status == AllocationStatus.RELEASED:
            raise AllocationReleased("line", line=want.line_reference)
    StockRecord.objects.bulk_update(records.values(), ["allocated"])
    Allocation.objects.bulk_create(a for a in given.values() if a.pk is None)
    return [given[line] for line in lines]


@transaction.atomic
def release(*, line_references: Iterable[str], now: datetime) -> list[Allocation]:
    """Take promises back; ended ones and lines without stock are passed over. Returns the rest."""
    return _end(line_references, AllocationStatus.RELEASED, now)


@transaction.atomic
def issue(*, line_references: Iterable[str], now: datetime) -> list[Allocation]:
    """The goods have left: there is less on hand and less promised. Otherwise as release."""
    return _end(line_references, AllocationStatus.ISSUED, now)


def _promised(record: StockRecord | None, want: Want, now: datetime) -> Allocation:
    if record is None or record.left < want.quantity:
        variant = Variant.objects.select_related("product").get(pk=want.variant_id)
        raise InsufficientStock(
            "quantity",
            variant=variant.reference,
            name=variant.product.name,
            name_en=variant.product.name_en or variant.product.name,
            left=record.left if record else 0,
        )
    record.allocated += want.quantity
    return Allocation(
        record=record,
        line_reference=want.line_reference,
        quantity=want.quantity,
        allocated_at=now,
    )


def _end(
    line_references: Iterable[str], status: AllocationStatus, now: datetime
) -> list[Allocation]:
    of_these = Allocation.objects.filter(line_reference__in=list(line_references))
    record_ids = of_these.values("record_id")
    records = {r.pk: r for r in StockRecord.objects.locked().filter(pk__in=record_ids)}
    # Read after the locks: ending twice is ending once.
    live = list(
        of_these.filter(record__in=records, status=AllocationStatus.ALLOCATED).order_by("pk")
    )
    for allocation in live:
        record = records[allocation.record_id]
        record.allocated -= allocation.quantity
        if status == AllocationStatus.ISSUED:
            record.on_hand -= allocation.quantity
        allocation.status = status
        allocation.ended_at = now
    StockRecord.objects.bulk_update(records.values(), ["on_hand", "allocated"])
    Allocation.objects.bulk_update(live, ["status", "ended_at"])
    return live
