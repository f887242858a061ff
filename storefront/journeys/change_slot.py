"""A shopper comes at another time after all."""

from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment, Order
from drivethrough.slots.queries import booking as booking_by_reference
from drivethrough.slots.queries import slot as slot_by_reference
from storefront.journeys.choose_instead import move_part
from storefront.journeys.closing_times import refuse_when_closed
from storefront.journeys.resting import refuse_when_away
from storefront.refusals import NotFound


@transaction.atomic
def change_slot(*, fulfilment: Fulfilment, slot_reference: str, now: datetime) -> Fulfilment:
    """Another slot of the same site, until the booked one's cut-off; a repeat changes nothing.

    The old place is given back in the same transaction, so nobody is ever without one.
    BOOKING_UNKNOWN, NOT_FOUND for a slot elsewhere, MERCHANT_AWAY, PRODUCT_CLOSED, BOOKING_FIXED,
    INVALID_TRANSITION, SLOT_FULL, PREPARATION_FULL, ITEM_FULL_THAT_DAY, SLOT_PAST, SLOT_CLOSED.
    """
    Order.objects.locked().get(pk=fulfilment.order_id)
    part = Fulfilment.objects.get(pk=fulfilment.pk)
    booking = booking_by_reference(part.booking_reference)
    to = slot_by_reference(slot_reference)
    if to.site_id != booking.site_id:
        raise NotFound("slot")
    if to.pk == booking.slot_id:
        return part
    refuse_when_away(part, to.starts_at)
    refuse_when_closed(part, to.starts_at, now=now)
    return move_part(part, slot_reference, late=False, now=now)
