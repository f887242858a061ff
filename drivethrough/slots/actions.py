"""Take, keep, book and give back places in slots."""

from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import F, QuerySet

from drivethrough.errors import InvalidTransition, KeyReused
from drivethrough.slots import holding, pickup_stock, queries, transitions
from drivethrough.slots.fitting import alternatives_to, preparation_full, why_not
from drivethrough.slots.holding import NewHold
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import (
    BOOKED,
    TAKES_A_PLACE,
    Booking,
    BookingStatus,
    Slot,
    SlotStatus,
    room_for,
)
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.refusals import (
    HoldContended,
    HoldExpired,
    ItemFullThatDay,
    PhoneLast4Format,
    PlateFormat,
)
from drivethrough.slots.rush import RUSH

SWEEP_LIMIT = 500
TABS = 5  # tries to hold while other tabs of one basket choose at the same moment


class _LimitedMeanwhile(Exception):
    """A pick-up stock was stated between looking and taking."""


def hold(
    *,
    slot_reference: str,
    owner_reference: str,
    key: str,
    now: datetime,
    minutes: int = 15,
    load: Load = NO_LOAD,
) -> Booking:
    """Keep one place for some minutes, and what the car's ``load`` takes; the owner's other hold
    at this site is given up for it.

    The same key gets the booking it got first, whatever became of it since. Raises SLOT_FULL,
    PREPARATION_FULL, ITEM_FULL_THAT_DAY, SLOT_PAST, SLOT_CLOSED, KEY_REUSED, HOLD_CONTENDED; after
    a refusal the old hold still stands.
    """
    until = now + timedelta(minutes=minutes)
    wanted = NewHold(slot_reference, owner_reference, key, now, until, load)
    for _ in range(TABS):
        try:
            booking = RUSH.take(wanted)
        except IntegrityError:
            booking = None
        booking = booking or _held_before(wanted)
        if booking is not None:
            return booking
        slot = queries.slot(slot_reference)
        if slot.limited_items:  # what ``EXPIRE`` leaves out
            _expire_limited(now, slot=slot)
        try:
            return _take_making_room(slot, wanted)
        except (IntegrityError, _LimitedMeanwhile):
            continue  # another tab of the same basket, or a farmer, got in between: look again
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
    limited = bool({*wanted.load.items} & {*slot.limited_items})
    if given_up is not None or limited:
        before = Load.of(given_up) if given_up else NO_LOAD
        pks = {slot.pk, given_up.slot_id if given_up else slot.pk}
        slot = pickup_stock.lock_slots(pks, {*wanted.load.items, *before.items})[slot.pk]
        limited = bool({*wanted.load.items} & {*slot.limited_items})
    if given_up is not None:
        _end(given_up, BookingStatus.CANCELLED, wanted.now)
    holding.expire(now=wanted.now, slot_id=slot.pk, limit=SWEEP_LIMIT)
    if limited:
        pickup_stock.change(slot, NO_LOAD, wanted.load, wanted.now)
    booking = holding.take(wanted, counted=limited)
    if booking is None:
        slot.refresh_from_db()
        if not limited and {*wanted.load.items} & {*slot.limited_items}:
            raise _LimitedMeanwhile
        raise why_not(slot, wanted.now, wanted.load)
    return booking


def _end(booking: Booking, status: BookingStatus, now: datetime) -> None:
    """End a locked booking and give back all that it takes."""
    booking.status = status
    booking.ended_at = now
    booking.save(update_fields=["status", "ended_at"])
    Slot.objects.filter(pk=booking.slot_id).update(
        taken_cars=F("taken_cars") - 1,
        taken_preparation_seconds=F("taken_preparation_seconds") - booking.preparation_seconds,
    )
    if booking.items:
        # Only now: a pick-up stock that was stated before has counted it.
        slot = Slot.objects.get(pk=booking.slot_id)
        pickup_stock.change(slot, Load.of(booking), NO_LOAD, now)


def _locked(booking_reference: str, *owner_references: str) -> Booking:
    """The booking's row, locked. Raises BOOKING_UNKNOWN when it is none of these owners'."""
    # Without its slot: where a move had the lock, a joined row would no longer match.
    booking = Booking.objects.locked().filter(reference=booking_reference).first()
    if booking is None or (owner_references and booking.owner_reference not in owner_references):
        raise BookingUnknown("booking")
    return booking


def _expired(booking: Booking, now: datetime) -> HoldExpired:
    return HoldExpired("slot", alternatives=alternatives_to(booking.slot, now, Load.of(booking)))


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
def change_load(*, booking_reference: str, load: Load, now: datetime) -> Booking:
    """The booking takes this from now on, if what it takes more still fits; one that takes no
    place stays as it is. Raises BOOKING_UNKNOWN, PREPARATION_FULL, ITEM_FULL_THAT_DAY."""
    booking = _locked(booking_reference)
    if booking.status in TAKES_A_PLACE:
        _change_load(booking, load, now)
    return booking


@transaction.atomic
def lessen_load(*, booking_reference: str, load: Load, now: datetime) -> Booking:
    """Of everything it takes no more than ``load``; nothing becomes more, so nothing is refused.
    Raises BOOKING_UNKNOWN."""
    booking = _locked(booking_reference)
    if booking.status in TAKES_A_PLACE:
        _change_load(booking, Load.of(booking).within(load), now)
    return booking


