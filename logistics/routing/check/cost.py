"""What a plan costs, counted again."""

from itertools import pairwise

from logistics.routing.check.travel import drive, legs
from logistics.routing.problem import Problem, Vehicle
from logistics.routing.solution import RoutePlan, Solution


def cost_of(problem: Problem, solution: Solution) -> int:
    """Legs, fixed costs, wishes, strangers and unfair hours of the routes; penalties."""
    return sum(
        _roads(problem, route)
        + problem.vehicles[route.vehicle].fixed_cost
        + sum(_at_the_door(problem, route))
        + _unfair(problem, route)
        for route in solution.routes
    ) + sum(problem.stops[s].penalty or 0 for s in solution.unserved)


def _roads(problem: Problem, route: RoutePlan) -> int:
    van = problem.vehicles[route.vehicle]
    return sum(
        _road(problem, van, a, b) for leg in legs(problem, route) for a, b in pairwise(leg.path)
    )


def _road(problem: Problem, van: Vehicle, a: int, b: int) -> int:
    metres, seconds = int(problem.distances[a, b]), int(problem.durations[a, b])
    if van.per_km is None and van.per_hour is None:
        return seconds if problem.cost == "duration" else metres
    return _nearest(metres * (van.per_km or 0), 1_000) + _nearest(
        seconds * (van.per_hour or 0), 3_600
    )


def _nearest(amount: int, unit: int) -> int:
    """Whole units, halves up."""
    return (2 * amount + unit) // (2 * unit)


def _at_the_door(problem: Problem, route: RoutePlan) -> list[int]:
    costs = []
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        stop = problem.stops[s]
        begins = leaves - stop.service_seconds
        if stop.wish is not None:
            outside = max(0, stop.wish.earliest - begins, begins - stop.wish.latest)
            costs.append(outside * stop.wish.cost)
        if stop.regular is not None and stop.regular != route.vehicle:
            costs.append(stop.stranger_cost)
    return costs


def _unfair(problem: Problem, route: RoutePlan) -> int:
    """Driving, loading and service beyond the fair share; waiting and resting are no work."""
    fair = problem.vehicles[route.vehicle].fair_seconds
    if fair is None:
        return 0
    driven = [drive(problem, route, leg) for leg in legs(problem, route)]
    work = sum(d.seconds + d.reloading for d in driven)
    work += sum(problem.stops[s].service_seconds for s in route.stops)
    return problem.unfair_cost * max(0, work - fair)
