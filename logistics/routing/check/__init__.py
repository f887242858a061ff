"""The independent judge of a plan: shares no code with any engine and recomputes every figure."""

from logistics.routing.check.cost import cost_of
from logistics.routing.check.coverage import coverage, malformed
from logistics.routing.check.equipment import equipment
from logistics.routing.check.loads import loads
from logistics.routing.check.ties import ties
from logistics.routing.check.times import rests, times
from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Problem
from logistics.routing.solution import Solution

__all__ = ["Violation", "ViolationKind", "violations"]


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Everything wrong with the plan; an empty list means that it can be driven as it stands."""
    broken = list(malformed(problem, solution))
    if broken:
        return broken
    found = [*coverage(problem, solution), *ties(problem, solution)]
    for position, route in enumerate(solution.routes):
        found += equipment(problem, position, route)
        found += loads(problem, position, route)
        found += times(problem, position, route)
        found += rests(problem, position, route)
    cost = cost_of(problem, solution)
    if cost != solution.cost:
        found.append(Violation(ViolationKind.COST_WRONG, by=abs(cost - solution.cost)))
    return found
