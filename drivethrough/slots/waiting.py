"""Who waits for a place in a full slot, or on a full day, and who is offered one that comes free.

A waiting is for any slot of its site that begins in its span. While somebody waits for a slot
nobody else takes a place in it: ``holding.take`` sees to that. What is waited for, and offered, is
a car's place: nobody knows yet what the basket will hold when it is taken, so the time to prepare
it and what its date limits are taken then, or the offer stays as it is. Lock order: waiting,
bookings, slots.
"""

from datetime import datetime, timedelta

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, QuerySet

from drivethrough.errors import DrivethroughError, InvalidTransition, KeyReused
from drivethrough.sites.models import Site
from drivethrough.slots import actions, holding
from drivethrough.slots.holding import NewHold
from drivethrough.slots.loads import NO_LOAD, Load
from drivethrough.slots.models import (
    LIVE_WAITING,
    Booking,
    BookingStatus,
    Slot,
    SlotStatus,
    Waiting,
    WaitingStatus,
    bookable_cars,
)
from drivethrough.slots.queries import awaited, open_slots, waiting_for

SHORTEST_OFFER = timedelta(minutes=10)
LONGEST_OFFER = timedelta(hours=48)
# Of the time until the slot's cut-off: who comes after in the list needs some too.
OFFER_SHARE = 10
CHECKOUT_MINUTES = 15


class SlotHasRoom(DrivethroughError):
    """A place can be had at once: data ``left``."""

    code = "SLOT_HAS_ROOM"


class NothingToWaitFor(DrivethroughError):
    """No slot that still takes bookings begins in that span."""

    code = "NOTHING_TO_WAIT_FOR"


class WaitingUnknown(DrivethroughError):
    """No such waiting, or somebody else's."""

    code = "WAITING_UNKNOWN"


class OfferOver(DrivethroughError):
    """The offered place went to the next: data ``status``."""

    code = "OFFER_OVER"


def join(
    *,
    site: Site,
    from_at: datetime,
    until_at: datetime,
    owner_reference: str,
    key: str,
    now: datetime,
) -> Waiting:
    """Wait for a place in any slot that begins in [from, until): one slot, or a whole day.

    The same key, or the same owner and span again, is the same waiting. SLOT_HAS_ROOM,
    NOTHING_TO_WAIT_FOR, KEY_REUSED.
    """
    wanted = Slot.objects.filter(
        site=site,
        starts_at__gte=from_at,
        starts_at__lt=until_at,
        status=SlotStatus.OPEN,
        cut_off_at__gt=now,
    )
    fields = {"owner_reference": owner_reference, "site": site}
    span = {"from_at": from_at, "until_at": until_at}
    earlier = Waiting.objects.filter(key=key).first()
    if earlier is not None:
        if any(getattr(earlier, name) != value for name, value in (fields | span).items()):
            raise KeyReused("key")
        return earlier
    free = open_slots(site.reference, now).filter(pk__in=wanted.values("pk"))
    left = sum(slot.bookable(now) for slot in free)
    if left:
        raise SlotHasRoom("slot", left=left)
    if not wanted.exists():
        raise NothingToWaitFor("slot")
    try:
        with transaction.atomic():
            return Waiting.objects.create(key=key, joined_at=now, **fields, **span)
    except IntegrityError:  # twice at once, in two tabs
        live = Waiting.objects.filter(status__in=LIVE_WAITING, **fields, **span).first()
        if live is None:
            raise KeyReused("key") from None
        return live


@transaction.atomic
def leave(*, waiting_reference: str, owner_reference: str, now: datetime) -> Waiting:
    """Wait no longer; a place that was offered goes to the next. Twice is once.

    WAITING_UNKNOWN, INVALID_TRANSITION (taken).
    """
    row = _locked(waiting_reference, owner_reference)
    if row.status == WaitingStatus.TAKEN:
        raise InvalidTransition("waiting", now=row.status, allowed=[])
    if row.status not in LIVE_WAITING:
        return row
    if row.booking is not None:
        actions.cancel(booking_reference=row.booking.reference, now=now)
    return _end(row, WaitingStatus.LEFT, now)


def slots_to_offer(now: datetime) -> QuerySet[Slot]:
    """Slots with a free place that somebody waits for."""
    return (
        Slot.objects.filter(
            Exists(awaited()),
            status=SlotStatus.OPEN,
            cut_off_at__gt=now,
            taken_cars__lt=bookable_cars(now),
        )
        .select_related("site")
        .order_by("starts_at", "pk")
    )