def _change_load(booking: Booking, load: Load, now: datetime) -> None:
    before = Load.of(booking)
    if before == load:
        return
    locked = pickup_stock.lock_slots([booking.slot_id], {*before.items, *load.items})
    slot = locked[booking.slot_id]
    more = load.preparation_seconds - before.preparation_seconds
    if not slot.may_prepare(max(0, more), now):
        raise preparation_full(slot, load, now)
    Slot.objects.filter(pk=slot.pk).update(
        taken_preparation_seconds=F("taken_preparation_seconds") + more
    )
    pickup_stock.change(slot, before, load, now)
    _set_load(booking, load)
    booking.save(update_fields=["preparation_seconds", "items"])


def _set_load(booking: Booking, load: Load) -> None:
    booking.preparation_seconds = load.preparation_seconds
    booking.items = {**load.items}


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


def lock_together(loads: Mapping[str, Load]) -> None:
    """Bookings, by reference, that are about to take these loads one after the other: their rows,
    then their slots, then what binds in them, each in one order. In the caller's transaction, since
    somebody may be moving between the same slots the other way."""
    bookings = list(Booking.objects.locked().filter(reference__in=loads))
    items = {item for row in bookings for item in (*row.items, *loads[row.reference].items)}
    pickup_stock.lock_slots({row.slot_id for row in bookings}, items)


@transaction.atomic
def confirm(
    *,
    booking_reference: str,
    owner_reference: str,
    new_owner_reference: str,
    plate: str,
    phone_last4: str,
    now: datetime,
    load: Load | None = None,
) -> Booking:
    """Turn a hold into a booking of ``new_owner_reference``; confirming again changes nothing.

    ``load``: what it takes from now on; None for what was held. A lapsed hold is still confirmed
    while its slot takes bookings and has room. Raises BOOKING_UNKNOWN, HOLD_EXPIRED,
    PREPARATION_FULL, ITEM_FULL_THAT_DAY, PLATE_FORMAT, PHONE_LAST4_FORMAT.
    """
    plate = normalised(plate)
    if not is_valid(plate):
        raise PlateFormat("plate")
    if not is_last4(phone_last4):
        raise PhoneLast4Format("phone_last4")
    booking = _locked(booking_reference, owner_reference, new_owner_reference)
    if booking.owner_reference == new_owner_reference and booking.status in BOOKED:
        return booking
    if load is not None and booking.status == BookingStatus.EXPIRED:
        _set_load(booking, load)  # nothing of it is counted now: it is taken anew, as a whole
    if _lapsed(booking, now):
        _keep_or_take_again(booking, now)
    elif booking.status != BookingStatus.HELD or booking.slot.status == SlotStatus.CANCELLED:
        raise _expired(booking, now)
    if load is not None:
        _change_load(booking, load, now)
    booking.status = BookingStatus.CONFIRMED
    booking.owner_reference = new_owner_reference
    booking.plate = plate
    booking.phone_last4 = phone_last4
    booking.held_until = None
    booking.ended_at = None
    booking.save()
    return booking


def _keep_or_take_again(booking: Booking, now: datetime) -> None:
    """A place in the slot for a lapsed hold, with all that it takes; raises HOLD_EXPIRED.

    Not yet swept, it is still counted; swept, it is taken if it is left.
    """
    bookable = Slot.objects.filter(pk=booking.slot_id, status=SlotStatus.OPEN, cut_off_at__gt=now)
    if booking.status == BookingStatus.HELD:
        kept = bookable.exists()
    else:
        kept = _take_again(booking, bookable, now)
    if not kept:
        raise _expired(booking, now)


def _take_again(booking: Booking, bookable: QuerySet[Slot], now: datetime) -> bool:
    seconds = booking.preparation_seconds
    taken = bookable.filter(room_for(seconds, now)).update(
        taken_cars=F("taken_cars") + 1,
        taken_preparation_seconds=F("taken_preparation_seconds") + seconds,
    )
    if not taken or not booking.items:
        return bool(taken)
    try:
        slot = Slot.objects.get(pk=booking.slot_id)
        pickup_stock.change(slot, NO_LOAD, Load.of(booking), now)
    except ItemFullThatDay:
        return False
    return True


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

    Each batch is its own statement; rows in use elsewhere are left to the next sweep. Those with
    items that their date limits are ended one by one.
    """
    ended = 0
    while freed := holding.expire(now=now, slot_id=None, limit=SWEEP_LIMIT):
        ended += freed
    return ended + _expire_limited(now)


def _expire_limited(now: datetime, **where: Slot) -> int:
    lapsed = queries.bookings().filter(status=BookingStatus.HELD, held_until__lte=now, **where)
    rows = lapsed.exclude(items={}).order_by("held_until")[:SWEEP_LIMIT]
    return sum(_expire(row, now) for row in rows if {*row.items} & {*row.slot.limited_items})


@transaction.atomic
def _expire(lapsed: Booking, now: datetime) -> bool:
    """Whether it was still to be ended. One in use elsewhere is not waited for."""
    still = Booking.objects.filter(pk=lapsed.pk, status=BookingStatus.HELD, held_until__lte=now)
    booking = still.select_for_update(skip_locked=True, no_key=True).first()
    if booking is None:
        return False
    _end(booking, BookingStatus.EXPIRED, now)
    return True


def forget(*, owner_references: Collection[str]) -> None:
    """Which car came, and whose telephone it was; that one came stays."""
    Booking.objects.filter(owner_reference__in=owner_references).update(plate="", phone_last4="")
