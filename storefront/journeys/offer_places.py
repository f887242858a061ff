"""A place comes free in a slot that somebody waits for: it is held for them, and they are told."""

from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.urls import reverse

from commerce.basket.models import Basket
from commerce.business_days import business_date
from drivethrough.slots import waiting as places
from drivethrough.slots.loads import NO_LOAD
from drivethrough.slots.models import Booking, Slot, Waiting
from storefront.journeys.part_loads import loads_of_basket, saying_which
from storefront.notices.actions import queue
from storefront.templatetags.words import clock


def offer_places(*, now: datetime) -> int:
    """Every free place to the next who waits for it; how many were offered.

    Lapsed holds are ended by their own sweep; this one sees what has come free.
    """
    places.end_over(now=now)
    offered = 0
    for slot in places.slots_to_offer(now):
        while _offer(slot, now):
            offered += 1
    return offered


@transaction.atomic
def _offer(slot: Slot, now: datetime) -> bool:
    row = places.offer_next(slot=slot, now=now)
    if row is None or row.booking is None or row.booking.held_until is None:
        return False
    queue(
        key=f"place_free:{row.reference}",
        user_reference=row.owner_reference,
        kind="place_free",
        facts={
            "site": slot.site.name,
            "day": str(business_date(slot.starts_at)),
            "time": clock(slot.starts_at),
            "until_day": str(business_date(row.booking.held_until)),
            "until": clock(row.booking.held_until),
            "link": settings.PUBLIC_URL + reverse("waiting", args=[row.reference]),
        },
        now=now,
    )
    return True


def take_place(*, waiting: Waiting, basket: Basket, now: datetime) -> Booking:
    """The offered place becomes the basket's, with what that takes there. Raises what
    ``take_offer`` raises."""
    with saying_which():
        return places.take_offer(
            waiting_reference=waiting.reference,
            owner_reference=waiting.owner_reference,
            basket_reference=basket.reference,
            load=loads_of_basket(basket).get(waiting.site.reference, NO_LOAD),
            now=now,
        )
