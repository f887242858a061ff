"""Each stop and each vehicle alone first: one bad row is parked, never the day lost."""

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from logistics.routing.errors import BadProblem
from logistics.routing.problem import Break, Load, Problem, Stop, Vehicle
from logistics.routing.schedule import scheduled
from logistics.routing.solution import Solution

# Beyond these, sums over a day would leave 64 bits inside an engine.
LARGEST = 10**10


class Cause(StrEnum):
    """Why a stop is not served; for vehicles, why it stays in the yard."""

    NUMBER_OUT_OF_RANGE = "NUMBER_OUT_OF_RANGE"
    LOCATION_UNKNOWN = "LOCATION_UNKNOWN"
    WINDOW_EMPTY = "WINDOW_EMPTY"
    NO_VEHICLE = "NO_VEHICLE"
    NEEDS_CHILLED = "NEEDS_CHILLED"
    NO_VEHICLE_FITS = "NO_VEHICLE_FITS"
    WINDOW_UNREACHABLE = "WINDOW_UNREACHABLE"
    OUTSIDE_HOURS = "OUTSIDE_HOURS"
    # Servable alone, but not in this plan; found after planning.
    NO_ROOM_LEFT = "NO_ROOM_LEFT"
    DEARER_THAN_PENALTY = "DEARER_THAN_PENALTY"
    # Vehicles only.
    SHIFT_EMPTY = "SHIFT_EMPTY"
    BREAK_OUTSIDE_SHIFT = "BREAK_OUTSIDE_SHIFT"


@dataclass(frozen=True)
class Screened:
    """``problem`` holds only what can be planned; ``stops`` and ``vehicles`` map its positions back
    to the original's. ``parked`` and ``idle`` give the cause for each left out."""

    original: Problem
    problem: Problem
    stops: list[int]
    vehicles: list[int]
    parked: dict[int, Cause]
    idle: dict[int, Cause]

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
        return replace(
            solution,
            routes=routes,
            unserved=sorted([*(self.stops[s] for s in solution.unserved), *self.parked]),
            cost=solution.cost + sum(self.original.stops[s].penalty or 0 for s in self.parked),
            causes=causes | self.parked,
        )


def screen(problem: Problem) -> Screened:
    """Park what no vehicle could serve even alone. ``BadProblem`` when the matrices do not fit."""
    size = _matrix_size(problem)
    idle = {v: cause for v, van in enumerate(problem.vehicles) if (cause := _idle(van, size))}
    vehicles = [v for v in range(len(problem.vehicles)) if v not in idle]
    usable = replace(
        problem, stops=[], vehicles=[_with_real_break(problem.vehicles[v]) for v in vehicles]
    )
    kinds = _kinds_of_vehicle(usable)
    parked = {
        s: cause for s, stop in enumerate(problem.stops) if (cause := _parked(usable, kinds, stop))
    }
    stops = [s for s in range(len(problem.stops)) if s not in parked]
    plannable = replace(usable, stops=[problem.stops[s] for s in stops])
    return Screened(problem, plannable, stops, vehicles, parked, idle)


def _matrix_size(problem: Problem) -> int:
    sizes = {name: _side(name, getattr(problem, name)) for name in ("durations", "distances")}
    if sizes["distances"] != sizes["durations"]:
        raise BadProblem("distances", rows=sizes["distances"], expected=sizes["durations"])
    if problem.cost not in ("duration", "distance"):
        raise BadProblem("cost", value=str(problem.cost))
    return sizes["durations"]


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


def _idle(van: Vehicle, size: int) -> Cause | None:
    rest = van.break_ or Break(0, 0, 0)
    if not (0 <= van.start < size and 0 <= van.end < size):
        return Cause.LOCATION_UNKNOWN
    if not _in_range(van.capacity.grams, van.capacity.ml, van.fixed_cost, rest.seconds):
        return Cause.NUMBER_OUT_OF_RANGE
    if not _in_range(abs(van.earliest), abs(van.latest), abs(rest.earliest), abs(rest.latest)):
        return Cause.NUMBER_OUT_OF_RANGE
    if van.earliest >= van.latest:
        return Cause.SHIFT_EMPTY
    if van.break_ and (real := _with_real_break(van).break_) and real.earliest > real.latest:
        return Cause.BREAK_OUTSIDE_SHIFT
    return None


def _with_real_break(van: Vehicle) -> Vehicle:
    """The break's window narrowed to the part in which it also fits the shift."""
    rest = van.break_
    if rest is None:
        return van
    latest = min(rest.latest, van.latest - rest.seconds)
    return replace(
        van, break_=Break(max(rest.earliest, van.earliest), latest, seconds=rest.seconds)
    )


def _in_range(*numbers: int) -> bool:
    return all(0 <= number <= LARGEST for number in numbers)


def _kinds_of_vehicle(problem: Problem) -> list[int]:
    """One vehicle of each kind: a hundred equal vans need one look."""
    seen: dict[Vehicle, int] = {}
    for v, van in enumerate(problem.vehicles):
        seen.setdefault(replace(van, name=""), v)
    return list(seen.values())


def _parked(problem: Problem, kinds: list[int], stop: Stop) -> Cause | None:
    """Why no vehicle of ``problem``, which has no stops yet, can serve this one even alone."""
    if not 0 <= stop.location < len(problem.durations):
        return Cause.LOCATION_UNKNOWN
    if not _sane_numbers(stop):
        return Cause.NUMBER_OUT_OF_RANGE
    if stop.earliest > stop.latest:
        return Cause.WINDOW_EMPTY
    if not kinds:
        return Cause.NO_VEHICLE
    cold = [v for v in kinds if problem.vehicles[v].chilled or not stop.chilled]
    if not cold:
        return Cause.NEEDS_CHILLED
    roomy = [v for v in cold if _holds(stop, problem.vehicles[v].capacity)]
    if not roomy:
        return Cause.NO_VEHICLE_FITS
    alone = replace(problem, stops=[stop])
    if any(scheduled(alone, v, [0]) for v in roomy):
        return None
    in_time = [v for v in roomy if _soonest(problem, v, stop) <= stop.latest]
    return Cause.OUTSIDE_HOURS if in_time else Cause.WINDOW_UNREACHABLE


def _sane_numbers(stop: Stop) -> bool:
    loads = (stop.deliver.grams, stop.deliver.ml, stop.collect.grams, stop.collect.ml)
    times = (stop.service_seconds, abs(stop.earliest), abs(stop.latest))
    return _in_range(*loads, *times, stop.penalty or 0)


def _holds(stop: Stop, capacity: Load) -> bool:
    return stop.deliver.fits(capacity) and stop.collect.fits(capacity)


def _soonest(problem: Problem, vehicle: int, stop: Stop) -> int:
    """When service could begin if the shift never ended and nobody rested."""
    van = problem.vehicles[vehicle]
    return max(stop.earliest, van.earliest + int(problem.durations[van.start, stop.location]))
