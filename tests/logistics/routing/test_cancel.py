"""A search that is cancelled ends at once, with the best plan it told of."""

from dataclasses import replace

import pytest

from logistics.routing.check import violations
from logistics.routing.insertion import rank
from logistics.routing.problem import Problem, Wish
from logistics.routing.solution import Progress
from logistics.routing.solver import ENGINES, plan_told, solve
from tests.bench.routing import gyeonggi
from tests.logistics.routing.world import HOUR, a_problem, a_stop

AMPLE = 120.0
# Whom a portfolio tells of first.
FIRST_OF = {"portfolio": "ruin_recreate"}
every_engine = pytest.mark.parametrize("engine", sorted(ENGINES))


@pytest.fixture(scope="module")
def long_day() -> Problem:
    return gyeonggi.day(200).problem


@every_engine
def test_a_cancelled_search_returns_the_last_plan_it_told_of(
    engine: str, long_day: Problem
) -> None:
    told: list[Progress] = []

    def cancelled() -> bool:
        return any(said.engine == FIRST_OF.get(engine, engine) for said in told)

    solution = solve(
        long_day, engine=engine, seconds=AMPLE, on_progress=told.append, cancelled=cancelled
    )
    assert violations(long_day, solution) == []
    assert rank(long_day, solution) == told[-1].rank
    assert solution.engine == engine
    assert solution.seconds < AMPLE


@every_engine
def test_what_is_cancelled_before_it_begins_still_has_a_plan(engine: str) -> None:
    problem = a_problem()
    solution = solve(problem, engine=engine, seconds=AMPLE, cancelled=lambda: True)
    assert violations(problem, solution) == []
    assert solution.seconds < AMPLE


def test_ortools_keeps_its_best_where_seconds_outside_wishes_count() -> None:
    wish = Wish(10 * HOUR, 10 * HOUR, cost=1)
    stops = [a_stop(location % 9 + 1, wish=wish) for location in range(60)]
    problem = a_problem(stops, a_problem().vehicles * 8)
    asked: list[None] = []

    def cancelled() -> bool:
        asked.append(None)
        return len(asked) > 50

    solution = solve(problem, engine="ortools", seconds=AMPLE, cancelled=cancelled)
    assert violations(problem, solution) == []
    assert (solution.engine, solution.seconds < AMPLE) == ("ortools", True)


@every_engine
def test_a_plan_told_of_can_be_finished_by_whoever_heard_of_it(engine: str) -> None:
    parked = a_stop(99, penalty=7)
    problem = replace(a_problem(), stops=[parked, *a_problem().stops])
    told: list[Progress] = []
    solution = solve(problem, engine=engine, iterations=20, on_progress=told.append)
    heard = plan_told(problem, told[-1])
    assert heard is not None
    assert (heard.routes, heard.cost, heard.causes) == (
        solution.routes,
        solution.cost,
        {0: "LOCATION_UNKNOWN"},
    )


def test_a_plan_told_of_that_breaks_a_rule_is_none() -> None:
    problem = a_problem([a_stop(1), a_stop(2)])
    told = Progress(0, 0.0, 0, 0, "cheating", orders={0: [1, 1]})
    assert plan_told(problem, told) is None
