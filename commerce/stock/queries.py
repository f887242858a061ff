"""What can be asked about stock."""

from collections.abc import Iterable
from datetime import datetime

from commerce.stock.models import Allocation, StockHold, StockRecord


def left_by_variant(variant_ids: Iterable[int]) -> dict[int, int]:
    """How many of each variant can still be promised; 0 for one that was never counted."""
    left = dict.fromkeys(variant_ids, 0)
    for record in StockRecord.objects.filter(variant_id__in=left):
        left[record.variant_id] = record.left
    return left


def kept_for(owner_reference: str) -> dict[int, int]:
    """How many of each variant are kept for a basket."""
    kept = Allocation.objects.filter(hold__owner_reference=owner_reference)
    return dict(kept.values_list("record__variant", "quantity"))


def live_hold(owner_reference: str, now: datetime) -> StockHold | None:
    return StockHold.objects.filter(owner_reference=owner_reference, held_until__gt=now).first()


def came_instead(line_references: Iterable[str]) -> set[str]:
    """Lines whose goods, there or gone, are others than were ordered."""
    instead = Allocation.objects.filter(line_reference__in=list(line_references), instead=True)
    return set(instead.values_list("line_reference", flat=True))
