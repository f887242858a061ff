"""VROOM as a peer, by the package ``pyvroom``. Costs come from a matrix of their own; whether a
plan is in time goes by durations. It holds no time limit and has no seed: it ends by itself."""

from collections.abc import Callable
from importlib.util import find_spec
from typing import Any

import numpy as np
import numpy.typing as npt

from logistics.routing.insertion import Orders
from logistics.routing.problem import NOTHING, Load, Problem, Stop, Vehicle

# The most thorough there is.
EXPLORATION_LEVEL = 5
LARGEST = 2**32 - 1
PROFILE = "car"


def installed() -> bool:
    """Wheels exist for Python 3.11 to 3.14 and not for every system."""
    return find_spec("vroom") is not None


def unsaid(problem: Problem) -> str:
    """The first rule of the problem that is not translated; "" where all are."""
    plain_stop = Stop("", 0)
    plain_van = Vehicle("", 0, 0, NOTHING)
    said = {"name", "location", "deliver", "collect", "earliest", "latest", "service_seconds"}
    said |= {"start", "end", "capacity"}
    if problem.transfers:
        return "transfers"
    rows = [*((stop, plain_stop) for stop in problem.stops)]
    for row, plain in [*rows, *((van, plain_van) for van in problem.vehicles)]:
        for field in row.__slots__:
            if field not in said and getattr(row, field) != getattr(plain, field):
                return field
    return ""


def ready(problem: Problem, threads: int = 1) -> Callable[[], Orders]:
    """The problem in VROOM's terms, ready to be searched for vehicle → its stops."""
    import vroom

    given = vroom.Input()
    given.set_durations_matrix(PROFILE, _matrix(problem.durations))
    given.set_costs_matrix(PROFILE, _matrix(problem.costs))
    given.add_vehicle([_vehicle(v, van) for v, van in enumerate(problem.vehicles)])
    given.add_job([_job(s, stop) for s, stop in enumerate(problem.stops)])
    return lambda: _orders(given.solve(exploration_level=EXPLORATION_LEVEL, nb_threads=threads))


def _matrix(matrix: npt.NDArray[np.int32]) -> npt.NDArray[np.uint32]:
    return np.ascontiguousarray(matrix, dtype=np.uint32)


def _vehicle(v: int, van: Vehicle) -> Any:
    import vroom

    return vroom.Vehicle(
        v,
        start=van.start,
        end=van.end,
        profile=PROFILE,
        capacity=_amounts(van.capacity),
        time_window=_window(van.earliest, van.latest),
    )


def _job(s: int, stop: Stop) -> Any:
    import vroom

    return vroom.Job(
        s,
        location=stop.location,
        default_service=stop.service_seconds,
        delivery=vroom.Amount(_amounts(stop.deliver)),
        pickup=vroom.Amount(_amounts(stop.collect)),
        time_windows=[_window(stop.earliest, stop.latest)],
    )


def _window(earliest: int, latest: int) -> Any:
    import vroom

    return vroom.TimeWindow(earliest, min(latest, LARGEST))


def _amounts(load: Load) -> list[int]:
    return [load.grams, load.ml, load.chilled_ml]


def _orders(found: Any) -> Orders:
    orders: Orders = {}
    visits = found.routes
    visits = visits[visits["type"] == "job"]
    for v, s in zip(visits["vehicle_id"], visits["id"], strict=True):
        orders.setdefault(int(v), []).append(int(s))
    return orders
