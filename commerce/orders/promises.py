"""A part is promised otherwise than it was ordered: another time, another place, another way."""

from datetime import datetime

from django.db import transaction

from commerce.catalogue.models import Way
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order

BEFORE_IT_LEAVES = (FulfilmentStatus.PLACED, FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY)


def at_site(
    *,
    fulfilment: Fulfilment,
    hands_over: str,
    name: str,
    name_en: str,
    promised_from: datetime,
    promised_until: datetime,
) -> Fulfilment:
    """Another time at a drive-through site, with the same booking. INVALID_TRANSITION once it has
    left or ended."""
    return _change(
        fulfilment,
        hands_over=hands_over,
        hands_over_name=name,
        hands_over_name_en=name_en,
        place_name=name,
        promised_from=promised_from,
        promised_until=promised_until,
    )


def at_home(
    *,
    fulfilment: Fulfilment,
    window_reference: str,
    address_reference: str,
    place_name: str,
    promised_from: datetime,
    promised_until: datetime,
) -> Fulfilment:
    """Brought to the door after all, at no further cost. INVALID_TRANSITION as above."""
    return _change(
        fulfilment,
        way=Way.DELIVERY,
        booking_reference="",
        window_reference=window_reference,
        address_reference=address_reference,
        place_name=place_name,
        promised_from=promised_from,
        promised_until=promised_until,
    )


def in_window(
    *,
    fulfilment: Fulfilment,
    window_reference: str,
    promised_from: datetime,
    promised_until: datetime,
) -> Fulfilment:
    """To the same door in another window. INVALID_TRANSITION as above."""
    return _change(
        fulfilment,
        window_reference=window_reference,
        promised_from=promised_from,
        promised_until=promised_until,
    )


def by_parcel(
    *, fulfilment: Fulfilment, promised_from: datetime, promised_until: datetime
) -> Fulfilment:
    """Sent on another day. INVALID_TRANSITION as above."""
    return _change(fulfilment, promised_from=promised_from, promised_until=promised_until)


@transaction.atomic
def _change(fulfilment: Fulfilment, **promise: object) -> Fulfilment:
    # The order's row guards its parts.
    Order.objects.locked().get(pk=fulfilment.order_id)
    part = Fulfilment.objects.select_related("order__customer").get(pk=fulfilment.pk)
    if part.status not in BEFORE_IT_LEAVES:
        raise InvalidTransition("status", now=part.status, allowed=[])
    for field, value in promise.items():
        setattr(part, field, value)
    part.save(update_fields=list(promise))
    return part
