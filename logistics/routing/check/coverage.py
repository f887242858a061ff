"""Whether the plan is well formed and names every stop once."""

from collections import Counter
from collections.abc import Iterator
from itertools import pairwise

from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Problem
from logistics.routing.solution import RoutePlan, Solution


def malformed(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """Positions that do not exist, or lists that do not run beside each other."""
    stops, vehicles = range(len(problem.stops)), range(len(problem.vehicles))
    for position, route in enumerate(solution.routes):
        beside = {len(route.arrivals), len(route.leaves), len(route.loads_after)}
        known = route.vehicle in vehicles and all(s in stops for s in route.stops)
        sound = known and route.stops and beside == {len(route.stops)}
        if not sound or not _between_stops(route) or not _has_breaks(problem, route):
            yield Violation(ViolationKind.MALFORMED, route=position)
    if not all(s in stops for s in solution.unserved):
        yield Violation(ViolationKind.MALFORMED)


def _between_stops(route: RoutePlan) -> bool:
    """Each reload lies between two stops, and no two between the same."""
    inside = all(0 < position < len(route.stops) for position in route.reloads)
    return inside and all(one < other for one, other in pairwise(route.reloads))


def _has_breaks(problem: Problem, route: RoutePlan) -> bool:
    """No more than its vehicle takes."""
    return len(route.breaks_at) <= len(problem.vehicles[route.vehicle].breaks)


def coverage(problem: Problem, solution: Solution) -> Iterator[Violation]:
    used = Counter(route.vehicle for route in solution.routes)
    for position, route in enumerate(solution.routes):
        if used[route.vehicle] > 1:
            yield Violation(ViolationKind.VEHICLE_TWICE, route=position, by=used[route.vehicle] - 1)
    named = Counter(s for route in solution.routes for s in route.stops)
    named.update(solution.unserved)
    left_out = set(solution.unserved)
    for s, stop in enumerate(problem.stops):
        if named[s] == 0:
            yield Violation(ViolationKind.STOP_FORGOTTEN, stop=s, by=1)
        elif named[s] > 1:
            yield Violation(ViolationKind.STOP_TWICE, stop=s, by=named[s] - 1)
        if stop.penalty is None and s in left_out:
            yield Violation(ViolationKind.MUST_UNSERVED, stop=s, by=1)
