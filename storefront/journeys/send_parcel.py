"""A merchant gives a part to a courier; later it has come, and the money for it is earned.

Given to a courier is on its way, and the shopper may no longer give it up. It is handed over when
it has come: the merchant says so, or nobody says otherwise for some days. From then on its money is
the merchant's, and the days in which it may be sent back are counted. What a courier could not
bring is sent once more, or paid back: by the merchant, or when nobody does anything for some days.
"""

import logging
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from commerce.orders.actions import InvalidTransition
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from commerce.parcels import actions as parcels
from commerce.parcels.couriers import Courier
from commerce.parcels.models import Parcel
from commerce.parcels.queries import back_since, on_the_way_since
from storefront.courier_names import NAMES
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.hand_over import hand_over
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS, StorefrontError

log = logging.getLogger(__name__)

CAME_BACK = "came_back"


class ParcelNotSent(StorefrontError):
    """No courier has it yet, so it cannot have come."""

    code = "PARCEL_NOT_SENT"


@transaction.atomic
def send_parcel(
    *,
    key: str,
    fulfilment_reference: str,
    merchant_reference: str,
    courier: Courier,
    number: str,
    by: str,
    now: datetime,
) -> Parcel:
    """On its way, and the shopper is told where to follow it; told again when its number is
    corrected. ``by``: a user's reference. Raises what ``parcels.send`` raises."""
    parcel, is_new = parcels.send(
        key=key,
        fulfilment_reference=fulfilment_reference,
        merchant_reference=merchant_reference,
        courier=courier,
        number=number,
        by=by,
        now=now,
    )
    if is_new:
        _tell(parcel, now)
    return parcel


def _tell(parcel: Parcel, now: datetime) -> None:
    part = Fulfilment.objects.select_related("order__customer").get(pk=parcel.fulfilment_id)
    name, name_en = NAMES[parcel.courier]
    queue(
        key=f"parcel_sent:{parcel.reference}",
        user_reference=part.order.customer.user_reference,
        kind="parcel_sent",
        facts={
            "order": part.order.reference,
            "part": part.hands_over_name,
            "courier": name,
            "courier_en": name_en,
            "number": parcel.number,
            "page": parcel.page,
        },
        now=now,
    )


@transaction.atomic
def say_it_came_back(*, fulfilment_reference: str, merchant_reference: str, now: datetime) -> bool:
    """Whether this call said so; the shopper is told that somebody will see to it. Raises what
    ``parcels.come_back`` raises."""
    back = parcels.come_back(
        fulfilment_reference=fulfilment_reference, merchant_reference=merchant_reference, now=now
    )
    if back:
        part = Fulfilment.objects.select_related("order__customer").get(
            reference=fulfilment_reference
        )
        last = part.parcels.latest("pk")
        queue(
            key=f"parcel_back:{last.reference}",
            user_reference=part.order.customer.user_reference,
            kind="parcel_back",
            facts={"order": part.order.reference, "part": part.hands_over_name},
            now=now,
        )
    return back


@transaction.atomic
def pay_back(*, fulfilment_reference: str, merchant_reference: str, now: datetime) -> None:
    """What came back is not sent again: all of its money goes back, its fee too. A repeat changes
    nothing. PARCEL_UNKNOWN, INVALID_TRANSITION unless it came back."""
    part = parcels.own_part(reference=fulfilment_reference, merchant_reference=merchant_reference)
    if part.status not in (FulfilmentStatus.UNDELIVERED, FulfilmentStatus.CANCELLED):
        raise InvalidTransition("status", now=part.status, allowed=[])
    cancel_part(fulfilment=part, reason=CAME_BACK, now=now)


@transaction.atomic
def say_it_came(*, fulfilment_reference: str, merchant_reference: str, now: datetime) -> bool:
    """Whether this call handed it over. PARCEL_UNKNOWN for another merchant's, PARCEL_NOT_SENT
    before a courier has it, INVALID_TRANSITION once it was given up."""
    part = parcels.own_part(reference=fulfilment_reference, merchant_reference=merchant_reference)
    if part.status in (FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY):
        raise ParcelNotSent("part")
    return hand_over(fulfilment=part, taken_by=merchant_reference, now=now)


def take_as_come(*, now: datetime) -> int:
    """Parcels sent some days ago of which nobody said that they came: they have, and their shoppers
    are told so. Each in its own transaction; returns how many."""
    return sum(_ended(part, now) for part in on_the_way_since(_long_before(now)))


def pay_back_forgotten(*, now: datetime) -> int:
    """Parcels that came back some days ago and that nobody sent again; as ``take_as_come``."""
    return sum(_ended(part, now) for part in back_since(_long_before(now)))


def _long_before(now: datetime) -> datetime:
    return now - timedelta(days=settings.PARCEL_DAYS)


def _ended(part: Fulfilment, now: datetime) -> bool:
    """One that cannot be ended is logged and tried again; it never stops the others."""
    try:
        return _end(part, now)
    except REFUSALS:
        log.exception("%s could not be ended", part)
        return False


@transaction.atomic
def _end(found: Fulfilment, now: datetime) -> bool:
    """Unless somebody did something with it since it was looked for."""
    Order.objects.locked().get(pk=found.order_id)
    part = Fulfilment.objects.get(pk=found.pk)
    if part.status != found.status:
        return False
    if part.status == FulfilmentStatus.UNDELIVERED:
        cancel_part(fulfilment=part, reason=CAME_BACK, now=now)
        return True
    return hand_over(
        fulfilment=part, taken_by=part.hands_over, told_as="parcel_taken_as_come", now=now
    )
