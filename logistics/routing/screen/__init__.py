"""Each stop and each vehicle alone first: one bad row is parked, never the day lost."""

from dataclasses import dataclass, replace

import numpy as np

from logistics.routing.errors import BadProblem
from logistics.routing.problem import Problem, Stop, Transfer
from logistics.routing.screen.alone import parked, with_real_windows
from logistics.routing.screen.cause import LARGEST, LARGEST_RATE, Cause
from logistics.routing.screen.locks import kept_locks
from logistics.routing.screen.yard import idle, with_real_breaks
from logistics.routing.solution import Solution

__all__ = ["BAD_DATA", "LARGEST", "Cause", "Screened", "screen"]

UNKNOWN = -1
# What nobody can plan around: the row itself has to be corrected.
BAD_DATA = frozenset({Cause.LOCATION_UNKNOWN, Cause.NUMBER_OUT_OF_RANGE, Cause.TRANSFER_WRONG})


@dataclass(frozen=True)
class Screened:
    """``problem`` holds only what can be planned; ``stops`` and ``vehicles`` map its positions back
    to the original's. ``parked`` and ``idle`` give the cause for each left out.

    ``unlocked`` vehicles go out, but do not begin with all that was locked for them: a stop that is
    parked, locked twice, bound to another vehicle or out of reach after those before it is not kept
    in front. Where it can be planned it is planned like any other.
    """

    original: Problem
    problem: Problem
    stops: list[int]
    vehicles: list[int]
    parked: dict[int, Cause]
    idle: dict[int, Cause]
    unlocked: dict[int, Cause]

    def restore(self, solution: Solution) -> Solution:
        """The solution in the original's positions, parked stops among the unserved."""
        routes = [
            replace(
                route,
                vehicle=self.vehicles[route.vehicle],
                stops=[self.stops[s] for s in route.stops],
            )
            for route in solution.routes
        ]
        causes: dict[int, str] = {self.stops[s]: cause for s, cause in solution.causes.items()}
        penalties = sum(self.original.stops[s].penalty or 0 for s in self.parked)
        served = [self.original.stops[s] for route in routes for s in route.stops]
        return replace(
            solution,
            routes=routes,
            unserved=sorted([*(self.stops[s] for s in solution.unserved), *self.parked]),
            cost=solution.cost + penalties + sum(map(self._always_strange, served)),
            causes=causes | self.parked,
        )

    def mended(self) -> Problem:
        """The original, in its own positions, with what the screen mended: no rest outside its
        shift, no lock that cannot be kept, no transfer with a stop that is none.

        Parked stops and idle vehicles are still there; whoever plans must leave them out.
        """
        vehicles = [replace(van, locked=()) for van in self.original.vehicles]
        for v, van in zip(self.vehicles, self.problem.vehicles, strict=True):
            kept = tuple(self.stops[s] for s in van.locked)
            vehicles[v] = replace(with_real_breaks(vehicles[v]), locked=kept)
        stops = range(len(self.original.stops))
        sound = {s for s in stops if self.parked.get(s) not in BAD_DATA}
        transfers = [t for t in self.original.transfers if {t.pickup, t.delivery} <= sound]
        return replace(self.original, vehicles=vehicles, transfers=transfers)

    def _always_strange(self, stop: Stop) -> int:
        """What is paid whoever comes, because the regular vehicle does not go out."""
        lost = stop.regular is not None and stop.regular not in self.vehicles
        return stop.stranger_cost if lost else 0


def screen(problem: Problem) -> Screened:
    """Park what no vehicle could serve even alone. ``BadProblem`` when the matrices do not fit."""
    _refuse_as_a_whole(problem)
    in_yard = {v: cause for v, van in enumerate(problem.vehicles) if (cause := idle(problem, van))}
    vehicles = [v for v in range(len(problem.vehicles)) if v not in in_yard]
    of_vehicle = {v: place for place, v in enumerate(vehicles)}
    usable = replace(
        problem,
        stops=[_by_place(stop, of_vehicle) for stop in problem.stops],
        vehicles=[with_real_breaks(replace(problem.vehicles[v], locked=())) for v in vehicles],
    )
    left_out = parked(usable)
    stops = [s for s in range(len(problem.stops)) if s not in left_out]
    of_stop = {s: place for place, s in enumerate(stops)}
    plannable = replace(
        usable,
        stops=[with_real_windows(usable.stops[s]) for s in stops],
        transfers=[
            Transfer(of_stop[t.pickup], of_stop[t.delivery], t.load)
            for t in problem.transfers
            if t.pickup in of_stop and t.delivery in of_stop
        ],
    )
    wanted = [[of_stop.get(s) for s in problem.vehicles[v].locked] for v in vehicles]
    kept = kept_locks(plannable, wanted)
    locked = [
        replace(van, locked=prefix) for van, prefix in zip(plannable.vehicles, kept, strict=True)
    ]
    unlocked = {
        v: Cause.LOCKED_WRONG
        for v, asked, prefix in zip(vehicles, wanted, kept, strict=True)
        if tuple(asked) != prefix
    }
    return Screened(
        original=problem,
        problem=replace(plannable, vehicles=locked),
        stops=stops,
        vehicles=vehicles,
        parked=left_out,
        idle=in_yard,
        unlocked=unlocked,
    )


def _by_place(stop: Stop, of_vehicle: dict[int, int]) -> Stop:
    """The stop with its vehicles as positions among those that go out."""
    if stop.vehicle is None and stop.regular is None:
        return stop
    return replace(
        stop,
        vehicle=None if stop.vehicle is None else of_vehicle.get(stop.vehicle, UNKNOWN),
        regular=None if stop.regular is None else of_vehicle.get(stop.regular),
    )


def _refuse_as_a_whole(problem: Problem) -> None:
    sizes = {name: _side(name, getattr(problem, name)) for name in ("durations", "distances")}
    if sizes["distances"] != sizes["durations"]:
        raise BadProblem("distances", rows=sizes["distances"], expected=sizes["durations"])
    if problem.cost not in ("duration", "distance"):
        raise BadProblem("cost", value=str(problem.cost))
    if not 0 <= problem.unfair_cost <= LARGEST_RATE:
        raise BadProblem("unfair_cost", value=problem.unfair_cost, most=LARGEST_RATE)


def _side(name: str, matrix: object) -> int:
    """How many rows and columns the matrix has."""
    if isinstance(matrix, list) and not matrix:
        return 0
    if not isinstance(matrix, np.ndarray) or matrix.dtype != np.int32 or matrix.ndim != 2:
        raise BadProblem(name, reason="is no table of whole numbers below 2,147,483,648")
    rows, columns = matrix.shape
    if rows != columns:
        raise BadProblem(name, rows=rows, columns=columns)
    if rows and matrix.min() < 0:
        raise BadProblem(name, smallest=int(matrix.min()))
    side: int = rows
    return side
