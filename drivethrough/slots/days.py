"""All slots of one site on one business day at once."""

from datetime import date

from django.db import transaction

from drivethrough.errors import DrivethroughError
from drivethrough.sites.models import Site
from drivethrough.slots.models import Slot, SlotQuerySet, SlotStatus
from drivethrough.slots.spans import business_day


class SiteDayBooked(DrivethroughError):
    """Cars have a place that day: data ``cars``."""

    code = "SITE_DAY_BOOKED"


@transaction.atomic
def shut(*, site: Site, on_date: date, booked_too: bool) -> int:
    """Cancel the day's slots; how many. Without ``booked_too`` SITE_DAY_BOOKED while a car has a
    place; with it those cars keep their bookings until they are offered something else."""
    # Locked before they are counted: whoever takes a place meanwhile waits, then finds it shut.
    slots = list(_of_day(site, on_date).locked())
    cars = sum(slot.taken_cars for slot in slots)
    if cars and not booked_too:
        raise SiteDayBooked("on_date", cars=cars)
    return _of_day(site, on_date).update(status=SlotStatus.CANCELLED)


def bring_back(*, site: Site, on_date: date) -> int:
    """The day's cancelled slots in which no car was, open as before; how many."""
    empty = _of_day(site, on_date).filter(status=SlotStatus.CANCELLED, taken_cars=0)
    return empty.update(status=SlotStatus.OPEN)


def _of_day(site: Site, on_date: date) -> SlotQuerySet:
    from_at, until_at = business_day(on_date)
    return Slot.objects.filter(site=site, starts_at__gte=from_at, starts_at__lt=until_at)
