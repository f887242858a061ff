"""What must stay together when a day is cut into parts, and how neighbours find each other."""

import random
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from logistics.routing.found import Found
from logistics.routing.problem import Problem

# An unserved stop asks for a van as so many served ones do.
UNSERVED_ASKS = 10
# Ends of a cut are drawn from so many.
DRAWN = 4


@dataclass(frozen=True)
class Unit:
    """A route with its van, or unserved stops that belong together, or what ties these to each
    other. ``heart`` is the location that stands for all."""

    stops: tuple[int, ...]
    vehicles: tuple[int, ...]
    heart: int
    unserved: int


def units_of(problem: Problem, found: Found) -> list[Unit]:
    """Every stop is in one unit, and every vehicle in use or named by a stop as its only one. A
    route, the ends of a transfer, a group, a stop and its only vehicle are never torn apart."""
    ties = _Ties()
    for v, order in found.orders.items():
        for s in order:
            ties.join(s, ("van", v))
    for s, stop in enumerate(problem.stops):
        if stop.together:
            ties.join(s, ("group", stop.together))
        if stop.vehicle is not None:
            ties.join(s, ("van", stop.vehicle))
    for transfer in problem.transfers:
        ties.join(transfer.pickup, transfer.delivery)
    stops: dict[Hashable, list[int]] = {}
    for s in range(len(problem.stops)):
        stops.setdefault(ties.head_of(s), []).append(s)
    vehicles: dict[Hashable, list[int]] = {}
    for v in range(len(problem.vehicles)):
        vehicles.setdefault(ties.head_of(("van", v)), []).append(v)
    served = {s for order in found.orders.values() for s in order}
    return [
        Unit(
            tuple(of),
            tuple(vehicles.get(head, ())),
            _heart(problem, of),
            len(set(of) - served),
        )
        for head, of in stops.items()
    ]


class _Ties:
    """What is tied together, directly or through others."""

    def __init__(self) -> None:
        self.up: dict[Hashable, Hashable] = {}

    def head_of(self, one: Hashable) -> Hashable:
        """The same for all that are tied together."""
        head = one
        while head in self.up:
            head = self.up[head]
        while one != head:
            self.up[one], one = head, self.up[one]
        return head

    def join(self, one: Hashable, other: Hashable) -> None:
        one, other = self.head_of(one), self.head_of(other)
        if one != other:
            self.up[one] = other


def _heart(problem: Problem, stops: Sequence[int]) -> int:
    """The location from which it is least to all the others."""
    places = [problem.stops[s].location for s in stops]
    costs = problem.costs[np.ix_(places, places)]
    return places[int(costs.sum(axis=1, dtype=np.int64).argmin())]


def split(
    problem: Problem, units: Sequence[Unit], parts: int, chance: random.Random
) -> list[list[Unit]]:
    """Neighbours together, in so many parts of about as many stops; in fewer where there are fewer
    units. The cuts lie elsewhere each time."""
    parts = min(parts, len(units))
    if parts <= 1:
        return [list(units)]
    one = units[chance.randrange(len(units))].heart
    others = chance.sample(range(len(units)), min(DRAWN, len(units)))
    other = max((units[u].heart for u in others), key=lambda heart: problem.costs[one, heart])
    hearts = [unit.heart for unit in units]
    nearer = problem.costs[one, hearts].astype(np.int64) - problem.costs[other, hearts]
    order = np.argsort(nearer, kind="stable").tolist()
    sizes = np.cumsum([len(units[u].stops) for u in order])
    fewer = parts // 2
    cut = int(np.abs(sizes - sizes[-1] * fewer / parts).argmin()) + 1
    cut = min(max(cut, fewer), len(units) - (parts - fewer))
    return [
        part
        for half, of in ((order[:cut], fewer), (order[cut:], parts - fewer))
        for part in split(problem, [units[u] for u in half], of, chance)
    ]


def dealt(
    problem: Problem, parts: Sequence[Sequence[Unit]], chance: random.Random
) -> list[list[int]]:
    """The vehicles of each part: its own, and of the unused ones a share by what it has to do."""
    vehicles = [[v for unit in part for v in unit.vehicles] for part in parts]
    asked = np.array(
        [sum(len(unit.stops) + UNSERVED_ASKS * unit.unserved for unit in part) for part in parts],
        float,
    )
    taken = {v for vans in vehicles for v in vans}
    unused: dict[object, list[int]] = {}
    for v, van in enumerate(problem.vehicles):
        if v not in taken:
            unused.setdefault(replace(van, name=""), []).append(v)
    for vans in unused.values():
        given = np.zeros(len(parts))
        for v in vans:
            # By chance among equals: few vans go elsewhere each round.
            worth = asked / (given + 1 + chance.random() / 2)
            part = int(worth.argmax())
            vehicles[part].append(v)
            given[part] += 1
    return [sorted(vans) for vans in vehicles]
