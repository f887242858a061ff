"""The independent judge of a plan: shares no code with any engine and recomputes every figure."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from logistics.routing.problem import Problem, Vehicle
from logistics.routing.solution import RoutePlan, Solution


class ViolationKind(StrEnum):
    MALFORMED = "malformed"
    VEHICLE_TWICE = "vehicle_twice"
    STOP_TWICE = "stop_twice"
    STOP_FORGOTTEN = "stop_forgotten"
    MUST_UNSERVED = "must_unserved"
    OVERWEIGHT = "overweight"
    OVERFULL = "overfull"
    LOAD_WRONG = "load_wrong"
    LEFT_TOO_EARLY = "left_too_early"
    TOO_FAST = "too_fast"
    TOO_EARLY = "too_early"
    TOO_LATE = "too_late"
    BACK_TOO_LATE = "back_too_late"
    NOT_CHILLED = "not_chilled"
    BREAK_MISSING = "break_missing"
    BREAK_OUTSIDE_WINDOW = "break_outside_window"
    BREAK_DURING_SERVICE = "break_during_service"
    COST_WRONG = "cost_wrong"


@dataclass(frozen=True, slots=True)
class Violation:
    """``route`` and ``stop`` are positions in the solution's routes and the problem's stops;
    ``by`` is how much too much: seconds, grams, ml, cost units or visits."""

    kind: ViolationKind
    route: int | None = None
    stop: int | None = None
    by: int = 0


def violations(problem: Problem, solution: Solution) -> list[Violation]:
    """Everything wrong with the plan; an empty list means that it can be driven as it stands."""
    malformed = list(_malformed(problem, solution))
    if malformed:
        return malformed
    found = list(_coverage(problem, solution))
    for position, route in enumerate(solution.routes):
        found += _loads(problem, position, route)
        found += _times(problem, position, route)
        found += _rest(problem, position, route)
    cost = _cost(problem, solution)
    if cost != solution.cost:
        found.append(Violation(ViolationKind.COST_WRONG, by=abs(cost - solution.cost)))
    return found


def _malformed(problem: Problem, solution: Solution) -> Iterator[Violation]:
    """Positions that do not exist, or lists that do not run beside each other."""
    stops, vehicles = range(len(problem.stops)), range(len(problem.vehicles))
    for position, route in enumerate(solution.routes):
        beside = {len(route.arrivals), len(route.leaves), len(route.loads_after)}
        known = route.vehicle in vehicles and all(s in stops for s in route.stops)
        if not known or not route.stops or beside != {len(route.stops)}:
            yield Violation(ViolationKind.MALFORMED, route=position)
    if not all(s in stops for s in solution.unserved):
        yield Violation(ViolationKind.MALFORMED)


def _coverage(problem: Problem, solution: Solution) -> Iterator[Violation]:
    used = Counter(route.vehicle for route in solution.routes)
    for position, route in enumerate(solution.routes):
        if used[route.vehicle] > 1:
            yield Violation(ViolationKind.VEHICLE_TWICE, route=position, by=used[route.vehicle] - 1)
    named = Counter(s for route in solution.routes for s in route.stops)
    named.update(solution.unserved)
    for s, stop in enumerate(problem.stops):
        if named[s] == 0:
            yield Violation(ViolationKind.STOP_FORGOTTEN, stop=s, by=1)
        elif named[s] > 1:
            yield Violation(ViolationKind.STOP_TWICE, stop=s, by=named[s] - 1)
        if stop.penalty is None and s in solution.unserved:
            yield Violation(ViolationKind.MUST_UNSERVED, stop=s, by=1)


def _loads(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    """Deliveries are aboard from the start, collections from their stop to the end."""
    van = problem.vehicles[route.vehicle]
    grams = sum(problem.stops[s].deliver.grams for s in route.stops)
    ml = sum(problem.stops[s].deliver.ml for s in route.stops)
    aboard: list[tuple[int | None, int, int]] = [(None, grams, ml)]
    for s, shown in zip(route.stops, route.loads_after, strict=True):
        stop = problem.stops[s]
        grams += stop.collect.grams - stop.deliver.grams
        ml += stop.collect.ml - stop.deliver.ml
        aboard.append((s, grams, ml))
        if (shown.grams, shown.ml) != (grams, ml):
            yield Violation(ViolationKind.LOAD_WRONG, position, s, abs(shown.grams - grams))
        if stop.chilled and not van.chilled:
            yield Violation(ViolationKind.NOT_CHILLED, position, s)
    for at, heavy, full in aboard:
        if heavy > van.capacity.grams:
            yield Violation(ViolationKind.OVERWEIGHT, position, at, heavy - van.capacity.grams)
        if full > van.capacity.ml:
            yield Violation(ViolationKind.OVERFULL, position, at, full - van.capacity.ml)


def _times(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    van = problem.vehicles[route.vehicle]
    if route.starts < van.earliest:
        yield Violation(
            ViolationKind.LEFT_TOO_EARLY, position, route.stops[0], van.earliest - route.starts
        )
    left, here = route.starts, van.start
    for s, arrives, leaves in zip(route.stops, route.arrivals, route.leaves, strict=True):
        stop = problem.stops[s]
        begins = leaves - stop.service_seconds
        soonest = left + problem.durations[here][stop.location]
        # Resting after arrival delays the service; resting on the way delays the arrival too.
        missing = max(
            soonest + _rest_between(van, route.break_at, left, arrives) - arrives,
            soonest + _rest_between(van, route.break_at, left, begins) - begins,
            arrives - begins,
        )
        if missing > 0:
            yield Violation(ViolationKind.TOO_FAST, position, s, missing)
        if begins < stop.earliest:
            yield Violation(ViolationKind.TOO_EARLY, position, s, stop.earliest - begins)
        if begins > stop.latest:
            yield Violation(ViolationKind.TOO_LATE, position, s, begins - stop.latest)
        left, here = leaves, stop.location
    rest = _rest_between(van, route.break_at, left, route.ends)
    missing = left + problem.durations[here][van.end] + rest - route.ends
    if missing > 0:
        yield Violation(ViolationKind.TOO_FAST, position, None, missing)
    if route.ends > van.latest:
        yield Violation(ViolationKind.BACK_TOO_LATE, position, None, route.ends - van.latest)


def _rest_between(van: Vehicle, break_at: int | None, since: int, until: int) -> int:
    """Seconds of rest that lie between two moments."""
    if van.break_ is None or break_at is None:
        return 0
    return max(0, min(until, break_at + van.break_.seconds) - max(since, break_at))


def _rest(problem: Problem, position: int, route: RoutePlan) -> Iterator[Violation]:
    van = problem.vehicles[route.vehicle]
    rest, at = van.break_, route.break_at
    if rest is None:
        return
    if at is None:
        yield Violation(ViolationKind.BREAK_MISSING, position, by=rest.seconds)
        return
    begins_within = max(rest.earliest, van.earliest) - at, at - rest.latest
    outside = max(*begins_within, at + rest.seconds - van.latest)
    if outside > 0:
        yield Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, position, by=outside)
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        begins = leaves - problem.stops[s].service_seconds
        overlap = min(leaves, at + rest.seconds) - max(begins, at)
        if overlap > 0:
            yield Violation(ViolationKind.BREAK_DURING_SERVICE, position, s, overlap)


def _cost(problem: Problem, solution: Solution) -> int:
    edge = problem.durations if problem.cost == "duration" else problem.distances
    total = 0
    for route in solution.routes:
        van = problem.vehicles[route.vehicle]
        here = van.start
        for s in route.stops:
            total += edge[here][problem.stops[s].location]
            here = problem.stops[s].location
        total += edge[here][van.end] + van.fixed_cost
    return total + sum(problem.stops[s].penalty or 0 for s in solution.unserved)
