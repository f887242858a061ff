import time
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing.budget import Budget
from logistics.routing.solver import ENGINES, solve
from tests.logistics.routing.world import a_problem

if TYPE_CHECKING:
    from logistics.routing.solution import Progress


def begun_ago(seconds: float) -> float:
    return time.monotonic() - seconds


def test_without_limits_it_is_never_over() -> None:
    budget = Budget(begun=begun_ago(1e6))
    assert (budget.left_seconds(), budget.over()) == (None, False)


def test_it_is_over_when_the_seconds_are_gone_and_none_are_owed() -> None:
    budget = Budget(seconds=10.0, begun=begun_ago(11.0))
    assert (budget.left_seconds(), budget.over()) == (0.0, True)


def test_it_is_over_when_cancelled_whatever_is_left() -> None:
    answers = iter([False, True])
    budget = Budget(seconds=1e6, iterations=7, cancelled=lambda: next(answers))
    assert (budget.over(), budget.over()) == (False, True)


@given(st.floats(0, 1), st.floats(0, 1e4), st.floats(0, 1e4), st.integers(0, 10**9))
def test_a_part_is_no_more_than_what_is_left(
    share: float, seconds: float, ago: float, iterations: int
) -> None:
    whole = Budget(seconds, iterations, begun=begun_ago(ago))
    left = whole.left_seconds()
    part = whole.part(share)
    assert part.seconds is not None
    assert left is not None
    assert 0 <= part.seconds <= left
    assert part.iterations is not None
    assert 0 <= part.iterations <= iterations
    assert part.cancelled is whole.cancelled


@given(st.integers(0, 10**6))
def test_all_that_is_left_has_every_iteration(iterations: int) -> None:
    assert Budget(iterations=iterations).part().iterations == iterations


@pytest.mark.parametrize("engine", sorted(ENGINES))
def test_progress_names_the_engine(engine: str) -> None:
    members = {"portfolio": {"ruin_recreate", "recombine"}}.get(engine, {engine})
    told: list[Progress] = []
    solve(a_problem(), engine=engine, iterations=5, on_progress=told.append)
    assert {said.engine for said in told} <= members | {"insertion"}
