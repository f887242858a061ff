"""The plan of a day's queue. Days here are small enough to be reckoned by hand."""

import random
from dataclasses import replace

from hypothesis import given, settings
from hypothesis import strategies as st

from drivethrough.planning.check import violations
from drivethrough.planning.day import Car, CarState, Day, Lane, Staff
from drivethrough.planning.planner import plan
from drivethrough.planning.queue_plan import LeftOut, QueuePlan
from tests.drivethrough.planning.world import MINUTE, SLOT, TEN, a_car, a_day, at_lane, days, here

ONE_LANE = (Lane(1),)


def by_rule(day: Day, now: int = TEN) -> QueuePlan:
    return plan(day, now=now, seconds=0)


# Without a clock, so that no test hangs on how busy the machine is.
def exactly(day: Day, now: int = TEN, effort: float = 0.02) -> QueuePlan:
    return plan(day, now=now, seconds=None, effort=effort)


def calls(found: QueuePlan) -> list[tuple[str, int, int]]:
    """(car, lane, seconds after ten)."""
    return [(visit.car, visit.lane, visit.called - TEN) for visit in found.visits]


def test_a_car_that_is_here_with_its_goods_ready_is_called_at_once() -> None:
    assert calls(by_rule(a_day([here()]))) == [("A", 1, 0)]


def test_of_two_that_came_together_the_short_hand_over_goes_first() -> None:
    day = a_day([here("A", handover_seconds=300), here("B")], lanes=ONE_LANE)
    assert calls(by_rule(day)) == [("B", 1, 0), ("A", 1, 2 * MINUTE)]


def test_whoever_has_waited_long_goes_first_all_the_same() -> None:
    long = here("A", handover_seconds=180, came=TEN - 600)
    day = a_day([long, here("B")], lanes=ONE_LANE)
    assert calls(by_rule(day)) == [("A", 1, 0), ("B", 1, 3 * MINUTE)]


def test_goods_of_who_is_here_are_prepared_before_those_of_who_is_not() -> None:
    waits = here("B", ready=None)
    day = a_day([a_car("A"), waits], staff=(Staff(0, 1),))
    first = by_rule(day).preparations[0]
    assert (first.car, first.begins, first.ends) == ("B", TEN, TEN + 3 * MINUTE)


def test_a_car_is_called_when_its_goods_are_ready() -> None:
    assert calls(by_rule(a_day([here(ready=None)]))) == [("A", 1, 3 * MINUTE)]


def test_orders_side_by_side_have_a_preparer_each() -> None:
    found = by_rule(a_day([here(r, ready=None) for r in "ABC"]))
    assert [(d.car, d.preparer, d.begins - TEN) for d in found.preparations] == [
        ("A", 1, 0),
        ("B", 2, 0),
        ("C", 1, 3 * MINUTE),
    ]


def test_goods_are_not_begun_hours_before_their_car() -> None:
    later = a_car("A", slot_begins=TEN + 4 * SLOT, slot_ends=TEN + 5 * SLOT)
    (done,) = by_rule(a_day([later])).preparations
    assert done.begins > TEN + 2 * SLOT


def test_fresh_goods_are_begun_later_than_those_that_keep() -> None:
    keeps = a_car("A", slot_begins=TEN + 4 * SLOT, slot_ends=TEN + 5 * SLOT)
    (kept,) = by_rule(a_day([keeps])).preparations
    (fresh,) = by_rule(a_day([replace(keeps, fresh_seconds=300)])).preparations
    assert fresh.begins > kept.begins


