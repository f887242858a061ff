"""Reads what a plan in force has left to do: which vans have gone, where they are, what is aboard.

Nothing tells where a van is but its driver's last report; it is taken to be at that door, on its
way to the first one it has not reported on.
"""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from logistics.consignments.models import ConsignmentKind, ConsignmentStatus
from logistics.errors import LogisticsError
from logistics.fleet.models import Shift
from logistics.planning import problem_builder
from logistics.planning.choices import Choices
from logistics.planning.mid_day import Asked, MidDay, Resume, Van
from logistics.planning.models import Plan, Route, Stop, StopTask, TaskStatus
from logistics.planning.problem_builder import Day, move_of, van_of
from logistics.planning.queries import open_tasks, routes_of, tasks_of
from logistics.planning.terms import bound_terms, terms_of
from logistics.planning.visits import Move, Visit, visits
from logistics.routing.problem import NOTHING, Load
from logistics.seoul_time import seconds_into


class VanNotDriving(LogisticsError):
    """No shift of the day, or one whose van cannot go on either."""

    code = "VAN_NOT_DRIVING"


class NothingToTryAgain(LogisticsError):
    """It has not failed, or nobody can reach its goods."""

    code = "NOTHING_TO_TRY_AGAIN"


@dataclass(frozen=True)
class UnderWay:
    """``day`` holds what is still at the depot or to be fetched by anybody. ``routes`` are those of
    the plan in force, loaded whole; ``left`` the ones whose vans have gone."""

    plan: Plan
    day: Day
    routes: list[Route]

    @property
    def left(self) -> list[Route]:
        return [route for route in self.routes if has_left(route)]


def has_left(route: Route) -> bool:
    """Its driver said so, or reported from a door: the word of leaving may come later."""
    reported = any(task.status != TaskStatus.PENDING for task in tasks_of([route]))
    return route.departed_at is not None or reported


def passed_stops(route: Route) -> list[Stop]:
    """Stops with nothing left to do, in order."""
    return [stop for stop in route.stops.all() if not open_tasks(stop)]


def read(plan: Plan, *, lock: bool = False) -> UnderWay:
    """``lock`` keeps what waits at the depot as it is."""
    routes = routes_of(plan)
    gone = {
        task.consignment_id for task in tasks_of([route for route in routes if has_left(route)])
    }
    whole = problem_builder.read(plan.depot, plan.on_date, lock=lock)
    waiting = [row for row in whole.consignments if row.pk not in gone]
    return UnderWay(plan, replace(whole, consignments=waiting), routes)


def fingerprint(found: UnderWay, choices: Choices, road_matrix: str) -> str:
    """The same while only what was planned to happen happens: doors are reported on."""
    facts = [
        problem_builder.fingerprint(found.day, road_matrix),
        sorted(route.shift.reference for route in found.left),
        choices.told(),
    ]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()


def mid_day(found: UnderWay, choices: Choices, now: datetime) -> MidDay:
    """VAN_NOT_DRIVING, NOTHING_TO_TRY_AGAIN."""
    _refuse_unknown_vans(found, choices)
    left = {route.shift_id: route for route in found.left}
    vans = [
        Van(shift, _resume(found, left[shift.pk], choices, now) if shift.pk in left else None)
        for shift in found.day.shifts
        if shift.reference not in choices.stopped
    ]
    usable = {van.shift.reference for van in vans}
    asked = [*_on_board(found, choices, usable), *_waiting(found, vans), *_again(found, choices)]
    unreachable = [one for one in asked if one.again and one.aboard_of not in usable]
    if unreachable:
        raise NothingToTryAgain("again", consignment=unreachable[0].visit.moves[0].reference)
    on_date = found.plan.on_date
    return MidDay(found.day.depot, on_date, seconds_into(on_date, now), vans, asked)


def _refuse_unknown_vans(found: UnderWay, choices: Choices) -> None:
    known = {shift.reference for shift in found.day.shifts}
    takers = {taker for taker in choices.stopped.values() if taker}
    wrong = (choices.stopped.keys() - known) | (takers - (known - choices.stopped.keys()))
    if wrong:
        raise VanNotDriving("stopped", shift=min(wrong))


def _resume(found: UnderWay, route: Route, choices: Choices, now: datetime) -> Resume:
    on_date, this_moment = found.plan.on_date, seconds_into(found.plan.on_date, now)
    reports = [(t.changed_at, t.stop) for t in tasks_of([route]) if t.changed_at is not None]
    last_at, last_stop = max(reports, key=lambda report: report[0], default=(None, None))
    driving = any(open_tasks(stop) for stop in route.stops.all())
    since = last_at or route.departed_at or now
    depot = (found.day.depot.lat, found.day.depot.lon)
    return Resume(
        point=(last_stop.lat, last_stop.lon) if last_stop else depot,
        at=min(seconds_into(on_date, since), this_moment) if driving else this_moment,
        aboard=_staying_aboard(found, route, choices),
        left=seconds_into(on_date, route.departed_at or route.leaves_at),
        rested=_has_rested(route, now),
        locked=driving,
    )


