"""Reads a stored plan back as a routing problem with its solution, to be judged again."""

from collections import Counter
from dataclasses import dataclass

from logistics.planning.models import Plan, Route, Stop
from logistics.planning.problem_builder import DayProblem, move_of, problem_of
from logistics.planning.terms import NO_TERMS, read
from logistics.planning.visits import Visit
from logistics.road_matrix.provider import RoadMatrix
from logistics.routing import check
from logistics.routing.problem import Load
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
    """Everything wrong with the rows, reckoned anew. ``routes`` are loaded whole."""
    stops = [stop for route in routes for stop in route.stops.all()]
    empty = [Violation("malformed", stop.route, stop) for stop in stops if not stop.tasks.all()]
    if empty:
        return empty
    day = _day_of(plan, routes, stops, roads)
    found = [
        Violation("consignment_twice", by=times - 1)
        for times in Counter(
            move.reference for visit in day.visits for move in visit.moves
        ).values()
        if times > 1
    ]
    for wrong in check.violations(day.problem, _solution_of(plan, routes, stops, day)):
        # Stops beyond the stored ones are what the plan leaves out; they have no row.
        stop = stops[wrong.stop] if wrong.stop is not None and wrong.stop < len(stops) else None
        route = routes[wrong.route] if wrong.route is not None else None
        found.append(Violation(str(wrong.kind), route, stop, wrong.by))
    return found


def _day_of(plan: Plan, routes: list[Route], stops: list[Stop], roads: RoadMatrix) -> DayProblem:
    served = [
        Visit(tuple(move_of(task.consignment, plan.on_date) for task in stop.tasks.all()))
        for stop in stops
    ]
    left_out = [
        Visit((move_of(exception.consignment, plan.on_date),))
        for exception in plan.exceptions.all()
    ]
    shifts = [route.shift for route in routes]
    terms = [read(stop.terms) for stop in stops] + [NO_TERMS] * len(left_out)
    return problem_of(plan.depot, served + left_out, terms, shifts, plan.on_date, roads)


def _solution_of(plan: Plan, routes: list[Route], stops: list[Stop], day: DayProblem) -> Solution:
    position = {stop.pk: number for number, stop in enumerate(stops)}
    return Solution(
        routes=[
            RoutePlan(
                vehicle=vehicle,
                stops=[position[stop.pk] for stop in route.stops.all()],
                arrivals=[seconds_into(plan.on_date, s.arrives_at) for s in route.stops.all()],
                leaves=[seconds_into(plan.on_date, s.leaves_at) for s in route.stops.all()],
                loads_after=[Load(s.load_grams_after, s.load_ml_after) for s in route.stops.all()],
                starts=seconds_into(plan.on_date, route.leaves_at),
                ends=seconds_into(plan.on_date, route.back_at),
                breaks_at=(seconds_into(plan.on_date, route.break_at),) if route.break_at else (),
            )
            for vehicle, route in enumerate(routes)
        ],
        unserved=list(range(len(stops), len(day.visits))),
        cost=plan.cost,
        engine=plan.engine,
        seconds=plan.solve_seconds,
        first_feasible_seconds=None,
    )
