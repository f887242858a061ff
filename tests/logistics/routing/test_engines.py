"""What every engine owes, on any problem that the screen lets through."""

from dataclasses import replace

import pytest
from hypothesis import given, settings

from logistics.routing.budget import Budget
from logistics.routing.check import ViolationKind, violations
from logistics.routing.insertion import rank
from logistics.routing.problem import Break, Load, Problem, Transfer
from logistics.routing.screen import screen
from logistics.routing.solution import Progress, Solution
from logistics.routing.solver import ENGINES, solve, solver
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_stop,
    a_van,
    problems,
    rich_problems,
)

FEW = 5
every_engine = pytest.mark.parametrize("engine", sorted(ENGINES))


def orders(solution: Solution) -> list[tuple[int, list[int]]]:
    return [(route.vehicle, route.stops) for route in solution.routes]


@every_engine
@given(problem=problems())
@settings(max_examples=60)
def test_whatever_an_engine_returns_passes_the_check(engine: str, problem: Problem) -> None:
    screened = screen(problem)
    solution = solver(engine).solve(screened.problem, Budget(iterations=FEW), seed=0)
    broken = violations(screened.problem, solution)
    assert [found for found in broken if found.kind != ViolationKind.MUST_UNSERVED] == []


@every_engine
@given(problem=problems())
def test_every_stop_is_served_or_unserved_with_a_cause(engine: str, problem: Problem) -> None:
    solution = solve(problem, engine=engine, iterations=FEW)
    served = [s for route in solution.routes for s in route.stops]
    assert sorted([*served, *solution.unserved]) == list(range(len(problem.stops)))
    assert set(solution.causes) == set(solution.unserved)
    broken = violations(problem, solution)
    assert [found for found in broken if found.kind != ViolationKind.MUST_UNSERVED] == []


@every_engine
@given(problem=problems())
def test_the_same_seed_and_iterations_give_the_same_plan(engine: str, problem: Problem) -> None:
    plans = [solve(problem, engine=engine, iterations=FEW, seed=3) for _ in range(2)]
    assert orders(plans[0]) == orders(plans[1])


@every_engine
@given(problem=rich_problems())
@settings(max_examples=60)
def test_whatever_an_engine_returns_on_a_rich_day_passes_the_check(
    engine: str, problem: Problem
) -> None:
    screened = screen(problem)
    if not solver(engine).handles(screened.problem):
        return
    solution = solver(engine).solve(screened.problem, Budget(iterations=30), seed=0)
    broken = violations(screened.problem, solution)
    assert [found for found in broken if found.kind != ViolationKind.MUST_UNSERVED] == []


@given(problem=rich_problems())
def test_the_compiled_clock_and_the_plain_one_reckon_the_same_cost(problem: Problem) -> None:
    screened = screen(problem).problem
    told: list[Progress] = []
    solution = solver("ruin_recreate").solve(
        screened, Budget(iterations=200), seed=1, on_progress=told.append
    )
    assert (told[-1].cost, told[-1].unserved) == (solution.cost, len(solution.unserved))


def a_mixed_day() -> Problem:
    """Nine stops along the road, two chilled, two collecting; three vans that all must rest."""
    rest = Break(12 * HOUR, 13 * HOUR, 30 * MINUTE)
    small = a_van(capacity=Load(40_000, 40_000), breaks=(rest,), fixed_cost=600)
    stops = [
        a_stop(
            location,
            collect=Load(8_000, 12_000) if location % 4 == 0 else Load(),
            chilled=location in (2, 6),
            earliest=(9 + location % 3) * HOUR,
            latest=(11 + location % 3) * HOUR,
        )
        for location in range(1, 10)
    ]
    return a_problem(stops, [small, replace(small, chilled=True), small])


@every_engine
def test_a_mixed_day_is_served_whole(engine: str) -> None:
    problem = a_mixed_day()
    solution = solve(problem, engine=engine, iterations=50)
    assert violations(problem, solution) == []
    # PyVRP knows no rests; who took over knows them all.
    assert solution.engine == (engine if solver(engine).handles(problem) else "ruin_recreate")
    assert solution.first_feasible_seconds is not None
    assert solution.first_feasible_seconds <= solution.seconds


def test_ortools_is_never_worse_than_the_insertion_it_starts_from() -> None:
    problem = a_mixed_day()
    inserted = solve(problem, engine="insertion", iterations=1)
    improved = solve(problem, engine="ortools", iterations=50)
    assert rank(problem, improved) <= rank(problem, inserted)


def test_load_is_kept_below_capacity_between_stops_not_only_in_total() -> None:
    """Each van starts full, so whatever it fetches must come after it has delivered as much."""
    full = Load(20_000, 20_000)
    fetch = a_stop(1, deliver=Load(), collect=full)
    problem = a_problem([fetch, a_stop(2, deliver=full)], [a_van(capacity=full)])
    solution = solve(problem, iterations=20)
    assert orders(solution) == [(0, [1, 0])]


def test_an_optional_stop_is_left_out_when_it_costs_more_than_its_penalty() -> None:
    near, far = a_stop(1, penalty=10 * MINUTE), a_stop(9, penalty=10 * MINUTE)
    for engine in ENGINES:
        solution = solve(a_problem([near, far]), engine=engine, iterations=20)
        assert (orders(solution), solution.causes) == ([(0, [0])], {1: "DEARER_THAN_PENALTY"})
        assert solution.cost == 2 * MINUTE + 10 * MINUTE


def test_a_full_day_leaves_out_the_optional_before_the_must() -> None:
    one_load = a_van(capacity=Load(10_000, 10_000))
    problem = a_problem([a_stop(1, penalty=10**9), a_stop(9)], [one_load])
    for engine in ENGINES:
        solution = solve(problem, engine=engine, iterations=20)
        assert (orders(solution), solution.causes) == ([(0, [1])], {0: "NO_ROOM_LEFT"})


def test_a_dear_van_stays_in_the_yard() -> None:
    problem = a_problem(
        [a_stop(1), a_stop(2)], [a_van(fixed_cost=10**6), a_van(), a_van(fixed_cost=10**6)]
    )
    for engine in ENGINES:
        solution = solve(problem, engine=engine, iterations=20)
        assert [(r.vehicle, sorted(r.stops)) for r in solution.routes] == [(1, [0, 1])]


def test_years_with_a_rest_in_them_end_too() -> None:
    van = a_van(latest=10**9, breaks=(Break(12 * HOUR, 9 * 10**8, 10**7),))
    problem = a_problem([a_stop(1), a_stop(2)], [van])
    assert violations(problem, solve(problem, iterations=20)) == []


def test_progress_only_ever_gets_better() -> None:
    told: list[Progress] = []
    solution = solve(a_mixed_day(), engine="ortools", iterations=50, on_progress=told.append)
    ranks = [said.rank for said in told]
    assert ranks == sorted(set(ranks), reverse=True)
    assert (told[-1].rank, told[-1].unserved) == ((0, solution.cost), 0)


def test_a_transfer_between_groups_on_two_vans_is_left_out() -> None:
    stops = [
        a_stop(1, together="a", penalty=HOUR),
        a_stop(2, together="b", penalty=HOUR),
        a_stop(3, together="a", penalty=HOUR),
        a_stop(4, together="b", penalty=HOUR),
    ]
    vans = [a_van(locked=(0,)), a_van(locked=(1,))]
    problem = a_problem(stops, vans, transfers=[Transfer(2, 3, Load(1))])
    solution = solver("insertion").solve(problem, Budget(iterations=1), seed=0)
    assert violations(problem, solution) == []
    assert solution.unserved == [2, 3]