def test_cars_expected_some_time_in_one_slot_are_not_expected_all_at_once() -> None:
    found = by_rule(a_day([a_car(r) for r in "ABC"]), now=TEN - SLOT)
    arrivals = [visit.arrives - TEN for visit in found.visits]
    for arrival, sixth in zip(arrivals, (1, 3, 5), strict=True):
        assert abs(arrival - sixth * SLOT // 6) < 2 * MINUTE


def test_a_car_told_a_minute_is_expected_then() -> None:
    found = by_rule(a_day([a_car(arrival=TEN + 10 * MINUTE)]), now=TEN - SLOT)
    assert [visit.arrives for visit in found.visits] == [TEN + 10 * MINUTE]


def test_a_car_at_a_lane_stays_there_until_it_is_served() -> None:
    served = at_lane("A", called=TEN - MINUTE)
    found = by_rule(a_day([served, here("B")], lanes=ONE_LANE))
    assert calls(found) == [("A", 1, -MINUTE), ("B", 1, MINUTE)]


def test_a_hand_over_that_should_be_over_is_expected_to_last_a_little_longer() -> None:
    served = at_lane("A", called=TEN - 600)
    found = by_rule(a_day([served, here("B")], lanes=ONE_LANE))
    assert calls(found) == [("A", 1, -600), ("B", 1, 30)]


def test_what_somebody_prepares_is_finished_before_anything_else() -> None:
    in_hand = here("A", ready=None, preparing=TEN - MINUTE)
    found = by_rule(a_day([here("B", ready=None), in_hand], staff=(Staff(0, 1),)))
    assert [(d.car, d.begins - TEN, d.ends - TEN) for d in found.preparations] == [
        ("A", -MINUTE, 2 * MINUTE),
        ("B", 2 * MINUTE, 5 * MINUTE),
    ]


def test_a_closed_lane_calls_nobody_and_serves_its_car_to_the_end() -> None:
    served = at_lane("A")
    day = a_day([served, here("B"), here("C")], lanes=(Lane(1, closed=True), Lane(2)))
    assert calls(by_rule(day)) == [("A", 1, 0), ("B", 2, 0), ("C", 2, 2 * MINUTE)]


def test_a_lane_that_opens_later_calls_from_then_on() -> None:
    day = a_day([here("A"), here("B")], lanes=(Lane(1), Lane(2, opens=TEN + MINUTE)))
    assert calls(by_rule(day)) == [("A", 1, 0), ("B", 2, MINUTE)]


def test_a_car_goes_only_to_a_lane_that_can_serve_it() -> None:
    only_two = here("B", lanes=frozenset({2}))
    day = a_day([at_lane("A", lane=2, called=TEN - MINUTE), only_two])
    assert calls(by_rule(day))[1] == ("B", 2, MINUTE)


def test_a_car_for_any_lane_leaves_the_one_that_another_needs() -> None:
    first = here("A", came=TEN - MINUTE)
    day = a_day([first, here("B", lanes=frozenset({1}))])
    assert calls(by_rule(day)) == [("B", 1, 0), ("A", 2, 0)]


def test_a_car_that_no_lane_can_serve_is_left_out_with_the_cause() -> None:
    day = a_day([here("A", lanes=frozenset({3}))])
    assert by_rule(day).left_out == {"A": LeftOut.NO_LANE_LEFT}


def test_who_finds_no_lane_open_any_more_is_left_out_with_the_cause() -> None:
    day = a_day([here("A"), here("B")], lanes=(Lane(1, closes=TEN + MINUTE),))
    found = by_rule(day)
    assert (calls(found), found.left_out) == ([("A", 1, 0)], {"B": LeftOut.NO_LANE_LEFT})


def test_whose_goods_nobody_can_prepare_any_more_is_left_out_with_the_cause() -> None:
    day = a_day([here("A", ready=None)], staff=(Staff(0, 1), Staff(TEN, 0)))
    assert by_rule(day).left_out == {"A": LeftOut.NO_STAFF_LEFT}


def test_goods_wait_for_staff_that_comes_later() -> None:
    day = a_day([here(ready=None)], staff=(Staff(TEN + 5 * MINUTE, 1),))
    assert calls(by_rule(day)) == [("A", 1, 8 * MINUTE)]


def test_served_and_missed_cars_are_not_planned() -> None:
    day = a_day([here("A", state=CarState.SERVED), a_car("B", state=CarState.MISSED)])
    found = by_rule(day)
    assert found.left_out == {"A": LeftOut.SERVED, "B": LeftOut.MISSED}
    assert (found.visits, found.preparations) == ((), ())


def test_nothing_is_prepared_for_a_car_half_an_hour_overdue() -> None:
    day = a_day([a_car("A")])
    late = TEN + SLOT + 30 * MINUTE
    assert by_rule(day, now=late + 1).left_out == {"A": LeftOut.OVERDUE}
    assert by_rule(day, now=late + 1).preparations == ()


def test_an_overdue_car_that_comes_is_planned_again() -> None:
    now = TEN + 3 * SLOT
    assert calls(by_rule(a_day([here(came=now)]), now=now)) == [("A", 1, 3 * SLOT)]


def test_work_is_shared_evenly_between_lanes_that_are_free() -> None:
    found = by_rule(a_day([here(r, came=TEN - ord(r)) for r in "ABCD"]))
    assert sorted(lane for _, lane, _ in calls(found)) == [1, 1, 2, 2]
    assert found.cost.uneven_seconds == 0


def test_a_driver_told_a_lane_is_not_sent_elsewhere_for_a_minute() -> None:
    at_two = at_lane("A", lane=2, called=TEN - MINUTE)
    found = by_rule(a_day([at_two, here("B", lane=2)]))
    assert calls(found)[1] == ("B", 2, MINUTE)
    assert found.cost.moved == 0


def test_a_driver_told_a_lane_is_sent_elsewhere_where_the_wait_would_be_long() -> None:
    busy = at_lane("A", lane=2, handover_seconds=300)
    found = by_rule(a_day([busy, here("B", lane=2)]))
    assert calls(found) == [("B", 1, 0), ("A", 2, 0)]
    assert found.cost.moved == 1


def test_sending_a_driver_away_from_a_closed_lane_counts_for_nothing() -> None:
    day = a_day([here(lane=2)], lanes=(Lane(1), Lane(2, closed=True)))
    assert by_rule(day).cost.moved == 0


def test_what_somebody_waits_beyond_a_quarter_of_an_hour_counts_thrice() -> None:
    taken = at_lane("A", handover_seconds=1_200)
    cost = by_rule(a_day([taken, here("B")], lanes=ONE_LANE)).cost
    assert (cost.waiting_seconds, cost.long_seconds) == (1_200, 300)
    assert cost.total == 10 * 1_200 + 20 * 300


def test_cp_sat_keeps_a_lane_for_short_hand_overs_about_to_come() -> None:
    # The rule calls A at once; B and C, there within seconds, then wait five minutes.
    soon = [a_car(r, arrival=TEN + 20, ready=TEN, handover_seconds=30) for r in "BC"]
    day = a_day([here("A", handover_seconds=300), *soon], lanes=ONE_LANE)
    assert [car for car, _, _ in calls(by_rule(day))] == ["A", "B", "C"]
    found = exactly(day)
    assert (found.by, [car for car, _, _ in calls(found)]) == ("cp-sat", ["B", "C", "A"])
    assert found.cost.total < by_rule(day).cost.total


def test_an_empty_day_has_an_empty_plan() -> None:
    found = exactly(a_day())
    assert (found.visits, found.preparations, found.left_out) == ((), (), {})


@given(days)
def test_whatever_is_planned_passes_the_judge_and_everybody_is_served_or_explained(
    case: tuple[Day, int],
) -> None:
    day, now = case
    found = plan(day, now=now, seconds=None, effort=0.005)
    assert violations(day, found) == []
    planned = sorted([*(visit.car for visit in found.visits), *found.left_out])
    assert planned == sorted(car.reference for car in day.cars)


@given(days)
def test_cp_sat_never_makes_a_plan_dearer_than_the_rules(case: tuple[Day, int]) -> None:
    day, now = case
    rule, best = by_rule(day, now), exactly(day, now, effort=0.005)
    assert len(best.left_out) <= len(rule.left_out)
    assert len(best.left_out) < len(rule.left_out) or best.cost.total <= rule.cost.total


@settings(max_examples=5)
@given(days, st.integers(0, 3))
def test_the_same_question_gets_the_same_plan(case: tuple[Day, int], seed: int) -> None:
    day, now = case
    once, again = (plan(day, now=now, seconds=None, effort=0.005, seed=seed) for _ in range(2))
    assert once == again


def test_a_day_of_two_hundred_cars_and_four_lanes_is_planned_whole() -> None:
    chance = random.Random(1)
    booked = [
        Car(
            f"{slot}-{place}",
            slot_begins=TEN + slot * SLOT,
            slot_ends=TEN + (slot + 1) * SLOT,
            preparation_seconds=chance.randint(90, 240),
            handover_seconds=chance.randint(60, 200),
        )
        for slot in range(5)
        for place in range(40)
    ]
    day = a_day(booked, lanes=tuple(map(Lane, range(1, 5))), staff=(Staff(0, 5),))
    found = exactly(day, now=TEN - SLOT)
    assert violations(day, found) == []
    assert len(found.visits) == 200
