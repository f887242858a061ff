"""A shopper whose slot is gone chooses another, a delivery or the money; or the deadline does."""

import logging
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import Way
from commerce.customers.models import Address
from commerce.orders import promises
from commerce.orders.models import Fulfilment, FulfilmentStatus
from drivethrough.rebooking import actions as rebooking
from drivethrough.rebooking.actions import ChoiceOver, DisplacementUnknown
from drivethrough.rebooking.models import Answer, Displacement
from drivethrough.rebooking.queries import displacement, overdue
from drivethrough.sites.models import Site
from drivethrough.sites.queries import sites
from drivethrough.slots import actions as slots
from drivethrough.slots import moving
from drivethrough.slots.fitting import fitting_slots
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking, BookingStatus, Slot
from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.delivery_windows.queries import open_windows
from logistics.network.distance import crow_metres
from logistics.network.queries import depot_for
from storefront.journeys.cancel_order import cancel_part, window_key
from storefront.journeys.displace_cars import part_of
from storefront.journeys.part_loads import saying_which
from storefront.journeys.request_moves import request_delivery
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS, StorefrontError
from storefront.templatetags.words import clock, day

log = logging.getLogger(__name__)

SLOTS_SHOWN = 8  # of each site
OTHER_SITES = 2  # the nearest
REASON = "slot_called_off"


class NotBrought(StorefrontError):
    """Some of it cannot be brought to this door, or not in this window."""

    code = "NOT_BROUGHT"


@dataclass(frozen=True)
class Elsewhere:
    site: Site
    slots: list[Slot]


@dataclass(frozen=True)
class Choices:
    """``windows`` are to ``address``, empty when it cannot be brought."""

    row: Displacement
    part: Fulfilment
    slots: list[Slot]
    elsewhere: list[Elsewhere]
    address: Address | None
    windows: list[DeliveryWindow]


def choices(*, reference: str, now: datetime) -> Choices:
    """What can be chosen instead; reads only. DISPLACEMENT_UNKNOWN."""
    row = _row(reference)
    parts = Fulfilment.objects.select_related("order__customer")
    part = parts.filter(reference=row.booking.owner_reference).first()
    if part is None:
        raise DisplacementUnknown("displacement")
    address = part.order.customer.addresses.first()
    return Choices(
        row=row,
        part=part,
        slots=_slots(row.booking, row.booking.site, now),
        elsewhere=_elsewhere(row.booking, now),
        address=address,
        windows=_windows(part, address, now),
    )


def _slots(booking: Booking, site: Site, now: datetime) -> list[Slot]:
    """In which all that it takes fits."""
    free = fitting_slots(site.reference, Load.of(booking), now, booking)
    return free[:SLOTS_SHOWN]


def _elsewhere(booking: Booking, now: datetime) -> list[Elsewhere]:
    site = booking.site
    others = [other for other in sites() if other.pk != site.pk]
    others.sort(key=lambda other: crow_metres(site.lat, site.lon, other.lat, other.lon))
    free = (Elsewhere(other, _slots(booking, other, now)) for other in others[:OTHER_SITES])
    return [one for one in free if one.slots]


def _windows(part: Fulfilment, address: Address | None, now: datetime) -> list[DeliveryWindow]:
    depot = depot_for(address.lat, address.lon) if address else None
    if depot is None:
        return []
    lines = part.lines.select_related("variant__product__merchant")
    ways = [line.variant.product.open_ways if line.variant else [] for line in lines]
    if not all(Way.DELIVERY in open_ways for open_ways in ways):
        return []
    return [window for window in open_windows(depot, now) if window.left]


@transaction.atomic
def choose_slot(*, reference: str, slot_reference: str, key: str, now: datetime) -> Displacement:
    """Another slot, here or at another site. The same key chooses once.

    DISPLACEMENT_UNKNOWN, ALREADY_CHOSEN, CHOICE_OVER, SLOT_FULL, PREPARATION_FULL,
    ITEM_FULL_THAT_DAY, SLOT_PAST, SLOT_CLOSED.
    """
    row, part, first = _answer(reference, Answer.SLOT, key, now)
    if first:
        move_part(part, slot_reference, late=True, now=now)
    return row


