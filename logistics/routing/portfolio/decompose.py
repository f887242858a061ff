"""Large days in parts: neighbouring routes are searched together, other ones each round.

The parts cool as one search would. They share nothing, and the compiled search needs no
interpreter, so threads search them at the same time.
"""

import math
import random
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import NamedTuple

from logistics.routing.budget import Budget
from logistics.routing.found import Best, Found
from logistics.routing.insertion import locked
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.portfolio.part import Part, part_of
from logistics.routing.portfolio.pool import Pool, PooledRoute
from logistics.routing.portfolio.sampling import cooled
from logistics.routing.portfolio.units import dealt, split, units_of
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate.encoding import kinds_of
from logistics.routing.ruin_recreate.engine import Cooling, Run

NAME = "decompose"
# Stops in a part, about: so few fit into the processor's cache; but so many routes need each other.
SIZE, ROUTES = 350, 24
# In a part of a day that has no plan yet.
FIRST_SIZE = 1_000
ROUNDS = 12
# How warm the parts begin, as the engine's own. They have less time for each stop than a small day,
# and would not come to rest.
WARM = 0.07
# A part searched for less is not worth making.
LEAST_SECONDS = 0.15


@dataclass(frozen=True)
class Leg:
    """What is done to the parts: a stretch of the search; without one they are constructed."""

    budget: Budget
    stops: int
    since: float
    until: float

    def of(self, part: Part) -> Budget:
        share = len(part.stops) / self.stops
        seconds, iterations = self.budget.seconds, self.budget.iterations
        return Budget(
            None if seconds is None else seconds * share * self.budget.threads,
            None if iterations is None else math.ceil(iterations * share),
            # Parts that took longer to make than thought must not keep anybody waiting.
            self.budget.over,
        )


def size_for(found: Found) -> int:
    """About so many stops in a part."""
    routes = [order for order in found.orders.values() if order]
    return max(SIZE, math.ceil(ROUTES * sum(map(len, routes)) / max(1, len(routes))))


class InParts:
    def __init__(
        self, problem: Problem, seed: int, threads: int, start: Found | None = None
    ) -> None:
        self.problem, self.seed = problem, seed
        self.threads = threads
        self.chance = random.Random(seed)  # noqa: S311 (not a secret)
        self.now = start or Found(0, 0, locked(problem))
        self.size = size_for(start) if start else FIRST_SIZE
        self.pool = Pool()
        self.kinds = kinds_of(problem)

    def construct(self, best: Best) -> None:
        self._round(None, best)
        self.size = size_for(self.now)

    def cool(self, budget: Budget, since: float, until: float, best: Best) -> None:
        rounds = self._rounds(budget, until - since)
        step = (until - since) / rounds
        for k in range(rounds):
            if budget.over():
                return
            self._round(self._leg(budget, rounds, k, since + k * step, step), best)

    def _leg(self, budget: Budget, rounds: int, k: int, since: float, step: float) -> Leg:
        turn = budget.part(1 / (rounds - k))
        if budget.iterations is not None:
            # Of the seconds some are gone, of the iterations none.
            turn = replace(turn, iterations=math.ceil(budget.iterations / rounds))
        return Leg(turn, max(1, len(self.problem.stops)), since, since + step)

    def mix(self, start: Found, budget: Budget) -> Found | None:
        return self._mixer.mixed(start, budget)

    def go_on_from(self, found: Found) -> None:
        self.now = found

    @cached_property
    def _mixer(self) -> Mixer:
        return Mixer(Run(self.problem, self.seed, self.now), self.pool, self.seed)

    def _rounds(self, budget: Budget, stretch: float) -> int:
        rounds = max(1, round(ROUNDS * stretch))
        left = budget.left_seconds()
        if left is None:
            return rounds
        return max(1, min(rounds, int(left * self.threads / self._parts / LEAST_SECONDS)))

    @property
    def _parts(self) -> int:
        """Of about ``size`` stops, as many for every thread: of three that two threads share, the
        third would be searched alone and half as long."""
        parts = len(self.problem.stops) / self.size
        if parts <= self.threads:
            return math.ceil(parts)
        return round(parts / self.threads) * self.threads

    def _round(self, leg: Leg | None, best: Best) -> None:
        cut = split(self.problem, units_of(self.problem, self.now), self._parts, self.chance)
        vans = dealt(self.problem, cut, self.chance)
        stops = [[s for unit in part for s in unit.stops] for part in cut]
        seeds = [self.chance.getrandbits(62) for _ in cut]
        searched = partial(_searched, self.problem, self.now, leg)
        with ThreadPoolExecutor(self.threads) as pool:
            ends = list(pool.map(searched, stops, vans, seeds))
        best.offer(_joined([end.best for end in ends]), NAME)
        self.now = _joined([end.current for end in ends])
        for end in ends:
            for route in end.pooled:
                self.pool.add(replace(route, kind=self.kinds[route.kind]))


class End(NamedTuple):
    """Of a part's search, in the whole's numbers; the kind of a pooled route is a vehicle there."""

    best: Found
    current: Found
    pooled: list[PooledRoute]


def _searched(
    problem: Problem,
    now: Found,
    leg: Leg | None,
    stops: list[int],
    vehicles: list[int],
    seed: int,
) -> End:
    part = part_of(problem, stops, vehicles)
    # Making it takes of its time.
    budget = leg.of(part) if leg else Budget()
    run = Run(part.problem, seed, part.inside(now))
    pool = Pool() if Mixer.knows(problem) else None
    if leg is None:
        run.construct()
    else:
        cooled(run, Cooling(budget, leg.since, leg.until, WARM), pool)
    routes = _outside(part, run, pool) if pool else []
    return End(part.outside(run.best()), part.outside(run.current()), routes)


def _outside(part: Part, run: Run, pool: Pool) -> list[PooledRoute]:
    first_of = [run.encoding.vehicles[first] for first, _ in run.encoding.data.kinds.tolist()]
    return [
        PooledRoute(
            part.vehicles[first_of[route.kind]],
            tuple(part.stops[s] for s in route.stops),
            route.cost,
        )
        for route in pool.routes.values()
    ]


def _joined(parts: list[Found]) -> Found:
    return Found(
        sum(part.musts_unserved for part in parts),
        sum(part.cost for part in parts),
        {v: order for part in parts for v, order in part.orders.items()},
        {v: cuts for part in parts for v, cuts in part.reloads.items()},
    )
