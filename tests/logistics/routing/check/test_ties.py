"""Stops that belong together, and those that are locked."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Load
from tests.logistics.routing.check.judging import spoilt, with_transfer
from tests.logistics.routing.world import a_problem, a_solution, a_stop, a_van


def test_one_group_is_served_by_one_vehicle() -> None:
    stops = [a_stop(1, together="a"), a_stop(2), a_stop(3, together="a")]
    problem = a_problem(stops, [a_van(), a_van()])
    assert violations(problem, a_solution(problem, [0, 2], [1])) == []
    assert violations(problem, a_solution(problem, [0], [1, 2])) == [
        Violation(ViolationKind.APART, 1, 2, 1)
    ]


def test_one_of_a_group_may_be_left_out() -> None:
    problem = a_problem([a_stop(1, together="a"), a_stop(2, together="a", penalty=1)])
    assert violations(problem, a_solution(problem, [0])) == []


def test_a_transfer_is_aboard_between_its_stops() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)], [a_van(capacity=Load(30_000, 30_000))])
    moved = with_transfer(problem, 0, 2)
    plan = a_solution(problem, [0, 1, 2])
    shown = [Load(21_000, 20_000), Load(11_000, 10_000), Load()]
    assert violations(moved, spoilt(plan, loads_after=shown)) == []
    assert violations(moved, plan) == [
        Violation(ViolationKind.LOAD_WRONG, 0, 0, 1_000),
        Violation(ViolationKind.LOAD_WRONG, 0, 1, 1_000),
    ]


def test_a_transferred_load_needs_room_only_between_its_stops() -> None:
    stops = [a_stop(1, deliver=Load()), a_stop(2, deliver=Load()), a_stop(3)]
    problem = a_problem(stops, [a_van(capacity=Load(10_500, 30_000))])
    plan = a_solution(problem, [0, 1, 2])
    shown = [Load(11_000, 10_000), Load(10_000, 10_000), Load()]
    assert violations(with_transfer(problem, 0, 1), spoilt(plan, loads_after=shown)) == [
        Violation(ViolationKind.OVERWEIGHT, 0, 0, 500)
    ]
    after = spoilt(a_solution(problem, [2, 0, 1]), loads_after=[Load(), Load(1_000), Load()])
    assert violations(with_transfer(problem, 0, 1), after) == []


def test_both_ends_of_a_transfer_are_served_by_one_van_or_none() -> None:
    stops = [a_stop(1, penalty=1), a_stop(2, penalty=1), a_stop(3)]
    problem = a_problem(stops, [a_van(), a_van()])
    moved = with_transfer(problem, 0, 1)
    assert violations(moved, a_solution(problem, [2])) == []
    for orders, route in (([0, 2], []), 0), (([1, 2], []), 0), (([1], [0, 2]), 1):
        assert violations(moved, a_solution(problem, *orders)) == [
            Violation(ViolationKind.TRANSFER_SPLIT, route, 0, 1)
        ]


def test_a_load_is_taken_up_before_it_is_set_down() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)])
    moved = with_transfer(problem, 2, 0)
    assert violations(moved, a_solution(problem, [0, 1, 2])) == [
        Violation(ViolationKind.TRANSFER_ORDER, 0, 2, 2)
    ]


def test_locked_stops_come_first_and_in_order() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)])
    locked = replace(problem, vehicles=[a_van(locked=(0, 1))])
    assert violations(locked, a_solution(problem, [0, 1, 2])) == []
    assert violations(locked, a_solution(problem, [0, 2, 1])) == [
        Violation(ViolationKind.LOCKED_PREFIX, 0, 1, 1)
    ]
    assert violations(locked, a_solution(problem, [1, 0, 2])) == [
        Violation(ViolationKind.LOCKED_PREFIX, 0, 0, 2)
    ]


def test_a_van_with_locked_stops_is_used() -> None:
    problem = a_problem([a_stop(1)], [a_van(), a_van()])
    locked = replace(problem, vehicles=[a_van(), a_van(locked=(0,))])
    assert violations(locked, a_solution(problem, [0])) == [
        Violation(ViolationKind.LOCKED_PREFIX, None, 0, 1)
    ]
