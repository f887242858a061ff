"""Who is here, who is at a lane, and how long it will be: reads for the tablet and the phone."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from django.db.models import F, Prefetch, QuerySet

from drivethrough.queue import calling
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
from drivethrough.sites import queries as sites
from drivethrough.sites.models import Lane, Site
from drivethrough.slots import queries as slots
from drivethrough.slots.models import Booking, BookingStatus
from drivethrough.slots.spans import business_date, business_day

MEASURED_HANDOVERS = 300
LONGEST_HANDOVER = timedelta(minutes=30)


class CarStatus(StrEnum):
    """Where a booked car stands on its day."""

    EXPECTED = "expected"
    WAITING = "waiting"
    CALLED = "called"
    SERVED = "served"
    MISSED = "missed"


@dataclass(frozen=True)
class LaneNow:
    lane: Lane
    call: Call | None


@dataclass(frozen=True)
class DayCar:
    booking: Booking
    status: CarStatus


@dataclass(frozen=True)
class LaneBoard:
    """One site's day: lanes and the car at each, cars in the order of their call, all bookings."""

    site: Site
    on_date: date
    lanes: list[LaneNow]
    waiting: list[Arrival]
    cars: list[DayCar]

    @property
    def upcoming(self) -> list[DayCar]:
        return [car for car in self.cars if car.status == CarStatus.EXPECTED]

    @property
    def counts(self) -> dict[CarStatus, int]:
        """Cars by status, every status present; their sum is the day's bookings."""
        return {status: sum(car.status == status for car in self.cars) for status in CarStatus}


@dataclass(frozen=True)
class ArrivalPosition:
    """What the shopper in the car wants to know. ``cars_before`` counts only while waiting."""

    status: CarStatus
    cars_before: int
    lane_number: int | None


def arrivals() -> QuerySet[Arrival]:
    """All arrivals with booking, slot and site fetched along."""
    return Arrival.objects.select_related("booking__slot", "booking__site", "site")


def as_car(arrival: Arrival) -> calling.Waiting:
    slot = arrival.booking.slot
    return calling.Waiting(arrival.reference, slot.starts_at, slot.ends_at, arrival.arrived_at)


def waiting(site_reference: str, on_date: date) -> list[Arrival]:
    """Cars that came that day and wait, next one first."""
    from_at, until_at = business_day(on_date)
    here = arrivals().filter(
        site__reference=site_reference,
        status=ArrivalStatus.WAITING,
        arrived_at__gte=from_at,
        arrived_at__lt=until_at,
        # A booking cancelled after its car came is not served any more.
        booking__status__in=(BookingStatus.CONFIRMED, BookingStatus.MISSED),
    )
    by_reference = {arrival.reference: arrival for arrival in here}
    turns = calling.in_turn([as_car(arrival) for arrival in by_reference.values()])
    return [by_reference[car.reference] for car in turns]


def open_calls() -> QuerySet[Call]:
    """Calls of cars that are at a lane or on their way to it."""
    return Call.objects.filter(ended_at__isnull=True).select_related(
        "lane", "arrival__booking__slot", "arrival__booking__site"
    )


def handover_seconds(site_reference: str) -> list[int]:
    """How long the site's latest hand-overs took, from the call until the car left, latest first.

    Those that somebody forgot to end for half an hour say nothing, and are left out.
    """
    served = Call.objects.filter(
        lane__site__reference=site_reference,
        arrival__status=ArrivalStatus.SERVED,
        ended_at=F("arrival__ended_at"),
        ended_at__lt=F("called_at") + LONGEST_HANDOVER,
    )
    latest = served.order_by("-ended_at", "-pk").annotate(took=F("ended_at") - F("called_at"))
    spans = latest.values_list("took", flat=True)[:MEASURED_HANDOVERS]
    return [max(1, round(span.total_seconds())) for span in spans]


def lane_board(site_reference: str, on_date: date) -> LaneBoard:
    """Raises NOT_FOUND."""
    site = sites.site(site_reference)
    lanes = site.lanes.prefetch_related(
        Prefetch("calls", queryset=open_calls(), to_attr="open_calls")
    )
    bookings = slots.bookings_for_site_day(site_reference, on_date).select_related("arrival")
    return LaneBoard(
        site=site,
        on_date=on_date,
        lanes=[LaneNow(lane, next(iter(lane.open_calls), None)) for lane in lanes],
        waiting=waiting(site_reference, on_date),
        cars=list(_day_cars(bookings)),
    )


def arrival_position(booking_reference: str) -> ArrivalPosition:
    """How many cars will be called before this one, or the lane it is called to.

    Raises BOOKING_UNKNOWN.
    """
    booking = slots.booking(booking_reference)
    arrival = arrivals().filter(booking=booking).first()
    status = _status(booking, arrival)
    if arrival is None or status not in (CarStatus.WAITING, CarStatus.CALLED):
        return ArrivalPosition(status, 0, None)
    if status == CarStatus.CALLED:
        call = open_calls().filter(arrival=arrival).first()
        return ArrivalPosition(status, 0, call.lane.number if call else None)
    queue = waiting(arrival.site.reference, business_date(arrival.arrived_at))
    before = [other.pk for other in queue].index(arrival.pk)
    return ArrivalPosition(status, before, None)


def _day_cars(bookings: Iterable[Booking]) -> Iterable[DayCar]:
    for booking in bookings:
        # A one-to-one read backwards raises when there is no row; it has been fetched along.
        yield DayCar(booking, _status(booking, getattr(booking, "arrival", None)))


def _status(booking: Booking, arrival: Arrival | None) -> CarStatus:
    """The car's own state says more than the booking's while it is on the site."""
    if arrival is not None and arrival.status in (ArrivalStatus.WAITING, ArrivalStatus.CALLED):
        return CarStatus(arrival.status)
    if booking.status in (BookingStatus.SERVED, BookingStatus.MISSED):
        return CarStatus(booking.status)
    return CarStatus.EXPECTED
