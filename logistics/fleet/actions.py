"""Taking on vans and drivers, and saying who drives what when."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from logistics.errors import LogisticsError
from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot
from logistics.seoul_time import moment


class ShiftTimes(LogisticsError):
    """The shift ends before it starts."""

    code = "SHIFT_TIMES"


class BreakOutsideShift(LogisticsError):
    code = "BREAK_OUTSIDE_SHIFT"


class ShiftOverlaps(LogisticsError):
    """The driver or the vehicle is already rostered for part of these hours."""

    code = "SHIFT_OVERLAPS"


def add_vehicle(
    *,
    depot: Depot,
    name: str,
    plate: str,
    capacity_grams: int,
    capacity_ml: int,
    chilled: bool = False,
) -> Vehicle:
    """The vehicle with that plate; taken on now if there is none yet."""
    vehicle, _ = Vehicle.objects.get_or_create(
        plate=plate,
        defaults={
            "depot": depot,
            "name": name,
            "capacity_grams": capacity_grams,
            "capacity_ml": capacity_ml,
            "chilled": chilled,
        },
    )
    return vehicle


def add_driver(*, depot: Depot, full_name: str, phone: str) -> Driver:
    """The depot's driver with that name and phone; taken on now if there is none yet."""
    driver, _ = Driver.objects.get_or_create(depot=depot, full_name=full_name, phone=phone)
    return driver


@transaction.atomic
def roster(
    *,
    depot: Depot,
    driver: Driver,
    vehicle: Vehicle,
    on_date: date,
    start: time,
    end: time,
    break_at: time | None = None,
    break_minutes: int = 60,
) -> Shift:
    """One driver with one vehicle for the hours given (Seoul); the same again is the same shift.

    SHIFT_TIMES, BREAK_OUTSIDE_SHIFT, SHIFT_OVERLAPS.
    """
    starts_at, ends_at = moment(on_date, start), moment(on_date, end)
    if starts_at >= ends_at:
        raise ShiftTimes("end", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    break_starts_at = None if break_at is None else moment(on_date, break_at)
    length = timedelta(minutes=break_minutes)
    if break_starts_at and not starts_at <= break_starts_at <= ends_at - length:
        raise BreakOutsideShift("break_at", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    # Locked before looking, drivers before vehicles. The database's own guard against overlaps
    # would make two inserts wait for each other.
    Driver.objects.locked().get(pk=driver.pk)
    Vehicle.objects.locked().get(pk=vehicle.pk)
    hours = {"starts_at": starts_at, "ends_at": ends_at}
    same = Shift.objects.filter(driver=driver, vehicle=vehicle, **hours).first()
    if same is None:
        _refuse_overlap(driver, vehicle, starts_at, ends_at)
    return same or Shift.objects.create(
        depot=depot,
        driver=driver,
        vehicle=vehicle,
        on_date=on_date,
        break_starts_at=break_starts_at,
        break_seconds=int(length.total_seconds()) if break_starts_at else 0,
        **hours,
    )


def _refuse_overlap(
    driver: Driver, vehicle: Vehicle, starts_at: datetime, ends_at: datetime
) -> None:
    busy = Shift.objects.filter(
        Q(driver=driver) | Q(vehicle=vehicle), starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if busy.exists():
        raise ShiftOverlaps("start", driver=driver.full_name, vehicle=vehicle.name)
