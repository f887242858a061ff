"""Whether the clock times can be kept."""

from collections.abc import Iterator
from itertools import pairwise

from logistics.routing.check.travel import drive, legs, resting, rests_of
from logistics.routing.check.violation import Violation, ViolationKind
from logistics.routing.problem import Problem, Stop
from logistics.routing.solution import RoutePlan


def times(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    yield from _shift(problem, position, route)
    arrivals, leaves = [*route.arrivals, route.ends], [*route.leaves, route.ends]
    for leg, arrives, left in zip(legs(problem, route), arrivals, leaves, strict=True):
        missing = drive(problem, route, leg).arrives - arrives
        if leg.stop is not None:
            stop = problem.stops[leg.stop]
            begins = left - stop.service_seconds
            missing = max(missing, arrives - begins)
            yield from _windows(position, leg.stop, stop, begins)
        if missing > 0:
            yield Violation(ViolationKind.TOO_FAST, position, leg.stop, missing)


def _shift(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    van = problem.vehicles[route.vehicle]
    if route.starts < van.earliest:
        by = van.earliest - route.starts
        yield Violation(ViolationKind.LEFT_TOO_EARLY, position, route.stops[0], by)
    if route.ends > van.latest:
        yield Violation(ViolationKind.BACK_TOO_LATE, position, None, route.ends - van.latest)
    duty = route.ends - route.starts
    if van.max_seconds is not None and duty > van.max_seconds:
        yield Violation(ViolationKind.DUTY_TOO_LONG, position, None, duty - van.max_seconds)


def _windows(position: int, s: int, stop: Stop, begins: int) -> Iterator[Violation]:
    if begins < stop.earliest:
        yield Violation(ViolationKind.TOO_EARLY, position, s, stop.earliest - begins)
    elif begins > stop.latest:
        yield Violation(ViolationKind.TOO_LATE, position, s, begins - stop.latest)
    elif stop.windows:
        outside = min(max(w.earliest - begins, begins - w.latest) for w in stop.windows)
        if outside > 0:
            yield Violation(ViolationKind.OUTSIDE_WINDOWS, position, s, outside)


def rests(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    van = problem.vehicles[route.vehicle]
    for due in van.breaks[len(route.breaks_at) :]:
        yield Violation(ViolationKind.BREAK_MISSING, position, by=due.seconds)
    for due, at in zip(van.breaks, route.breaks_at, strict=False):
        begins_within = max(due.earliest, van.earliest) - at, at - due.latest
        outside = max(*begins_within, at + due.seconds - van.latest)
        if outside > 0:
            yield Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, position, by=outside)
    taken = rests_of(van, route)
    for (_, ends), (begins, _) in pairwise(taken):
        if begins < ends:
            yield Violation(ViolationKind.BREAKS_OVERLAP, position, by=ends - begins)
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        overlap = resting(taken, leaves - problem.stops[s].service_seconds, leaves)
        if overlap:
            yield Violation(ViolationKind.BREAK_DURING_SERVICE, position, s, overlap)
