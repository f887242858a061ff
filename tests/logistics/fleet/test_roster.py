from datetime import UTC, datetime, time

import pytest

from logistics.fleet import actions, queries
from logistics.fleet.models import Shift
from tests.builders.logistics import SATURDAY, a_depot, a_driver, a_shift, a_vehicle

pytestmark = pytest.mark.django_db


def test_a_shift_is_kept_in_utc_with_its_break() -> None:
    depot = a_depot()
    shift = a_shift(depot=depot, start=time(9), end=time(18), break_at=time(12))

    assert shift.starts_at == datetime(2026, 11, 28, 0, 0, tzinfo=UTC)
    assert shift.ends_at == datetime(2026, 11, 28, 9, 0, tzinfo=UTC)
    assert shift.break_starts_at == datetime(2026, 11, 28, 3, 0, tzinfo=UTC)
    assert shift.break_seconds == 3_600


def test_a_short_shift_needs_no_break() -> None:
    shift = a_shift(depot=a_depot(), start=time(15), end=time(18), break_at=None)

    assert (shift.break_starts_at, shift.break_seconds) == (None, 0)


def test_the_same_shift_twice_is_one() -> None:
    depot = a_depot()
    driver, vehicle = a_driver(depot=depot), a_vehicle(depot=depot)
    first = a_shift(depot=depot, driver=driver, vehicle=vehicle)

    assert a_shift(depot=depot, driver=driver, vehicle=vehicle) == first
    assert Shift.objects.count() == 1


@pytest.mark.parametrize("who", ["driver", "vehicle"])
def test_nobody_is_in_two_places_at_once(who: str) -> None:
    depot = a_depot()
    taken = {"driver": a_driver(depot=depot), "vehicle": a_vehicle(depot=depot)}
    a_shift(depot=depot, **taken, start=time(9), end=time(15), break_at=None)

    with pytest.raises(actions.ShiftOverlaps):
        a_shift(depot=depot, **{who: taken[who]}, start=time(14), end=time(21), break_at=None)

    assert Shift.objects.count() == 1


def test_a_shift_may_begin_as_another_ends() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    morning = a_shift(depot=depot, driver=driver, start=time(9), end=time(15), break_at=None)
    evening = a_shift(depot=depot, driver=driver, start=time(15), end=time(21), break_at=None)

    assert queries.shifts(depot, SATURDAY) == [morning, evening]


@pytest.mark.parametrize("end", [time(9), time(8, 59)])
def test_a_shift_that_ends_before_it_starts_is_refused(end: time) -> None:
    with pytest.raises(actions.ShiftTimes) as refused:
        a_shift(depot=a_depot(), start=time(9), end=end, break_at=None)

    assert refused.value.data["start"] == "09:00"
    assert not Shift.objects.exists()


@pytest.mark.parametrize("break_at", [time(8, 30), time(17, 30)])
def test_the_whole_break_lies_within_the_shift(break_at: time) -> None:
    with pytest.raises(actions.BreakOutsideShift):
        a_shift(depot=a_depot(), start=time(9), end=time(18), break_at=break_at)

    assert not Shift.objects.exists()


def test_vans_and_drivers_are_taken_on_once() -> None:
    depot = a_depot()
    van = {
        "name": "2호차",
        "plate": "경기81사1234",
        "capacity_grams": 350_000,
        "capacity_ml": 2_000,
    }
    first = actions.add_vehicle(depot=depot, **van)
    driver = actions.add_driver(depot=depot, full_name="박지은", phone="+821055556666")

    assert actions.add_vehicle(depot=depot, **van) == first
    assert actions.add_driver(depot=depot, full_name="박지은", phone="+821055556666") == driver
    assert queries.vehicles(depot) == [first]
    assert queries.drivers(depot) == [driver]
