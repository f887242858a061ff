"""What each booked car gets, and what is still to be paid for it."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import prefetch_related_objects

from commerce.orders.models import Fulfilment, FulfilmentStatus, OrderLine
from commerce.orders.queries import fulfilments_by_booking
from commerce.payments.queries import due_on_site
from drivethrough.slots.models import Booking

READY = (FulfilmentStatus.READY, FulfilmentStatus.HANDED_OVER)


@dataclass(frozen=True)
class Load:
    """``due_won`` is to be taken at the lane; 0 means paid. ``ready``: every line is packed."""

    booking: Booking
    lines: tuple[OrderLine, ...]
    due_won: int
    ready: bool
    contact_name: str

    @property
    def pieces(self) -> int:
        return sum(line.quantity for line in self.lines)


def loads_of(bookings: Iterable[Booking]) -> dict[str, Load]:
    """By booking reference; a fixed number of queries however many cars."""
    bookings = list(bookings)
    parts = fulfilments_by_booking([booking.reference for booking in bookings])
    everything = [part for of_car in parts.values() for part in of_car]
    prefetch_related_objects(everything, "lines__variant__product")
    due = due_on_site([part.reference for part in everything])
    due_won = {reference: payment.amount_won for reference, payment in due.items()}
    return {
        booking.reference: _load(booking, parts.get(booking.reference, []), due_won)
        for booking in bookings
    }


def _load(booking: Booking, parts: list[Fulfilment], due_won: dict[str, int]) -> Load:
    return Load(
        booking=booking,
        lines=tuple(line for part in parts for line in part.lines.all()),
        due_won=sum(due_won.get(part.reference, 0) for part in parts),
        ready=bool(parts) and all(part.status in READY for part in parts),
        contact_name=parts[0].order.contact_name if parts else "",
    )
