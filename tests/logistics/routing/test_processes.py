from typing import TYPE_CHECKING

import pytest

from logistics.routing.check import violations
from logistics.routing.processes import solve_in_processes
from tests.logistics.routing.world import a_problem, a_stop

if TYPE_CHECKING:
    from logistics.routing.solution import Progress

pytestmark = pytest.mark.slow


def test_two_children_return_one_checked_plan_and_tell_the_time() -> None:
    problem = a_problem([a_stop(n) for n in range(1, 9)])
    told: list[Progress] = []
    solution = solve_in_processes(
        problem, engine="ortools", seconds=2.0, seed=1, threads=2, on_progress=told.append
    )
    assert violations(problem, solution) == []
    assert solution.engine == "ortools"
    assert told[-1].cost == solution.cost
    assert [said.seconds for said in told] == sorted(said.seconds for said in told)


def test_children_that_die_leave_a_plan_by_insertion() -> None:
    problem = a_problem()
    solution = solve_in_processes(problem, engine="no such engine", seconds=1.0, seed=0)
    assert violations(problem, solution) == []
    assert solution.engine == "insertion"
