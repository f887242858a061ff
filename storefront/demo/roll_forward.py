"""Opens the days to come, so that a demo loaded last week still works today."""

from datetime import date, datetime, time, timedelta

from commerce.business_days import business_date, instant
from drivethrough.sites.models import Site
from drivethrough.slots import actions as slots
from storefront.demo.files import rows
from storefront.demo.fleet import record_weeks
from storefront.journeys.open_days import open_days

DAYS = 14
WEEKENDS = 4
SATURDAY = 5
SLOTS_CLOSE = time(18)  # the day before
GATE_OPENS, GATE_CLOSES = time(11), time(14)
EVERY_DAY = "200-2-000007"  # one site opens daily, so there is a gate to see on any day
# At home with the family; nobody drives.
FEASTS = ("설날", "추석")


def roll_forward(now: datetime) -> None:
    """Windows and shifts for two weeks, slots for four weekends, cycles and their renewals.

    What is already open stays as it is.
    """
    record_weeks(feasts(), now)
    open_days(now=now)
    today = business_date(now)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    for row in rows("sites"):
        site = Site.objects.filter(source_id=row["source_id"]).first()
        if site is not None:
            _open_site(site, days, int(row["cars_per_slot"]))


def feasts() -> dict[date, str]:
    return {
        date.fromisoformat(row["date"]): row["name"]
        for row in rows("holidays")
        if any(name.strip().startswith(FEASTS) for name in row["name"].split(";"))
    }


def feast_days() -> set[date]:
    return set(feasts())


def _open_site(site: Site, days: list[date], cars: int) -> None:
    saturdays = [
        days[0] + timedelta(days=(SATURDAY - days[0].weekday()) % 7, weeks=week)
        for week in range(WEEKENDS)
    ]
    for day in sorted({*saturdays, *(days if site.source_id == EVERY_DAY else ())}):
        try:
            slots.open_slots(
                site=site,
                on_date=day,
                start=GATE_OPENS,
                end=GATE_CLOSES,
                cars=cars,
                cut_off_at=instant(day - timedelta(days=1), SLOTS_CLOSE),
            )
        except slots.SlotsOverlap:
            continue  # the farmer has cut this day differently
