"""Some of a problem's stops and vehicles as a problem of its own."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

import numpy as np

from logistics.routing.found import Found
from logistics.routing.problem import Problem, Stop, Vehicle

# A vehicle that is not in the part: whoever serves its regulars is a stranger there.
ABSENT = -1
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Part:
    """``problem`` numbers anew what the whole calls ``stops`` and ``vehicles``: neighbours get
    numbers close to each other, so that the search finds them close together in memory."""

    problem: Problem
    stops: list[int]
    vehicles: list[int]

    def inside(self, found: Found) -> Found:
        """The whole's routes of these vehicles, in the part's numbers; ``cost`` is to be reckoned
        anew."""
        place = {s: i for i, s in enumerate(self.stops)}
        ours = [(i, v) for i, v in enumerate(self.vehicles) if v in found.orders]
        return Found(
            0,
            0,
            {i: [place[s] for s in found.orders[v]] for i, v in ours},
            {i: found.reloads.get(v, ()) for i, v in ours},
        )

    def outside(self, found: Found) -> Found:
        """A plan for the part, in the whole's numbers."""
        return Found(
            found.musts_unserved,
            found.cost,
            {self.vehicles[v]: [self.stops[s] for s in of] for v, of in found.orders.items()},
            {self.vehicles[v]: cuts for v, cuts in found.reloads.items()},
        )


def part_of(problem: Problem, stops: Sequence[int], vehicles: Sequence[int]) -> Part:
    """Both ends of a transfer, and whatever is locked into a vehicle, must be in or out together.

    A stop that names a vehicle outside can be served by none.
    """
    places = _near_each_other(
        problem,
        {problem.stops[s].location for s in stops}
        | {place for v in vehicles for place in _ends(problem.vehicles[v])},
    )
    place_at = {place: i for i, place in enumerate(places)}
    stops = sorted(stops, key=lambda s: place_at[problem.stops[s].location])
    stop_at = {s: i for i, s in enumerate(stops)}
    van_at = {v: i for i, v in enumerate(vehicles)}
    rows = np.ix_(places, places)
    durations = problem.durations[rows]
    same = problem.distances is problem.durations
    carved = Problem(
        stops=[_stop(problem.stops[s], place_at, van_at) for s in stops],
        vehicles=[_vehicle(problem.vehicles[v], place_at, stop_at) for v in vehicles],
        durations=durations,
        distances=durations if same else problem.distances[rows],
        cost=problem.cost,
        transfers=[
            replace(t, pickup=stop_at[t.pickup], delivery=stop_at[t.delivery])
            for t in problem.transfers
            if t.pickup in stop_at
        ],
        speeds=problem.speeds,
        unfair_cost=problem.unfair_cost,
    )
    return Part(carved, stops, list(vehicles))


def _near_each_other(problem: Problem, places: Collection[int]) -> list[int]:
    """The places as a tour that always goes on to the nearest that is left."""
    numbers = sorted(places)
    there = problem.durations[np.ix_(numbers, numbers)].astype(np.int64)
    far = there + there.T
    left = np.ones(len(numbers), bool)
    tour = [0] if numbers else []
    for _ in numbers[1:]:
        left[tour[-1]] = False
        tour.append(int(np.where(left, far[tour[-1]], NEVER).argmin()))
    return [numbers[i] for i in tour]


def _ends(van: Vehicle) -> tuple[int, int]:
    return van.start, van.end


def _stop(stop: Stop, place_at: dict[int, int], van_at: dict[int, int]) -> Stop:
    return replace(
        stop,
        location=place_at[stop.location],
        vehicle=None if stop.vehicle is None else van_at.get(stop.vehicle, ABSENT),
        regular=None if stop.regular is None else van_at.get(stop.regular, ABSENT),
    )


def _vehicle(van: Vehicle, place_at: dict[int, int], stop_at: dict[int, int]) -> Vehicle:
    return replace(
        van,
        start=place_at[van.start],
        end=place_at[van.end],
        locked=tuple(stop_at[s] for s in van.locked),
    )
