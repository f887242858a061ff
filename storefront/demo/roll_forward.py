"""Opens the days to come, so that a demo loaded last week still works today."""

from datetime import date, datetime, time, timedelta

from commerce.boxes import actions as boxes
from commerce.boxes.models import Box
from commerce.business_days import business_date, instant
from drivethrough.sites.models import Site
from drivethrough.slots import actions as slots
from logistics.delivery_windows import actions as windows
from logistics.fleet import actions as fleet
from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from storefront.demo.boxes import open_cycles
from storefront.demo.files import Row, rows

DAYS = 14
WEEKENDS = 4
SATURDAY = 5
SPANS = [(time(10), time(13)), (time(14), time(17)), (time(18), time(21))]
WINDOWS_CLOSE = time(22)  # the evening before: the night's plan follows
SLOTS_CLOSE = time(18)  # the day before
GATE_OPENS, GATE_CLOSES = time(11), time(14)
EVERY_DAY = "200-2-000007"  # one site opens daily, so there is a gate to see on any day
# Start, end, break: the day's vans, and those of the evening.
SHIFTS = {
    "day": (time(9), time(18), time(13), 60),
    "evening": (time(14), time(21), time(17, 15), 30),
}
# At home with the family; nobody drives.
FEASTS = ("설날", "추석")


def roll_forward(now: datetime) -> None:
    """Windows and shifts for two weeks, slots for four weekends, cycles and their renewals.

    What is already open stays as it is.
    """
    today = business_date(now)
    days = [today + timedelta(days=ahead) for ahead in range(DAYS + 1)]
    working = [day for day in days if day not in feast_days()]
    for row in rows("depots"):
        depot = Depot.objects.filter(code=row["code"]).first()
        if depot is not None:
            _open_depot(depot, working, int(row["stops_per_window"]))
    for row in rows("sites"):
        site = Site.objects.filter(source_id=row["source_id"]).first()
        if site is not None:
            _open_site(site, days, int(row["cars_per_slot"]))
    for box in Box.objects.all():
        open_cycles(box, now)
    boxes.ensure_renewals(now=now)


def feast_days() -> set[date]:
    return {
        date.fromisoformat(row["date"])
        for row in rows("holidays")
        if row["name"].startswith(FEASTS)
    }


def _open_depot(depot: Depot, days: list[date], stops: int) -> None:
    evenings = [row["full_name"] for row in rows("drivers") if row["shift"] == "evening"]
    until = SHIFTS["day"][1]
    if Driver.objects.filter(depot=depot, full_name__in=evenings).exists():
        until = SHIFTS["evening"][1]
    spans = [span for span in SPANS if span[1] <= until]
    for day in days:
        windows.open_windows(
            depot=depot,
            on_date=day,
            spans=spans,
            capacity_stops=stops,
            cut_off_at=instant(day - timedelta(days=1), WINDOWS_CLOSE),
        )
        for row in rows("drivers"):
            if row["depot"] == depot.code and row["shift"]:
                _roster(depot, row, day)


def _roster(depot: Depot, row: Row, day: date) -> None:
    driver = Driver.objects.filter(depot=depot, full_name=row["full_name"]).first()
    vehicle = Vehicle.objects.filter(plate=row["van"]).first()
    if driver is None or vehicle is None:
        return
    start, end, break_at, break_minutes = SHIFTS[row["shift"]]
    try:
        fleet.roster(
            depot=depot,
            driver=driver,
            vehicle=vehicle,
            on_date=day,
            start=start,
            end=end,
            break_at=break_at,
            break_minutes=break_minutes,
        )
    except fleet.ShiftOverlaps:
        return  # the dispatcher has arranged this day differently


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
