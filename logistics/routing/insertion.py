"""Cheapest insertion in plain Python: a first plan at once, and the plan of last resort."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace

from logistics.routing.problem import Problem, Vehicle
from logistics.routing.schedule import driving_cost, loads_after, scheduled, solution_of
from logistics.routing.solution import OnProgress, Progress, Solution

ROUNDS = 8
Orders = dict[int, list[int]]


class Insertion:
    """Each stop into its cheapest place, in several orders; ``iterations`` is how many.

    Stops that found no place go first in the next round; the best round wins.
    """

    name = "insertion"

    def solve(
        self,
        problem: Problem,
        *,
        seconds: float | None,
        iterations: int | None,
        seed: int,
        on_progress: OnProgress | None = None,
    ) -> Solution:
        begun = time.monotonic()
        chance = random.Random(seed)  # noqa: S311 (not a secret)
        best = _round(problem, 0, [], chance, begun)
        unlucky = best.unserved
        _report(problem, best, on_progress)
        for number in range(1, ROUNDS if iterations is None else iterations):
            if seconds is not None and time.monotonic() - begun >= seconds:
                break
            found = _round(problem, number, unlucky, chance, begun)
            unlucky = found.unserved
            if rank(problem, found) < rank(problem, best):
                first = best.first_feasible_seconds or found.first_feasible_seconds
                best = replace(found, first_feasible_seconds=first)
                _report(problem, best, on_progress)
        return replace(best, seconds=time.monotonic() - begun)


def rank(problem: Problem, solution: Solution) -> tuple[int, int]:
    """Smaller is better: musts left out first, then cost."""
    return sum(problem.stops[s].penalty is None for s in solution.unserved), solution.cost


def inserted(problem: Problem, orders: Orders, sequence: Sequence[int]) -> Orders:
    """``orders`` with each stop of ``sequence`` in its cheapest place, unless it fits nowhere."""
    routes = {v: _Route(problem, v, stops) for v, stops in orders.items() if stops}
    unused: dict[Vehicle, list[int]] = {}
    for v in range(len(problem.vehicles)):
        if v not in routes:
            unused.setdefault(replace(problem.vehicles[v], name=""), []).append(v)
    for s in sequence:
        # Of equal empty vans one look is enough.
        fresh = [_Route(problem, vans[0], []) for vans in unused.values() if vans]
        places = sorted(
            (extra, route.vehicle, position)
            for route in [*routes.values(), *fresh]
            for extra, position in route.places(s)
        )
        for _, v, position in places:
            route = routes.get(v) or _Route(problem, v, [])
            stops = [*route.stops[:position], s, *route.stops[position:]]
            # ``places`` does not know about rests.
            if problem.vehicles[v].break_ and not scheduled(problem, v, stops):
                continue
            routes[v] = _Route(problem, v, stops)
            if not route.stops:
                unused[replace(problem.vehicles[v], name="")].remove(v)
            break
    return {v: route.stops for v, route in routes.items()}


def without_dear_stops(problem: Problem, orders: Orders) -> Orders:
    """Without the optional stops, or whole routes of them, that cost more than their penalties."""
    kept: Orders = {}
    for v, stops in orders.items():
        left = list(stops)
        for s in stops:
            penalty = problem.stops[s].penalty
            rest = [other for other in left if other != s]
            if penalty is None or not rest:
                continue
            saved = driving_cost(problem, v, left) - driving_cost(problem, v, rest)
            # Where the short way is slower than the detour, leaving one out can break the rest.
            if saved > penalty and scheduled(problem, v, rest):
                left = rest
        penalties = [problem.stops[s].penalty for s in left]
        cost = problem.vehicles[v].fixed_cost + driving_cost(problem, v, left)
        if None in penalties or cost <= sum(penalty or 0 for penalty in penalties):
            kept[v] = left
    return kept


def _round(
    problem: Problem, number: int, unlucky: list[int], chance: random.Random, begun: float
) -> Solution:
    sequence = _sequence(problem, number, set(unlucky), chance)
    orders = without_dear_stops(problem, inserted(problem, {}, sequence))
    elapsed = time.monotonic() - begun
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
        on_progress(Progress(cost, solution.seconds, len(solution.unserved), musts))


class _Route:
    """One vehicle's stops with what makes each insertion cheap to judge; rests are not looked at.

    Leg k lies before stop k; leg n leads back to the depot.
    """

    def __init__(self, problem: Problem, vehicle: int, stops: list[int]) -> None:
        self.problem, self.vehicle, self.stops = problem, vehicle, stops
        van = problem.vehicles[vehicle]
        self.path = [van.start, *(problem.stops[s].location for s in stops), van.end]
        self.leaves = self._earliest_leaves()
        self.begin_by = self._latest_begins()
        loads = loads_after(problem, stops)
        grams, ml = [load.grams for load in loads], [load.ml for load in loads]
        self.peaks_until = list(zip(_running_max(grams), _running_max(ml), strict=True))
        self.peaks_from = list(
            zip(_running_max(grams[::-1])[::-1], _running_max(ml[::-1])[::-1], strict=True)
        )

    def _earliest_leaves(self) -> list[int]:
        leaves = [self.problem.vehicles[self.vehicle].earliest]
        for leg, s in enumerate(self.stops):
            stop = self.problem.stops[s]
            driving = self.problem.durations[self.path[leg]][stop.location]
            leaves.append(max(stop.earliest, leaves[-1] + driving) + stop.service_seconds)
        return leaves

    def _latest_begins(self) -> list[int]:
        """By when service at stop k must begin, and (last) by when to be back, to stay in time."""
        begin_by = [self.problem.vehicles[self.vehicle].latest]
        for leg in range(len(self.stops), 0, -1):
            stop = self.problem.stops[self.stops[leg - 1]]
            driving = self.problem.durations[stop.location][self.path[leg + 1]]
            begin_by.append(min(stop.latest, begin_by[-1] - driving - stop.service_seconds))
        return begin_by[::-1]

    def places(self, s: int) -> list[tuple[int, int]]:
        """(extra cost, position) wherever the stop fits by load, cold and clock."""
        stop, van = self.problem.stops[s], self.problem.vehicles[self.vehicle]
        if stop.chilled and not van.chilled:
            return []
        durations, costs, there = self.problem.durations, self.problem.costs, stop.location
        from_there, costs_on = durations[there], costs[there]
        spare_grams = van.capacity.grams - stop.deliver.grams
        spare_ml = van.capacity.ml - stop.deliver.ml
        later_grams = van.capacity.grams - stop.collect.grams
        later_ml = van.capacity.ml - stop.collect.ml
        fixed = 0 if self.stops else van.fixed_cost
        found = []
        for leg in range(len(self.stops) + 1):
            grams, ml = self.peaks_until[leg]
            if grams > spare_grams or ml > spare_ml:
                break
            before, after = self.path[leg], self.path[leg + 1]
            begins = max(stop.earliest, self.leaves[leg] + durations[before][there])
            if begins > stop.latest:
                continue
            if begins + stop.service_seconds + from_there[after] > self.begin_by[leg]:
                continue
            grams, ml = self.peaks_from[leg]
            if grams > later_grams or ml > later_ml:
                continue
            instead_of = costs[before][after] if self.stops else 0
            found.append((fixed + costs[before][there] + costs_on[after] - instead_of, leg))
        return found


def _running_max(values: list[int]) -> list[int]:
    peaks = values[:1]
    for value in values[1:]:
        peaks.append(max(peaks[-1], value))
    return peaks
