"""Slots, holds and bookings, read."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Exists, OuterRef, Q, QuerySet

from drivethrough.errors import DrivethroughError, NotFound
from drivethrough.slots.models import (
    BOOKED,
    Booking,
    BookingStatus,
    Slot,
    SlotStatus,
    Waiting,
    WaitingStatus,
    bookable_cars,
)
from drivethrough.slots.spans import business_date, business_day

LATEST = 300


class BookingUnknown(DrivethroughError):
    """No such booking, or it belongs to somebody else."""

    code = "BOOKING_UNKNOWN"


@dataclass(frozen=True)
class SiteDay:
    """One business day at a site; cars are summed over all its slots."""

    on_date: date
    slots: list[Slot]

    @property
    def capacity_cars(self) -> int:
        return sum(slot.capacity_cars for slot in self.slots)

    @property
    def taken_cars(self) -> int:
        return sum(slot.taken_cars for slot in self.slots)

    @property
    def left(self) -> int:
        return self.capacity_cars - self.taken_cars


def slot(reference: str) -> Slot:
    """With its site. Raises NOT_FOUND."""
    found = Slot.objects.select_related("site").filter(reference=reference).first()
    if found is None:
        raise NotFound("slot")
    return found


def open_slots(site_reference: str, now: datetime) -> QuerySet[Slot]:
    """Slots that a shopper can take now: open, before their cut-off, with a place left that nobody
    waits for."""
    return Slot.objects.filter(
        site__reference=site_reference,
        status=SlotStatus.OPEN,
        cut_off_at__gt=now,
        taken_cars__lt=bookable_cars(now),
    ).exclude(Exists(awaited()))


def full_slots(site_reference: str, now: datetime) -> QuerySet[Slot]:
    """Slots that would take bookings, had they room: one can wait for these."""
    full = Q(taken_cars__gte=bookable_cars(now)) | Exists(awaited())
    return Slot.objects.filter(
        full, site__reference=site_reference, status=SlotStatus.OPEN, cut_off_at__gt=now
    )


def awaited() -> QuerySet[Waiting]:
    """Who waits for a slot, for ``Exists`` in a query of slots."""
    return Waiting.objects.filter(
        status=WaitingStatus.WAITING,
        site=OuterRef("site"),
        from_at__lte=OuterRef("starts_at"),
        until_at__gt=OuterRef("starts_at"),
    )


def waiting_for(slot: Slot) -> Q:
    return Q(
        status=WaitingStatus.WAITING,
        site=slot.site_id,
        from_at__lte=slot.starts_at,
        until_at__gt=slot.starts_at,
    )


def waiting(reference: str) -> Waiting | None:
    """With its site and the place offered, if any."""
    rows = Waiting.objects.select_related("site", "booking__slot")
    return rows.filter(reference=reference).first()


def before_in_line(row: Waiting) -> int:
    """How many have waited longer for some of the same slots."""
    earlier = Q(joined_at__lt=row.joined_at) | Q(joined_at=row.joined_at, pk__lt=row.pk)
    return Waiting.objects.filter(
        earlier,
        status=WaitingStatus.WAITING,
        site=row.site_id,
        from_at__lt=row.until_at,
        until_at__gt=row.from_at,
    ).count()


def site_days(site_reference: str, from_on: date, days: int) -> list[SiteDay]:
    """Every one of ``days`` Seoul days from ``from_on``; a day without slots is there, empty."""
    from_at, _ = business_day(from_on)
    until_at, _ = business_day(from_on + timedelta(days=days))
    by_day: dict[date, list[Slot]] = {from_on + timedelta(days=n): [] for n in range(days)}
    for found in Slot.objects.filter(
        site__reference=site_reference, starts_at__gte=from_at, starts_at__lt=until_at
    ):
        by_day[business_date(found.starts_at)].append(found)
    return [SiteDay(on_date, slots) for on_date, slots in by_day.items()]


def bookings() -> QuerySet[Booking]:
    """All bookings with slot and site fetched along."""
    return Booking.objects.select_related("slot", "site")


def booking(reference: str) -> Booking:
    """With its slot and site. Raises BOOKING_UNKNOWN."""
    found = bookings().filter(reference=reference).first()
    if found is None:
        raise BookingUnknown("booking")
    return found


def bookings_for_site_day(site_reference: str, on_date: date) -> QuerySet[Booking]:
    """The day's paid-for cars (confirmed, served or missed) by slot."""
    from_at, until_at = business_day(on_date)
    return (
        bookings()
        .filter(
            site__reference=site_reference,
            slot__starts_at__gte=from_at,
            slot__starts_at__lt=until_at,
            status__in=BOOKED,
        )
        .order_by("slot__starts_at", "made_at", "pk")
    )


def latest_served(site_reference: str) -> QuerySet[Booking]:
    """The cars that were last handed their goods here."""
    served = bookings().filter(site__reference=site_reference, status=BookingStatus.SERVED)
    return served.order_by("-ended_at", "-pk")[:LATEST]


def holds_of(owner_reference: str, now: datetime) -> QuerySet[Booking]:
    """Places still kept for this owner: at most one a site."""
    return bookings().filter(
        owner_reference=owner_reference, status=BookingStatus.HELD, held_until__gt=now
    )