@transaction.atomic
def choose_home(*, reference: str, window_reference: str, key: str, now: datetime) -> Displacement:
    """Brought to the shopper's door in that window, for nothing more.

    As ``choose_slot``, but NOT_BROUGHT, WINDOW_FULL, WINDOW_CLOSED.
    """
    row, part, first = _answer(reference, Answer.HOME, key, now)
    if not first:
        return row
    address = part.order.customer.addresses.first()
    offered = {window.reference: window for window in _windows(part, address, now)}
    window = offered.get(window_reference)
    if window is None or address is None:
        raise NotBrought("window")
    slots.cancel(booking_reference=row.booking.reference, now=now)
    part = promises.at_home(
        fulfilment=part,
        window_reference=window.reference,
        address_reference=address.reference,
        place_name=address.one_line,
        promised_from=window.starts_at,
        promised_until=window.ends_at,
    )
    windows.take(window_reference=window.reference, key=window_key(part), now=now)
    # Unpaid, it is asked of logistics when the order stands.
    if part.status != FulfilmentStatus.PLACED:
        request_delivery(fulfilment=part, now=now)
    tell_moved(part, now)
    return row


@transaction.atomic
def choose_refund(*, reference: str, key: str, now: datetime) -> Displacement:
    """The part is cancelled and paid back. DISPLACEMENT_UNKNOWN, ALREADY_CHOSEN, CHOICE_OVER."""
    row, part, first = _answer(reference, Answer.REFUND, key, now)
    if first:
        cancel_part(fulfilment=part, reason=REASON, now=now)
    return row


def _answer(
    reference: str, answer: Answer, key: str, now: datetime
) -> tuple[Displacement, Fulfilment, bool]:
    """Order, displacement, booking: one order of locks for every choice and for the sweep."""
    part = part_of(_row(reference).booking)
    row, first = rebooking.answer(displacement_reference=reference, answer=answer, key=key, now=now)
    if part is None or (first and row.booking.status != BookingStatus.CONFIRMED):
        raise ChoiceOver("do", answer_until=row.answer_until.isoformat())
    return row, part, first


def _row(reference: str) -> Displacement:
    row = displacement(reference)
    if row is None:
        raise DisplacementUnknown("displacement")
    return row


def move_part(part: Fulfilment, slot_reference: str, *, late: bool, now: datetime) -> Fulfilment:
    """Booking and promise together, in the caller's transaction, its order locked."""
    with saying_which():
        booking = moving.move(
            booking_reference=part.booking_reference,
            slot_reference=slot_reference,
            late=late,
            now=now,
        )
    part = promises.at_site(
        fulfilment=part,
        hands_over=booking.site.reference,
        name=booking.site.name,
        name_en=booking.site.name_en,
        promised_from=booking.slot.starts_at,
        promised_until=booking.slot.ends_at,
    )
    tell_moved(part, now)
    return part


def tell_moved(part: Fulfilment, now: datetime) -> None:
    """Each new promise is told once."""
    queue(
        key=f"moved:{part.reference}:{part.promised_from:%y%m%d%H%M}:{now:%y%m%d%H%M%S}",
        user_reference=part.order.customer.user_reference,
        kind="part_moved",
        facts={
            "order": part.order.reference,
            "place": part.hands_over_name,
            "day": day(part.promised_from),
            "time": f"{clock(part.promised_from)}~{clock(part.promised_until)}",
        },
        now=now,
    )


def end_unanswered(*, now: datetime) -> int:
    """Past the deadline: the money goes back, or the car stays where it was moved; how many.

    Each in its own transaction; a second run finds nothing left to do.
    """
    return sum(_end(row, now) for row in overdue(now).select_related("booking"))


def _end(row: Displacement, now: datetime) -> bool:
    try:
        with transaction.atomic():
            part = part_of(row.booking)
            follows = rebooking.end_unanswered(displacement_reference=row.reference, now=now)
            if follows == Answer.REFUND and part is not None:
                cancel_part(fulfilment=part, reason=REASON, now=now)
            elif follows == Answer.REFUND:  # nothing was ordered with it: only the place is free
                slots.cancel(booking_reference=row.booking.reference, now=now)
    except REFUSALS:
        log.exception("%s could not be ended", row)
        return False
    return follows is not None
