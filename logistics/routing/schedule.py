"""Clock times, loads and costs of one ordered route, as early as its constraints allow."""

from collections.abc import Sequence
from itertools import pairwise

from logistics.routing.problem import Load, Problem
from logistics.routing.solution import RoutePlan, Solution
from logistics.routing.timing import path_of, timed


def scheduled(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> RoutePlan | None:
    """The route with its times, or None when this vehicle cannot drive the stops in this order.

    ``timing`` says when it leaves, rests and serves.
    """
    van = problem.vehicles[vehicle]
    if not stops or tuple(stops[: len(van.locked)]) != tuple(van.locked):
        return None
    if len(reloads) > van.reloads or not all(may_serve(problem, vehicle, s) for s in stops):
        return None
    loads = loads_after(problem, vehicle, stops, reloads)
    if loads is None or not all(load.fits(van.capacity) for load in loads):
        return None
    path = path_of(problem, vehicle, stops, reloads)
    best = timed(path)
    if best is None:
        return None
    return RoutePlan(
        vehicle=vehicle,
        stops=list(stops),
        arrivals=[best.arrivals[k] for k in path.of_stops],
        leaves=[best.leaves[k] for k in path.of_stops],
        loads_after=_leaving_stops(loads, reloads),
        starts=best.starts,
        ends=best.ends,
        breaks_at=best.breaks_at,
        reloads=tuple(reloads),
        work_seconds=best.work,
    )


def may_serve(problem: Problem, vehicle: int, s: int) -> bool:
    """Whether the van has what the stop asks of it."""
    van, stop = problem.vehicles[vehicle], problem.stops[s]
    return (
        (van.chilled or not stop.chilled)
        and stop.skills <= van.skills
        and (stop.clearance_cm is None or van.height_cm <= stop.clearance_cm)
        and stop.vehicle in (None, vehicle)
    )


def loads_after(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> list[Load] | None:
    """What is aboard when leaving the depot, each stop, and (in between) each reload.

    None when a transfer is set down before it is taken up, not at all, or kept over a reload.
    """
    aboard_all_day = problem.vehicles[vehicle].aboard
    cuts = [0, *reloads, len(stops)]
    moved = {t.pickup: t.load for t in problem.transfers}
    found: list[Load] = []
    for begin, end in pairwise(cuts):
        segment = stops[begin:end]
        aboard = sum((problem.stops[s].deliver for s in segment), aboard_all_day)
        found.append(aboard)
        taken_up: set[int] = set()
        for s in segment:
            aboard = aboard - problem.stops[s].deliver + problem.stops[s].collect
            partner = problem.other_end.get(s)
            if s in moved:
                taken_up.add(s)
                aboard = aboard + moved[s]
            elif partner is not None:
                if partner not in taken_up:
                    return None
                taken_up.remove(partner)
                aboard = aboard - moved[partner]
            found.append(aboard)
        if taken_up:
            return None
    return found


def _leaving_stops(loads: list[Load], reloads: Sequence[int]) -> list[Load]:
    left_depot = {0, *(position + number for number, position in enumerate(reloads, start=1))}
    return [load for k, load in enumerate(loads) if k not in left_depot]


def driving_cost(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> int:
    """Legs only, depot to depot."""
    van = problem.vehicles[vehicle]
    total, here = 0, van.start
    for position, s in enumerate(stops):
        if position in reloads:
            total += problem.leg_cost(vehicle, here, van.start)
            here = van.start
        total += problem.leg_cost(vehicle, here, problem.stops[s].location)
        here = problem.stops[s].location
    return total + problem.leg_cost(vehicle, here, van.end)


def route_cost(problem: Problem, route: RoutePlan) -> int:
    """Legs, the van itself, wishes not met, strangers at regulars' doors, unfair hours."""
    van = problem.vehicles[route.vehicle]
    total = van.fixed_cost + driving_cost(problem, route.vehicle, route.stops, route.reloads)
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        stop = problem.stops[s]
        begin = leaves - stop.service_seconds
        if stop.wish:
            outside = max(0, stop.wish.earliest - begin, begin - stop.wish.latest)
            total += outside * stop.wish.cost
        if stop.regular not in (None, route.vehicle):
            total += stop.stranger_cost
    if van.fair_seconds is not None and problem.unfair_cost:
        total += problem.unfair_cost * max(0, route.work_seconds - van.fair_seconds)
    return total


def plan_cost(problem: Problem, routes: Sequence[RoutePlan], unserved: Sequence[int]) -> int:
    """Every route's cost and the penalties of the optional stops left out."""
    return sum(route_cost(problem, route) for route in routes) + sum(
        problem.stops[s].penalty or 0 for s in unserved
    )


def solution_of(
    problem: Problem,
    orders: dict[int, list[int]],
    *,
    engine: str,
    seconds: float,
    first_feasible_seconds: float | None,
    reloads: dict[int, tuple[int, ...]] | None = None,
) -> Solution | None:
    """A solution from vehicle → ordered stops (and where it reloads); None when an order cannot be
    driven."""
    routes = []
    for vehicle, stops in sorted(orders.items()):
        if not stops:
            continue
        route = scheduled(problem, vehicle, stops, (reloads or {}).get(vehicle, ()))
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
