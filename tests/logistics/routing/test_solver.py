from collections.abc import Callable
from dataclasses import replace

import pytest

from logistics.routing.budget import Budget
from logistics.routing.check import violations
from logistics.routing.errors import UnknownEngine
from logistics.routing.insertion import Insertion
from logistics.routing.ortools_engine import OrTools
from logistics.routing.portfolio import Portfolio
from logistics.routing.problem import Problem, SpeedBand
from logistics.routing.ruin_recreate import RuinRecreate
from logistics.routing.solution import OnProgress, Solution
from logistics.routing.solver import ENGINES, solve
from tests.logistics.routing.world import HOUR, a_problem, a_stop, a_van


class Crashing:
    name = "crashing"

    def handles(self, problem: Problem) -> bool:
        return True

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        raise RuntimeError("no plan today")


class Cheating(Insertion):
    """Says that the last stop was served."""

    name = "cheating"

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        shorter = replace(problem, stops=problem.stops[:-1])
        return super().solve(shorter, budget, seed=seed)


@pytest.mark.parametrize("engine", [Crashing, Cheating])
def test_where_an_engine_fails_or_cheats_the_next_takes_over(
    engine: Callable[[], object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(ENGINES, "bad", engine)  # type: ignore[arg-type]
    problem = a_problem([a_stop(1), a_stop(2)])
    solution = solve(problem, engine="bad", iterations=1)
    assert violations(problem, solution) == []
    assert solution.engine == "ruin_recreate"


def test_the_day_is_planned_by_insertion_when_every_engine_fails(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def crash(*args: object, **limits: object) -> Solution:
        raise MemoryError

    for engine in (Portfolio, RuinRecreate, OrTools):
        monkeypatch.setattr(engine, "solve", crash)
    problem = a_problem([a_stop(1), a_stop(2)])
    solution = solve(problem, iterations=1)
    assert violations(problem, solution) == []
    assert solution.engine == "insertion"


def test_an_engine_is_passed_over_where_it_does_not_know_a_rule() -> None:
    van = a_van(speed=0)
    problem = a_problem([a_stop(1)], [van], speeds=[(SpeedBand(10 * HOUR, 50),)])
    assert solve(problem, engine="ortools", iterations=5).engine == "ruin_recreate"


def test_an_unknown_engine_is_refused_by_name() -> None:
    with pytest.raises(UnknownEngine) as refused:
        solve(a_problem(), engine="abacus")
    assert refused.value.data == {"value": "abacus", "known": sorted(ENGINES)}


def test_one_bad_row_does_not_lose_the_day() -> None:
    stops = [a_stop(1), a_stop(99), a_stop(2, earliest=5, latest=4, penalty=8), a_stop(3)]
    solution = solve(a_problem(stops, [a_van(start=77), a_van()]), iterations=5)
    assert [(route.vehicle, sorted(route.stops)) for route in solution.routes] == [(1, [0, 3])]
    assert solution.causes == {1: "LOCATION_UNKNOWN", 2: "WINDOW_EMPTY"}
    assert solution.unserved == [1, 2]
    assert solution.cost == 2 * 180 + 8


def test_a_day_without_stops_is_an_empty_plan() -> None:
    solution = solve(replace(a_problem(), stops=[]), iterations=5)
    assert (solution.routes, solution.unserved, solution.cost) == ([], [], 0)


def test_a_time_limit_is_kept() -> None:
    assert solve(a_problem(), seconds=0.3).seconds < 1.5
