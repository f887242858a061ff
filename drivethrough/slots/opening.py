"""Slots come to be, and change: how many cars they take, whether they take bookings."""

from datetime import date, datetime, time, timedelta
from math import ceil

from django.db import transaction

from drivethrough.errors import InvalidTransition
from drivethrough.sites.models import Site
from drivethrough.slots import queries
from drivethrough.slots.models import Booking, BookingStatus, Slot, SlotStatus
from drivethrough.slots.pickup_stock import limited_on
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
    preparers: int | None = None,
) -> list[Slot]:
    """The day's slots from start to end (Seoul wall clock); those already there stay as they are.

    Booking ends at ``cut_off_at``, or when the slot begins if that is sooner. ``walk_up_cars`` of
    them, and their share of the time to prepare, are kept from booking until so many minutes before
    the slot begins. ``preparers`` prepare together; None: their time does not bind. Raises
    SLOT_SPAN, SLOTS_OVERLAP.
    """
    spans = cut(on_date, start, end, minutes) if minutes > 0 else []
    if not spans or cars < 1 or not 0 <= walk_up_cars <= cars:
        raise SlotSpan("start")
    if preparers is not None and preparers < 1:
        raise SlotSpan("preparers")
    seconds = None if preparers is None else preparers * minutes * 60
    # No constraint sees an overlap, so all who open slots at a site go one after the other.
    Site.objects.select_for_update(no_key=True).get(pk=site.pk)
    there = list(
        Slot.objects.filter(site=site, starts_at__lt=spans[-1][1], ends_at__gt=spans[0][0])
    )
    across = [slot for slot in there if (slot.starts_at, slot.ends_at) not in spans]
    if across:
        raise SlotsOverlap("start", starts_at=across[0].starts_at.isoformat())
    begun = {slot.starts_at for slot in there}
    limited = limited_on(site, on_date)
    added = Slot.objects.bulk_create(
        Slot(
            site=site,
            starts_at=starts_at,
            ends_at=ends_at,
            cut_off_at=min(cut_off_at, starts_at),
            capacity_cars=cars,
            walk_up_cars=walk_up_cars,
            walk_up_until_at=starts_at - timedelta(minutes=walk_up_minutes),
            capacity_preparation_seconds=seconds,
            walk_up_preparation_seconds=_share(seconds, walk_up_cars, cars),
            limited_items=limited,
        )
        for starts_at, ends_at in spans
        if starts_at not in begun
    )
    return sorted([*there, *added], key=lambda slot: slot.starts_at)


def _share(seconds: int | None, walk_up_cars: int, cars: int) -> int:
    """Of the time, what the cars that come unbooked may take."""
    return (seconds or 0) * walk_up_cars // cars if cars else 0


@transaction.atomic
def change_capacity(*, slot: Slot, cars: int, preparers: int | None) -> Slot:
    """Room for so many cars, and so many who prepare; None: their time does not bind. Raises
    CAPACITY_BELOW_BOOKED, SLOT_SPAN; whoever has a place keeps it, with all that it takes."""
    if preparers is not None and preparers < 1:
        raise SlotSpan("preparers")
    row = Slot.objects.locked().get(pk=slot.pk)
    seconds = None if preparers is None else preparers * row.seconds
    too_few = "cars" if row.taken_cars > cars else ""
    if seconds is not None and row.taken_preparation_seconds > seconds:
        too_few = too_few or "preparers"
    if not too_few:
        row.capacity_cars = cars
        row.walk_up_cars = min(row.walk_up_cars, cars)
        row.capacity_preparation_seconds = seconds
        row.walk_up_preparation_seconds = _share(seconds, row.walk_up_cars, cars)
        row.save()
    slot.refresh_from_db()
    if too_few:
        raise CapacityBelowBooked(
            too_few,
            booked=row.taken_cars,
            minutes=ceil(row.taken_preparation_seconds / 60),
            preparers=max(1, ceil(row.taken_preparation_seconds / row.seconds)),
        )
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
