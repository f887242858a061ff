"""Engines that fail in the ways only a process can. A child learns of them from the engine's name:
unpickling it puts them among the engines."""

import os
import signal
import time
from typing import TYPE_CHECKING

import pytest

from logistics.routing.budget import Budget
from logistics.routing.check import violations
from logistics.routing.insertion import Insertion
from logistics.routing.problem import Problem
from logistics.routing.processes import solve_in_processes
from logistics.routing.solution import OnProgress, Solution
from logistics.routing.solver import ENGINES
from tests.logistics.routing.world import a_problem, a_stop

if TYPE_CHECKING:
    from logistics.routing.solution import Progress

pytestmark = pytest.mark.slow

AMPLE = 120.0


class Telling:
    """Tells of a plan by insertion, under its own name, and then fails in its own way."""

    name = "telling"

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
        Insertion().solve(problem, Budget(iterations=1), seed=seed, on_progress=on_progress)
        self.fail()
        raise AssertionError

    def fail(self) -> None: ...


class Killed(Telling):
    """As the kernel does when there is no memory left."""

    name = "killed"

    def fail(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)


class OutOfMemory(Telling):
    name = "out of memory"

    def fail(self) -> None:
        raise MemoryError


class Deaf(Telling):
    """Does not look whether it is to stop."""

    name = "deaf"

    def fail(self) -> None:
        time.sleep(AMPLE)


class Named(str):
    __slots__ = ()

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return named, (str(self),)


def named(name: str) -> Named:
    for engine in (Killed, OutOfMemory, Deaf):
        ENGINES[engine.name] = engine
    return Named(name)


@pytest.fixture
def problem() -> Problem:
    return a_problem([a_stop(n) for n in range(1, 9)])


def test_two_children_return_one_checked_plan_and_tell_the_time(problem: Problem) -> None:
    told: list[Progress] = []
    solution = solve_in_processes(
        problem, engine="ortools", seconds=2.0, seed=1, threads=2, on_progress=told.append
    )
    assert violations(problem, solution) == []
    assert solution.engine == "ortools"
    assert told[-1].cost == solution.cost
    assert [said.seconds for said in told] == sorted(said.seconds for said in told)


def test_children_that_die_leave_a_plan_by_insertion(problem: Problem) -> None:
    solution = solve_in_processes(problem, engine="no such engine", seconds=1.0, seed=0)
    assert violations(problem, solution) == []
    assert solution.engine == "insertion"


def test_a_child_that_is_killed_leaves_the_plan_it_told_of(problem: Problem) -> None:
    told: list[Progress] = []
    solution = solve_in_processes(
        problem, engine=Named("killed"), seconds=AMPLE, seed=0, on_progress=told.append
    )
    assert violations(problem, solution) == []
    assert (solution.cost, solution.unserved) == (told[-1].cost, [])
    assert solution.seconds < AMPLE


def test_where_the_memory_ends_the_next_engine_takes_over(problem: Problem) -> None:
    solution = solve_in_processes(problem, engine=Named("out of memory"), seconds=2.0, seed=0)
    assert violations(problem, solution) == []
    assert solution.engine == "ruin_recreate"


@pytest.mark.parametrize("engine", ["ruin_recreate", "deaf"])
def test_cancelled_children_leave_the_best_plan_they_told_of(engine: str, problem: Problem) -> None:
    told: list[Progress] = []
    solution = solve_in_processes(
        problem,
        engine=Named(engine),
        seconds=AMPLE,
        seed=0,
        threads=2,
        on_progress=told.append,
        cancelled=lambda: bool(told),
    )
    assert violations(problem, solution) == []
    assert solution.cost <= told[0].cost
    assert solution.seconds < AMPLE


def test_children_cancelled_before_they_say_a_word_leave_a_plan_by_insertion(
    problem: Problem,
) -> None:
    solution = solve_in_processes(
        problem, engine=Named("deaf"), seconds=AMPLE, seed=0, cancelled=lambda: True
    )
    assert violations(problem, solution) == []
    assert solution.engine == "insertion"
