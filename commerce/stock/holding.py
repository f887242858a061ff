"""Goods kept for a basket while its checkout goes on: some minutes, and some more once.

What is kept is promised like what is ordered, so it is nobody else's meanwhile. Whoever changes a
hold locks its row first, then the stock records in order of their row; its promises change under
their record's lock, as all do.
"""

from collections.abc import Mapping
from datetime import datetime, timedelta

from django.db import transaction

from commerce.references import new
from commerce.stock.actions import insufficient, take_back
from commerce.stock.models import Allocation, StockHold, StockRecord

HOLD_MINUTES, MORE_MINUTES = 15, 10
SWEEP_LIMIT = 500


@transaction.atomic
def keep(*, owner_reference: str, quantities: Mapping[int, int], now: datetime) -> StockHold:
    """So many of each variant, by its row, and nothing else, are kept for the owner.

    A hold whose time runs keeps its end, whatever is changed in it; one whose time is over begins
    anew. All or nothing: InsufficientStock leaves what was kept before.
    """
    hold = _locked(owner_reference, now)
    if hold.held_until <= now:
        hold.held_until, hold.extended_at = now + timedelta(minutes=HOLD_MINUTES), None
        hold.save(update_fields=["held_until", "extended_at"])
    before = hold.allocations.values("record__variant")
    wanted = StockRecord.objects.filter(variant__in=quantities)
    rows = wanted.values_list("pk", flat=True).union(
        StockRecord.objects.filter(variant__in=before).values_list("pk", flat=True)
    )
    records = {r.variant_id: r for r in StockRecord.objects.locked().filter(pk__in=list(rows))}
    # Read after the locks: a merchant who counted anew may have taken some of it back.
    kept = {a.record_id: a for a in hold.allocations.all()}
    for record in records.values():
        _keep(hold, record, kept.get(record.pk), quantities.get(record.variant_id, 0), now)
    for variant_id in quantities.keys() - records.keys():
        raise insufficient(variant_id, None)
    StockRecord.objects.bulk_update(records.values(), ["on_hand", "allocated"])
    return hold


def _locked(owner_reference: str, now: datetime) -> StockHold:
    until = now + timedelta(minutes=HOLD_MINUTES)
    while True:
        made, _ = StockHold.objects.get_or_create(
            owner_reference=owner_reference, defaults={"held_until": until}
        )
        # The sweep may have ended it in between.
        if hold := StockHold.objects.locked().filter(pk=made.pk).first():
            return hold


def _keep(
    hold: StockHold, record: StockRecord, kept: Allocation | None, quantity: int, now: datetime
) -> None:
    if kept is not None and kept.quantity == quantity:
        return
    if kept is not None:
        take_back(record, kept)
    if not quantity:
        return
    if record.left < quantity:
        raise insufficient(record.variant_id, record)
    record.allocated += quantity
    Allocation.objects.create(
        record=record,
        line_reference=new("HLD"),
        quantity=quantity,
        hold=hold,
        allocated_at=now,
    )


@transaction.atomic
def extend(*, owner_reference: str, now: datetime) -> StockHold | None:
    """Some minutes more, once: asked again it stays as it is. None once nothing is kept."""
    hold = StockHold.objects.locked().filter(owner_reference=owner_reference).first()
    if hold is None or hold.held_until <= now:
        return None
    if hold.extended_at is None:
        hold.held_until += timedelta(minutes=MORE_MINUTES)
        hold.extended_at = now
        hold.save(update_fields=["held_until", "extended_at"])
    return hold


@transaction.atomic
def pass_on(*, owner_reference: str, new_owner_reference: str) -> None:
    """To the basket that its lines went to; where that one has a hold already, this is let go."""
    hold = StockHold.objects.locked().filter(owner_reference=owner_reference).first()
    if hold is None or owner_reference == new_owner_reference:
        return
    if StockHold.objects.filter(owner_reference=new_owner_reference).exists():
        _end(hold)
        return
    hold.owner_reference = new_owner_reference
    hold.save(update_fields=["owner_reference"])


@transaction.atomic
def let_go(*, owner_reference: str) -> None:
    """Free for others; nothing kept is no trouble."""
    hold = StockHold.objects.locked().filter(owner_reference=owner_reference).first()
    if hold is not None:
        _end(hold)


def expire(*, now: datetime) -> int:
    """End holds whose time is over; how many. What is in use is left to the next sweep."""
    over = StockHold.objects.filter(held_until__lte=now).order_by("held_until", "pk")
    rows = list(over.values_list("pk", flat=True)[:SWEEP_LIMIT])
    return sum(_expired(pk, now) for pk in rows)


@transaction.atomic
def _expired(pk: int, now: datetime) -> bool:
    rows = StockHold.objects.select_for_update(skip_locked=True, no_key=True)
    hold = rows.filter(pk=pk, held_until__lte=now).first()
    if hold is not None:
        _end(hold)
    return hold is not None


def _end(hold: StockHold) -> None:
    record_pks = list(hold.allocations.values_list("record", flat=True))
    records = {r.pk: r for r in StockRecord.objects.locked().filter(pk__in=record_pks)}
    for kept in list(hold.allocations.all()):
        take_back(records[kept.record_id], kept)
    StockRecord.objects.bulk_update(records.values(), ["on_hand", "allocated"])
    hold.delete()
