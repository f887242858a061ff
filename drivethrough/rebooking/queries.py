"""Who is still to be offered something else, and who has not answered."""

from collections.abc import Sequence
from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, QuerySet

from drivethrough.rebooking.models import Displacement
from drivethrough.slots.models import Booking, BookingStatus, SlotStatus

Rows = TypeVar("Rows", bound="QuerySet[Displacement]")


def with_booking(rows: Rows) -> Rows:
    return rows.select_related("booking__slot", "booking__site", "slot__site")


def displacement(reference: str) -> Displacement | None:
    """With its booking as it is now, and the slot it had to leave."""
    return with_booking(Displacement.objects.all()).filter(reference=reference).first()


def to_displace() -> QuerySet[Booking]:
    """Held and confirmed places in cancelled slots whose owners are not being asked."""
    asked = Displacement.objects.filter(
        booking=OuterRef("pk"), slot=OuterRef("slot"), answered_at=None
    )
    return (
        Booking.objects.filter(
            # Only such slots have rows to look through.
            slot__status=SlotStatus.CANCELLED,
            slot__taken_cars__gt=0,
            status__in=(BookingStatus.HELD, BookingStatus.CONFIRMED),
        )
        .exclude(Exists(asked))
        .select_related("slot")
        .order_by("pk")
    )


def overdue(now: datetime) -> QuerySet[Displacement]:
    return Displacement.objects.filter(answered_at=None, answer_until__lte=now).order_by("pk")


def open_ones(booking_references: Sequence[str]) -> dict[str, Displacement]:
    """By booking: those whose owner can still choose."""
    rows = Displacement.objects.filter(
        booking__reference__in=[one for one in booking_references if one], answered_at=None
    )
    return {row.booking.reference: row for row in rows.select_related("booking", "slot")}
