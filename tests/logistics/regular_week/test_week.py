"""What a depot does every week: what may stand in it."""

from datetime import time
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from logistics.delivery_windows.actions import WindowTimes
from logistics.errors import LogisticsError
from logistics.fleet.actions import BreakOutsideShift, ShiftTimes
from logistics.regular_week import actions, queries
from logistics.regular_week.models import RegularShift, RegularWindow
from tests.builders.logistics import (
    a_depot,
    a_driver,
    a_regular_shift,
    a_regular_window,
    a_vehicle,
)

pytestmark = pytest.mark.django_db

MONDAY, TUESDAY, SATURDAY = 0, 1, 5


def test_weekdays_are_kept_once_and_in_order() -> None:
    window = a_regular_window(weekdays=[SATURDAY, MONDAY, SATURDAY])

    assert RegularWindow.objects.get(pk=window.pk).weekdays == [MONDAY, SATURDAY]


def test_the_same_window_twice_is_one() -> None:
    depot = a_depot()

    assert a_regular_window(depot=depot) == a_regular_window(depot=depot)
    assert RegularWindow.objects.count() == 1


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"weekdays": []}, actions.WeekdaysNeeded),
        ({"weekdays": [7]}, actions.WeekdaysNeeded),
        ({"weekdays": [-1, 0]}, actions.WeekdaysNeeded),
        ({"start": time(16)}, WindowTimes),
        ({"start": time(17)}, WindowTimes),
        ({"capacity_stops": 0}, actions.StopsRange),
        ({"capacity_stops": 501}, actions.StopsRange),
        ({"cut_off_days": 0, "cut_off": time(14, 1)}, actions.CutOffRange),
        ({"cut_off_days": -1}, actions.CutOffRange),
        ({"cut_off_days": 4}, actions.CutOffRange),
    ],
)
def test_a_window_that_cannot_be_is_refused(
    fields: dict[str, Any], refusal: type[LogisticsError]
) -> None:
    with pytest.raises(refusal):
        a_regular_window(**fields)

    assert not RegularWindow.objects.exists()


def test_a_window_may_close_at_the_moment_it_starts() -> None:
    assert a_regular_window(start=time(14), cut_off_days=0, cut_off=time(14))


@pytest.mark.parametrize(
    ("fields", "stand_together"),
    [
        ({"start": time(15), "end": time(17)}, False),
        ({"capacity_stops": 99}, False),
        ({"start": time(16), "end": time(18)}, True),
        ({"start": time(15), "end": time(17), "weekdays": [TUESDAY]}, True),
    ],
)
def test_windows_of_a_weekday_stand_side_by_side(
    fields: dict[str, Any], stand_together: bool
) -> None:
    depot = a_depot()
    a_regular_window(depot=depot, weekdays=[MONDAY, SATURDAY])
    second = {"weekdays": [SATURDAY], **fields}
    if stand_together:
        a_regular_window(depot=depot, **second)
    else:
        with pytest.raises(actions.RegularWindowOverlaps):
            a_regular_window(depot=depot, **second)

    assert RegularWindow.objects.count() == 1 + stand_together


def test_another_depots_windows_are_no_hindrance() -> None:
    a_regular_window()
    a_regular_window()

    assert RegularWindow.objects.count() == 2


def test_the_same_shift_twice_is_one() -> None:
    depot = a_depot()
    who = {"driver": a_driver(depot=depot), "vehicle": a_vehicle(depot=depot)}

    assert a_regular_shift(depot=depot, **who) == a_regular_shift(depot=depot, **who)
    assert RegularShift.objects.count() == 1


@pytest.mark.parametrize("who", ["driver", "vehicle"])
def test_nobody_is_in_two_places_at_once_on_a_weekday(who: str) -> None:
    depot = a_depot()
    taken = {"driver": a_driver(depot=depot), "vehicle": a_vehicle(depot=depot)}
    a_regular_shift(depot=depot, **taken, weekdays=[MONDAY])

    with pytest.raises(actions.RegularShiftOverlaps):
        a_regular_shift(
            depot=depot,
            **{who: taken[who]},
            weekdays=[MONDAY, TUESDAY],
            start=time(17),
            end=time(21),
            break_at=None,
        )

    assert RegularShift.objects.count() == 1


