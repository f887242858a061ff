"""When a site opens regularly, when it is closed, and what is open of the days ahead."""

from dataclasses import dataclass
from datetime import date

from drivethrough.openings.calendar import AHEAD_DAYS
from drivethrough.openings.models import RegularOpening, SiteClosing
from drivethrough.sites.models import Site
from drivethrough.slots.models import SlotStatus
from drivethrough.slots.queries import site_days


def regular_openings(site: Site) -> list[RegularOpening]:
    """Earliest hour first."""
    return list(RegularOpening.objects.filter(site=site))


def closings(site: Site, from_on: date) -> list[SiteClosing]:
    return list(SiteClosing.objects.filter(site=site, on_date__gte=from_on))


@dataclass(frozen=True)
class DayAhead:
    """Cancelled slots are not counted. ``closed``: why nobody is there, "" on any other day."""

    on_date: date
    slots: int
    capacity_cars: int
    taken_cars: int
    closed: str


def opened_ahead(site: Site, today: date) -> list[DayAhead]:
    """Today and each day of the two weeks to come, open or not."""
    closed = {closing.on_date: closing.reason for closing in closings(site, today)}
    return [
        DayAhead(
            on_date=day.on_date,
            slots=len(standing),
            capacity_cars=sum(slot.capacity_cars for slot in standing),
            taken_cars=sum(slot.taken_cars for slot in standing),
            closed=closed.get(day.on_date, ""),
        )
        for day in site_days(site.reference, today, AHEAD_DAYS + 1)
        for standing in [[slot for slot in day.slots if slot.status != SlotStatus.CANCELLED]]
    ]
