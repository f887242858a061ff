"""At which minute cars are asked to come."""

from hypothesis import given

from drivethrough.planning.day import CarState, Day
from drivethrough.planning.minutes import suggested_minutes
from tests.drivethrough.planning.world import MINUTE, SLOT, TEN, a_car, a_day, days


def test_equal_cars_are_spread_evenly_over_their_slot() -> None:
    day = a_day([a_car(r) for r in "ABC"])
    assert suggested_minutes(day) == {
        "A": TEN + 5 * MINUTE,
        "B": TEN + 15 * MINUTE,
        "C": TEN + 25 * MINUTE,
    }


def test_a_car_that_takes_long_has_more_room_around_it() -> None:
    long, short = a_car("A", handover_seconds=300), a_car("B", handover_seconds=60)
    # Five sixths of the slot's work, then one.
    assert suggested_minutes(a_day([long, short])) == {
        "A": TEN + 12 * MINUTE,
        "B": TEN + 27 * MINUTE,
    }


def test_each_slot_is_spread_for_itself() -> None:
    later = a_car("B", slot_begins=TEN + SLOT, slot_ends=TEN + 2 * SLOT)
    found = suggested_minutes(a_day([a_car("A"), later]))
    assert found == {"A": TEN + 15 * MINUTE, "B": TEN + 45 * MINUTE}


@given(days)
def test_everybody_expected_is_asked_to_come_on_a_minute_of_the_slot(case: tuple[Day, int]) -> None:
    day, _ = case
    found = suggested_minutes(day)
    expected = [car for car in day.cars if car.state == CarState.EXPECTED]
    assert set(found) == {car.reference for car in expected}
    for car in expected:
        assert car.slot_begins <= found[car.reference] < car.slot_ends
        assert found[car.reference] % MINUTE == 0
