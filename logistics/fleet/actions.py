"""Taking on vans and drivers, and saying who drives what when."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import Q

from logistics.errors import LogisticsError
from logistics.fleet.equipment import HIGHEST_CM, LOWEST_CM, Equipment
from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot
from logistics.seoul_time import moment

SHORTEST_MINUTES, LONGEST_MINUTES = 60, 900
MOST_WON = 200_000
LEAST_CAPACITY, MOST_GRAMS, MOST_ML = 1_000, 30_000_000, 100_000_000

_ANY_DAY = date(2000, 1, 1)


class ShiftTimes(LogisticsError):
    """The shift ends before it starts."""

    code = "SHIFT_TIMES"


class BreakOutsideShift(LogisticsError):
    code = "BREAK_OUTSIDE_SHIFT"


class ShiftOverlaps(LogisticsError):
    """The driver or the vehicle is already rostered for part of these hours."""

    code = "SHIFT_OVERLAPS"


class VehicleNumber(LogisticsError):
    """A number that no van of ours has."""

    code = "VEHICLE_NUMBER"


class VehicleCapacity(LogisticsError):
    code = "VEHICLE_CAPACITY"


class ColdCompartment(LogisticsError):
    """Larger than the van, or in one that is not chilled."""

    code = "COLD_COMPARTMENT"


class EquipmentNotListed(LogisticsError):
    code = "EQUIPMENT_NOT_LISTED"


@dataclass(frozen=True)
class VehicleFacts:
    """What a dispatcher says of a van. None: not said, so the van is like any other."""

    capacity_grams: int
    capacity_ml: int
    chilled: bool
    chilled_ml: int | None = None
    height_cm: int | None = None
    equipment: frozenset[str] = frozenset()
    won_per_km: int | None = None
    won_per_hour: int | None = None


@transaction.atomic
def describe_vehicle(*, vehicle: Vehicle, facts: VehicleFacts) -> Vehicle:
    """From now on plans know this of the van.

    VEHICLE_CAPACITY, COLD_COMPARTMENT, VEHICLE_NUMBER, EQUIPMENT_NOT_LISTED.
    """
    _check_facts(facts)
    row = Vehicle.objects.locked().get(pk=vehicle.pk)
    row.capacity_grams, row.capacity_ml = facts.capacity_grams, facts.capacity_ml
    row.chilled, row.chilled_ml = facts.chilled, facts.chilled_ml
    row.height_cm = facts.height_cm or 0
    row.equipment = sorted(facts.equipment)
    row.won_per_km, row.won_per_hour = facts.won_per_km, facts.won_per_hour
    row.save()
    return row


@transaction.atomic
def limit_hours(*, driver: Driver, most_minutes: int | None) -> Driver:
    """The driver is back so long after leaving at the latest; None: by the shift's end.
    VEHICLE_NUMBER."""
    if most_minutes is not None:
        _within("most_minutes", most_minutes, SHORTEST_MINUTES, LONGEST_MINUTES)
    row = Driver.objects.locked().get(pk=driver.pk)
    row.most_minutes = most_minutes
    row.save(update_fields=["most_minutes"])
    return row


def check_equipment(equipment: Iterable[str]) -> None:
    """EQUIPMENT_NOT_LISTED."""
    unknown = {*equipment} - {*Equipment.values}
    if unknown:
        raise EquipmentNotListed("equipment", unknown=sorted(unknown))


def _check_facts(facts: VehicleFacts) -> None:
    holds = min(facts.capacity_grams, facts.capacity_ml) >= LEAST_CAPACITY
    if not holds or facts.capacity_grams > MOST_GRAMS or facts.capacity_ml > MOST_ML:
        raise VehicleCapacity("capacity", most_kg=MOST_GRAMS // 1_000, most_l=MOST_ML // 1_000)
    if facts.chilled_ml is not None and facts.chilled_ml > facts.capacity_ml * facts.chilled:
        raise ColdCompartment("chilled_ml")
    if facts.height_cm is not None:
        _within("height_cm", facts.height_cm, LOWEST_CM, HIGHEST_CM)
    for name in ("won_per_km", "won_per_hour"):
        won = getattr(facts, name)
        if won is not None:
            _within(name, won, 0, MOST_WON)
    check_equipment(facts.equipment)


def _within(field: str, number: int, least: int, most: int) -> None:
    if not least <= number <= most:
        raise VehicleNumber(field, least=least, most=most)


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
    check_hours(start=start, end=end, break_at=break_at, break_minutes=break_minutes)
    starts_at, ends_at = moment(on_date, start), moment(on_date, end)
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
        break_starts_at=None if break_at is None else moment(on_date, break_at),
        break_seconds=0 if break_at is None else break_minutes * 60,
        **hours,
    )


def check_hours(*, start: time, end: time, break_at: time | None, break_minutes: int) -> None:
    """SHIFT_TIMES, BREAK_OUTSIDE_SHIFT."""
    hours = {"start": f"{start:%H:%M}", "end": f"{end:%H:%M}"}
    if start >= end:
        raise ShiftTimes("end", **hours)
    if break_at is None:
        return
    begins, rests, ends = (datetime.combine(_ANY_DAY, at) for at in (start, break_at, end))
    if not begins <= rests < rests + timedelta(minutes=break_minutes) <= ends:
        raise BreakOutsideShift("break_at", **hours)


def clear_roster(*, depot: Depot, on_date: date) -> None:
    """Nobody drives that day. A shift some plan has used is history and stays."""
    Shift.objects.filter(depot=depot, on_date=on_date, routes=None).delete()


def _refuse_overlap(
    driver: Driver, vehicle: Vehicle, starts_at: datetime, ends_at: datetime
) -> None:
    busy = Shift.objects.filter(
        Q(driver=driver) | Q(vehicle=vehicle), starts_at__lt=ends_at, ends_at__gt=starts_at
    )
    if busy.exists():
        raise ShiftOverlaps("start", driver=driver.full_name, vehicle=vehicle.name)
