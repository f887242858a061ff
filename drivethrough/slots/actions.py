"""Take, keep, book and give back places in slots."""

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F

from drivethrough.errors import DrivethroughError, InvalidTransition, KeyReused
from drivethrough.slots import holding, queries, transitions
from drivethrough.slots.holding import NewHold
from drivethrough.slots.models import (
    BOOKED,
    TAKES_A_PLACE,
    Booking,
    BookingStatus,
    Slot,
    SlotStatus,
    bookable_cars,
)
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.refusals import (
    HoldContended,
    HoldExpired,
    PhoneLast4Format,
    PlateFormat,
    SlotClosed,
    SlotFull,
    SlotPast,
)
from drivethrough.slots.rush import RUSH

SWEEP_LIMIT = 500
TABS = 5  # tries to hold while other tabs of one basket choose at the same moment


def hold(
    *, slot_reference: str, owner_reference: str, key: str, now: datetime, minutes: int = 15
) -> Booking:
    """Keep one place for some minutes; the owner's other hold at this site is given up for it.

    The same key gets the booking it got first, whatever became of it since. Raises SLOT_FULL,
    SLOT_PAST, SLOT_CLOSED, KEY_REUSED, HOLD_CONTENDED; after a refusal the old hold still stands.
    """
    wanted = NewHold(slot_reference, owner_reference, key, now, now + timedelta(minutes=minutes))
    for _ in range(TABS):
        try:
            booking = RUSH.take(wanted)
        except IntegrityError:
            booking = None
        booking = booking or _held_before(wanted)
        if booking is not None:
            return booking
        try:
            return _take_making_room(queries.slot(slot_reference), wanted)
        except IntegrityError:
            continue  # another tab of the same basket got in between: look again
    raise HoldContended("slot")


def _held_before(wanted: NewHold) -> Booking | None:
    """What this key got before. Raises KEY_REUSED when it asked for something else."""
    booking = queries.bookings().filter(key=wanted.key).first()
    if booking is None:
        return None
    # Once confirmed the owner is another, so only a hold can be compared.
    other_owner = (
        booking.status == BookingStatus.HELD and booking.owner_reference != wanted.owner_reference
    )
    if booking.slot.reference != wanted.slot_reference or other_owner:
        raise KeyReused("key")
    return booking


@transaction.atomic
def _take_making_room(slot: Slot, wanted: NewHold) -> Booking:
    """Give up the owner's hold at this site and end the slot's lapsed ones, then take a place."""
    given_up = (
        Booking.objects.locked()
        .filter(
            site_id=slot.site_id,
            owner_reference=wanted.owner_reference,
            status=BookingStatus.HELD,
        )
        .first()
    )
    if given_up is not None:
        # Both rows in one order: two shoppers may be swapping these two slots.
        list(Slot.objects.locked().filter(pk__in={given_up.slot_id, slot.pk}))
        _end(given_up, BookingStatus.CANCELLED, wanted.now)
    holding.expire(now=wanted.now, slot_id=slot.pk, limit=SWEEP_LIMIT)
    booking = holding.take(wanted)
    if booking is None:
        slot.refresh_from_db()
        raise why_not(slot, wanted.now)
    return booking


def why_not(slot: Slot, now: datetime) -> DrivethroughError:
    """Why nobody can take a place in this slot now, with the nearest that can be had."""
    alternatives = queries.alternatives_to(slot, now)
    if slot.starts_at <= now:
        return SlotPast("slot", alternatives=alternatives)
    if slot.status != SlotStatus.OPEN or slot.cut_off_at <= now:
        return SlotClosed("slot", status=slot.status, alternatives=alternatives)
    return SlotFull("slot", left=slot.bookable(now), alternatives=alternatives)


def _end(booking: Booking, status: BookingStatus, now: datetime) -> None:
    """End a locked booking and give its place back."""
    booking.status = status
    booking.ended_at = now
    booking.save(update_fields=["status", "ended_at"])
    Slot.objects.filter(pk=booking.slot_id).update(taken_cars=F("taken_cars") - 1)


def _locked(booking_reference: str, *owner_references: str) -> Booking:
    """The booking's row, locked. Raises BOOKING_UNKNOWN when it is none of these owners'."""
    # Without its slot: where a move had the lock, a joined row would no longer match.
    booking = Booking.objects.locked().filter(reference=booking_reference).first()
    if booking is None or (owner_references and booking.owner_reference not in owner_references):
        raise BookingUnknown("booking")
    return booking


def _expired(booking: Booking, now: datetime) -> HoldExpired:
    return HoldExpired("slot", alternatives=queries.alternatives_to(booking.slot, now))


def _lapsed(booking: Booking, now: datetime) -> bool:
    """Whether a hold's time is over, swept or not."""
    if booking.status == BookingStatus.HELD:
        return booking.held_until is not None and booking.held_until <= now
    return booking.status == BookingStatus.EXPIRED


def _invalid(booking: Booking) -> InvalidTransition:
    allowed = list(transitions.NEXT[booking.status])
    return InvalidTransition("booking", now=booking.status, allowed=allowed)


