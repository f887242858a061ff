"""One constraint, one broken plan, exactly one violation."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Break, Load, Problem
from logistics.routing.solution import RoutePlan, Solution
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van

RESTED = a_van(break_=Break(12 * HOUR, 13 * HOUR, 30 * MINUTE))


def spoilt(solution: Solution, **changes: object) -> Solution:
    """The solution with its first route changed."""
    first, *others = solution.routes
    return replace(solution, routes=[replace(first, **changes), *others])  # type: ignore[arg-type]


def planned_for(problem: Problem, easier: Problem) -> Solution:
    """A plan that is right for the easier problem, to be judged by the harder one."""
    return a_solution(easier, list(range(len(problem.stops))))


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


def test_all_deliveries_are_aboard_from_the_depot() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(capacity=Load(19_999, 100_000))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERWEIGHT, 0, None, 1)]


def test_litres_are_judged_as_grams_are() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(capacity=Load(100_000, 19_990))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERFULL, 0, None, 10)]


def test_what_is_collected_stays_aboard() -> None:
    stops = [a_stop(1, collect=Load(9_000, 0)), a_stop(2, collect=Load(12_000, 0))]
    problem = a_problem(stops, [a_van(capacity=Load(20_000, 100_000))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERWEIGHT, 0, 1, 1_000)]


def test_a_load_too_big_only_between_two_stops_is_found() -> None:
    fetch = a_stop(1, deliver=Load(), collect=Load(15_000, 0))
    stops = [fetch, a_stop(2)]
    problem = a_problem(stops, [a_van(capacity=Load(20_000, 100_000))])
    roomy = replace(problem, vehicles=[a_van()])
    assert violations(problem, a_solution(roomy, [0, 1])) == [
        Violation(ViolationKind.OVERWEIGHT, 0, 0, 5_000)
    ]
    assert violations(problem, a_solution(problem, [1, 0])) == []


def test_shown_loads_are_recomputed() -> None:
    problem = a_problem([a_stop(1)])
    plan = spoilt(a_solution(problem, [0]), loads_after=[Load(3, 0)])
    assert violations(problem, plan) == [Violation(ViolationKind.LOAD_WRONG, 0, 0, 3)]


def test_chilled_goods_need_a_chilled_van() -> None:
    problem = a_problem([a_stop(1, chilled=True)])
    plan = planned_for(problem, replace(problem, vehicles=[a_van(chilled=True)]))
    assert violations(problem, plan) == [Violation(ViolationKind.NOT_CHILLED, 0, 0)]


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


def test_a_due_break_is_taken() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.BREAK_MISSING, 0, by=30 * MINUTE)]


def test_a_break_begins_in_its_window() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    for at, by in ((12 * HOUR - 1, 1), (13 * HOUR + 2, 2), (12 * HOUR, 0), (13 * HOUR, 0)):
        plan = spoilt(a_solution(problem, [0]), break_at=at)
        expected = [Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=by)] if by else []
        assert violations(problem, plan) == expected


def test_a_break_ends_within_the_shift() -> None:
    van = replace(RESTED, latest=13 * HOUR)
    problem = a_problem([a_stop(1)], [van])
    plan = spoilt(a_solution(problem, [0]), break_at=12 * HOUR + 31 * MINUTE)
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=MINUTE)
    ]


def test_nobody_rests_during_service() -> None:
    problem = a_problem([a_stop(1, earliest=12 * HOUR, latest=12 * HOUR)], [RESTED])
    plan = a_solution(problem, [0])
    plan = spoilt(plan, break_at=12 * HOUR + MINUTE, ends=13 * HOUR)
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_DURING_SERVICE, 0, 0, 4 * MINUTE)
    ]


def test_a_break_on_the_road_delays_the_arrival() -> None:
    problem = a_problem([a_stop(9)], [RESTED])
    route = {
        "starts": 12 * HOUR,
        "arrivals": [12 * HOUR + 39 * MINUTE],
        "leaves": [12 * HOUR + 44 * MINUTE],
        "ends": 12 * HOUR + 53 * MINUTE,
        "break_at": 12 * HOUR + MINUTE,
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
        break_at=12 * HOUR + MINUTE,
    )
    assert violations(problem, plan) == []


def test_the_cost_is_recomputed() -> None:
    problem = a_problem([a_stop(1), a_stop(3, penalty=50)], [a_van(fixed_cost=1_000)])
    plan = a_solution(problem, [0])
    assert plan.cost == 2 * MINUTE + 1_000 + 50
    assert violations(problem, replace(plan, cost=plan.cost - 5)) == [
        Violation(ViolationKind.COST_WRONG, by=5)
    ]


def test_a_plan_for_another_problem_is_malformed_not_a_crash() -> None:
    problem = a_problem([a_stop(1)])
    plan = a_solution(problem, [0])
    broken: list[RoutePlan] = [
        replace(plan.routes[0], vehicle=3),
        replace(plan.routes[0], stops=[8]),
        replace(plan.routes[0], arrivals=[]),
        replace(plan.routes[0], stops=[], arrivals=[], leaves=[], loads_after=[]),
    ]
    for route in broken:
        assert violations(problem, replace(plan, routes=[route])) == [
            Violation(ViolationKind.MALFORMED, route=0)
        ]
    assert violations(problem, replace(plan, unserved=[5])) == [Violation(ViolationKind.MALFORMED)]
