"""Windows, shifts and the matrix."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Window
from tests.logistics.routing.check.judging import judged, planned_for
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van


def test_service_does_not_begin_before_the_window() -> None:
    problem = a_problem([a_stop(1, earliest=10 * HOUR)])
    plan = planned_for(problem, a_problem([a_stop(1, earliest=10 * HOUR - 1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_EARLY, 0, 0, 1)]


def test_service_does_not_begin_after_the_window() -> None:
    problem = a_problem([a_stop(1, latest=9 * HOUR)])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_LATE, 0, 0, MINUTE)]


def test_service_may_begin_at_the_last_second_and_end_after_it() -> None:
    problem = a_problem([a_stop(1, latest=9 * HOUR + MINUTE)])
    assert violations(problem, a_solution(problem, [0])) == []


def test_a_van_does_not_leave_before_its_shift() -> None:
    problem = a_problem([a_stop(1)])
    plan = planned_for(problem, a_problem([a_stop(1)], [a_van(earliest=9 * HOUR - 7)]))
    assert violations(problem, plan) == [Violation(ViolationKind.LEFT_TOO_EARLY, 0, 0, 7)]


def test_a_van_is_back_by_the_end_of_its_shift() -> None:
    problem = a_problem([a_stop(1)], [a_van(latest=9 * HOUR + 6 * MINUTE)])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.BACK_TOO_LATE, 0, None, MINUTE)]


def test_nobody_drives_faster_than_the_matrix() -> None:
    problem = a_problem([a_stop(1), a_stop(2)])
    slower = [[2 * seconds for seconds in row] for row in problem.durations]
    plan = a_solution(problem, [0, 1])
    slow = replace(problem, durations=slower, cost="distance")
    plan = replace(plan, cost=4_000)
    assert violations(slow, plan) == [
        Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE),
        Violation(ViolationKind.TOO_FAST, 0, 1, MINUTE),
        Violation(ViolationKind.TOO_FAST, 0, None, 2 * MINUTE),
    ]


def test_service_begins_inside_one_of_the_windows() -> None:
    # Service begins at 9:01.
    early, late = Window(8 * HOUR, 9 * HOUR + 50), Window(9 * HOUR + 67, 10 * HOUR)
    assert judged(a_stop(1, windows=(early, late)), a_van()) == [
        Violation(ViolationKind.OUTSIDE_WINDOWS, 0, 0, 7)
    ]
    assert judged(a_stop(1, windows=(early, Window(9 * HOUR + 60, 10 * HOUR))), a_van()) == []


def test_windows_only_narrow_the_hull() -> None:
    stop = a_stop(1, earliest=10 * HOUR, windows=(Window(8 * HOUR, 10 * HOUR),))
    assert judged(stop, a_van()) == [
        Violation(ViolationKind.TOO_EARLY, 0, 0, 59 * MINUTE),
    ]


def test_a_van_is_not_out_longer_than_it_may_be() -> None:
    assert judged(a_stop(1), a_van(max_seconds=7 * MINUTE)) == []
    assert judged(a_stop(1), a_van(max_seconds=7 * MINUTE - 2)) == [
        Violation(ViolationKind.DUTY_TOO_LONG, 0, None, 2)
    ]
