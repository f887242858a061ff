"""Turns a depot's day of rows into a routing problem."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

import numpy as np
from django.conf import settings

from logistics.consignments import queries as consignments
from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.fleet import models as fleet_models
from logistics.fleet import queries as fleet
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning.regulars import Door, Regular, regulars
from logistics.planning.terms import Terms, terms_of
from logistics.planning.visits import Move, Visit, visits
from logistics.road_matrix.provider import RoadMatrix
from logistics.routing.problem import Break, Load, Problem, SpeedBand, Stop, Vehicle
from logistics.seoul_time import seconds_into

# Costs are seconds on the road. Serving one more home is worth any drive ...
LEFT_OUT_COST = 1_000_000
# ... and one more van on the road is worth saving half an hour of driving.
VAN_COST = 1_800
AN_HOUR = 3_600
# A rest may begin up to an hour after the time it is rostered for.
BREAK_SLACK_SECONDS = 3_600


@dataclass(frozen=True)
class Day:
    """What a plan is made of."""

    depot: Depot
    on_date: date
    consignments: list[Consignment]
    shifts: list[Shift]
    regulars: Mapping[Door, Regular] = field(default_factory=dict)


@dataclass(frozen=True)
class DayProblem:
    """``visits`` and ``terms`` run beside the problem's stops, ``shifts`` beside its vehicles."""

    problem: Problem
    visits: list[Visit]
    shifts: list[Shift]
    terms: list[Terms]


def read(depot: Depot, on_date: date, *, lock: bool = False) -> Day:
    """What has not left the depot yet, who drives, and who knows its doors. Three queries."""
    waiting = consignments.to_plan(depot, on_date, lock=lock)
    known = regulars(depot, on_date, waiting)
    return Day(depot, on_date, waiting, fleet.shifts(depot, on_date), known)


def fingerprint(day: Day, road_matrix: str) -> str:
    """The same as long as planning the day again would mean the same problem."""
    facts = {
        "depot": [day.depot.reference, day.depot.lat, day.depot.lon, day.depot.speeds],
        "roads": road_matrix,
        "moves": sorted(
            [
                c.reference,
                c.kind,
                c.earliest_at.isoformat(),
                c.latest_at.isoformat(),
                c.address,
                c.lat,
                c.lon,
                c.weight_grams,
                c.volume_ml,
                c.chilled,
                c.chilled_ml,
                c.clearance_cm,
                c.equipment,
                c.service_seconds,
                c.promised_at.isoformat() if c.promised_at else "",
            ]
            for c in day.consignments
        ),
        "shifts": sorted(
            [
                s.reference,
                s.starts_at.isoformat(),
                s.ends_at.isoformat(),
                s.break_starts_at.isoformat() if s.break_starts_at else "",
                s.break_seconds,
                s.vehicle.capacity_grams,
                s.vehicle.capacity_ml,
                s.vehicle.chilled,
                s.vehicle.chilled_ml,
                s.vehicle.height_cm,
                s.vehicle.equipment,
                s.vehicle.won_per_km,
                s.vehicle.won_per_hour,
                s.driver.most_minutes,
            ]
            for s in day.shifts
        ),
    }
    return hashlib.sha256(json.dumps(facts, ensure_ascii=False).encode()).hexdigest()


def build(day: Day, roads: RoadMatrix) -> DayProblem:
    """The day as one problem; every stop may be left out, at a price."""
    vans = [van_of(shift, day.on_date) for shift in day.shifts]
    moves = [move_of(consignment, day.on_date) for consignment in day.consignments]
    day_visits = visits(moves, vans)
    terms = [terms_of(visit, day.regulars, day.shifts) for visit in day_visits]
    problem = problem_of(day.depot, day_visits, terms, day.shifts, day.on_date, roads)
    return replace(problem, problem=at_speeds(problem.problem, day.depot.speeds))


def at_speeds(problem: Problem, bands: Sequence[tuple[int, int]]) -> Problem:
    """The same, with every van driving as fast as the time of day allows."""
    if not bands:
        return problem
    profile = tuple(SpeedBand(since, percent) for since, percent in bands)
    vehicles = [replace(van, speed=0) for van in problem.vehicles]
    return replace(problem, vehicles=vehicles, speeds=[profile])


