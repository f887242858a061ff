"""Reads a stored plan back as a routing problem with its solution, to be judged again."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from logistics.planning import mid_day
from logistics.planning.mid_day import Asked, MidDay, Van
from logistics.planning.models import Plan, Route, Stop
from logistics.planning.problem_builder import at_speeds, move_of, problem_of
from logistics.planning.terms import NO_TERMS, read
from logistics.planning.visits import Visit
from logistics.road_matrix.provider import RoadMatrix
from logistics.routing import check
from logistics.routing.problem import Load, Problem
from logistics.routing.solution import RoutePlan, Solution
from logistics.seoul_time import seconds_into


@dataclass(frozen=True)
class Violation:
    """``kind`` as in ``routing.check``, or ``consignment_twice``; ``by`` as there."""

    kind: str
    route: Route | None = None
    stop: Stop | None = None
    by: int = 0


def violations(plan: Plan, routes: list[Route], roads: RoadMatrix) -> list[Violation]:
    """Everything wrong with the rows, reckoned anew. ``routes`` are loaded whole.

    What was behind the vans when the day was planned anew is history and not judged.
    """
    to_come = {route.pk: [s for s in route.stops.all() if not s.passed] for route in routes}
    driven = [route for route in routes if to_come[route.pk]]
    stops = [stop for route in driven for stop in to_come[route.pk]]
    empty = [Violation("malformed", stop.route, stop) for stop in stops if not stop.tasks.all()]
    if empty:
        return empty
    found = list(_twice(stops))
    if plan.replanned_at is None:
        problem = _whole_day(plan, driven, stops, roads)
    else:
        now = seconds_into(plan.on_date, plan.replanned_at)
        problem = _mid_day(plan, now, driven, stops, roads)
    problem = at_speeds(problem, plan.speeds)
    for wrong in check.violations(problem, _solution_of(plan, driven, to_come, problem)):
        # Stops beyond the stored ones are what the plan leaves out; they have no row.
        stop = stops[wrong.stop] if wrong.stop is not None and wrong.stop < len(stops) else None
        route = driven[wrong.route] if wrong.route is not None else None
        found.append(Violation(str(wrong.kind), route, stop, wrong.by))
    return found


def _twice(stops: list[Stop]) -> Iterator[Violation]:
    tasks = Counter(task.consignment_id for stop in stops for task in stop.tasks.all())
    return (Violation("consignment_twice", by=n - 1) for n in tasks.values() if n > 1)


def _visit(plan: Plan, stop: Stop) -> Visit:
    return Visit(tuple(move_of(task.consignment, plan.on_date) for task in stop.tasks.all()))


def _whole_day(plan: Plan, routes: list[Route], stops: list[Stop], roads: RoadMatrix) -> Problem:
    served = [_visit(plan, stop) for stop in stops]
    left_out = [
        Visit((move_of(exception.consignment, plan.on_date),))
        for exception in plan.exceptions.all()
    ]
    shifts = [route.shift for route in routes]
    terms = [read(stop.terms) for stop in stops] + [NO_TERMS] * len(left_out)
    return problem_of(plan.depot, served + left_out, terms, shifts, plan.on_date, roads).problem


def _mid_day(
    plan: Plan, now: int, routes: list[Route], stops: list[Stop], roads: RoadMatrix
) -> Problem:
    """From ``now`` on, with what was aboard then."""
    vans = [Van(r.shift, mid_day.resume(r.resumes) if r.resumes else None) for r in routes]
    firsts: dict[int, Stop] = {}
    for stop in stops:
        firsts.setdefault(stop.route_id, stop)
    of_shift = {route.pk: route.shift.reference for route in routes}
    driving_to = {
        firsts[route.pk].pk: route.shift.reference
        for route in routes
        if route.resumes and mid_day.resume(route.resumes).locked
    }
    served = [
        Asked(
            _visit(plan, stop),
            read(stop.terms),
            aboard_of=of_shift[stop.route_id] if any(t.aboard for t in stop.tasks.all()) else "",
            next_of=driving_to.get(stop.pk, ""),
        )
        for stop in stops
    ]
    left_out = [
        Asked(
            Visit((move_of(exception.consignment, plan.on_date),)),
            aboard_of=exception.aboard_of.reference if exception.aboard_of else "",
        )
        for exception in plan.exceptions.all()
    ]
    day = MidDay(plan.depot, plan.on_date, now, vans, [*served, *left_out])
    nobody = range(len(served), len(day.asked))
    return mid_day.held_back(mid_day.problem_of(day, roads), nobody)


def _solution_of(
    plan: Plan, routes: list[Route], to_come: Mapping[int, list[Stop]], problem: Problem
) -> Solution:
    served = [stop.pk for route in routes for stop in to_come[route.pk]]
    position = {pk: number for number, pk in enumerate(served)}
    return Solution(
        routes=[
            RoutePlan(
                vehicle=vehicle,
                stops=[position[stop.pk] for stop in stops],
                arrivals=[seconds_into(plan.on_date, s.arrives_at) for s in stops],
                leaves=[seconds_into(plan.on_date, s.leaves_at) for s in stops],
                loads_after=[_load_after(stop) for stop in stops],
                starts=_starts(plan, route),
                ends=seconds_into(plan.on_date, route.back_at),
                breaks_at=_rests(plan, route),
            )
            for vehicle, route in enumerate(routes)
            if (stops := to_come[route.pk])
        ],
        unserved=list(range(len(served), len(problem.stops))),
        cost=plan.cost,
        engine=plan.engine,
        seconds=plan.solve_seconds,
        first_feasible_seconds=None,
    )


def _load_after(stop: Stop) -> Load:
    return Load(stop.load_grams_after, stop.load_ml_after, stop.load_chilled_ml_after)


def _starts(plan: Plan, route: Route) -> int:
    if route.resumes:
        return mid_day.resume(route.resumes).starts
    return seconds_into(plan.on_date, route.leaves_at)


def _rests(plan: Plan, route: Route) -> tuple[int, ...]:
    """A rest that was over before is no part of what was planned."""
    if route.break_at is None or (route.resumes and mid_day.resume(route.resumes).rested):
        return ()
    return (seconds_into(plan.on_date, route.break_at),)