@transaction.atomic
def offer_next(*, slot: Slot, now: datetime) -> Waiting | None:
    """Hold one free place of the slot for whoever has waited longest; None when there is no place
    or nobody waits any more.

    Two sweeps at once wait for each other at the first one's row, so the order is kept.
    """
    row = Waiting.objects.locked().filter(waiting_for(slot)).first()
    if row is None:
        return None
    until = now + offer_time(slot.cut_off_at - now)
    wanted = NewHold(slot.reference, row.reference, f"offer:{row.reference}", now, until)
    booking = holding.take(wanted, waited=True)
    if booking is None:
        return None
    row.status, row.booking, row.offered_at = WaitingStatus.OFFERED, booking, now
    row.save(update_fields=["status", "booking", "offered_at"])
    return row


def offer_time(lead: timedelta) -> timedelta:
    """How long an offer stands, by how long it is until the slot's cut-off; never beyond it."""
    return min(lead, max(SHORTEST_OFFER, min(LONGEST_OFFER, lead / OFFER_SHARE)))


@transaction.atomic
def take_offer(
    *,
    waiting_reference: str,
    owner_reference: str,
    basket_reference: str,
    now: datetime,
    load: Load = NO_LOAD,
) -> Booking:
    """The offered place becomes the basket's hold, as if it had just been chosen; a repeat is the
    same. The basket's other hold at the site is given up for it. WAITING_UNKNOWN, OFFER_OVER;
    PREPARATION_FULL, ITEM_FULL_THAT_DAY, after which the offer stands as before.
    """
    row = _locked(waiting_reference, owner_reference)
    booking = row.booking
    if booking is None:
        raise OfferOver("waiting", status=row.status)
    if row.status == WaitingStatus.TAKEN and booking.owner_reference == basket_reference:
        return booking
    lapsed = booking.held_until is None or booking.held_until <= now
    if row.status != WaitingStatus.OFFERED or booking.status != BookingStatus.HELD or lapsed:
        raise OfferOver("waiting", status=row.status)
    others = Booking.objects.filter(
        site_id=booking.site_id, owner_reference=basket_reference, status=BookingStatus.HELD
    )
    for other in others:
        actions.release(
            booking_reference=other.reference, owner_reference=basket_reference, now=now
        )
    # A sweep that ends the hold at this moment has the row: then nothing is updated here.
    kept = Booking.objects.filter(pk=booking.pk, status=BookingStatus.HELD).update(
        owner_reference=basket_reference, held_until=now + timedelta(minutes=CHECKOUT_MINUTES)
    )
    if not kept:
        raise OfferOver("waiting", status=WaitingStatus.LAPSED)
    _end(row, WaitingStatus.TAKEN, now)
    return actions.change_load(booking_reference=booking.reference, load=load, now=now)


def end_over(*, now: datetime) -> int:
    """Offers whose hold has ended, and waits for what can no longer be booked; how many."""
    lapsed = Waiting.objects.filter(status=WaitingStatus.OFFERED).exclude(
        booking__status=BookingStatus.HELD
    )
    ended = _end_all(lapsed, WaitingStatus.LAPSED, now)
    bookable = Slot.objects.filter(
        site=OuterRef("site"),
        starts_at__gte=OuterRef("from_at"),
        starts_at__lt=OuterRef("until_at"),
        cut_off_at__gt=now,
    ).exclude(status=SlotStatus.CANCELLED)
    over = Waiting.objects.filter(~Exists(bookable), status=WaitingStatus.WAITING)
    return ended + _end_all(over, WaitingStatus.OVER, now)


def _end_all(rows: QuerySet[Waiting], status: WaitingStatus, now: datetime) -> int:
    with transaction.atomic():
        locked = Waiting.objects.locked().filter(pk__in=rows.values("pk"))
        pks = [row.pk for row in locked if row.status in LIVE_WAITING]
        # Taken while this waited for the row: then it is no longer among them.
        still = rows.filter(pk__in=pks)
        return still.update(status=status, ended_at=now)


def _locked(reference: str, owner_reference: str) -> Waiting:
    # Without its booking: a joined row would be read as it was before the wait for the lock.
    own = Waiting.objects.locked().filter(reference=reference, owner_reference=owner_reference)
    row = own.first()
    if row is None:
        raise WaitingUnknown("waiting")
    return row


def _end(row: Waiting, status: WaitingStatus, now: datetime) -> Waiting:
    row.status, row.ended_at = status, now
    row.save(update_fields=["status", "ended_at"])
    return row
