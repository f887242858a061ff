"""A day's end: what was promised until then and not handed over is given back; but not what was
paid for a bay that was kept free all evening."""

import logging
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q

from commerce.business_days import end_of
from commerce.catalogue.models import Way
from commerce.orders import actions as orders
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.payments.models import HELD, Payment, PaymentStatus
from commerce.settlement import actions as settlement
from drivethrough.queue import actions as queue
from drivethrough.queue.models import Arrival
from drivethrough.screenings import gate
from drivethrough.screenings import queries as screenings
from drivethrough.screenings.models import TicketStatus
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.hand_over import waits_for_its_money
from storefront.refusals import REFUSALS

log = logging.getLogger(__name__)

# Until its day ends a late car is still served and an empty door tried again. What is "out" is not
# here: goods in a van wait for their driver's report, however late the phone finds a network.
UNSERVED = (FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.UNDELIVERED)


def close_day(*, until_on: date, now: datetime) -> list[Fulfilment]:
    """End every unserved part promised for that day or before, most by a refund; returns them.

    Each in its own transaction; a second run finds nothing left to do.
    """
    left = Fulfilment.objects.filter(status__in=UNSERVED, promised_until__lte=end_of(until_on))
    # A parcel that came back has its own days in which its merchant sends it again.
    left = left.exclude(way=Way.PARCEL, status=FulfilmentStatus.UNDELIVERED)
    return [part for part in left.order_by("pk") if _give_up(part, now)]


def _give_up(part: Fulfilment, now: datetime) -> bool:
    try:
        with transaction.atomic():
            Order.objects.locked().get(pk=part.order_id)
            part.refresh_from_db()
            if part.status not in UNSERVED:
                return False
            if _keeps_its_money(part, now):
                return True
            _miss(part.booking_reference, now)
            cancel_part(fulfilment=part, reason="not_handed_over", now=now)
    except REFUSALS:
        log.exception("%s could not be closed", part)
        return False
    return True


def _keeps_its_money(part: Fulfilment, now: datetime) -> bool:
    """A car that never came to its screening: what was paid for its bay, or is held on a card, is
    its site's. Of a bay of which some was still to be paid at the gate all goes back."""
    if not part.ticket_reference:
        return False
    gate.miss(ticket_reference=part.ticket_reference, now=now)
    missed = screenings.ticket(part.ticket_reference).status == TicketStatus.MISSED
    of_part = Payment.objects.filter(Q(fulfilment=None) | Q(fulfilment=part), order=part.order)
    paid = of_part.filter(status__in=[*HELD, PaymentStatus.PAID])
    due = of_part.filter(status=PaymentStatus.OPEN, amount_won__gt=0)
    if not missed or not paid.exists() or due.exists():
        return False
    orders.mark_handed_over(references=[part.reference], now=now)
    if not waits_for_its_money(part.order):
        settlement.record_handed_over(fulfilment=part, now=now)
    return True


def _miss(booking_reference: str, now: datetime) -> None:
    booking = Booking.objects.filter(
        reference=booking_reference, status=BookingStatus.CONFIRMED
    ).first()
    if booking is None:
        return
    if Arrival.objects.filter(booking=booking).exists():
        queue.leave(booking_reference=booking_reference, now=now)
    else:
        slots.mark_missed(booking_reference=booking_reference, now=now)
