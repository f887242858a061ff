"""Saying what a depot does every week, and opening its days ahead accordingly.

The depot's row lock keeps opening, closing and changing its week one after another.
"""

from collections.abc import Collection, Iterable, Iterator
from datetime import date, datetime, time
from typing import NamedTuple, TypeVar

from django.db import transaction
from django.db.models import Q

from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow
from logistics.errors import LogisticsError
from logistics.fleet import actions as fleet
from logistics.fleet.models import Driver, Shift, Vehicle
from logistics.network.models import Depot
from logistics.regular_week.calendar import cut_off_at, days_ahead
from logistics.regular_week.models import (
    LONGEST_REASON,
    WEEK,
    ClosedDay,
    RegularShift,
    RegularWindow,
)
from logistics.seoul_time import business_date, moment

MOST_STOPS = 500
MOST_CUT_OFF_DAYS = 3

Regular = TypeVar("Regular", RegularWindow, RegularShift)


class WeekdaysNeeded(LogisticsError):
    """No weekday, or one that is none."""

    code = "WEEKDAYS_NEEDED"


class StopsRange(LogisticsError):
    code = "STOPS_RANGE"


class CutOffRange(LogisticsError):
    """The cut-off is after the window's start, or too many days before it."""

    code = "CUT_OFF_RANGE"


class RegularWindowOverlaps(LogisticsError):
    code = "REGULAR_WINDOW_OVERLAPS"


class RegularShiftOverlaps(LogisticsError):
    """The driver or the vehicle has a regular shift in part of these hours."""

    code = "REGULAR_SHIFT_OVERLAPS"


class OtherDepot(LogisticsError):
    """The driver or the vehicle is another depot's."""

    code = "OTHER_DEPOT"


class ClosingReason(LogisticsError):
    code = "CLOSING_REASON"


class DayPast(LogisticsError):
    code = "DAY_PAST"


class Opened(NamedTuple):
    windows: int
    shifts: int


@transaction.atomic
def add_window(
    *,
    depot: Depot,
    weekdays: Collection[int],
    start: time,
    end: time,
    capacity_stops: int,
    cut_off_days: int,
    cut_off: time,
) -> RegularWindow:
    """A window for each of the weekdays (0 is Monday); the same again is the same window.

    WEEKDAYS_NEEDED, WINDOW_TIMES, STOPS_RANGE, CUT_OFF_RANGE, REGULAR_WINDOW_OVERLAPS.
    """
    if start >= end:
        raise windows.WindowTimes("end", start=f"{start:%H:%M}", end=f"{end:%H:%M}")
    if not 1 <= capacity_stops <= MOST_STOPS:
        raise StopsRange("stops", least=1, most=MOST_STOPS)
    too_late = cut_off_days == 0 and cut_off > start
    if too_late or not 0 <= cut_off_days <= MOST_CUT_OFF_DAYS:
        raise CutOffRange("cut_off", start=f"{start:%H:%M}", most=MOST_CUT_OFF_DAYS)
    fields = {
        "weekdays": _weekdays(weekdays),
        "start": start,
        "end": end,
        "capacity_stops": capacity_stops,
        "cut_off_days": cut_off_days,
        "cut_off": cut_off,
    }
    _lock(depot)
    same = RegularWindow.objects.filter(depot=depot, **fields).first()
    if same is None and RegularWindow.objects.filter(depot=depot, **_across(fields)).exists():
        raise RegularWindowOverlaps("start")
    return same or RegularWindow.objects.create(depot=depot, **fields)


@transaction.atomic
def add_shift(
    *,
    depot: Depot,
    driver: Driver,
    vehicle: Vehicle,
    weekdays: Collection[int],
    start: time,
    end: time,
    break_at: time | None = None,
    break_minutes: int = 60,
) -> RegularShift:
    """One driver with one vehicle on each of the weekdays; the same again is the same shift.

    WEEKDAYS_NEEDED, SHIFT_TIMES, BREAK_OUTSIDE_SHIFT, OTHER_DEPOT, REGULAR_SHIFT_OVERLAPS.
    """
    if {driver.depot_id, vehicle.depot_id} != {depot.pk}:
        raise OtherDepot("driver" if driver.depot_id != depot.pk else "vehicle")
    fleet.check_hours(start=start, end=end, break_at=break_at, break_minutes=break_minutes)
    fields = {
        "driver": driver,
        "vehicle": vehicle,
        "weekdays": _weekdays(weekdays),
        "start": start,
        "end": end,
        "break_at": break_at,
        "break_minutes": 0 if break_at is None else break_minutes,
    }
    _lock(depot)
    same = RegularShift.objects.filter(**fields).first()
    busy = RegularShift.objects.filter(Q(driver=driver) | Q(vehicle=vehicle), **_across(fields))
    if same is None and busy.exists():
        raise RegularShiftOverlaps("start", driver=driver.full_name, vehicle=vehicle.name)
    return same or RegularShift.objects.create(depot=depot, **fields)


