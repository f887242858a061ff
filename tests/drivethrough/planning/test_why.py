"""Why each car is called when it is."""

from dataclasses import replace

from hypothesis import given

from drivethrough.planning.day import CarState, Day, Lane, Staff
from drivethrough.planning.planner import plan
from drivethrough.planning.queue_plan import LeftOut, Visit
from drivethrough.planning.why import Reason, Why, reasons
from tests.drivethrough.planning.world import MINUTE, SLOT, TEN, a_car, a_day, at_lane, days, here


def why(day: Day, car: str, now: int = TEN) -> list[Reason]:
    return reasons(day, plan(day, now=now, seconds=0))[car]


def test_nothing_to_wait_for() -> None:
    assert why(a_day([here()]), "A") == [Reason(Why.AT_ONCE, {"lane": 1})]


def test_at_a_lane_already() -> None:
    day = a_day([at_lane(called=TEN - 5)])
    assert why(day, "A") == [Reason(Why.AT_LANE, {"lane": 1, "since": TEN - 5})]


def test_not_here_yet() -> None:
    day = a_day([a_car(arrival=TEN, ready=TEN - 60)])
    assert why(day, "A", now=TEN - 60) == [Reason(Why.WHEN_IT_COMES, {"expected": TEN})]


def test_waiting_for_goods_behind_those_of_others() -> None:
    day = a_day([here(r, ready=None) for r in "AB"], staff=(Staff(0, 1),))
    assert why(day, "B") == [
        Reason(
            Why.WAITS_FOR_PREPARATION,
            {"ready": TEN + 6 * MINUTE, "begins": TEN + 3 * MINUTE, "before": ["A"]},
        )
    ]


def test_waiting_for_a_lane() -> None:
    day = a_day([at_lane("A"), at_lane("B", lane=2, called=TEN - 60), here("C")])
    assert why(day, "C") == [Reason(Why.LANES_TAKEN, {"lanes": [1, 2], "until": TEN + 60})]


def test_waiting_for_goods_and_then_for_a_lane() -> None:
    long = at_lane("A", handover_seconds=600)
    day = a_day([long, here("B", ready=None)], lanes=(Lane(1),))
    assert [reason.why for reason in why(day, "B")] == [
        Why.WAITS_FOR_PREPARATION,
        Why.LANES_TAKEN,
    ]


def test_giving_way_to_shorter_hand_overs() -> None:
    day = a_day([here("A", handover_seconds=300), here("B"), here("C")], lanes=(Lane(1),))
    assert why(day, "A") == [Reason(Why.GIVES_WAY, {"to": ["B", "C"]})]


def test_keeping_the_lane_that_was_told() -> None:
    day = a_day([at_lane("A", lane=2, called=TEN - MINUTE), here("B", lane=2)])
    assert why(day, "B") == [Reason(Why.KEEPS_LANE, {"lane": 2})]


def test_a_lane_saved_for_who_comes_in_a_moment() -> None:
    soon = a_car("B", arrival=TEN + 20, ready=TEN, handover_seconds=30)
    day = a_day([here("A", handover_seconds=300), soon], lanes=(Lane(1),))
    found = plan(day, now=TEN, seconds=0)
    saved = (Visit("B", 1, TEN + 20, TEN + 20, TEN + 50), Visit("A", 1, TEN, TEN + 50, TEN + 350))
    assert reasons(day, replace(found, visits=saved))["A"] == [Reason(Why.GIVES_WAY, {"to": ["B"]})]
    later = (replace(saved[1], called=TEN + 5, ends=TEN + 305), replace(saved[0], called=TEN + 305))
    assert reasons(day, replace(found, visits=later))["A"] == [Reason(Why.LANE_SAVED, {"lane": 1})]


def test_waiting_for_the_first_lane_to_open() -> None:
    day = a_day([here()], lanes=(Lane(1, opens=TEN + MINUTE),))
    assert why(day, "A") == [Reason(Why.LANES_NOT_OPEN, {"until": TEN + MINUTE})]


def test_overdue() -> None:
    now = TEN + 3 * SLOT
    assert why(a_day([a_car()]), "A", now) == [Reason(Why.OVERDUE, {"slot_ends": TEN + SLOT})]


def test_left_out() -> None:
    day = a_day([a_car("A", state=CarState.MISSED), here("B")], lanes=(Lane(1, closed=True),))
    assert why(day, "A") == [Reason(Why.MISSED)]
    assert why(day, "B") == [Reason(Why.NO_LANE_LEFT)]


def test_every_cause_of_leaving_out_is_a_reason() -> None:
    assert {str(cause) for cause in LeftOut} <= {str(reason) for reason in Why}


@given(days)
def test_everybody_has_a_reason(case: tuple[Day, int]) -> None:
    day, now = case
    told = reasons(day, plan(day, now=now, seconds=0))
    assert set(told) == {car.reference for car in day.cars}
    assert all(told.values())
