"""A booking moves to another slot: the new place and the old one change hands in one go."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, F

from drivethrough.errors import DrivethroughError, InvalidTransition
from drivethrough.slots import pickup_stock, queries, transitions
from drivethrough.slots.fitting import why_not
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import Booking, BookingStatus, Slot, SlotStatus, room_for
from drivethrough.slots.queries import BookingUnknown, awaited


class BookingFixed(DrivethroughError):
    """The booked slot's own cut-off has passed: data ``cut_off_at``."""

    code = "BOOKING_FIXED"


@transaction.atomic
def move(
    *, booking_reference: str, slot_reference: str, now: datetime, late: bool = False
) -> Booking:
    """A confirmed booking gets a place in that slot, with all it takes, and gives its old one back,
    never without any.

    Asked again it stays where it is. ``late``: past the old slot's cut-off too, and before those
    who wait for the new one; for a car that is moved without having wanted it. BOOKING_UNKNOWN,
    NOT_FOUND, INVALID_TRANSITION, BOOKING_FIXED; SLOT_FULL, PREPARATION_FULL, ITEM_FULL_THAT_DAY,
    SLOT_PAST, SLOT_CLOSED.
    """
    to = queries.slot(slot_reference)
    # Without its slot: where another move had the lock, a joined row would no longer match.
    booking = Booking.objects.locked().filter(reference=booking_reference).first()
    if booking is None:
        raise BookingUnknown("booking")
    if booking.slot_id == to.pk:
        return booking
    if booking.status != BookingStatus.CONFIRMED:
        allowed = list(transitions.NEXT[booking.status])
        raise InvalidTransition("booking", now=booking.status, allowed=allowed)
    if booking.slot.cut_off_at <= now and not late:
        raise BookingFixed("slot", cut_off_at=booking.slot.cut_off_at.isoformat())
    slots = pickup_stock.lock_slots({booking.slot_id, to.pk}, booking.items)
    load, seconds = Load.of(booking), booking.preparation_seconds
    # First given back: of an item it takes at most what it had, when the day stays the same.
    pickup_stock.change(slots[booking.slot_id], load, NO_LOAD, now)
    free = Slot.objects.filter(
        room_for(seconds, now), pk=to.pk, status=SlotStatus.OPEN, cut_off_at__gt=now
    )
    if not late:
        free = free.exclude(Exists(awaited()))
    taken = free.update(
        taken_cars=F("taken_cars") + 1,
        taken_preparation_seconds=F("taken_preparation_seconds") + seconds,
    )
    if not taken:
        to.refresh_from_db()
        raise why_not(to, now, load)
    pickup_stock.change(slots[to.pk], NO_LOAD, load, now)
    Slot.objects.filter(pk=booking.slot_id).update(
        taken_cars=F("taken_cars") - 1,
        taken_preparation_seconds=F("taken_preparation_seconds") - seconds,
    )
    booking.slot = to
    booking.site = to.site
    booking.save(update_fields=["slot", "site"])
    return booking
