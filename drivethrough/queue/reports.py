"""What a tablet saw while it had no network: kept as told, then the day is made anew from it.

Lock order: site, lane, arrival, call, booking, as everywhere in the queue.
"""

from dataclasses import dataclass
from datetime import date, datetime

from django.db import IntegrityError, transaction

from drivethrough.errors import DrivethroughError, KeyReused, NotFound
from drivethrough.queue.actions import AlreadyServed, WrongDay, check_may_come
from drivethrough.queue.models import Arrival, ArrivalStatus, Call, QueueEvent
from drivethrough.queue.noting import lock_queue
from drivethrough.queue.replaying import (
    CallThen,
    CarThen,
    Happened,
    Kind,
    Outcome,
    Replayed,
    replay,
)
from drivethrough.sites.models import Lane, Site
from drivethrough.slots import actions as slot_actions
from drivethrough.slots import queries as slots
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.spans import SEOUL, business_date, business_day


class CalledElsewhere(DrivethroughError):
    """Another tablet had called the car: data ``plate``, ``number`` of the lane, ``time``."""

    code = "CALLED_ELSEWHERE"


class LaneWasTaken(DrivethroughError):
    """Another car had been called to that lane: data ``plate`` (the other's), ``number``, ``time``.

    The car waits on.
    """

    code = "LANE_WAS_TAKEN"


@dataclass(frozen=True)
class Report:
    """As the tablet made it; ``lane_reference`` with a call only."""

    key: str
    kind: Kind
    booking_reference: str
    happened_at: datetime
    lane_reference: str = ""


def keep(*, report: Report, site: Site, received_at: datetime) -> bool:
    """Write it down; False when it had been told before. What follows is for ``replay_day``.

    Raises BOOKING_UNKNOWN, NOT_FOUND (another site's), BOOKING_NOT_CONFIRMED, WRONG_DAY,
    KEY_REUSED.
    """
    booking = slots.booking(report.booking_reference)
    if booking.site_id != site.pk:
        raise NotFound("booking")
    lane = _lane(report, site)
    earlier = QueueEvent.objects.filter(kind=report.kind, key=report.key).first()
    if earlier is None:
        _check(booking, report.happened_at)
        try:
            with transaction.atomic():
                QueueEvent.objects.create(
                    key=report.key,
                    kind=report.kind,
                    site=site,
                    booking=booking,
                    lane=lane,
                    happened_at=report.happened_at,
                    received_at=received_at,
                )
        except IntegrityError:  # told twice at the same moment
            earlier = QueueEvent.objects.get(kind=report.kind, key=report.key)
        else:
            return True
    if earlier.booking_id != booking.pk or earlier.lane_id != (lane.pk if lane else None):
        raise KeyReused("event_id")
    return False


def _lane(report: Report, site: Site) -> Lane | None:
    if report.kind != Kind.CALLED:
        return None
    lane = Lane.objects.filter(site=site, reference=report.lane_reference).first()
    if lane is None:
        raise NotFound("lane")
    return lane


def _check(booking: Booking, happened_at: datetime) -> None:
    """A served car may still be told of: the tablet that did not know is answered by the replay."""
    if booking.status != BookingStatus.SERVED:
        check_may_come(booking, happened_at)
    elif business_date(booking.slot.starts_at) != business_date(happened_at):
        raise WrongDay("booking", on=business_date(booking.slot.starts_at).isoformat())


@transaction.atomic
def replay_day(*, site: Site, on_date: date) -> dict[tuple[Kind, str], DrivethroughError | None]:
    """Arrivals, calls and bookings of the day as all that was told of it makes them.

    For each report, by kind and key: None when it counts, else the refusal that says what won.
    Done twice it changes nothing.
    """
    lock_queue(site.pk)
    from_at, until_at = business_day(on_date)
    events = list(
        QueueEvent.objects.filter(
            site=site, happened_at__gte=from_at, happened_at__lt=until_at
        ).select_related("booking")
    )
    day = replay(_happened(event) for event in events)
    bookings = {event.booking_id: event.booking for event in events}
    lanes = {lane.pk: lane for lane in Lane.objects.locked().filter(site=site)}
    arrivals = _write_arrivals(day.cars, events)
    _write_calls(day.calls, arrivals)
    for pk in sorted(day.cars):
        _write_booking(bookings[pk], day.cars[pk])
    return {(event.kind, event.key): _why_not(day, event, bookings, lanes) for event in day.events}


def _why_not(
    day: Replayed, event: Happened, bookings: dict[int, Booking], lanes: dict[int, Lane]
) -> DrivethroughError | None:
    said = day.said[event.kind, event.key]
    if said.outcome == Outcome.SERVED_BEFORE:
        served_at = day.cars[event.car].ended_at or event.at
        return AlreadyServed("booking", time=_clock(served_at), served_at=served_at.isoformat())
    if said.against is None or said.outcome not in OVERRULED:
        return None
    return OVERRULED[said.outcome](
        "lane",
        plate=bookings[said.against.car].plate,
        number=lanes[said.against.lane].number,
        time=_clock(said.against.called_at),
    )


OVERRULED = {Outcome.CALLED_BEFORE: CalledElsewhere, Outcome.LANE_TAKEN: LaneWasTaken}


def _clock(at: datetime) -> str:
    return at.astimezone(SEOUL).strftime("%H:%M")


def _happened(event: QueueEvent) -> Happened:
    return Happened(event.key, Kind(event.kind), event.booking_id, event.happened_at, event.lane_id)


def _write_arrivals(cars: dict[int, CarThen], events: list[QueueEvent]) -> dict[int, Arrival]:
    """By booking. A car that nobody saw has none."""
    first = {event.booking_id: event for event in reversed(events)}
    there = {row.booking_id: row for row in Arrival.objects.locked().filter(booking__in=cars)}
    for pk, car in cars.items():
        if car.arrived_at is None:
            continue
        row = there.setdefault(
            pk, Arrival(key=first[pk].key, booking_id=pk, site_id=first[pk].site_id)
        )
        _set(
            row,
            status=ArrivalStatus(car.status),
            served_key=car.served_key,
            arrived_at=car.arrived_at,
            ended_at=car.ended_at,
        )
    return there


def _write_calls(calls: dict[str, CallThen], arrivals: dict[int, Arrival]) -> None:
    """What no longer stands goes first: a lane has one open call, and so has a car."""
    of_cars = Call.objects.filter(arrival__in=list(arrivals.values()))
    of_cars.exclude(key__in=calls).delete()
    there = {row.key: row for row in of_cars}
    for call in sorted(calls.values(), key=lambda call: call.ended_at is None):
        _set(
            there.get(call.key) or Call(key=call.key),
            lane_id=call.lane,
            arrival_id=arrivals[call.car].pk,
            called_at=call.called_at,
            ended_at=call.ended_at,
        )


def _set(row: Arrival | Call, **fields: object) -> None:
    """Most of a day's rows stand already as they should."""
    if row.pk is None or any(getattr(row, name) != value for name, value in fields.items()):
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()


def _write_booking(booking: Booking, car: CarThen) -> None:
    """Missed once stays missed until it is served, as ``leave`` leaves it."""
    ended_at = car.ended_at or booking.made_at
    if car.status == "served" and booking.status in (BookingStatus.CONFIRMED, BookingStatus.MISSED):
        slot_actions.mark_served(booking_reference=booking.reference, now=ended_at)
    elif car.missed and booking.status == BookingStatus.CONFIRMED:
        slot_actions.mark_missed(booking_reference=booking.reference, now=ended_at)
