"""A site's day or slot is called off: each car booked for it is offered something else."""

import logging
from datetime import date, datetime, timedelta

from django.db import transaction

from commerce.business_days import business_date, end_of
from commerce.orders.models import Fulfilment, Order
from drivethrough.openings import actions as openings
from drivethrough.openings.models import SiteClosing
from drivethrough.rebooking import actions as rebooking
from drivethrough.rebooking.models import Displacement, Otherwise
from drivethrough.rebooking.queries import to_displace
from drivethrough.sites.models import Site
from drivethrough.slots import opening
from drivethrough.slots.models import Booking, Slot
from storefront.journeys.call_off_screening import follow_closings
from storefront.live import channels
from storefront.live.publish import changed
from storefront.notices.actions import queue
from storefront.notices.links import link_to
from storefront.refusals import REFUSALS
from storefront.templatetags.words import clock

log = logging.getLogger(__name__)

TIME_TO_ANSWER = timedelta(hours=24)
NOTICE = {Otherwise.REFUND: "slot_called_off", Otherwise.KEEP: "slot_moved_by_site"}


def call_off_day(*, site: Site, on_date: date, reason: str, now: datetime) -> SiteClosing:
    """Shut the day first, in its own transaction; then every car is offered something else, and
    that evening's screenings are called off.

    Should that be cut short, the sweep goes on. CLOSING_DAY_PAST, SITE_CLOSING_REASON.
    """
    closing = openings.close_day(
        site=site, on_date=on_date, reason=reason, booked_too=True, now=now
    )
    _look_again(site)
    offer_others(now=now)
    follow_closings(now=now)
    return closing


def call_off_slot(*, slot: Slot, now: datetime) -> None:
    """As ``call_off_day``, for one slot."""
    opening.cancel_slot(slot=slot)
    _look_again(slot.site)
    offer_others(now=now)


def _look_again(site: Site) -> None:
    """Its tablets and its big screen see the day as it now is."""
    for channel in channels.at_site(site.reference):
        changed(channel)


def offer_others(*, now: datetime) -> int:
    """Whoever has a place in a cancelled slot is told and asked; how many were."""
    return sum(_offer(booking, now) for booking in to_displace())


def _offer(booking: Booking, now: datetime) -> bool:
    try:
        # Never later than the day's end: then the night gives back what was not handed over.
        until = min(now + TIME_TO_ANSWER, end_of(business_date(booking.slot.starts_at)))
        return displace(booking, otherwise=Otherwise.REFUND, until=until, now=now) is not None
    except REFUSALS:
        log.exception("%s could not be offered another slot", booking)
        return False


@transaction.atomic
def displace(
    booking: Booking, *, otherwise: Otherwise, until: datetime, now: datetime
) -> Displacement | None:
    """The row, and the message with the link to choose by. None for what needs no choice."""
    part = part_of(booking)
    row = rebooking.displace(
        booking_reference=booking.reference, answer_until=until, otherwise=otherwise, now=now
    )
    if row is None or part is None:
        return None
    changed(channels.booking(booking.reference))
    queue(
        key=f"displaced:{row.reference}",
        user_reference=part.order.customer.user_reference,
        kind=NOTICE[otherwise],
        facts={
            "order": part.order.reference,
            "day": str(business_date(row.slot.starts_at)),
            "time": clock(row.slot.starts_at),
            "until_day": str(business_date(until)),
            "until": clock(until),
            "link": link_to("choose_instead", row.reference),
        },
        now=now,
    )
    return row


def part_of(booking: Booking) -> Fulfilment | None:
    """The part that this booking is for, its order locked: always before the booking's row."""
    part = Fulfilment.objects.filter(reference=booking.owner_reference).first()
    if part is None:
        return None
    Order.objects.locked().get(pk=part.order_id)
    return Fulfilment.objects.select_related("order__customer").get(pk=part.pk)
