"""Clock times and loads of one ordered route, as early as its constraints allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from logistics.routing.problem import NOTHING, Break, Load, Problem, Vehicle
from logistics.routing.solution import RoutePlan, Solution


def scheduled(problem: Problem, vehicle: int, stops: Sequence[int]) -> RoutePlan | None:
    """The route with its times, or None when this vehicle cannot drive the stops in this order."""
    van = problem.vehicles[vehicle]
    if any(problem.stops[s].chilled for s in stops) and not van.chilled:
        return None
    loads = loads_after(problem, stops)
    if not all(load.fits(van.capacity) for load in loads):
        return None
    if van.break_ is None:
        return _timed(problem, vehicle, stops, loads[1:], rest_before=None)
    # The rest may come before any stop or after the last; the soonest back wins, then the earliest.
    found = [
        route
        for gap in range(len(stops) + 1)
        if (route := _timed(problem, vehicle, stops, loads[1:], rest_before=gap))
    ]
    return min(found, key=lambda route: route.ends, default=None)


def loads_after(problem: Problem, stops: Sequence[int]) -> list[Load]:
    """What is aboard when leaving the depot, then when leaving each stop."""
    aboard = sum((problem.stops[s].deliver for s in stops), NOTHING)
    loads = [aboard]
    for s in stops:
        aboard = aboard - problem.stops[s].deliver + problem.stops[s].collect
        loads.append(aboard)
    return loads


def driving_cost(problem: Problem, vehicle: int, stops: Sequence[int]) -> int:
    """Edges only, depot to depot."""
    van = problem.vehicles[vehicle]
    path = [van.start, *(problem.stops[s].location for s in stops), van.end]
    return sum(problem.costs[a][b] for a, b in pairwise(path))


def plan_cost(problem: Problem, routes: Sequence[RoutePlan], unserved: Sequence[int]) -> int:
    """Edges, fixed costs of the vehicles used, penalties of optional stops left out."""
    return sum(
        problem.vehicles[route.vehicle].fixed_cost
        + driving_cost(problem, route.vehicle, route.stops)
        for route in routes
    ) + sum(problem.stops[s].penalty or 0 for s in unserved)


def solution_of(
    problem: Problem,
    orders: dict[int, list[int]],
    *,
    engine: str,
    seconds: float,
    first_feasible_seconds: float | None,
) -> Solution | None:
    """A solution from vehicle → ordered stops; None when an order cannot be driven."""
    routes = []
    for vehicle, stops in sorted(orders.items()):
        if not stops:
            continue
        route = scheduled(problem, vehicle, stops)
        if route is None:
            return None
        routes.append(route)
    served = {s for route in routes for s in route.stops}
    unserved = [s for s in range(len(problem.stops)) if s not in served]
    return Solution(
        routes=routes,
        unserved=unserved,
        cost=plan_cost(problem, routes, unserved),
        engine=engine,
        seconds=seconds,
        first_feasible_seconds=first_feasible_seconds,
    )


@dataclass(frozen=True, slots=True)
class _Leg:
    """Driving from ``leaves`` to ``arrives``; ``ready`` is when service there may begin."""

    leaves: int
    arrives: int
    ready: int
    rest_at: int | None = None


def _timed(
    problem: Problem,
    vehicle: int,
    stops: Sequence[int],
    loads: list[Load],
    *,
    rest_before: int | None,
) -> RoutePlan | None:
    van = problem.vehicles[vehicle]
    clock, here = van.earliest, van.start
    starts = rest_at = None
    arrivals: list[int] = []
    leaves: list[int] = []
    for position, s in enumerate(stops):
        stop = problem.stops[s]
        leg = _leg(
            clock,
            problem.durations[here][stop.location],
            van.break_ if rest_before == position else None,
            not_before=stop.earliest,
            may_leave_later=position == 0,
        )
        if leg is None or leg.ready > stop.latest:
            return None
        starts = leg.leaves if position == 0 else starts
        rest_at = leg.rest_at if rest_before == position else rest_at
        arrivals.append(leg.arrives)
        clock, here = leg.ready + stop.service_seconds, stop.location
        leaves.append(clock)
    home = problem.durations[here][van.end]
    if rest_before == len(stops):
        last = _last_leg(clock, home, van)
        if last is None:
            return None
        ends, rest_at = last
    else:
        ends = clock + home
    if ends > van.latest or starts is None:
        return None
    return RoutePlan(vehicle, list(stops), arrivals, leaves, loads, starts, ends, rest_at)


def _leg(
    clock: int, driving: int, rest: Break | None, *, not_before: int, may_leave_later: bool
) -> _Leg | None:
    """One leg begun not before ``clock``. The first leaves the depot just in time (no idle van)."""
    if rest is None:
        ready = max(not_before, clock + driving)
        leaves = ready - driving if may_leave_later else clock
        return _Leg(leaves, leaves + driving, ready)
    rest_at = max(clock, rest.earliest)
    if rest_at > rest.latest:
        return None
    ready = max(not_before, clock + driving + rest.seconds, rest_at + rest.seconds)
    if not may_leave_later:
        # Resting after arrival needs no detour; a rest that must begin sooner is taken on the way.
        on_the_way = rest_at < clock + driving
        arrives = clock + driving + (rest.seconds if on_the_way else 0)
        return _Leg(clock, arrives, ready, rest_at)
    if rest_at + rest.seconds + driving <= ready:
        return _Leg(ready - driving, ready, ready, rest_at)
    leaves = min(ready - driving - rest.seconds, rest.latest)
    rest_at = max(rest_at, leaves)
    arrives = leaves + driving + (rest.seconds if rest_at < leaves + driving else 0)
    return _Leg(leaves, arrives, ready, rest_at)


def _last_leg(clock: int, driving: int, van: Vehicle) -> tuple[int, int] | None:
    """(back, rest at): the rest after coming back if it may begin that late, else on the way."""
    rest = van.break_
    if rest is None:
        return None
    back = clock + driving
    rest_at = max(back, rest.earliest)
    if rest_at <= rest.latest and rest_at + rest.seconds <= van.latest:
        return back, rest_at
    rest_at = max(clock, rest.earliest)
    if rest_at > rest.latest:
        return None
    return max(back, rest_at) + rest.seconds, rest_at
