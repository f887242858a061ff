"""The best plan that the pooled routes of a neighbourhood make, by CP-SAT.

Set partitioning: every stop on exactly one route or left out. What the routes' reduced costs rule
out is dropped before, by a Lagrangian bound (Held and Karp's subgradient).
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from ortools.sat.python import cp_model

from logistics.routing.portfolio.pool import PooledRoute

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]

STEPS = 120
MOST_ROUTES = 3_000
# Deterministic seconds of CP-SAT for one neighbourhood.
EFFORT = 1.0


@dataclass(frozen=True)
class Columns:
    """Pooled routes as a sparse matrix: ``rows[offsets[j]:offsets[j + 1]]`` are the stops of j."""

    routes: Sequence[PooledRoute]
    rows: Ints
    offsets: Ints
    cost: Ints

    @classmethod
    def of(cls, routes: Sequence[PooledRoute]) -> "Columns":
        lengths = np.array([len(route.stops) for route in routes], np.int64)
        rows = np.fromiter((s for route in routes for s in route.stops), np.int64, lengths.sum())
        cost = np.array([route.cost for route in routes], np.int64)
        return cls(routes, rows, np.concatenate([[0], lengths.cumsum()]), cost)

    def within(self, inside: npt.NDArray[np.bool_]) -> "Columns":
        """Those all of whose stops are inside."""
        whole = np.logical_and.reduceat(inside[self.rows], self.offsets[:-1])
        return self.take(np.flatnonzero(whole))

    def take(self, chosen: Ints) -> "Columns":
        return Columns.of([self.routes[j] for j in chosen.tolist()])


def recombined(
    columns: Columns,
    now: Sequence[PooledRoute],
    left_out: dict[int, int],
    vans: dict[int, int],
    groups: Sequence[Sequence[int]],
    seconds: float | None,
    seed: int,
) -> list[PooledRoute] | None:
    """Routes that, with what they leave out, cost less than ``now``; or None.

    ``left_out``: what leaving out costs, of the stops for which that is allowed. ``vans``: how many
    of each kind there are for them. ``groups`` must share a van.
    """
    stops = sorted({s for route in now for s in route.stops} | set(left_out))
    served = {s for route in now for s in route.stops}
    worth = sum(r.cost for r in now) + sum(c for s, c in left_out.items() if s not in served)
    columns = _promising(columns, now, left_out, stops, worth)
    model = cp_model.CpModel()
    uses = [model.new_bool_var("") for _ in columns.routes]
    leaves = {s: model.new_bool_var("") for s in left_out}
    covered: dict[int, list[cp_model.IntVar]] = {s: [] for s in stops}
    for use, route in zip(uses, columns.routes, strict=True):
        for s in route.stops:
            covered[s].append(use)
    for s in stops:
        model.add_exactly_one(covered[s] + ([leaves[s]] if s in leaves else []))
    for kind, many in vans.items():
        of_kind = [use for use, r in zip(uses, columns.routes, strict=True) if r.kind == kind]
        if len(of_kind) > many:
            model.add(sum(of_kind) <= many)
    for group in groups:
        members = set(group)
        touching = [
            use
            for use, route in zip(uses, columns.routes, strict=True)
            if members.intersection(route.stops)
        ]
        model.add_at_most_one(touching)
    chosen = set(now)
    for use, route in zip(uses, columns.routes, strict=True):
        model.add_hint(use, route in chosen)
    for s, leave in leaves.items():
        model.add_hint(leave, s not in served)
    costs = [*columns.cost.tolist(), *left_out.values()]
    model.minimize(cp_model.LinearExpr.weighted_sum([*uses, *leaves.values()], costs))
    cp = cp_model.CpSolver()
    cp.parameters.num_workers = 1
    cp.parameters.random_seed = seed
    cp.parameters.max_deterministic_time = EFFORT
    if seconds is not None:
        cp.parameters.max_time_in_seconds = seconds
    status = cp.solve(model)
    if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE) or cp.objective_value >= worth:
        return None
    return [r for use, r in zip(uses, columns.routes, strict=True) if cp.boolean_value(use)]


def _promising(
    columns: Columns,
    now: Sequence[PooledRoute],
    left_out: dict[int, int],
    stops: Sequence[int],
    worth: int,
) -> Columns:
    """Without those whose reduced cost shows that no better plan has them."""
    place = np.zeros(max(stops) + 1, np.int64)
    place[stops] = np.arange(len(stops))
    rows = place[columns.rows]
    lengths = np.diff(columns.offsets)
    price = np.zeros(len(stops))
    for route in now:
        price[place[list(route.stops)]] = route.cost / len(route.stops)
    ceiling = np.full(len(stops), np.inf)
    for s, cost in left_out.items():
        ceiling[place[s]] = cost
    price = np.minimum(price, ceiling)
    best_bound, best_reduced, step, stale = -np.inf, columns.cost.astype(float), 1.0, 0
    for _ in range(STEPS):
        reduced = columns.cost - np.add.reduceat(price[rows], columns.offsets[:-1])
        used = reduced < 0
        bound = price.sum() + reduced[used].sum()
        if bound > best_bound:
            best_bound, best_reduced, stale = bound, reduced, 0
        else:
            stale += 1
            if stale >= 5:
                step, stale = step / 2, 0
        slack = 1.0 - np.bincount(rows[np.repeat(used, lengths)], minlength=len(stops))
        size = float(slack @ slack)
        if size == 0 or worth - bound < 1:
            break
        price = np.minimum(price + step * (worth - bound) / size * slack, ceiling)
    keep = np.flatnonzero(best_reduced <= worth - best_bound)
    keep = keep[np.argsort(best_reduced[keep], kind="stable")[:MOST_ROUTES]]
    chosen = set(now)
    ours = [j for j, route in enumerate(columns.routes) if route in chosen]
    return columns.take(np.union1d(keep, np.array(ours, np.int64)))
