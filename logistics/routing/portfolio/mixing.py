"""Which of the pooled routes are recombined: those among neighbours of a stop, again and again."""

import random
from collections.abc import Mapping, Sequence

import numpy as np

from logistics.routing.budget import Budget
from logistics.routing.found import Found
from logistics.routing.portfolio.pool import Pool, PooledRoute
from logistics.routing.portfolio.recombine import Columns, recombined
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import kernel as k
from logistics.routing.ruin_recreate.engine import Run

# A day of no more stops is one neighbourhood.
WHOLE = 300
NEIGHBOURHOOD = 200
Routes = Mapping[int, PooledRoute]


class Mixer:
    """Looks for a better plan in the pool; vehicles are the encoding's."""

    @staticmethod
    def knows(problem: Problem) -> bool:
        """Routes that load again are not pooled."""
        return not any(van.reloads for van in problem.vehicles)

    def __init__(self, run: Run, pool: Pool, seed: int) -> None:
        self.run, self.data, self.pool = run, run.encoding.data, pool
        self.chance = random.Random(seed)  # noqa: S311 (not a secret)
        node = self.data.node
        groups: dict[int, list[int]] = {}
        for s in range(self.data.n):
            if node[s, k.GROUP] >= 0:
                groups.setdefault(int(node[s, k.GROUP]), []).append(s)
        self.groups = list(groups.values())

    def mixed(self, start: Found, budget: Budget) -> Found | None:
        """A plan better than ``start``, or None."""
        routes: Routes = self.pool.take(self.run.beside(start))
        columns = Columns.of(list(self.pool.routes.values()))
        whole = self.data.n <= WHOLE
        better = None
        for _ in range(1 if whole else 1 + self.data.n // NEIGHBOURHOOD):
            if budget.over():
                break
            around = set(routes) if whole else self._around(routes)
            found = self._recombined(columns, routes, around, budget)
            if found is not None:
                better = routes = found
        if better is None:
            return None
        vehicles = self.run.encoding.vehicles
        orders = {vehicles[v]: list(route.stops) for v, route in better.items()}
        return self.run.beside(Found(0, 0, orders)).best()

    def _around(self, routes: Routes) -> set[int]:
        """The vehicles of a stop's neighbours."""
        van_of = {s: v for v, route in routes.items() for s in route.stops}
        around: set[int] = set()
        count = 0
        for s in self.data.ruin[self.chance.randrange(self.data.n)].tolist():
            v = van_of.get(s)
            if v is not None and v not in around:
                around.add(v)
                count += len(routes[v].stops)
            if count >= NEIGHBOURHOOD:
                break
        return around

    def _recombined(
        self, columns: Columns, routes: Routes, around: set[int], budget: Budget
    ) -> Routes | None:
        served = {s for route in routes.values() for s in route.stops}
        near = {s for v in around for s in routes[v].stops} | (set(range(self.data.n)) - served)
        inside = np.zeros(self.data.n, bool)
        inside[list(near)] = True
        penalties = self.data.node[: self.data.n, k.PENALTY].tolist()
        locked = self.data.node[: self.data.n, k.LOCKED].tolist()
        left_out = {
            s: penalties[s]
            for s in near
            if s not in served or (penalties[s] < k.BIG and not locked[s])
        }
        free = self._free_vans(set(routes) - around)
        found = recombined(
            columns.within(inside),
            [routes[v] for v in sorted(around)],
            left_out,
            {kind: len(vans) for kind, vans in free.items()},
            self.groups,
            budget.left_seconds(),
            self.chance.getrandbits(30),
        )
        if found is None:
            return None
        kept = {v: route for v, route in routes.items() if v not in around}
        return kept | _with_vans(found, {v: routes[v] for v in around}, free)

    def _free_vans(self, taken: set[int]) -> dict[int, list[int]]:
        return {
            kind: [v for v in range(first, last) if v not in taken]
            for kind, (first, last) in enumerate(self.data.kinds.tolist())
        }


def _with_vans(
    chosen: Sequence[PooledRoute], before: Routes, free: Mapping[int, list[int]]
) -> dict[int, PooledRoute]:
    """Routes that stay keep their van."""
    van_of = {route: v for v, route in before.items()}
    kept = {van_of[route]: route for route in chosen if route in van_of}
    left = {kind: [v for v in vans if v not in kept] for kind, vans in free.items()}
    new = {left[route.kind].pop(0): route for route in chosen if route not in van_of}
    return kept | new
