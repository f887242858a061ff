"""Each stop once, each van once."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from tests.logistics.routing.check.judging import RESTED
from tests.logistics.routing.world import a_problem, a_solution, a_stop, a_van


def test_a_plan_that_keeps_every_rule_has_no_violation() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3, penalty=7)], [RESTED])
    assert violations(problem, a_solution(problem, [0, 1])) == []


def test_a_stop_on_no_route_is_forgotten_unless_it_is_listed_as_unserved() -> None:
    problem = a_problem([a_stop(1), a_stop(2, penalty=0)])
    plan = a_solution(problem, [0])
    assert violations(problem, plan) == []
    assert violations(problem, replace(plan, unserved=[])) == [
        Violation(ViolationKind.STOP_FORGOTTEN, stop=1, by=1)
    ]


def test_a_stop_both_on_a_route_and_unserved_is_there_twice() -> None:
    problem = a_problem([a_stop(1, penalty=0)])
    plan = replace(a_solution(problem, [0]), unserved=[0])
    assert violations(problem, plan) == [Violation(ViolationKind.STOP_TWICE, stop=0, by=1)]


def test_a_stop_on_two_routes_is_there_twice() -> None:
    problem = a_problem([a_stop(1)], [a_van(), a_van()])
    plan = a_solution(problem, [0])
    again = replace(plan.routes[0], vehicle=1)
    doubled = replace(plan, routes=[*plan.routes, again], cost=2 * plan.cost)
    assert violations(problem, doubled) == [Violation(ViolationKind.STOP_TWICE, stop=0, by=1)]


def test_a_must_may_not_be_left_out() -> None:
    problem = a_problem([a_stop(1), a_stop(2)])
    assert violations(problem, a_solution(problem, [0])) == [
        Violation(ViolationKind.MUST_UNSERVED, stop=1, by=1)
    ]


def test_one_van_does_not_drive_two_routes() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(), a_van()])
    plan = a_solution(problem, [0], [1])
    shared = replace(plan, routes=[plan.routes[0], replace(plan.routes[1], vehicle=0)])
    assert violations(problem, shared) == [
        Violation(ViolationKind.VEHICLE_TWICE, route=0, by=1),
        Violation(ViolationKind.VEHICLE_TWICE, route=1, by=1),
    ]
