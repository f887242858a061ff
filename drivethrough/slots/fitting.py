"""In which slots all of a car's load fits, and why it does not in others. Reads only."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import Q

from drivethrough.errors import DrivethroughError
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import (
    Booking,
    PickupStock,
    PickupStockQuerySet,
    Slot,
    SlotStatus,
)
from drivethrough.slots.queries import open_slots
from drivethrough.slots.refusals import (
    ItemFullThatDay,
    PreparationFull,
    SlotClosed,
    SlotFull,
    SlotPast,
)
from drivethrough.slots.spans import SEOUL, business_date

ALTERNATIVES = 3
PREPARATION = "preparation"
NONE = "–"


@dataclass(frozen=True)
class Fit:
    """``lacks``: "" when all fits, PREPARATION, or the item of which only ``left`` are left."""

    slot: Slot
    lacks: str = ""
    left: int = 0


def fits(slots: Sequence[Slot], load: Load, now: datetime, own: Booking | None = None) -> list[Fit]:
    """Slots with a place, looked at for all else that binds. ``own`` would be given up for it."""
    left = _left(slots, load, own)
    return [_fit(slot, load, left, own, now) for slot in slots]


def _fit(
    slot: Slot,
    load: Load,
    left: dict[tuple[int, date, str], int],
    own: Booking | None,
    now: datetime,
) -> Fit:
    had = own.preparation_seconds if own and own.slot_id == slot.pk else 0
    if not slot.may_prepare(max(0, load.preparation_seconds - had), now):
        return Fit(slot, PREPARATION)
    day = business_date(slot.starts_at)
    for item, wanted in load.items.items():
        there = left.get((slot.site_id, day, item), wanted)
        if wanted > there:
            return Fit(slot, item, there)
    return Fit(slot)


def _left(
    slots: Sequence[Slot], load: Load, own: Booking | None
) -> dict[tuple[int, date, str], int]:
    """Pieces by site, date and item, where the date binds."""
    rows = stocks_for(slots, load.items)
    if rows is None:
        return {}
    left = {(row.site_id, row.on_date, row.item_reference): row.left for row in rows}
    if own is not None:
        day = business_date(own.slot.starts_at)
        for item, had in own.items.items():
            if (own.site_id, day, item) in left:
                left[own.site_id, day, item] += had
    return left


def stocks_for(slots: Iterable[Slot], items: Iterable[str]) -> PickupStockQuerySet | None:
    """The rows that bind these items in these slots; None when no slot limits any."""
    wanted = {*items}
    binding = [
        Q(site=slot.site_id, on_date=business_date(slot.starts_at), item_reference__in=limited)
        for slot in slots
        if (limited := wanted & {*slot.limited_items})
    ]
    return PickupStock.objects.filter(reduce(or_, binding)) if binding else None


def fitting_slots(
    site_reference: str, load: Load, now: datetime, own: Booking | None = None
) -> list[Slot]:
    """Slots that can be booked now and in which all of the load fits, soonest first."""
    free = list(open_slots(site_reference, now))
    return [fit.slot for fit in fits(free, load, now, own) if not fit.lacks]


def alternatives_to(wanted: Slot, now: datetime, load: Load = NO_LOAD) -> list[dict[str, Any]]:
    """The nearest slots at the same site in which all fits, in order of time, ready for JSON."""
    free = fitting_slots(wanted.site.reference, load, now)
    nearest = sorted(free, key=lambda other: abs(other.starts_at - wanted.starts_at))
    return [
        {
            "reference": other.reference,
            "starts_at": other.starts_at.isoformat(),
            "ends_at": other.ends_at.isoformat(),
            "left": other.bookable(now),
        }
        for other in sorted(nearest[:ALTERNATIVES], key=lambda other: other.starts_at)
    ]


def why_not(slot: Slot, now: datetime, load: Load = NO_LOAD) -> DrivethroughError:
    """Why a car with this load gets no place in the slot now, with the nearest that it can have."""
    may_be_booked = slot.status == SlotStatus.OPEN and slot.cut_off_at > now
    lacks_time = slot.bookable(now) and not slot.may_prepare(load.preparation_seconds, now)
    if may_be_booked and lacks_time:
        return preparation_full(slot, load, now)
    alternatives = alternatives_to(slot, now, load)
    if slot.starts_at <= now:
        return SlotPast("slot", alternatives=alternatives)
    if not may_be_booked:
        return SlotClosed("slot", status=slot.status, alternatives=alternatives)
    return SlotFull("slot", left=slot.bookable(now), alternatives=alternatives)


def preparation_full(slot: Slot, load: Load, now: datetime) -> PreparationFull:
    alternatives = [] if slot.starts_at <= now else alternatives_to(slot, now, load)
    soonest = alternatives[0]["starts_at"] if alternatives else ""
    return PreparationFull(
        "slot",
        minutes_left=(slot.preparation_seconds_left or 0) // 60,
        alternatives=alternatives,
        next=_clock(soonest) if soonest else NONE,
    )


def item_full(
    slot: Slot, stock: PickupStock, left: int, load: Load, now: datetime
) -> ItemFullThatDay:
    """``left``: what this car could have of the item."""
    free = fitting_slots(slot.site.reference, load, now)
    days = sorted({business_date(other.starts_at) for other in free})[:ALTERNATIVES]
    return ItemFullThatDay(
        "slot",
        item=stock.item_reference,
        name=stock.item_reference,
        name_en=stock.item_reference,
        left=left,
        on=stock.on_date.isoformat(),
        alternatives=alternatives_to(slot, now, load),
        days=", ".join(day.isoformat() for day in days) or NONE,
    )


def _clock(moment: str) -> str:
    return f"{datetime.fromisoformat(moment).astimezone(SEOUL):%Y-%m-%d %H:%M}"
