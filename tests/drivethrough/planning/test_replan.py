"""Planning anew when something has happened."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.planning.check import violations
from drivethrough.planning.day import CarInvalid, CarState, Day, Lane, LaneInvalid, Staff
from drivethrough.planning.happenings import (
    CarCame,
    CarDelayed,
    CarMissing,
    Happening,
    LaneOpened,
    LaneShut,
    StaffChanged,
    after,
)
from drivethrough.planning.planner import Moved, Replanned, plan, replan
from drivethrough.planning.queue_plan import LeftOut, QueuePlan
from tests.drivethrough.planning.world import (
    MINUTE,
    SLOT,
    TEN,
    a_car,
    a_day,
    any_day,
    at_lane,
    here,
)

EARLIER = TEN - 10 * MINUTE


def again(day: Day, *happened: Happening, now: int = TEN) -> Replanned:
    before = plan(day, now=EARLIER, seconds=0)
    return replan(day, before, happened, now=now, seconds=0)


def called(found: QueuePlan, car: str) -> tuple[int, int]:
    """(lane, seconds after ten)"""
    visit = next(visit for visit in found.visits if visit.car == car)
    return visit.lane, visit.called - TEN


def test_a_car_that_comes_early_is_called_early() -> None:
    day = a_day([a_car("A", arrival=TEN + 10 * MINUTE, ready=EARLIER)])
    found = again(day, CarCame("A", TEN))
    assert called(found.plan, "A") == (1, 0)
    assert found.moved == (Moved("A", 1, 1, TEN + 10 * MINUTE, TEN),)


def test_a_car_that_comes_early_has_its_goods_prepared_first() -> None:
    booked = [a_car(r, arrival=TEN + 5 * MINUTE) for r in "AB"]
    found = again(a_day(booked, staff=(Staff(0, 1),)), CarCame("B", TEN))
    assert [done.car for done in found.plan.preparations] == ["B", "A"]


def test_a_car_that_will_be_late_is_expected_later() -> None:
    day = a_day([a_car("A", arrival=TEN, ready=EARLIER)])
    found = again(day, CarDelayed("A", TEN + 15 * MINUTE))
    assert called(found.plan, "A") == (1, 15 * MINUTE)


def test_a_missing_car_takes_no_lane_and_nobodys_time() -> None:
    day = a_day([a_car("A", arrival=TEN)])
    found = again(day, CarMissing("A"))
    assert found.plan.left_out == {"A": LeftOut.MISSED}
    assert found.plan.preparations == ()


def test_a_missing_car_that_comes_after_all_is_planned() -> None:
    day = a_day([a_car("A", arrival=TEN, ready=EARLIER)])
    assert called(again(day, CarMissing("A"), CarCame("A", TEN)).plan, "A") == (1, 0)


def test_who_does_not_come_forward_frees_the_lane() -> None:
    day = a_day([at_lane("A"), here("B")], lanes=(Lane(1),))
    assert called(again(day, CarMissing("A")).plan, "B") == (1, 0)


def test_the_cars_of_a_lane_that_shuts_go_to_the_others() -> None:
    day = a_day([here("A"), here("B")])
    found = again(day, LaneShut(1))
    assert {visit.lane for visit in found.plan.visits} == {2}
    assert again(day, LaneShut(1), LaneOpened(1)).day.lanes == day.lanes


def test_fewer_staff_prepare_one_after_the_other() -> None:
    day = a_day([here(r, ready=None) for r in "AB"])
    found = again(day, StaffChanged(TEN, 1))
    assert [done.begins - TEN for done in found.plan.preparations] == [0, 3 * MINUTE]


def test_a_change_of_staff_holds_for_the_rest_of_the_day() -> None:
    day = a_day(staff=(Staff(0, 2), Staff(TEN + SLOT, 4)))
    assert after(day, [StaffChanged(TEN, 1)]).staff == (Staff(0, 2), Staff(TEN, 1))


def test_whoever_was_shown_a_lane_keeps_it_where_the_others_are_not_much_sooner() -> None:
    day = a_day([here("A"), here("B")])
    before = plan(day, now=EARLIER, seconds=0)
    at_two = next(visit.car for visit in before.visits if visit.lane == 2)
    # Lane 2 is taken by another car for a minute.
    taken = a_day([*day.cars, at_lane("C", lane=2, called=TEN - MINUTE)])
    found = replan(taken, before, now=TEN, seconds=0)
    assert called(found.plan, at_two) == (2, MINUTE)


def test_nothing_new_moves_nobody() -> None:
    day = a_day([here(r) for r in "ABCD"])
    before = plan(day, now=TEN, seconds=None, effort=0.02)
    assert replan(day, before, now=TEN, seconds=None, effort=0.02).moved == ()


@pytest.mark.parametrize("happening", [CarCame("Z", TEN), CarMissing("Z"), CarDelayed("Z", TEN)])
def test_what_happens_to_a_car_that_is_not_there_is_refused(happening: Happening) -> None:
    with pytest.raises(CarInvalid) as refused:
        after(a_day([a_car()]), [happening])
    assert (refused.value.field, refused.value.data["car"]) == ("reference", "Z")


@pytest.mark.parametrize("happening", [CarCame("A", TEN), CarDelayed("A", TEN)])
def test_a_car_at_a_lane_cannot_come_again(happening: Happening) -> None:
    with pytest.raises(CarInvalid) as refused:
        after(a_day([at_lane()]), [happening])
    assert refused.value.field == "state"


def test_a_served_car_cannot_be_missing() -> None:
    with pytest.raises(CarInvalid):
        after(a_day([a_car(state=CarState.SERVED)]), [CarMissing("A")])


def test_a_lane_that_is_not_there_cannot_shut() -> None:
    with pytest.raises(LaneInvalid):
        after(a_day(), [LaneShut(9)])


@given(st.integers(0, 10**6), st.integers(1, 10), st.integers(0, 20 * MINUTE))
def test_whatever_happened_the_new_plan_passes_the_judge(seed: int, many: int, later: int) -> None:
    day, now = any_day(seed, many)
    before = plan(day, now=now, seconds=0)
    expected = [car.reference for car in day.cars if car.state == CarState.EXPECTED]
    happened: list[Happening] = [LaneShut(1), StaffChanged(now, 1)]
    happened += [CarCame(reference, now + later) for reference in expected[:2]]
    happened += [CarMissing(reference) for reference in expected[2:3]]
    found = replan(day, before, happened, now=now + later, seconds=None, effort=0.005)
    assert violations(found.day, found.plan) == []
