"""Vans and drivers, and what each depot does every week."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date, datetime, time

from commerce.business_days import business_date
from logistics.fleet import actions as fleet
from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from logistics.regular_week import actions as week
from logistics.regular_week.models import WEEK
from storefront.demo.files import Row, Size, rows

STOPS_A_VAN = 14  # in one span of three hours
SPANS = [(time(10), time(13)), (time(14), time(17)), (time(18), time(21))]
WINDOWS_CLOSE = time(22)  # the evening before: the night's plan follows
# Start, end, break: the day's vans, and those of the evening.
SHIFTS = {
    "day": (time(9), time(18), time(13), 60),
    "evening": (time(14), time(21), time(17, 15), 30),
}


def load_fleet(size: Size) -> None:
    depots = {depot.code: depot for depot in Depot.objects.all()}
    for row in rows("vans", size):
        fleet.add_vehicle(
            depot=depots[row["depot"]],
            name=row["name"],
            plate=row["plate"],
            capacity_grams=int(row["capacity_grams"]),
            capacity_ml=int(row["capacity_ml"]),
            chilled=row["chilled"] == "Y",
        )
    for row in rows("drivers", size):
        fleet.add_driver(depot=depots[row["depot"]], full_name=row["full_name"], phone=row["phone"])


def record_weeks(feasts: Mapping[date, str], now: datetime) -> None:
    """Every depot's regular week, once: what its dispatcher changes later stays changed."""
    for row in rows("depots"):
        depot = Depot.objects.filter(code=row["code"]).first()
        if depot is None:
            continue
        known = depot.regular_windows.exists() or depot.regular_shifts.exists()
        drivers = [r for r in rows("drivers") if r["depot"] == depot.code and r["shift"]]
        # A larger demo brings new drivers later.
        new = [_record_shift(depot, driver_row, known=known) for driver_row in drivers]
        if any(new):
            _record_windows(depot)
        if not known:
            _close_feasts(depot, feasts, now)


def _record_shift(depot: Depot, row: Row, *, known: bool) -> bool:
    driver = Driver.objects.filter(depot=depot, full_name=row["full_name"]).first()
    vehicle = Vehicle.objects.filter(plate=row["van"]).first()
    if driver is None or vehicle is None or (known and driver.shifts.exists()):
        return False
    start, end, break_at, break_minutes = SHIFTS[row["shift"]]
    try:
        week.add_shift(
            depot=depot,
            driver=driver,
            vehicle=vehicle,
            weekdays=WEEK,
            start=start,
            end=end,
            break_at=break_at,
            break_minutes=break_minutes,
        )
    except week.RegularShiftOverlaps:
        return False  # the dispatcher has arranged the week differently
    return True


def _record_windows(depot: Depot) -> None:
    """Room for as many stops as the vans of those hours can reach."""
    for start, end in SPANS:
        vans = depot.regular_shifts.filter(start__lte=start, end__gte=end).count()
        if not vans:
            continue
        for smaller in depot.regular_windows.filter(start=start, end=end):
            week.remove(regular=smaller)
        with suppress(week.RegularWindowOverlaps):
            week.add_window(
                depot=depot,
                weekdays=WEEK,
                start=start,
                end=end,
                capacity_stops=vans * STOPS_A_VAN,
                cut_off_days=1,
                cut_off=WINDOWS_CLOSE,
            )


def _close_feasts(depot: Depot, feasts: Mapping[date, str], now: datetime) -> None:
    for on_date, name in feasts.items():
        if on_date >= business_date(now):
            week.close_day(depot=depot, on_date=on_date, reason=name, now=now)
