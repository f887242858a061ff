"""The days to come: windows, shifts, slots and boxes are there before anybody asks for them."""

from datetime import date, datetime, timedelta

from django.db import transaction

from commerce.boxes import actions as boxes
from commerce.boxes.models import Box, Renewal
from commerce.boxes.queries import renewals_to_come
from commerce.business_days import business_date
from drivethrough.openings import actions as openings
from drivethrough.sites.queries import sites
from logistics.network.models import Depot
from logistics.network.queries import depot_for, depots
from logistics.regular_week import actions as week
from logistics.regular_week.models import ClosedDay
from logistics.regular_week.queries import closed_depots
from storefront.notices.actions import queue

WEEKS_OF_BOXES = 5


def open_days(*, now: datetime) -> None:
    """Two weeks of every depot's regular week and of every site's, and five of every box.

    It finds all that is missing, so it may run at any time and as often as one likes.
    """
    for depot in depots():
        week.open_ahead(depot=depot, now=now)
    for site in sites():
        openings.open_ahead(site=site, now=now)
    offer_boxes(now=now)


def close_depot(*, depot: Depot, on_date: date, reason: str, now: datetime) -> ClosedDay:
    """Nobody drives from the depot that day, and whoever expected a box is told.

    The boxes come after the closing's own transaction, for the locks' order; should they fail,
    the next ``open_days`` sees to them.
    DAY_PAST, CLOSING_REASON, WINDOWS_PROMISED.
    """
    closed = week.close_day(depot=depot, on_date=on_date, reason=reason, now=now)
    offer_boxes(now=now)
    return closed


def offer_boxes(*, now: datetime) -> None:
    """Cycles and renewals for the weeks to come, less what nobody would bring.

    Most families expect a box most weeks, so closing a day is not refused for them, as it is for a
    promised stop: until its cut-off a box has no window, no goods and no money to give back. It is
    skipped for them and they are told. Each step holds for itself, and a second run goes on.
    """
    today = business_date(now)
    closed = closed_depots(today)
    every_depot = {depot.reference for depot in depots()}
    nobody_drives = {day for day, depots_closed in closed.items() if depots_closed == every_depot}
    for box in Box.objects.all():
        boxes.ensure_cycles(
            box=box,
            from_on=today + timedelta(days=1),
            weeks=WEEKS_OF_BOXES,
            now=now,
            without=nobody_drives,
        )
    boxes.ensure_renewals(now=now)
    for renewal in renewals_to_come(closed, now):
        day = renewal.cycle.hand_over_on
        if day in nobody_drives or _brought_from(renewal) in closed[day]:
            _call_off(renewal, now)
    boxes.close_cycles(days=nobody_drives, now=now)


def _brought_from(renewal: Renewal) -> str:
    address = renewal.subscription.address
    depot = depot_for(address.lat, address.lon)
    return depot.reference if depot else ""


@transaction.atomic
def _call_off(renewal: Renewal, now: datetime) -> None:
    called_off = boxes.call_off(renewal_reference=renewal.reference, now=now)
    if called_off is None:
        return
    queue(
        key=f"box_called_off:{called_off.reference}",
        user_reference=called_off.subscription.customer.user_reference,
        kind="box_called_off",
        facts={"box": called_off.cycle.box.name, "day": str(called_off.cycle.hand_over_on)},
        now=now,
    )