def remove(*, regular: RegularWindow | RegularShift) -> None:
    """Not opened any more from now on; the days that are open already stay as they are."""
    regular.delete()


@transaction.atomic
def close_day(*, depot: Depot, on_date: date, reason: str, now: datetime) -> ClosedDay:
    """Nobody drives that day: its windows and shifts are taken back. A repeat changes nothing.

    DAY_PAST, CLOSING_REASON, WINDOWS_PROMISED: to whom a stop is promised, it stays promised.
    """
    today = business_date(now)
    if on_date < today:
        raise DayPast("on_date", first_on=today.isoformat())
    reason = reason.strip()
    if not 1 <= len(reason) <= LONGEST_REASON:
        raise ClosingReason("reason", longest=LONGEST_REASON)
    _lock(depot)
    known = ClosedDay.objects.filter(depot=depot, on_date=on_date).first()
    if known is not None:
        return known
    windows.take_back(depot=depot, on_date=on_date)
    fleet.clear_roster(depot=depot, on_date=on_date)
    return ClosedDay.objects.create(depot=depot, on_date=on_date, reason=reason)


def reopen_day(*, closed: ClosedDay) -> None:
    """A day like any other again; ``open_ahead`` opens it when its time has come."""
    closed.delete()


@transaction.atomic
def open_ahead(*, depot: Depot, now: datetime) -> Opened:
    """What is missing of the depot's regular week in the two weeks to come; how much it was.

    Closed days are left out. What stands across a regular window or shift stays instead of it:
    the dispatcher has arranged that day differently.
    """
    _lock(depot)
    days = days_ahead(business_date(now))
    closed = ClosedDay.objects.filter(depot=depot, on_date__in=days)
    working = sorted({*days} - {*closed.values_list("on_date", flat=True)})
    return Opened(windows=_open_windows(depot, working), shifts=_open_shifts(depot, working))


def _open_windows(depot: Depot, days: list[date]) -> int:
    standing = list(DeliveryWindow.objects.filter(depot=depot, on_date__in=days))
    opened = 0
    for day, regular in _each(days, RegularWindow.objects.filter(depot=depot)):
        starts_at, ends_at = moment(day, regular.start), moment(day, regular.end)
        if any(w.starts_at < ends_at and starts_at < w.ends_at for w in standing):
            continue
        windows.open_windows(
            depot=depot,
            on_date=day,
            spans=[(regular.start, regular.end)],
            capacity_stops=regular.capacity_stops,
            cut_off_at=cut_off_at(day, regular.cut_off_days, regular.cut_off),
        )
        opened += 1
    return opened


def _open_shifts(depot: Depot, days: list[date]) -> int:
    # All at once: taken one by one with each shift, they could wait for each other in a ring with
    # somebody who rosters by hand.
    list(Driver.objects.locked().filter(depot=depot))
    list(Vehicle.objects.locked().filter(depot=depot))
    standing = set(
        Shift.objects.filter(depot=depot, on_date__in=days).values_list(
            "driver_id", "vehicle_id", "starts_at", "ends_at"
        )
    )
    opened = 0
    regulars = RegularShift.objects.filter(depot=depot).select_related("driver", "vehicle")
    for day, regular in _each(days, regulars):
        hours = (moment(day, regular.start), moment(day, regular.end))
        if (regular.driver_id, regular.vehicle_id, *hours) not in standing:
            opened += _roster(regular, day)
    return opened


def _roster(regular: RegularShift, day: date) -> bool:
    try:
        fleet.roster(
            depot=regular.depot,
            driver=regular.driver,
            vehicle=regular.vehicle,
            on_date=day,
            start=regular.start,
            end=regular.end,
            break_at=regular.break_at,
            break_minutes=regular.break_minutes,
        )
    except fleet.ShiftOverlaps:
        return False
    return True


def _each(days: list[date], regulars: Iterable[Regular]) -> Iterator[tuple[date, Regular]]:
    rows = list(regulars)
    return ((day, row) for day in days for row in rows if day.weekday() in row.weekdays)


def _lock(depot: Depot) -> None:
    Depot.objects.locked().get(pk=depot.pk)


def _weekdays(weekdays: Collection[int]) -> list[int]:
    if not weekdays or not {*weekdays} <= {*WEEK}:
        raise WeekdaysNeeded("weekdays")
    return sorted({*weekdays})


def _across(fields: dict[str, object]) -> dict[str, object]:
    """What shares an hour of a weekday with the row of these fields."""
    return {
        "weekdays__overlap": fields["weekdays"],
        "start__lt": fields["end"],
        "end__gt": fields["start"],
    }
