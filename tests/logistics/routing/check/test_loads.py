"""What is aboard between stops."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Load
from tests.logistics.routing.check.judging import planned_for, spoilt
from tests.logistics.routing.world import a_problem, a_solution, a_stop, a_van


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


def test_the_cold_compartment_has_a_limit_of_its_own() -> None:
    cold = a_stop(1, deliver=Load(10_000, 10_000, 3_000))
    big, small = (a_van(capacity=Load(100_000, 100_000, ml)) for ml in (3_000, 2_000))
    plan = a_solution(a_problem([cold], [big]), [0])
    assert violations(a_problem([cold], [big]), plan) == []
    assert violations(a_problem([cold], [small]), plan) == [
        Violation(ViolationKind.OVERFULL_CHILLED, 0, None, 1_000)
    ]


def test_what_is_aboard_all_day_takes_room() -> None:
    van = a_van(aboard=Load(95_000, 0))
    plan = spoilt(a_solution(a_problem([a_stop(1)]), [0]), loads_after=[Load(95_000, 0)])
    assert violations(a_problem([a_stop(1)], [van]), plan) == [
        Violation(ViolationKind.OVERWEIGHT, 0, None, 5_000)
    ]
