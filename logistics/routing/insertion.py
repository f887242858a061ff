"""Cheapest insertion in plain Python: a first plan at once, and the plan of last resort."""

import random
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from itertools import accumulate, combinations

from logistics.routing.budget import Budget
from logistics.routing.problem import Load, Problem, Vehicle
from logistics.routing.schedule import (
    driving_cost,
    loads_after,
    may_serve,
    scheduled,
    solution_of,
)
from logistics.routing.solution import OnProgress, Progress, Solution

ROUNDS = 8
Orders = dict[int, list[int]]


class Insertion:
    """Each stop into its cheapest place, in several orders; ``iterations`` is how many.

    Stops that found no place go first in the next round; the best round wins.
    """

    name = "insertion"

    def handles(self, problem: Problem) -> bool:
        return True

    def solve(
        self,
        problem: Problem,
        budget: Budget,
        *,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        chance = random.Random(seed)  # noqa: S311 (not a secret)
        best = _round(problem, 0, [], chance, budget)
        unlucky = best.unserved
        _report(problem, best, on_progress)
        for number in range(1, ROUNDS if budget.iterations is None else budget.iterations):
            if budget.over():
                break
            found = _round(problem, number, unlucky, chance, budget)
            unlucky = found.unserved
            if rank(problem, found) < rank(problem, best):
                first = best.first_feasible_seconds or found.first_feasible_seconds
                best = replace(found, first_feasible_seconds=first)
                _report(problem, best, on_progress)
        return replace(best, seconds=budget.elapsed())


def first_plan(
    problem: Problem, budget: Budget, seed: int, on_progress: OnProgress | None
) -> Solution:
    """What other engines start from: one round; more of them only while something is left out."""
    engine = Insertion()
    once = replace(budget, iterations=1)
    start = engine.solve(problem, once, seed=seed, on_progress=on_progress)
    if not start.unserved:
        return start
    more = replace(budget.part(1 / 4), iterations=ROUNDS)
    return engine.solve(problem, more, seed=seed, on_progress=on_progress)


def rank(problem: Problem, solution: Solution) -> tuple[int, int]:
    """Smaller is better: musts left out first, then cost."""
    return sum(problem.stops[s].penalty is None for s in solution.unserved), solution.cost


def inserted(problem: Problem, orders: Orders, sequence: Sequence[int]) -> Orders:
    """``orders`` with each stop of ``sequence`` in its cheapest place, unless it fits nowhere.

    Both ends of a transfer go in together, when its pickup's turn comes.
    """
    routes = {v: _Route(problem, v, stops) for v, stops in orders.items() if stops}
    unused: dict[Vehicle, list[int]] = {}
    for v in range(len(problem.vehicles)):
        if v not in routes:
            unused.setdefault(replace(problem.vehicles[v], name=""), []).append(v)
    named = _vehicles_named(problem)
    plain = _is_plain(problem)
    deliveries = {t.delivery for t in problem.transfers}
    served = {s for route in routes.values() for s in route.stops}
    for s in sequence:
        if s in served or s in deliveries:
            continue
        # Of equal empty vans one look is enough, unless a stop asks for one of them by number.
        fresh = [
            _Route(problem, v, [])
            for vans in unused.values()
            for v in [*vans[:1], *(van for van in vans[1:] if van in named)]
        ]
        candidates = _together(problem, [*routes.values(), *fresh], s)
        for _, v, stops in _cheapest_first(problem, candidates, s):
            if not plain and not scheduled(problem, v, stops):
                continue
            if v not in routes:
                unused[replace(problem.vehicles[v], name="")].remove(v)
            routes[v] = _Route(problem, v, stops)
            served.update((s, problem.other_end.get(s, s)))
            break
    return {v: route.stops for v, route in routes.items()}


def locked(problem: Problem) -> Orders:
    """What the vehicles must do first, where to start from, with what they must then set down.

    ``screen`` has made sure that the most urgent of it first can be driven.
    """
    orders: Orders = {}
    for v, van in enumerate(problem.vehicles):
        open_ends = {problem.other_end[s] for s in van.locked if s in problem.other_end}
        then = sorted(open_ends - set(van.locked), key=lambda s: (problem.stops[s].latest, s))
        if van.locked:
            orders[v] = [*van.locked, *then]
    return orders


def _is_plain(problem: Problem) -> bool:
    """``_Route.places`` knows everything that could forbid a place."""
    return (
        not problem.transfers
        and not any(
            van.breaks or van.locked or van.max_seconds is not None or van.speed is not None
            for van in problem.vehicles
        )
        and not any(stop.windows for stop in problem.stops)
    )


def _vehicles_named(problem: Problem) -> set[int]:
    return {v for stop in problem.stops for v in (stop.vehicle, stop.regular) if v is not None}


def _together(problem: Problem, routes: "list[_Route]", s: int) -> "list[_Route]":
    """The routes this stop may join: the one its group is on already, else any."""
    groups = {problem.stops[x].together for x in (s, problem.other_end.get(s, s))} - {""}
    allowed = routes
    for group in groups:
        joined = [
            route
            for route in routes
            if any(problem.stops[other].together == group for other in route.stops)
        ]
        if joined:
            allowed = [route for route in allowed if route in joined]
    return allowed


def _cheapest_first(
    problem: Problem, routes: "list[_Route]", s: int
) -> Iterator[tuple[int, int, list[int]]]:
    """(extra cost, vehicle, stops in their new order), the cheapest first."""
    partner = problem.other_end.get(s)
    if partner is None:
        places = sorted(
            (extra, route.vehicle, position, route.stops)
            for route in routes
            for extra, position in route.places(s)
        )
        for extra, v, position, stops in places:
            yield extra, v, [*stops[:position], s, *stops[position:]]
        return
    found = []
    for route in routes:
        before = driving_cost(problem, route.vehicle, route.stops) if route.stops else 0
        for first, second in combinations(range(len(route.stops) + 2), 2):
            order = list(route.stops)
            order.insert(first, s)
            order.insert(second, partner)
            after = driving_cost(problem, route.vehicle, order)
            found.append((after - before, route.vehicle, order))
    yield from sorted(found)


def without_dear_stops(problem: Problem, orders: Orders) -> Orders:
    """Without the optional stops, or whole routes of them, that cost more than their penalties."""
    kept: Orders = {}
    for v, stops in orders.items():
        left = list(stops)
        fixed = set(problem.vehicles[v].locked) | set(problem.other_end)
        for s in stops:
            penalty = problem.stops[s].penalty
            rest = [other for other in left if other != s]
            if penalty is None or not rest or s in fixed:
                continue
            saved = driving_cost(problem, v, left) - driving_cost(problem, v, rest)
            # Where the short way is slower than the detour, leaving one out can break the rest.
            if saved > penalty and scheduled(problem, v, rest):
                left = rest
        penalties = [problem.stops[s].penalty for s in left]
        cost = problem.vehicles[v].fixed_cost + driving_cost(problem, v, left)
        must = None in penalties or problem.vehicles[v].locked
        if must or cost <= sum(penalty or 0 for penalty in penalties):
            kept[v] = left
    return kept


def _round(
    problem: Problem, number: int, unlucky: list[int], chance: random.Random, budget: Budget
) -> Solution:
    sequence = _sequence(problem, number, set(unlucky), chance)
    orders = without_dear_stops(problem, inserted(problem, locked(problem), sequence))
    elapsed = budget.elapsed()
    found = solution_of(
        problem, orders, engine=Insertion.name, seconds=elapsed, first_feasible_seconds=None
    )
    if found is None:
        raise AssertionError("an insertion was not verified")
    whole = rank(problem, found)[0] == 0
    return replace(found, first_feasible_seconds=elapsed if whole else None)


def _sequence(problem: Problem, number: int, unlucky: set[int], chance: random.Random) -> list[int]:
    """The order of one round: the unlucky first, then musts, then by that round's measure."""
    stops = problem.stops
    depot = problem.vehicles[0].start if problem.vehicles else 0
    measures = (
        lambda s: stops[s].latest,
        lambda s: -problem.durations[depot][stops[s].location],
        lambda s: stops[s].latest - stops[s].earliest,
        lambda s: -max(stops[s].deliver.grams, stops[s].collect.grams),
    )
    draw = [chance.random() for _ in stops]
    measure = measures[number] if number < len(measures) else draw.__getitem__
    return sorted(
        range(len(stops)),
        key=lambda s: (s not in unlucky, stops[s].penalty is not None, measure(s), s),
    )


def _report(problem: Problem, solution: Solution, on_progress: OnProgress | None) -> None:
    if on_progress:
        musts, cost = rank(problem, solution)
        orders = {route.vehicle: route.stops for route in solution.routes}
        unserved = len(solution.unserved)
        on_progress(Progress(cost, solution.seconds, unserved, musts, Insertion.name, orders))


class _Route:
    """One vehicle's stops with what makes each insertion cheap to judge; rests, several windows,
    speeds, hours and transfers are not looked at.

    Leg k lies before stop k; leg n leads back to the depot.
    """

    def __init__(self, problem: Problem, vehicle: int, stops: list[int]) -> None:
        self.problem, self.vehicle, self.stops = problem, vehicle, stops
        van = problem.vehicles[vehicle]
        self.path = [van.start, *(problem.stops[s].location for s in stops), van.end]
        self.leaves = self._earliest_leaves()
        self.begin_by = self._latest_begins()
        loads = loads_after(problem, vehicle, stops)
        if loads is None:
            raise AssertionError("a route with a broken transfer")
        self.peaks_until = list(accumulate(loads, _larger))
        self.peaks_from = list(accumulate(reversed(loads), _larger))[::-1]

    def _driving(self, leg_from: int, leg_to: int) -> int:
        # A profile may be faster than the matrix: then only ``scheduled`` can tell.
        if self.problem.vehicles[self.vehicle].speed is not None:
            return 0
        return int(self.problem.durations[leg_from, leg_to])

    def _earliest_leaves(self) -> list[int]:
        leaves = [self.problem.vehicles[self.vehicle].earliest]
        for leg, s in enumerate(self.stops):
            stop = self.problem.stops[s]
            driving = self._driving(self.path[leg], stop.location)
            leaves.append(max(stop.earliest, leaves[-1] + driving) + stop.service_seconds)
        return leaves

    def _latest_begins(self) -> list[int]:
        """By when service at stop k must begin, and (last) by when to be back, to stay in time."""
        begin_by = [self.problem.vehicles[self.vehicle].latest]
        for leg in range(len(self.stops), 0, -1):
            stop = self.problem.stops[self.stops[leg - 1]]
            driving = self._driving(stop.location, self.path[leg + 1])
            begin_by.append(min(stop.latest, begin_by[-1] - driving - stop.service_seconds))
        return begin_by[::-1]

    def places(self, s: int) -> list[tuple[int, int]]:
        """(extra cost, position) wherever the stop fits by load, equipment and clock."""
        stop, van = self.problem.stops[s], self.problem.vehicles[self.vehicle]
        if not may_serve(self.problem, self.vehicle, s):
            return []
        cost, there = partial(self.problem.leg_cost, self.vehicle), stop.location
        extra = 0 if self.stops else van.fixed_cost
        if stop.regular not in (None, self.vehicle):
            extra += stop.stranger_cost
        found = []
        for leg in range(len(self.stops) + 1):
            if not (self.peaks_until[leg] + stop.deliver).fits(van.capacity):
                break
            before, after = self.path[leg], self.path[leg + 1]
            begins = max(stop.earliest, self.leaves[leg] + self._driving(before, there))
            if begins > stop.latest:
                continue
            if begins + stop.service_seconds + self._driving(there, after) > self.begin_by[leg]:
                continue
            if not (self.peaks_from[leg] + stop.collect).fits(van.capacity):
                continue
            instead_of = cost(before, after) if self.stops else 0
            found.append((extra + cost(before, there) + cost(there, after) - instead_of, leg))
        return found


def _larger(one: Load, other: Load) -> Load:
    return Load(
        max(one.grams, other.grams),
        max(one.ml, other.ml),
        max(one.chilled_ml, other.chilled_ml),
    )
