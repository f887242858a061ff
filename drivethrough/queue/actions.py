"""Cars come, are called to a lane, are served or leave."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from uuid import uuid4

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from drivethrough.errors import DrivethroughError, InvalidTransition, KeyReused, NotFound
from drivethrough.queue import calling, queries
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
from drivethrough.queue.noting import lock_queue, note
from drivethrough.queue.replaying import Kind
from drivethrough.sites import queries as sites
from drivethrough.sites.models import Lane
from drivethrough.slots import actions as slot_actions
from drivethrough.slots import queries as slots
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.plate import is_last4, is_valid, normalised
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.refusals import PlateFormat
from drivethrough.slots.spans import SEOUL, business_date

# Marks the car that comes to the locked lane as called; None when nobody waits.
Claim = Callable[[Lane, datetime], Arrival | None]


class WrongDay(DrivethroughError):
    """Booked for another day: data ``on``, ``time`` (Seoul), ``starts_at`` and ``site``."""

    code = "WRONG_DAY"


class AlreadyServed(DrivethroughError):
    """Handed over before: data ``time`` (Seoul) and ``served_at``."""

    code = "ALREADY_SERVED"


class BookingNotConfirmed(DrivethroughError):
    """Never paid for, or cancelled: data ``status``."""

    code = "BOOKING_NOT_CONFIRMED"


class BookingAmbiguous(DrivethroughError):
    """Several of the day's cars fit: data ``bookings``, each with reference, plate and time."""

    code = "BOOKING_AMBIGUOUS"


class LaneClosed(DrivethroughError):
    code = "LANE_CLOSED"


class LaneBusy(DrivethroughError):
    """A car is still at the lane: data ``plate``."""

    code = "LANE_BUSY"


def arrive(*, key: str, booking_reference: str, now: datetime) -> Arrival:
    """A car has come; scanned again it is the same arrival, and one that left queues anew.

    Raises BOOKING_UNKNOWN, BOOKING_NOT_CONFIRMED, WRONG_DAY, ALREADY_SERVED, KEY_REUSED.
    """
    booking = slots.booking(booking_reference)
    try:
        return _arrive(key=key, booking=booking, now=now)
    except IntegrityError:
        # Scanned twice at once, or the key was used for another car at the same moment.
        arrival = queries.arrivals().filter(booking=booking).first()
        if arrival is None:
            raise KeyReused("key") from None
        return arrival


@transaction.atomic
def _arrive(*, key: str, booking: Booking, now: datetime) -> Arrival:
    lock_queue(booking.site_id)
    arrival = (
        Arrival.objects.locked()
        .select_related("booking__slot", "booking__site", "site")
        .filter(booking=booking)
        .first()
    )
    if Arrival.objects.filter(key=key).exclude(booking=booking).exists():
        raise KeyReused("key")
    if arrival is not None and arrival.key == key:
        return arrival
    if arrival is not None and arrival.status == ArrivalStatus.SERVED:
        raise _already_served(arrival)
    check_may_come(booking, now)
    if arrival is None:
        note(Kind.ARRIVED, key=key, booking=booking, now=now)
        return Arrival.objects.create(key=key, site=booking.site, booking=booking, arrived_at=now)
    if arrival.status == ArrivalStatus.LEFT:
        note(Kind.ARRIVED, key=key, booking=booking, now=now)
        arrival.status = ArrivalStatus.WAITING
        arrival.arrived_at = now
        arrival.ended_at = None
        arrival.save(update_fields=["status", "arrived_at", "ended_at"])
    return arrival


def check_may_come(booking: Booking, now: datetime) -> None:
    """Raises BOOKING_NOT_CONFIRMED, WRONG_DAY."""
    # A missed booking is paid for: the car that comes late the same day is still served.
    if booking.status not in (BookingStatus.CONFIRMED, BookingStatus.MISSED):
        raise BookingNotConfirmed("booking", status=booking.status)
    starts_at = booking.slot.starts_at
    if business_date(starts_at) != business_date(now):
        local = starts_at.astimezone(SEOUL)
        raise WrongDay(
            "booking",
            on=local.date().isoformat(),
            time=local.strftime("%H:%M"),
            starts_at=starts_at.isoformat(),
            site=booking.site.name,
        )