def problem_of(
    depot: Depot,
    day_visits: Sequence[Visit],
    terms: Sequence[Terms],
    shifts: Iterable[Shift],
    on_date: date,
    roads: RoadMatrix,
) -> DayProblem:
    """Location 0 is the depot; visits at one point share a location."""
    rows: dict[tuple[float, float], int] = {(depot.lat, depot.lon): 0}
    used_shifts = list(shifts)
    numbers = {shift.reference: number for number, shift in enumerate(used_shifts)}
    stops = [
        stop_of(visit, rows.setdefault(visit.point, len(rows)), agreed, numbers)
        for visit, agreed in zip(day_visits, terms, strict=True)
    ]
    matrix = roads.matrix(list(rows))
    problem = Problem(
        stops=stops,
        vehicles=[van_of(shift, on_date) for shift in used_shifts],
        durations=np.array(matrix.durations, dtype=np.int32),
        distances=np.array(matrix.distances, dtype=np.int32),
    )
    return DayProblem(problem, list(day_visits), used_shifts, list(terms))


def stop_of(visit: Visit, location: int, terms: Terms, vehicles: Mapping[str, int]) -> Stop:
    """One ring of the bell, which may be left out at a price. ``vehicles`` are by shift."""
    return Stop(
        name=visit.moves[0].reference,
        location=location,
        deliver=visit.deliver,
        collect=visit.collect,
        earliest=visit.earliest,
        latest=visit.latest,
        service_seconds=visit.service_seconds,
        penalty=LEFT_OUT_COST * len(visit.moves),
        chilled=visit.chilled,
        clearance_cm=visit.clearance_cm,
        skills=visit.skills,
        wish=terms.wish,
        regular=terms.regular_among(vehicles),
        stranger_cost=terms.stranger_cost,
    )


def move_of(consignment: Consignment, on_date: date) -> Move:
    return Move(
        reference=consignment.reference,
        address=consignment.address,
        lat=consignment.lat,
        lon=consignment.lon,
        earliest=seconds_into(on_date, consignment.earliest_at),
        latest=seconds_into(on_date, consignment.latest_at),
        service_seconds=consignment.service_seconds,
        load=Load(consignment.weight_grams, consignment.volume_ml, consignment.chilled_ml),
        collects=consignment.kind == ConsignmentKind.COLLECT,
        chilled=consignment.chilled,
        promised=seconds_into(on_date, consignment.promised_at)
        if consignment.promised_at
        else None,
        clearance_cm=consignment.clearance_cm,
        skills=frozenset(consignment.equipment),
    )


def van_of(shift: Shift, on_date: date) -> Vehicle:
    breaks: tuple[Break, ...] = ()
    if shift.break_starts_at:
        earliest = seconds_into(on_date, shift.break_starts_at)
        breaks = (Break(earliest, earliest + BREAK_SLACK_SECONDS, shift.break_seconds),)
    van, most_minutes = shift.vehicle, shift.driver.most_minutes
    per_km, per_hour = _costs(van)
    return Vehicle(
        name=shift.reference,
        start=0,
        end=0,
        capacity=Load(van.capacity_grams, van.capacity_ml, _cold_ml(van)),
        earliest=seconds_into(on_date, shift.starts_at),
        latest=seconds_into(on_date, shift.ends_at),
        breaks=breaks,
        fixed_cost=VAN_COST,
        chilled=van.chilled,
        skills=frozenset(van.equipment),
        height_cm=van.height_cm,
        max_seconds=None if most_minutes is None else 60 * most_minutes,
        per_km=per_km,
        per_hour=per_hour,
    )


def _cold_ml(van: fleet_models.Vehicle) -> int:
    if not van.chilled:
        return 0
    return van.capacity_ml if van.chilled_ml is None else van.chilled_ml


def _costs(van: fleet_models.Vehicle) -> tuple[int | None, int | None]:
    """Won as seconds on the road, for a kilometre and an hour of driving. Where only one of them is
    known, an hour costs an hour and a kilometre nothing more."""
    if van.won_per_km is None and van.won_per_hour is None:
        return None, None
    hour_won = settings.DRIVING_HOUR_WON
    per_hour = AN_HOUR if van.won_per_hour is None else van.won_per_hour * AN_HOUR // hour_won
    return (van.won_per_km or 0) * AN_HOUR // hour_won, per_hour