def _staying_aboard(found: UnderWay, route: Route, choices: Choices) -> Load:
    """What was fetched, and what could not be handed over and is not tried again."""
    shift = route.shift.reference
    staying = [
        task.consignment
        for task in tasks_of([route])
        if task.consignment.reference not in choices.again
        and (
            task.status == TaskStatus.DONE
            if task.consignment.kind == ConsignmentKind.COLLECT
            else task.consignment.status in (ConsignmentStatus.FAILED, ConsignmentStatus.CANCELLED)
        )
    ]
    left_out = [
        exception.consignment
        for exception in found.plan.exceptions.select_related("consignment", "aboard_of")
        if exception.aboard_of
        and exception.aboard_of.reference == shift
        and exception.consignment.status == ConsignmentStatus.FAILED
        and exception.consignment.reference not in choices.again
    ]
    loads = [move_of(one, found.plan.on_date).load for one in {*staying, *left_out}]
    return sum(loads, NOTHING)


def _has_rested(route: Route, now: datetime) -> bool:
    """By the plan: nobody reports a rest."""
    told = route.resumes or {}
    return bool(told.get("rested")) or (route.break_at is not None and route.break_at <= now)


def _on_board(found: UnderWay, choices: Choices, usable: set[str]) -> Iterator[Asked]:
    """What only one van can bring, and what the vans that left were to fetch."""
    for route in found.routes:
        shift, left = route.shift.reference, has_left(route)
        driving_to = shift if left and shift in usable else ""
        for stop in route.stops.all():
            tasks = [task for task in open_tasks(stop) if left or _is_out(task)]
            if not tasks:
                continue
            yield from _asked(found, stop, tasks, choices.van_with(shift), shift, driving_to)
            driving_to = ""


def _is_out(task: StopTask) -> bool:
    """In a van that is still at the depot: another one handed it over on the road."""
    return task.consignment.status == ConsignmentStatus.OUT


def _asked(
    found: UnderWay, stop: Stop, tasks: list[StopTask], van: str, shift: str, driving_to: str
) -> Iterator[Asked]:
    moves = [move_of(task.consignment, found.plan.on_date) for task in tasks]
    brought = [move for move in moves if not move.collects]
    if van == shift or not brought:
        yield _one(found, Visit(tuple(moves)), van if brought else "", driving_to)
        return
    # The van has stopped: what was to be fetched anybody may fetch.
    yield _one(found, Visit(tuple(brought)), van or shift, "")
    for move in moves:
        if move.collects:
            yield _one(found, Visit((move,)), "", "")


def _one(found: UnderWay, visit: Visit, aboard_of: str, next_of: str) -> Asked:
    bound = bool(aboard_of or next_of)
    known = terms_of(visit, found.day.regulars, found.day.shifts)
    terms = bound_terms(visit) if bound else known
    return Asked(visit, terms, aboard_of=aboard_of, next_of=next_of)


def _waiting(found: UnderWay, vans: Iterable[Van]) -> Iterator[Asked]:
    on_date = found.plan.on_date
    moves = [move_of(row, on_date) for row in found.day.consignments]
    for visit in visits(moves, [van_of(van.shift, on_date) for van in vans]):
        yield Asked(visit, terms_of(visit, found.day.regulars, found.day.shifts))


def _again(found: UnderWay, choices: Choices) -> Iterator[Asked]:
    failed = {one.move.reference: one for one in failed_today(found)}
    for reference in sorted(choices.again):
        if reference not in failed:
            raise NothingToTryAgain("again", consignment=reference)
        one = failed[reference]
        visit = Visit((one.move,))
        yield Asked(
            visit,
            bound_terms(visit),
            aboard_of=choices.van_with(one.shift.reference),
            again=True,
        )


@dataclass(frozen=True)
class Failed:
    """A consignment that could not be handed over or fetched, and the shift that had it."""

    move: Move
    shift: Shift
    attempts: int


def failed_today(found: UnderWay) -> list[Failed]:
    """What may be tried again by the van that has it."""
    on_date, failed = found.plan.on_date, ConsignmentStatus.FAILED
    tries: dict[str, Failed] = {}
    for route in found.routes:
        for task in tasks_of([route]):
            if task.consignment.status == failed:
                move = move_of(task.consignment, on_date)
                tries[move.reference] = Failed(move, route.shift, task.attempt)
    for exception in found.plan.exceptions.select_related("consignment", "aboard_of"):
        if exception.consignment.status == failed and exception.aboard_of:
            move = move_of(exception.consignment, on_date)
            before = tries.get(move.reference)
            tries[move.reference] = Failed(
                move, exception.aboard_of, before.attempts if before else 1
            )
    return list(tries.values())