def _already_served(arrival: Arrival) -> AlreadyServed:
    served_at = arrival.ended_at or arrival.arrived_at
    time = served_at.astimezone(SEOUL).strftime("%H:%M")
    return AlreadyServed("booking", time=time, served_at=served_at.isoformat())


def arrive_by_plate_or_phone(*, site_reference: str, text: str, key: str, now: datetime) -> Arrival:
    """A car has come without its code: found by plate, its last four digits, or the phone's.

    Raises PLATE_FORMAT, BOOKING_UNKNOWN, BOOKING_AMBIGUOUS and what ``arrive`` raises.
    """
    repeat = queries.arrivals().filter(key=key).first()
    if repeat is not None:
        return repeat
    booking = _find(site_reference, text, now)
    return arrive(key=key, booking_reference=booking.reference, now=now)


def _find(site_reference: str, text: str, now: datetime) -> Booking:
    """The booking meant: today's before other days', open before served."""
    said = normalised(text)
    if is_valid(said):
        fits = Q(plate=said)
    elif is_last4(said):
        fits = Q(phone_last4=said) | Q(plate__endswith=said)
    else:
        raise PlateFormat("text")
    today = slots.bookings_for_site_day(site_reference, business_date(now)).filter(fits)
    found = list(today.exclude(status=BookingStatus.SERVED)) or list(today.reverse()[:1])
    if len(found) > 1:
        raise BookingAmbiguous("text", bookings=[_choice(booking) for booking in found])
    return found[0] if found else _on_another_day(site_reference, fits, now)


def _choice(booking: Booking) -> dict[str, str]:
    time = booking.slot.starts_at.astimezone(SEOUL).strftime("%H:%M")
    return {"reference": booking.reference, "plate": booking.plate, "time": time}


def _on_another_day(site_reference: str, fits: Q, now: datetime) -> Booking:
    """The next booking that fits, else the last one past. Raises BOOKING_UNKNOWN."""
    others = slots.bookings().filter(
        fits,
        site__reference=site_reference,
        status__in=(BookingStatus.CONFIRMED, BookingStatus.MISSED),
    )
    next_one = others.filter(slot__starts_at__gt=now).order_by("slot__starts_at").first()
    found = next_one or others.order_by("-slot__starts_at").first()
    if found is None:
        raise BookingUnknown("text")
    return found


def call_next(*, lane_reference: str, key: str, now: datetime) -> Call | None:
    """Call the car whose turn it is to this lane, or None when nobody waits.

    A double tap (same key) gets the same call. Raises NOT_FOUND, LANE_CLOSED, LANE_BUSY,
    KEY_REUSED.
    """
    return _call(sites.lane(lane_reference), key, now, _claim_next)


def call_car(*, lane_reference: str, booking_reference: str, key: str, now: datetime) -> Call:
    """Call this car to this lane, whosever turn it is.

    A double tap (same key) gets the same call. Raises what ``call_next`` raises, BOOKING_UNKNOWN,
    BOOKING_NOT_CONFIRMED, WRONG_DAY, NOT_FOUND (never arrived, or at another site) and
    INVALID_TRANSITION (does not wait).
    """
    booking = slots.booking(booking_reference)
    call = _call(sites.lane(lane_reference), key, now, partial(_claim_car, booking))
    if call is None or call.arrival.booking_id != booking.pk:
        raise KeyReused("key")
    return call


def _call(lane: Lane, key: str, now: datetime, claim: Claim) -> Call | None:
    try:
        return _call_once(lane, key, now, claim)
    except IntegrityError:
        # The lane is locked, so only a tap with this key at another lane can have got in between.
        raise KeyReused("key") from None


@transaction.atomic
def _call_once(lane: Lane, key: str, now: datetime, claim: Claim) -> Call | None:
    lock_queue(lane.site_id)
    lane = Lane.objects.locked().select_related("site").get(pk=lane.pk)
    repeat = _calls().filter(key=key).first()
    if repeat is not None:
        if repeat.lane_id != lane.pk:
            raise KeyReused("key")
        return repeat
    if not lane.open:
        raise LaneClosed("lane", number=lane.number)
    at_lane = queries.open_calls().filter(lane=lane).first()
    if at_lane is not None:
        raise LaneBusy("lane", number=lane.number, plate=at_lane.arrival.booking.plate)
    arrival = claim(lane, now)
    if arrival is None:
        return None
    note(Kind.CALLED, key=key, booking=arrival.booking, lane=lane, now=now)
    return Call.objects.create(key=key, lane=lane, arrival=arrival, called_at=now)


