"""A day under way as a routing problem: each van from where it is, with what it has aboard.

A van that has left loads nothing more: what is at the depot goes with those still there. What is
aboard a van only that van can bring, late rather than never, and it goes on to the stop it is
driving to before anything else.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np

from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning.problem_builder import stop_of, van_of
from logistics.planning.terms import NO_TERMS, NOBODY, Terms
from logistics.planning.visits import Visit
from logistics.road_matrix.provider import RoadMatrix
from logistics.routing.problem import NOTHING, Break, Load, Problem, Stop, Vehicle

LOADS_AT_DEPOT = "loads_at_depot"
# What is in a van already is brought before so many others that are still at the depot.
ABOARD_FIRST = 10


@dataclass(frozen=True)
class Resume:
    """Where a van under way drives on: from ``point``, not before ``at``.

    ``aboard`` comes back to the depot with it whatever happens. ``starts``: when it is planned to
    drive on; ``locked``: to the stop it was driving to already; ``rested``: its break is over.
    ``left``: when it left the depot.
    """

    point: tuple[float, float]
    at: int
    aboard: Load = NOTHING
    rested: bool = False
    locked: bool = False
    starts: int = 0
    left: int = 0

    def told(self) -> dict[str, Any]:
        """As JSON; ``resume`` gives the same back."""
        aboard = [self.aboard.grams, self.aboard.ml, self.aboard.chilled_ml]
        return {
            "point": list(self.point),
            "at": self.at,
            "aboard": aboard,
            "rested": self.rested,
            "locked": self.locked,
            "starts": self.starts,
            "left": self.left,
        }


def resume(told: Mapping[str, Any]) -> Resume:
    lat, lon = told["point"]
    return Resume(
        point=(lat, lon),
        at=told["at"],
        aboard=Load(*told["aboard"]),
        rested=told["rested"],
        locked=told["locked"],
        starts=told["starts"],
        left=told["left"],
    )


@dataclass(frozen=True)
class Van:
    """``resume`` is None while it is still at the depot."""

    shift: Shift
    resume: Resume | None


@dataclass(frozen=True)
class Asked:
    """One ring of the bell. ``aboard_of``: the shift whose van has its goods; ``next_of``: the
    shift whose van is driving there; ``again``: tried before, so it comes last."""

    visit: Visit
    terms: Terms = NO_TERMS
    aboard_of: str = ""
    next_of: str = ""
    again: bool = False

    @property
    def only(self) -> str:
        """The shift that alone can serve it, "" when several may."""
        return self.next_of or self.aboard_of


@dataclass(frozen=True)
class MidDay:
    depot: Depot
    on_date: date
    now: int
    vans: Sequence[Van]
    asked: Sequence[Asked]

    @property
    def numbers(self) -> dict[str, int]:
        """The vehicle of each shift."""
        return {van.shift.reference: number for number, van in enumerate(self.vans)}

    def vehicle_of(self, asked: Asked) -> int | None:
        """None when several vans may come, NOBODY when the only one cannot."""
        return self.numbers.get(asked.only, NOBODY) if asked.only else None


def problem_of(day: MidDay, roads: RoadMatrix) -> Problem:
    """Stops run beside ``day.asked``, vehicles beside ``day.vans``; location 0 is the depot."""
    rows: dict[tuple[float, float], int] = {(day.depot.lat, day.depot.lon): 0}
    vehicles = [_vehicle(day, number, rows) for number in range(len(day.vans))]
    stops = [_stop(day, asked, vehicles, rows) for asked in day.asked]
    matrix = roads.matrix(list(rows))
    return Problem(
        stops=stops,
        vehicles=vehicles,
        durations=np.array(matrix.durations, dtype=np.int32),
        distances=np.array(matrix.distances, dtype=np.int32),
    )


def held_back(problem: Problem, stops: Collection[int]) -> Problem:
    """The same with these stops served by nobody: what they have aboard stays in its van."""
    vehicles = list(problem.vehicles)
    for s in stops:
        v = problem.stops[s].vehicle
        if v is not None and v != NOBODY:
            vehicles[v] = replace(vehicles[v], aboard=vehicles[v].aboard + problem.stops[s].deliver)
    held = [
        replace(stop, vehicle=NOBODY) if s in stops else stop
        for s, stop in enumerate(problem.stops)
    ]
    locked = [
        replace(van, locked=tuple(s for s in van.locked if s not in stops)) for van in vehicles
    ]
    return replace(problem, stops=held, vehicles=locked)


def _vehicle(day: MidDay, number: int, rows: dict[tuple[float, float], int]) -> Vehicle:
    van = day.vans[number]
    at = van.resume
    if at is None:
        return van_at_depot(van.shift, day.on_date, day.now)
    whole = van_of(van.shift, day.on_date)
    driving_to = [s for s, asked in enumerate(day.asked) if asked.next_of == van.shift.reference]
    return replace(
        whole,
        start=rows.setdefault(at.point, len(rows)),
        earliest=at.at,
        breaks=() if at.rested else _rests_left(whole.breaks, day.now),
        fixed_cost=0,
        locked=tuple(driving_to) if at.locked else (),
        aboard=at.aboard,
        max_seconds=None
        if whole.max_seconds is None
        else max(0, whole.max_seconds - (at.at - at.left)),
    )


def van_at_depot(shift: Shift, on_date: date, now: int) -> Vehicle:
    """It may still load, and leaves no earlier than ``now``."""
    whole = van_of(shift, on_date)
    return replace(
        whole,
        earliest=max(whole.earliest, now),
        breaks=_rests_left(whole.breaks, now),
        skills=whole.skills | {LOADS_AT_DEPOT},
    )


def _rests_left(rests: Sequence[Break], now: int) -> tuple[Break, ...]:
    """No rest is begun in the past; one that was missed cannot be planned any more."""
    return tuple(
        replace(rest, earliest=max(rest.earliest, now)) for rest in rests if rest.latest >= now
    )


def _stop(
    day: MidDay,
    asked: Asked,
    vehicles: Sequence[Vehicle],
    rows: dict[tuple[float, float], int],
) -> Stop:
    visit, only = asked.visit, day.vehicle_of(asked)
    location = rows.setdefault(visit.point, len(rows))
    whole = stop_of(visit, location, asked.terms, day.numbers)
    penalty = (whole.penalty or 0) * (ABOARD_FIRST if asked.aboard_of else 1)
    earliest = max(whole.earliest, day.now)
    stop = replace(whole, vehicle=only, earliest=earliest, penalty=penalty)
    if only is None:
        # Who is still at the depot may fetch too; who has left may only fetch.
        loads = {LOADS_AT_DEPOT} if visit.deliver != NOTHING else set()
        return replace(stop, skills=whole.skills | loads)
    if only == NOBODY:
        return stop
    return replace(stop, latest=max(whole.latest, vehicles[only].latest))
