"""A stored draft for a day under way as the solution of what its vans had left to do."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from logistics.planning import choices as choosing
from logistics.planning import under_way
from logistics.planning.mid_day import (
    MidDay,
    held_back,
    problem_of,
    van_at_depot,
)
from logistics.planning.models import Plan
from logistics.planning.problem_builder import DayProblem, at_speeds
from logistics.planning.queries import routes_of
from logistics.planning.terms import NOBODY
from logistics.planning.under_way import NothingToTryAgain, VanNotDriving
from logistics.road_matrix.chosen import road_matrix
from logistics.routing.problem import Problem, Vehicle
from logistics.routing.schedule import solution_of
from logistics.routing.solution import Solution

# A bound stop is served as late as its van drives, however much longer that is made.
LATE_ENOUGH = 48 * 3_600


@dataclass(frozen=True)
class Replanned:
    """The rest of the day as the draft has it; ``orders`` are the stops of each vehicle.

    ``passed``: how many stops each vehicle has behind it. ``spare``: the day's vans as they could
    still be sent from the depot.
    """

    plan: Plan
    day: MidDay
    problem: Problem
    orders: Mapping[int, list[int]]
    passed: Mapping[int, int]
    spare: list[Vehicle]

    @property
    def left_out(self) -> list[int]:
        """What may be explained. What is tried again is not: it has its place, at the very end."""
        served = {s for stops in self.orders.values() for s in stops}
        return [s for s, one in enumerate(self.day.asked) if s not in served and not one.again]

    @property
    def aboard(self) -> set[int]:
        """Stops whose goods are in a van: leaving them out makes no room, nor can they shrink."""
        return {s for s, one in enumerate(self.day.asked) if one.aboard_of}

    def without(self, s: int) -> tuple[DayProblem, Solution] | None:
        """The problem in which ``s`` may be served, and the draft as its solution: each other stop
        that only one van could serve and does not keeps its room in that van."""
        served = {stop for stops in self.orders.values() for stop in stops}
        bound = {
            stop
            for stop, row in enumerate(self.problem.stops)
            if stop not in served and row.vehicle not in (None, NOBODY)
        }
        problem = _may_be_late(held_back(self.problem, bound - {s}), self.day, s)
        found = solution_of(
            problem,
            dict(self.orders),
            engine=self.plan.engine,
            seconds=self.plan.solve_seconds,
            first_feasible_seconds=None,
        )
        asked = self.day.asked
        work = DayProblem(
            problem,
            [one.visit for one in asked],
            [van.shift for van in self.day.vans],
            [one.terms for one in asked],
        )
        return (work, found) if found else None


def as_replanned(plan: Plan) -> Replanned | None:
    """None once the day has gone on: a door was reported on, goods came or went, a van left."""
    if plan.replaces is None or plan.replanned_at is None:
        return None
    roads, choices = road_matrix(), choosing.read(plan.choices)
    found = under_way.read(plan.replaces)
    if under_way.fingerprint(found, choices, roads.name) != plan.fingerprint:
        return None
    try:
        day = under_way.mid_day(found, choices, plan.replanned_at)
    except (NothingToTryAgain, VanNotDriving):
        return None
    problem = at_speeds(problem_of(day, roads), plan.speeds)
    visit_of = {move.reference: s for s, one in enumerate(day.asked) for move in one.visit.moves}
    orders: dict[int, list[int]] = {}
    passed: dict[int, int] = {}
    for route in routes_of(plan):
        v = day.numbers.get(route.shift.reference)
        stops = list(route.stops.all())
        to_come = [stop.tasks.all()[0].consignment.reference for stop in stops if not stop.passed]
        if not visit_of.keys() >= set(to_come):
            return None
        if v is not None:
            orders[v] = [visit_of[reference] for reference in to_come]
            passed[v] = len(stops) - len(to_come)
    return Replanned(plan, day, problem, orders, passed, _spare(found, day, problem))


def _spare(found: under_way.UnderWay, day: MidDay, problem: Problem) -> list[Vehicle]:
    speed = 0 if problem.speeds else None
    vans = (van_at_depot(shift, day.on_date, day.now) for shift in found.day.shifts)
    return [replace(van, speed=speed) for van in vans]


def _may_be_late(problem: Problem, day: MidDay, s: int) -> Problem:
    """The stop as it can be explained: a van's own stop waits for it, and one whose window is over
    has that window, not one that ends before it begins."""
    stop, asked = problem.stops[s], day.asked[s]
    if asked.only:
        stop = replace(stop, latest=LATE_ENOUGH)
    elif stop.latest < stop.earliest:
        stop = replace(stop, earliest=min(asked.visit.earliest, stop.latest))
    stops = list(problem.stops)
    stops[s] = stop
    return replace(problem, stops=stops)
