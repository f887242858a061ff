"""Any plan of any problem."""

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import assume, given
from hypothesis import strategies as st

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Problem
from logistics.routing.schedule import solution_of
from logistics.routing.screen import screen
from tests.logistics.routing.world import a_problem, a_solution, a_stop, rich_problems

if TYPE_CHECKING:
    from logistics.routing.solution import RoutePlan


def test_a_plan_for_another_problem_is_malformed_not_a_crash() -> None:
    problem = a_problem([a_stop(1)])
    plan = a_solution(problem, [0])
    broken: list[RoutePlan] = [
        replace(plan.routes[0], reloads=(0,)),
        replace(plan.routes[0], reloads=(1,)),
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


@given(problem=rich_problems(), data=st.data())
def test_every_order_that_the_clock_allows_is_right_for_the_judge(
    problem: Problem, data: st.DataObject
) -> None:
    problem = screen(problem).problem
    assume(problem.vehicles)
    v = data.draw(st.integers(0, len(problem.vehicles) - 1))
    locked = problem.vehicles[v].locked
    others = [s for s in range(len(problem.stops)) if s not in locked]
    order = [*locked, *data.draw(st.permutations(others))]
    order = order[: data.draw(st.integers(0, len(order)))]
    places = st.sets(st.integers(1, max(1, len(order) - 1)), max_size=problem.vehicles[v].reloads)
    reloads = tuple(sorted(data.draw(places))) if len(order) > 1 else ()
    plan = solution_of(
        problem,
        {v: order},
        reloads={v: reloads},
        engine="by chance",
        seconds=0.0,
        first_feasible_seconds=None,
    )
    assume(plan is not None and plan.routes)
    assert plan is not None
    elsewhere = {ViolationKind.MUST_UNSERVED, ViolationKind.LOCKED_PREFIX}
    assert {found.kind for found in violations(problem, plan)} <= elsewhere
