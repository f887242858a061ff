"""Every car on its way, or waiting, knows the minute of its call; who must wait longer is told."""

import logging
from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment
from drivethrough.queue import turns
from drivethrough.queue.queries import CarStatus, DayCar
from drivethrough.queue.turns import TOLD_AHEAD
from drivethrough.sites.models import Site
from storefront.journeys.foresee_queue import foresee_queue
from storefront.live import channels
from storefront.live.publish import changed
from storefront.notices.actions import queue
from storefront.refusals import REFUSALS
from storefront.templatetags.words import clock

log = logging.getLogger(__name__)


def tell_turns(*, now: datetime) -> int:
    """At every site with cars today; how many cars have another minute than before."""
    return sum(_tell_site(site, now) for site in turns.sites_with_cars(now))


def _tell_site(site: Site, now: datetime) -> int:
    try:
        ahead = foresee_queue(
            site_reference=site.reference, preparers=max(1, site.lanes.count()), now=now
        )
    except REFUSALS:
        log.exception("the queue of %s could not be planned", site)
        return 0
    told = 0
    for visit in ahead.plan.visits:
        car = ahead.cars[visit.car]
        soon = car.booking.slot.starts_at < now + TOLD_AHEAD
        if soon and car.status in (CarStatus.EXPECTED, CarStatus.WAITING):
            told += tell(car, call_at=ahead.at(visit.called), now=now)
    return told


@transaction.atomic
def tell(car: DayCar, *, call_at: datetime, now: datetime) -> bool:
    """The car's open page at once; by message too who is not here yet and would come too early."""
    booking = car.booking
    foretold = turns.foretell(booking=booking, call_at=call_at, now=now)
    if not foretold.changed:
        return False
    changed(channels.booking(booking.reference))
    part = (
        Fulfilment.objects.select_related("order__customer")
        .filter(booking_reference=booking.reference)
        .first()
    )
    if foretold.late and part is not None and car.status == CarStatus.EXPECTED:
        queue(
            key=f"turn:{booking.reference}:{call_at:%y%m%d%H%M}",
            user_reference=part.order.customer.user_reference,
            kind="turn_moved",
            facts={
                "order": part.order.reference,
                "place": part.hands_over_name,
                "time": clock(call_at),
            },
            now=now,
        )
    return True
