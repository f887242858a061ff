"""Whether the van is one that may come."""

from collections.abc import Iterator

from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Problem
from logistics.routing.solution import RoutePlan


def equipment(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    van = problem.vehicles[route.vehicle]
    for s in route.stops:
        stop = problem.stops[s]
        if stop.chilled and not van.chilled:
            yield Violation(ViolationKind.NOT_CHILLED, position, s)
        missing = stop.skills - van.skills
        if missing:
            yield Violation(ViolationKind.SKILL_MISSING, position, s, len(missing))
        if stop.clearance_cm is not None and van.height_cm > stop.clearance_cm:
            by = van.height_cm - stop.clearance_cm
            yield Violation(ViolationKind.TOO_TALL, position, s, by)
        if stop.vehicle is not None and stop.vehicle != route.vehicle:
            yield Violation(ViolationKind.WRONG_VEHICLE, position, s, 1)
    if len(route.reloads) > van.reloads:
        by = len(route.reloads) - van.reloads
        yield Violation(ViolationKind.TOO_MANY_RELOADS, position, None, by)
