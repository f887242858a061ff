"""Slots come to be, and change: how many cars they take, whether they take bookings."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Least

from drivethrough.errors import InvalidTransition
from drivethrough.sites.models import Site
from drivethrough.slots import queries
from drivethrough.slots.models import Booking, BookingStatus, Slot, SlotStatus
from drivethrough.slots.refusals import CapacityBelowBooked, SlotsOverlap, SlotSpan
from drivethrough.slots.spans import cut


@transaction.atomic
def open_slots(
    *,
    site: Site,
    on_date: date,
    start: time,
    end: time,
    minutes: int = 30,
    cars: int,
    cut_off_at: datetime,
    walk_up_cars: int = 0,
    walk_up_minutes: int = 30,
) -> list[Slot]:
    """The day's slots from start to end (Seoul wall clock); those already there stay as they are.

    Booking ends at ``cut_off_at``, or when the slot begins if that is sooner. ``walk_up_cars`` of
    them are kept from booking until so many minutes before the slot begins. Raises SLOT_SPAN,
    SLOTS_OVERLAP.
    """
    spans = cut(on_date, start, end, minutes) if minutes > 0 else []
    if not spans or cars < 1 or not 0 <= walk_up_cars <= cars:
        raise SlotSpan("start")
    # No constraint sees an overlap, so all who open slots at a site go one after the other.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    there = list(
        Slot.objects.filter(site=site, starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0])
    )
    across = [slot for slot in there if (slot.starts_at, slot.ends_at) not in spans]
    if across:
        raise SlotsOverlap("start", starts_at=across[0].starts_at.isoformat())
    begun = {slot.starts_at for slot in there}
    added = Slot.objects.bulk_create(
        Slot(
            site=site,
            starts_at=starts_at,
            ends_at=ends_at,
            cut_off_at=min(cut_off_at, starts_at),
            capacity_cars=cars,
            walk_up_cars=walk_up_cars,
            walk_up_until_at=starts_at - timedelta(minutes=walk_up_minutes),
        )
        for starts_at, ends_at in spans
        if starts_at not in begun
    )
    return sorted([*there, *added], key=lambda slot: slot.starts_at)


def change_capacity(*, slot: Slot, cars: int) -> Slot:
    """Room for so many cars. Raises CAPACITY_BELOW_BOOKED; whoever has a place keeps it."""
    changed = Slot.objects.filter(pk=slot.pk, taken_cars__lte=cars).update(
        capacity_cars=cars, walk_up_cars=Least(F("walk_up_cars"), cars)
    )
    slot.refresh_from_db()
    if not changed:
        raise CapacityBelowBooked("cars", booked=slot.taken_cars)
    return slot


def pause(*, slot: Slot) -> Slot:
    """Take no new bookings for now. Raises INVALID_TRANSITION (cancelled)."""
    return _set_status(slot, SlotStatus.PAUSED)


def close(*, slot: Slot) -> Slot:
    """Take no more bookings. Raises INVALID_TRANSITION (cancelled)."""
    return _set_status(slot, SlotStatus.CLOSED)


def reopen(*, slot: Slot) -> Slot:
    """Take bookings again until the cut-off. Raises INVALID_TRANSITION (cancelled)."""
    return _set_status(slot, SlotStatus.OPEN)


def cancel_slot(*, slot: Slot) -> list[Booking]:
    """Call the slot off for good; returns the bookings whose owners must be offered another.

    Each of them is ended by ``cancel``. Asked again, it returns those still to be ended.
    """
    Slot.objects.filter(pk=slot.pk).update(status=SlotStatus.CANCELLED)
    slot.refresh_from_db()
    open_ones = (BookingStatus.HELD, BookingStatus.CONFIRMED)
    return list(queries.bookings().filter(slot=slot, status__in=open_ones))


def _set_status(slot: Slot, status: SlotStatus) -> Slot:
    changed = (
        Slot.objects.filter(pk=slot.pk).exclude(status=SlotStatus.CANCELLED).update(status=status)
    )
    slot.refresh_from_db()
    if not changed:
        raise InvalidTransition("slot", now=slot.status, allowed=[])
    return slot
