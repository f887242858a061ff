"""A slot takes fewer cars than have a place, or fewer prepare them: somebody says who goes where,
and each is told."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment, Order
from drivethrough.rebooking.models import Otherwise
from drivethrough.slots import opening, pickup_stock
from drivethrough.slots.models import Booking, BookingStatus, Slot
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.queries import slot as slot_by_reference
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.choose_instead import REASON, move_part
from storefront.journeys.displace_cars import TIME_TO_ANSWER, displace

REFUND = "refund"


def surplus(slot: Slot, cars: int, preparers: int | None) -> list[Booking]:
    """Those who would have to go for ``cars`` and ``preparers`` to be enough: who booked last goes
    first. While only time is lacking, who takes none of it stays."""
    cars_over = slot.taken_cars - cars
    seconds_over = 0
    if preparers is not None:
        seconds_over = slot.taken_preparation_seconds - preparers * slot.seconds
    confirmed = Booking.objects.filter(slot=slot, status=BookingStatus.CONFIRMED)
    going = []
    for booking in confirmed.order_by("-made_at", "-pk"):
        if cars_over > 0 or (seconds_over > 0 and booking.preparation_seconds):
            going.append(booking)
            cars_over -= 1
            seconds_over -= booking.preparation_seconds
    return going


@transaction.atomic
def take_fewer(
    *, slot: Slot, cars: int, preparers: int | None, instead: Mapping[str, str], now: datetime
) -> Slot:
    """``instead``: booking → the slot it goes to, or ``refund``. All of it or nothing.

    Whoever is moved may choose otherwise until the new slot's cut-off, a day at most.
    CAPACITY_BELOW_BOOKED when that is not enough; BOOKING_UNKNOWN for one that has no place here;
    SLOT_FULL, PREPARATION_FULL, ITEM_FULL_THAT_DAY, SLOT_PAST, SLOT_CLOSED.
    """
    bookings = _locked(slot, instead)
    for booking in bookings:
        _move(booking, instead[booking.reference], now)
    return opening.change_capacity(slot=slot, cars=cars, preparers=preparers)


def _locked(slot: Slot, instead: Mapping[str, str]) -> list[Booking]:
    """Orders, bookings, then all slots in one order: several cars change places at once."""
    here = Booking.objects.filter(
        slot=slot, status=BookingStatus.CONFIRMED, reference__in=list(instead)
    )
    owners = list(here.values_list("owner_reference", flat=True))
    parts = Fulfilment.objects.filter(reference__in=owners)
    list(Order.objects.locked().filter(pk__in=parts.values("order_id")))
    bookings = list(here.locked())
    if len(bookings) != len(instead):
        raise BookingUnknown("instead")
    to = {where for where in instead.values() if where != REFUND}
    slots = Slot.objects.filter(reference__in={slot.reference, *to})
    items = {item for booking in bookings for item in booking.items}
    pickup_stock.lock_slots(list(slots.values_list("pk", flat=True)), items)
    return bookings


def _move(booking: Booking, where: str, now: datetime) -> None:
    part = Fulfilment.objects.filter(reference=booking.owner_reference).first()
    if part is None:
        raise BookingUnknown("instead")
    if where == REFUND:
        cancel_part(fulfilment=part, reason=REASON, now=now)
        return
    until = min(now + TIME_TO_ANSWER, slot_by_reference(where).cut_off_at)
    displace(booking, otherwise=Otherwise.KEEP, until=until, now=now)
    move_part(part, where, late=True, now=now)
