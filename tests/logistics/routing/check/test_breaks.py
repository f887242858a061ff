"""Rests, where and when they are taken."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Break
from tests.logistics.routing.check.judging import RESTED, planned_for, spoilt
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van


def test_a_due_break_is_taken() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.BREAK_MISSING, 0, by=30 * MINUTE)]


def test_a_break_begins_in_its_window() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    for at, by in ((12 * HOUR - 1, 1), (13 * HOUR + 2, 2), (12 * HOUR, 0), (13 * HOUR, 0)):
        plan = spoilt(a_solution(problem, [0]), breaks_at=(at,))
        expected = [Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=by)] if by else []
        assert violations(problem, plan) == expected


def test_a_break_ends_within_the_shift() -> None:
    van = replace(RESTED, latest=13 * HOUR)
    problem = a_problem([a_stop(1)], [van])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR + 31 * MINUTE,))
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=MINUTE)
    ]


def test_nobody_rests_during_service() -> None:
    problem = a_problem([a_stop(1, earliest=12 * HOUR, latest=12 * HOUR)], [RESTED])
    plan = a_solution(problem, [0])
    plan = spoilt(plan, breaks_at=(12 * HOUR + MINUTE,), ends=13 * HOUR)
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_DURING_SERVICE, 0, 0, 4 * MINUTE)
    ]


TWICE_RESTED = a_van(
    breaks=(
        Break(11 * HOUR, 13 * HOUR, 30 * MINUTE),
        Break(11 * HOUR, 16 * HOUR, 20 * MINUTE),
    )
)


def test_each_of_several_breaks_is_taken() -> None:
    problem = a_problem([a_stop(1)], [TWICE_RESTED])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR,))
    assert violations(problem, plan) == [Violation(ViolationKind.BREAK_MISSING, 0, by=20 * MINUTE)]


def test_a_break_begins_after_the_one_before_it() -> None:
    problem = a_problem([a_stop(1)], [TWICE_RESTED])
    for at, by in ((12 * HOUR + 29 * MINUTE, MINUTE), (11 * HOUR, 90 * MINUTE)):
        plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, at))
        assert violations(problem, plan) == [Violation(ViolationKind.BREAKS_OVERLAP, 0, by=by)]
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, 12 * HOUR + 30 * MINUTE))
    assert violations(problem, plan) == []


def test_two_breaks_on_one_leg_both_delay_the_arrival() -> None:
    problem = a_problem([a_stop(9)], [TWICE_RESTED])
    route = {
        "starts": 12 * HOUR,
        "arrivals": [12 * HOUR + 59 * MINUTE],
        "leaves": [13 * HOUR + 4 * MINUTE],
        "ends": 13 * HOUR + 13 * MINUTE,
        "breaks_at": (12 * HOUR + MINUTE, 12 * HOUR + 32 * MINUTE),
    }
    plan = spoilt(a_solution(problem, [0]), **route)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[12 * HOUR + 58 * MINUTE])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]


def test_a_break_that_nobody_owes_is_malformed() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, 13 * HOUR))
    assert violations(problem, plan) == [Violation(ViolationKind.MALFORMED, 0)]


def test_a_break_on_the_road_delays_the_arrival() -> None:
    problem = a_problem([a_stop(9)], [RESTED])
    route = {
        "starts": 12 * HOUR,
        "arrivals": [12 * HOUR + 39 * MINUTE],
        "leaves": [12 * HOUR + 44 * MINUTE],
        "ends": 12 * HOUR + 53 * MINUTE,
        "breaks_at": (12 * HOUR + MINUTE,),
    }
    plan = spoilt(a_solution(problem, [0]), **route)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[12 * HOUR + 38 * MINUTE])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]


def test_a_break_while_waiting_at_the_door_delays_nothing() -> None:
    problem = a_problem([a_stop(1, earliest=13 * HOUR)], [RESTED])
    plan = spoilt(
        a_solution(problem, [0]),
        starts=12 * HOUR,
        arrivals=[12 * HOUR + MINUTE],
        breaks_at=(12 * HOUR + MINUTE,),
    )
    assert violations(problem, plan) == []
