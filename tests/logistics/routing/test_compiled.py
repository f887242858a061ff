"""The compiled core: what is compiled ahead is what a search calls, however it finds its legs."""

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings

from logistics.routing.budget import Budget
from logistics.routing.found import Found
from logistics.routing.problem import Load, Problem
from logistics.routing.ruin_recreate import RuinRecreate, encoding, kernel, prepare
from logistics.routing.ruin_recreate.engine import Run
from logistics.routing.screen import screen
from tests.logistics.routing.world import HOUR, a_problem, a_stop, a_van, rich_problems


@pytest.fixture(scope="module", autouse=True)
def _compiled() -> None:
    prepare()


@pytest.mark.parametrize("name", ["search", "lay", "find_neighbours"])
def test_an_entry_is_compiled_for_one_kind_of_arguments(name: str) -> None:
    assert len(getattr(kernel, name).signatures) == 1


@pytest.mark.parametrize("compile_half", [kernel.compile_search, kernel.compile_route])
def test_compiling_a_half_ahead_adds_nothing_to_what_a_search_has_called(
    compile_half: Callable[[], None],
) -> None:
    entries = [kernel.search, kernel.lay, kernel.find_neighbours]
    called = [entry.signatures for entry in entries]
    compile_half()
    assert [entry.signatures for entry in entries] == called


@given(problem=rich_problems())
@settings(max_examples=20)
def test_legs_in_one_row_and_in_two_matrices_are_the_same(problem: Problem) -> None:
    problem = screen(problem).problem
    plans = []
    for most in (encoding.LEGS_TOGETHER, 0):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(encoding, "LEGS_TOGETHER", most)
            plans.append(RuinRecreate().solve(problem, Budget(iterations=40), seed=0))
    assert [r.stops for r in plans[0].routes] == [r.stops for r in plans[1].routes]


@given(problem=rich_problems())
def test_what_a_search_has_counted_is_what_its_plan_costs(problem: Problem) -> None:
    run = Run(screen(problem).problem, 0)
    run.construct()
    if not run.anything_to_do:
        return
    for temperature in (200.0, 20.0, 1.0):
        run.search(100, temperature)
        again = run.beside(run.current())
        assert again.state.numbers[kernel.COST] == run.state.numbers[kernel.COST]


def two_streets(length: int) -> Problem:
    """From west to east along two streets, a van for each: stops 0, 2, … on one, 1, 3, … on the
    other. No van has room for more than one street."""
    at = [(0, 0), *((x, y) for x in range(1, length + 1) for y in (-4, 4)), (length + 1, 0)]
    road = [[100 * (abs(a - c) + abs(b - d)) for c, d in at] for a, b in at]
    load = a_stop().deliver
    room = Load(length * load.grams, length * load.ml)
    van = a_van(end=len(at) - 1, capacity=room, latest=24 * HOUR)
    stops = [a_stop(place, service_seconds=0) for place in range(1, len(at) - 1)]
    return a_problem(stops, [van, van], durations=road, distances=road)


def test_routes_that_cross_exchange_what_is_longer_than_any_string() -> None:
    length = 40
    problem = two_streets(length)
    streets = [[*range(first, 2 * length, 2)] for first in (0, 1)]
    half = length // 2
    crossed = {v: streets[v][:half] + streets[1 - v][half:] for v in (0, 1)}
    run = Run(problem, 0, Found(0, 0, crossed))
    run.search(1_000, 1e-3)
    straight = Run(problem, 0, Found(0, 0, dict(enumerate(streets))))
    assert run.rank == straight.rank


def test_searches_beside_each_other_note_their_reloads_apart() -> None:
    run = Run(a_problem([a_stop()], [a_van(reloads=1)]), 0)
    other = run.beside(run.current())
    assert not np.shares_memory(run.encoding.data.node, other.encoding.data.node)