def _check(booking: Booking, then: BookingStatus) -> None:
    if not transitions.may(booking.status, then):
        raise _invalid(booking)


@transaction.atomic
def extend(
    *, booking_reference: str, owner_reference: str, now: datetime, minutes: int = 10
) -> Booking:
    """Keep a hold longer, once: asked again, it stays as it is.

    Raises BOOKING_UNKNOWN, HOLD_EXPIRED.
    """
    booking = _locked(booking_reference, owner_reference)
    if booking.status != BookingStatus.HELD or booking.held_until is None or _lapsed(booking, now):
        raise _expired(booking, now)
    if booking.extended_at is None:
        booking.held_until += timedelta(minutes=minutes)
        booking.extended_at = now
        booking.save(update_fields=["held_until", "extended_at"])
    return booking


@transaction.atomic
def release(*, booking_reference: str, owner_reference: str, now: datetime) -> Booking:
    """Give a held place back; a hold that is already over stays as it is.

    Raises BOOKING_UNKNOWN, INVALID_TRANSITION (a confirmed booking is cancelled, not released).
    """
    booking = _locked(booking_reference, owner_reference)
    if booking.status == BookingStatus.HELD:
        _end(booking, BookingStatus.CANCELLED, now)
    elif booking.status in BOOKED:
        raise _invalid(booking)
    return booking


@transaction.atomic
def confirm(
    *,
    booking_reference: str,
    owner_reference: str,
    new_owner_reference: str,
    plate: str,
    phone_last4: str,
    now: datetime,
) -> Booking:
    """Turn a hold into a booking of ``new_owner_reference``; confirming again changes nothing.

    A lapsed hold is still confirmed while its slot takes bookings and has room. Raises
    BOOKING_UNKNOWN, HOLD_EXPIRED, PLATE_FORMAT, PHONE_LAST4_FORMAT.
    """
    plate = normalised(plate)
    if not is_valid(plate):
        raise PlateFormat("plate")
    if not is_last4(phone_last4):
        raise PhoneLast4Format("phone_last4")
    booking = _locked(booking_reference, owner_reference, new_owner_reference)
    if booking.owner_reference == new_owner_reference and booking.status in BOOKED:
        return booking
    if _lapsed(booking, now):
        _keep_or_take_again(booking, now)
    elif booking.status != BookingStatus.HELD or booking.slot.status == SlotStatus.CANCELLED:
        raise _expired(booking, now)
    booking.status = BookingStatus.CONFIRMED
    booking.owner_reference = new_owner_reference
    booking.plate = plate
    booking.phone_last4 = phone_last4
    booking.held_until = None
    booking.ended_at = None
    booking.save()
    return booking


def _keep_or_take_again(booking: Booking, now: datetime) -> None:
    """A place in the slot for a lapsed hold; raises HOLD_EXPIRED.

    Not yet swept, its place is still counted; swept, a place is taken if one is left.
    """
    bookable = Slot.objects.filter(pk=booking.slot_id, status=SlotStatus.OPEN, cut_off_at__gt=now)
    if booking.status == BookingStatus.HELD:
        kept = bookable.exists()
    else:
        with_room = bookable.filter(taken_cars__lt=bookable_cars(now))
        kept = with_room.update(taken_cars=F("taken_cars") + 1) == 1
    if not kept:
        raise _expired(booking, now)


@transaction.atomic
def cancel(*, booking_reference: str, now: datetime) -> Booking:
    """End a held or confirmed booking and free its place; one already over stays as it is.

    Raises BOOKING_UNKNOWN, INVALID_TRANSITION (served or missed).
    """
    booking = _locked(booking_reference)
    if booking.status in TAKES_A_PLACE:
        _check(booking, BookingStatus.CANCELLED)
        _end(booking, BookingStatus.CANCELLED, now)
    return booking


def mark_served(*, booking_reference: str, now: datetime) -> Booking:
    """The goods are in the car. Raises BOOKING_UNKNOWN, INVALID_TRANSITION."""
    return _mark(booking_reference, BookingStatus.SERVED, now)


def mark_missed(*, booking_reference: str, now: datetime) -> Booking:
    """The car did not come; it may still be served later. Raises as ``mark_served``."""
    return _mark(booking_reference, BookingStatus.MISSED, now)


@transaction.atomic
def _mark(booking_reference: str, status: BookingStatus, now: datetime) -> Booking:
    booking = _locked(booking_reference)
    if booking.status != status:
        _check(booking, status)
        booking.status = status
        booking.ended_at = now
        booking.save(update_fields=["status", "ended_at"])
    return booking


def expire_holds(*, now: datetime) -> int:
    """End every hold whose time is over and free its place; returns how many.

    Each batch is its own statement; rows in use elsewhere are left to the next sweep.
    """
    ended = 0
    while freed := holding.expire(now=now, slot_id=None, limit=SWEEP_LIMIT):
        ended += freed
    return ended


def forget(*, owner_references: Collection[str]) -> None:
    """Which car came, and whose telephone it was; that one came stays."""
    Booking.objects.filter(owner_reference__in=owner_references).update(plate="", phone_last4="")