def test_a_driver_may_drive_on_other_weekdays_and_after_a_shift() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    a_regular_shift(depot=depot, driver=driver, weekdays=[MONDAY])
    a_regular_shift(depot=depot, driver=driver, weekdays=[TUESDAY])
    a_regular_shift(
        depot=depot, driver=driver, weekdays=[MONDAY], start=time(18), end=time(21), break_at=None
    )

    assert RegularShift.objects.count() == 3


@pytest.mark.parametrize(
    ("fields", "refusal"),
    [
        ({"weekdays": []}, actions.WeekdaysNeeded),
        ({"start": time(18)}, ShiftTimes),
        ({"break_at": time(8, 59)}, BreakOutsideShift),
        ({"break_at": time(17, 30)}, BreakOutsideShift),
        ({"break_minutes": 0}, BreakOutsideShift),
        ({"break_minutes": 24 * 60}, BreakOutsideShift),
    ],
)
def test_a_shift_that_cannot_be_is_refused(
    fields: dict[str, Any], refusal: type[LogisticsError]
) -> None:
    with pytest.raises(refusal):
        a_regular_shift(**fields)

    assert not RegularShift.objects.exists()


@pytest.mark.parametrize("who", ["driver", "vehicle"])
def test_drivers_and_vehicles_are_the_depots_own(who: str) -> None:
    other = a_depot()
    strangers = {"driver": a_driver(depot=other), "vehicle": a_vehicle(depot=other)}

    with pytest.raises(actions.OtherDepot) as refused:
        a_regular_shift(**{who: strangers[who]})

    assert refused.value.field == who
    assert not RegularShift.objects.exists()


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weekdays": []}, "regular_window_weekdays"),
        ({"weekdays": [7]}, "regular_window_weekdays"),
        ({"end": time(14)}, "regular_window_has_length"),
        ({"capacity_stops": 0}, "regular_window_has_room"),
        ({"cut_off_days": 0}, "regular_window_closes_before_it_starts"),
    ],
)
def test_the_database_guards_windows_too(fields: dict[str, Any], constraint: str) -> None:
    window = a_regular_window()

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RegularWindow.objects.filter(pk=window.pk).update(**fields)


@pytest.mark.parametrize(
    ("fields", "constraint"),
    [
        ({"weekdays": [0, 9]}, "regular_shift_weekdays"),
        ({"end": time(9)}, "regular_shift_has_length"),
        ({"break_at": time(18)}, "regular_break_inside_shift"),
    ],
)
def test_the_database_guards_shifts_too(fields: dict[str, Any], constraint: str) -> None:
    shift = a_regular_shift(break_at=None)

    with pytest.raises(IntegrityError, match=constraint), transaction.atomic():
        RegularShift.objects.filter(pk=shift.pk).update(**fields)


def test_the_database_lets_nobody_drive_twice_at_once() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    first = a_regular_shift(depot=depot, driver=driver, weekdays=[MONDAY, TUESDAY])
    other = a_regular_shift(depot=depot, weekdays=[TUESDAY])

    with pytest.raises(IntegrityError, match="regular_driver"), transaction.atomic():
        RegularShift.objects.filter(pk=other.pk).update(driver=driver)
    with pytest.raises(IntegrityError, match="regular_vehicle"), transaction.atomic():
        RegularShift.objects.filter(pk=other.pk).update(vehicle=first.vehicle)


def test_a_depot_sees_its_own_week_only() -> None:
    window, shift = a_regular_window(), a_regular_shift()

    assert queries.regular_windows(window.depot) == [window]
    assert queries.regular_shifts(window.depot) == []
    assert queries.regular_shifts(shift.depot) == [shift]
