"""What can be asked about stock."""

from collections.abc import Iterable

from commerce.stock.models import Allocation, StockRecord


def left_by_variant(variant_ids: Iterable[int]) -> dict[int, int]:
    """How many of each variant can still be promised; 0 for one that was never counted."""
    left = dict.fromkeys(variant_ids, 0)
    for record in StockRecord.objects.filter(variant_id__in=left):
        left[record.variant_id] = record.left
    return left


def came_instead(line_references: Iterable[str]) -> set[str]:
    """Lines whose goods, there or gone, are others than were ordered."""
    instead = Allocation.objects.filter(line_reference__in=list(line_references), instead=True)
    return set(instead.values_list("line_reference", flat=True))
