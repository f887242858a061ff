"""The compiled core: what is compiled ahead is what a search calls, however it finds its legs."""

from collections.abc import Callable

import pytest
from hypothesis import given, settings

from logistics.routing.budget import Budget
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import RuinRecreate, encoding, kernel, prepare
from logistics.routing.screen import screen
from tests.logistics.routing.world import rich_problems


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