def _calls() -> QuerySet[Call]:
    return Call.objects.select_related("lane", "arrival__booking__slot", "arrival__booking__site")


def _claim_next(lane: Lane, now: datetime) -> Arrival | None:
    """The next car, marked called by one conditional update: of two lanes only one gets it."""
    here = {
        arrival.reference: arrival
        for arrival in queries.waiting(lane.site.reference, business_date(now))
    }
    cars = [queries.as_car(arrival) for arrival in here.values()]
    while (car := calling.choose_next(cars)) is not None:
        claimed = Arrival.objects.filter(
            reference=car.reference, status=ArrivalStatus.WAITING
        ).update(status=ArrivalStatus.CALLED)
        if claimed:
            arrival = here[car.reference]
            arrival.status = ArrivalStatus.CALLED
            return arrival
        cars.remove(car)  # the other lane was quicker
    return None


def _claim_car(booking: Booking, lane: Lane, now: datetime) -> Arrival:
    if booking.site_id != lane.site_id:
        raise NotFound("booking")
    check_may_come(booking, now)
    arrival = _locked(booking)
    if arrival.status != ArrivalStatus.WAITING:
        allowed = ["served", "left"] if arrival.status == ArrivalStatus.CALLED else ["waiting"]
        raise InvalidTransition("arrival", now=arrival.status, allowed=allowed)
    arrival.status = ArrivalStatus.CALLED
    arrival.save(update_fields=["status"])
    return arrival


def serve(*, booking_reference: str, key: str, now: datetime) -> Arrival:
    """The goods are in the car: ends its call and frees the lane.

    A car that was never called or scanned is served all the same, if this is its day. The same
    key gets the same answer. Raises ALREADY_SERVED, INVALID_TRANSITION and what ``arrive`` raises.
    """
    booking = slots.booking(booking_reference)
    if not Arrival.objects.filter(booking=booking).exists():
        arrive(key=key, booking_reference=booking_reference, now=now)
    try:
        return _serve(booking=booking, key=key, now=now)
    except IntegrityError:
        raise KeyReused("key") from None


@transaction.atomic
def _serve(*, booking: Booking, key: str, now: datetime) -> Arrival:
    lock_queue(booking.site_id)
    arrival = _locked(booking)
    if arrival.status == ArrivalStatus.SERVED:
        if arrival.served_key == key:
            return arrival
        raise _already_served(arrival)
    slot_actions.mark_served(booking_reference=booking.reference, now=now)
    note(Kind.SERVED, key=key, booking=booking, now=now)
    arrival.served_key = key
    return _end(arrival, ArrivalStatus.SERVED, now)


@transaction.atomic
def leave(*, booking_reference: str, now: datetime) -> Arrival:
    """The car went away or did not come forward: ends its call, frees the lane, marks it missed.

    Twice is once. Raises BOOKING_UNKNOWN, NOT_FOUND (never arrived), INVALID_TRANSITION (served).
    """
    booking = slots.booking(booking_reference)
    lock_queue(booking.site_id)
    arrival = _locked(booking)
    if arrival.status == ArrivalStatus.LEFT:
        return arrival
    if arrival.status == ArrivalStatus.SERVED:
        raise InvalidTransition("arrival", now=arrival.status, allowed=[])
    if booking.status == BookingStatus.CONFIRMED:
        slot_actions.mark_missed(booking_reference=booking_reference, now=now)
    note(Kind.LEFT, key=str(uuid4()), booking=booking, now=now)
    return _end(arrival, ArrivalStatus.LEFT, now)


def _locked(booking: Booking) -> Arrival:
    arrival = Arrival.objects.locked().filter(booking=booking).first()
    if arrival is None:
        raise NotFound("arrival")
    return arrival


def _end(arrival: Arrival, status: ArrivalStatus, now: datetime) -> Arrival:
    """End a locked arrival and its call."""
    Call.objects.filter(arrival=arrival, ended_at__isnull=True).update(ended_at=now)
    arrival.status = status
    arrival.ended_at = now
    arrival.save(update_fields=["status", "ended_at", "served_key"])
    return arrival
