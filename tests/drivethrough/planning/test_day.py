"""A day that cannot be meant is refused, with the car, lane or staff at fault."""

import pytest

from drivethrough.planning.day import (
    CarInvalid,
    CarState,
    Lane,
    LaneInvalid,
    Staff,
    StaffInvalid,
)
from tests.drivethrough.planning.world import SLOT, TEN, a_car, a_day, here


@pytest.mark.parametrize(
    ("field", "changes"),
    [
        ("slot_begins", {"slot_begins": -1}),
        ("slot_ends", {"slot_ends": TEN}),
        ("preparation_seconds", {"preparation_seconds": -1}),
        ("handover_seconds", {"handover_seconds": 0}),
        ("handover_seconds", {"handover_seconds": 90.0}),
        ("handover_seconds", {"handover_seconds": True}),
        ("arrival", {"arrival": -1}),
        ("arrival", {"state": CarState.WAITING}),
        ("lane", {"lane": 0}),
        ("lane", {"state": CarState.CALLED, "arrival": TEN, "called": TEN}),
        ("called", {"state": CarState.CALLED, "arrival": TEN, "lane": 1}),
        ("called", {"state": CarState.CALLED, "arrival": TEN, "lane": 1, "called": TEN - 1}),
        ("fresh_seconds", {"fresh_seconds": -1}),
        ("lanes", {"lanes": frozenset()}),
    ],
)
def test_a_car_names_the_field_that_cannot_be_meant(field: str, changes: dict[str, object]) -> None:
    with pytest.raises(CarInvalid) as refused:
        a_car("B", **changes)
    assert (refused.value.field, refused.value.data["car"]) == (field, "B")


def test_two_cars_cannot_have_one_booking() -> None:
    with pytest.raises(CarInvalid) as refused:
        a_day([a_car("A"), a_car("B"), a_car("A")])
    assert (refused.value.field, refused.value.data["car"]) == ("reference", "A")


def test_no_car_stands_at_a_lane_that_is_not_there() -> None:
    with pytest.raises(CarInvalid) as refused:
        a_day([here(state=CarState.CALLED, lane=9, called=TEN)])
    assert refused.value.data == {"car": "A", "value": 9}


def test_two_cars_do_not_stand_at_one_lane() -> None:
    with pytest.raises(CarInvalid) as refused:
        a_day([here(r, state=CarState.CALLED, lane=1, called=TEN) for r in "AB"])
    assert refused.value.data == {"car": "B", "value": 1}


@pytest.mark.parametrize(
    ("field", "lane"), [("number", (0, 0, 1)), ("opens", (1, -1, 1)), ("closes", (1, 5, 5))]
)
def test_a_lane_names_the_field_that_cannot_be_meant(
    field: str, lane: tuple[int, int, int]
) -> None:
    with pytest.raises(LaneInvalid) as refused:
        Lane(*lane)
    assert refused.value.field == field


def test_two_lanes_cannot_have_one_number() -> None:
    with pytest.raises(LaneInvalid) as refused:
        a_day(lanes=(Lane(1), Lane(1)))
    assert refused.value.data == {"lane": 1, "value": 1}


@pytest.mark.parametrize("staff", [[(0, -1)], [(-1, 2)], [(600, 2), (0, 1)], [(0, 2), (0, 1)]])
def test_staff_is_in_order_of_time_and_never_fewer_than_none(staff: list[tuple[int, int]]) -> None:
    with pytest.raises(StaffInvalid):
        a_day(staff=tuple(Staff(*entry) for entry in staff))


def test_nobody_prepares_before_the_first_comes() -> None:
    day = a_day(staff=(Staff(TEN, 2), Staff(TEN + SLOT, 1)))
    moments = TEN - 1, TEN, TEN + SLOT - 1, TEN + SLOT
    assert [day.preparers(at) for at in moments] == [0, 2, 2, 1]
