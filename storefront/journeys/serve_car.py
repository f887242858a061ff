"""A car at the lane gets what it came for."""

from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment
from commerce.payments.models import TakenAs
from drivethrough.queue import actions as queue
from drivethrough.slots.queries import booking as booking_by_reference
from storefront.journeys.hand_over import hand_over
from storefront.live import channels
from storefront.live.publish import changed
from storefront.refusals import NotFound


@transaction.atomic
def serve(
    *,
    booking_reference: str,
    site_reference: str,
    key: str,
    taken_as: TakenAs = TakenAs.CASH,
    now: datetime,
) -> Fulfilment:
    """Hand over to the car of this booking; a double tap hands over once.

    NOT_FOUND for a booking of another site. What is due on site is taken now, ``taken_as`` cash or
    by card terminal.
    """
    booking = booking_by_reference(booking_reference)
    if booking.site.reference != site_reference:
        raise NotFound("booking")
    fulfilment = (
        Fulfilment.objects.select_related("order")
        .filter(booking_reference=booking_reference)
        .first()
    )
    if fulfilment is None:
        raise NotFound("booking")
    hand_over(fulfilment=fulfilment, taken_by=site_reference, taken_as=taken_as, now=now)
    queue.serve(booking_reference=booking_reference, key=key, now=now)
    for channel in channels.at_site(site_reference):
        changed(channel)
    changed(channels.booking(booking_reference))
    return fulfilment
