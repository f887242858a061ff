"""Planning a day anew while its vans are under way, and putting such a plan in force.

A driver goes on reporting meanwhile. That makes no plan stale: what was done is taken over when the
plan comes into force. A van that leaves meanwhile does, for its goods are aboard then.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta
from itertools import pairwise

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment, ConsignmentStatus
from logistics.errors import LogisticsError
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import choices as choosing
from logistics.planning import under_way
from logistics.planning.actions import (
    PlanHasViolations,
    PlanStale,
    published,
    refuse_if_overtaken,
)
from logistics.planning.choices import NO_CHOICES, Choices
from logistics.planning.mid_day import (
    LOADS_AT_DEPOT,
    MidDay,
    held_back,
    problem_of,
)
from logistics.planning.models import (
    Plan,
    PlanException,
    PlanStatus,
    Route,
    Stop,
    StopTask,
    TaskStatus,
)
from logistics.planning.problem_builder import at_speeds
from logistics.planning.promises import promises_to_make
from logistics.planning.queries import open_tasks, plan_violations
from logistics.planning.terms import NOBODY
from logistics.planning.under_way import UnderWay, failed_today, has_left, passed_stops
from logistics.road_matrix.chosen import road_matrix
from logistics.routing.problem import Problem
from logistics.routing.schedule import scheduled, solution_of
from logistics.routing.screen import Cause
from logistics.routing.solution import OnProgress, RoutePlan, Solution
from logistics.routing.solver import solve
from logistics.seoul_time import business_date, moment

# Why nobody brings what is aboard, beside the causes of ``routing.screen``.
ABOARD_STOPPED_VAN = "ABOARD_STOPPED_VAN"
VANS_HAVE_LEFT = "VANS_HAVE_LEFT"
WINDOW_PASSED = "WINDOW_PASSED"
# What a consignment failed for that no driver reported on.
VAN_STOPPED, OUT_OF_TIME = "van_stopped", "out_of_time"


class NothingUnderWay(LogisticsError):
    """No plan is in force today, or none of its vans has left: plan the day as a whole."""

    code = "NOTHING_UNDER_WAY"


def replan(
    *,
    depot: Depot,
    choices: Choices = NO_CHOICES,
    key: str | None = None,
    seconds: float | None,
    seed: int,
    now: datetime,
    iterations: int | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 1,
) -> Plan:
    """A draft for all that is still to do today, the best so far once ``cancelled()``; the same
    ``key`` again is the same draft.

    No transaction may be open meanwhile. NOTHING_UNDER_WAY, VAN_NOT_DRIVING, NOTHING_TO_TRY_AGAIN.
    """
    known = Plan.objects.filter(asked_key=key).first() if key else None
    if known is not None:
        return known
    roads = road_matrix()
    in_force = published(depot, business_date(now))
    found = under_way.read(in_force) if in_force else None
    if found is None or not found.left:
        raise NothingUnderWay("plan")
    day = under_way.mid_day(found, choices, now)
    work = at_speeds(problem_of(day, roads), day.depot.speeds)
    limits = _Limits(seconds, iterations, seed, on_progress, cancelled, threads)
    draft = _Draft(found, day, work, _solved(day, work, limits), choices, now)
    try:
        return _save_draft(draft, under_way.fingerprint(found, choices, roads.name), key, seed)
    except IntegrityError:  # the same key at the same moment
        if key and (first := Plan.objects.filter(asked_key=key).first()):
            return first
        raise


@dataclass(frozen=True)
class _Limits:
    seconds: float | None
    iterations: int | None
    seed: int
    on_progress: OnProgress | None
    cancelled: Callable[[], bool] | None
    threads: int


def _solved(day: MidDay, problem: Problem, limits: _Limits) -> Solution:
    """What is tried again comes last in its van; what stays aboard takes room in its van."""
    last = {s for s, asked in enumerate(day.asked) if asked.again}
    bound = {s for s, stop in enumerate(problem.stops) if stop.vehicle not in (None, NOBODY)}
    stuck: set[int] = set()
    causes: dict[int, str] = {}
    while True:
        found = _best(held_back(problem, last | stuck), limits)
        new = (bound & {*found.unserved}) - last - stuck
        if not new:
            break
        stuck |= new
        causes |= {s: found.causes[s] for s in new}
    found = replace(found, causes=found.causes | causes)
    return _with_second_tries(problem, found, sorted(last), stuck)


def _best(problem: Problem, limits: _Limits) -> Solution:
    return solve(
        problem,
        seconds=limits.seconds,
        iterations=limits.iterations,
        seed=limits.seed,
        on_progress=limits.on_progress,
        cancelled=limits.cancelled,
        threads=limits.threads,
    )


def _with_second_tries(
    problem: Problem, found: Solution, last: list[int], stuck: set[int]
) -> Solution:
    orders = {route.vehicle: route.stops for route in found.routes}
    reloads = {route.vehicle: route.reloads for route in found.routes}
    waiting = set(last)
    for s in last:
        v = problem.stops[s].vehicle
        if v is None:
            continue
        longer = [*orders.get(v, []), s]
        trial = held_back(problem, (waiting - {s}) | stuck)
        if scheduled(trial, v, longer, reloads.get(v, ())):
            orders[v] = longer
            waiting.remove(s)
    whole = solution_of(
        held_back(problem, waiting | stuck),
        orders,
        engine=found.engine,
        seconds=found.seconds,
        first_feasible_seconds=found.first_feasible_seconds,
        reloads=reloads,
    )
    late = dict.fromkeys(waiting if whole else last, str(Cause.OUTSIDE_HOURS))
    return replace(whole or found, causes=found.causes | late)


@dataclass(frozen=True)
class _Draft:
    found: UnderWay
    day: MidDay
    problem: Problem
    solution: Solution
    choices: Choices
    now: datetime

    def at(self, second: int) -> datetime:
        return moment(self.day.on_date, time.min) + timedelta(seconds=second)

    def metres(self, route: RoutePlan) -> int:
        """From where the van is through the stops to the depot."""
        van = self.problem.vehicles[route.vehicle]
        places = [van.start, *(self.problem.stops[s].location for s in route.stops), van.end]
        return sum(int(self.problem.distances[a, b]) for a, b in pairwise(places))

    def cause(self, s: int) -> str:
        asked = self.day.asked[s]
        if asked.only and asked.only not in self.day.numbers:
            return ABOARD_STOPPED_VAN
        if not asked.only and asked.visit.latest < self.day.now:
            return WINDOW_PASSED
        cause = str(self.solution.causes[s])
        needs_only_loading = self.problem.stops[s].skills == {LOADS_AT_DEPOT}
        return VANS_HAVE_LEFT if cause == Cause.NEEDS_SKILL and needs_only_loading else cause


@transaction.atomic
def _save_draft(draft: _Draft, fingerprint: str, key: str | None, seed: int) -> Plan:
    routes, in_force = draft.solution.routes, draft.found.plan
    plan = Plan.objects.create(
        depot=draft.day.depot,
        on_date=draft.day.on_date,
        replaces=in_force,
        fingerprint=fingerprint,
        road_matrix=road_matrix().name,
        speeds=draft.day.depot.speeds,
        engine=draft.solution.engine,
        seed=seed,
        solve_seconds=draft.solution.seconds,
        cost=draft.solution.cost,
        distance_m=sum(draft.metres(route) for route in routes),
        duration_seconds=sum(route.ends - route.starts for route in routes),
        made_at=draft.now,
        replanned_at=draft.now,
        asked_key=key,
        choices=draft.choices.told(),
    )
    rows = _consignments(draft)
    planned = {draft.day.vans[route.vehicle].shift.pk: route for route in routes}
    before = {route.shift_id: route for route in draft.found.routes}
    attempts = {one.move.reference: one.attempts + 1 for one in failed_today(draft.found)}
    for shift in draft.found.day.shifts:
        gone = before[shift.pk] if shift.pk in before and has_left(before[shift.pk]) else None
        route = planned.get(shift.pk)
        if route or (gone and passed_stops(gone)):
            saved = _save_route(plan, draft, shift, gone, route)
            kept = _save_passed(saved, gone) if gone else 0
            if route:
                _save_stops(saved, draft, route, rows, attempts, after=kept)
    _save_exceptions(plan, draft, rows)
    return plan


def _consignments(draft: _Draft) -> Mapping[str, Consignment]:
    references = [move.reference for one in draft.day.asked for move in one.visit.moves]
    return {c.reference: c for c in Consignment.objects.filter(reference__in=references)}


def _save_route(
    plan: Plan, draft: _Draft, shift: Shift, gone: Route | None, planned: RoutePlan | None
) -> Route:
    number = draft.day.numbers.get(shift.reference)
    at = None if number is None else draft.day.vans[number].resume
    if at and planned:
        first = draft.day.asked[planned.stops[0]]
        at = replace(at, starts=planned.starts, locked=bool(first.next_of))
    back_at = draft.at(planned.ends) if planned else gone.back_at if gone else plan.made_at
    leaves_at = gone.leaves_at if gone else draft.at(planned.starts) if planned else plan.made_at
    rest_at = next(map(draft.at, planned.breaks_at), None) if planned else None
    return Route.objects.create(
        plan=plan,
        shift=shift,
        leaves_at=leaves_at,
        back_at=back_at,
        break_at=rest_at or (gone.break_at if gone and at and at.rested else None),
        departed_at=gone.departed_at if gone else None,
        distance_m=draft.metres(planned) if planned else 0,
        duration_seconds=round((back_at - leaves_at).total_seconds()),
        resumes=at.told() if at else None,
    )


def _save_passed(route: Route, gone: Route) -> int:
    """What the van has behind it, as reported so far; how many stops."""
    position = 0
    for stop in gone.stops.all():
        open_now = {task.pk for task in open_tasks(stop)}
        ended = [task for task in stop.tasks.all() if task.pk not in open_now]
        if not ended:
            continue
        position += 1
        copy = Stop.objects.create(
            route=route,
            position=position,
            lat=stop.lat,
            lon=stop.lon,
            address=stop.address,
            arrives_at=stop.arrives_at,
            leaves_at=stop.leaves_at,
            load_grams_after=stop.load_grams_after,
            load_ml_after=stop.load_ml_after,
            load_chilled_ml_after=stop.load_chilled_ml_after,
            passed=True,
        )
        StopTask.objects.bulk_create(
            StopTask(
                stop=copy,
                consignment=task.consignment,
                status=task.status,
                changed_at=task.changed_at,
                reason=task.reason,
                attempt=task.attempt,
            )
            for task in ended
        )
    return position


def _save_stops(
    route: Route,
    draft: _Draft,
    planned: RoutePlan,
    rows: Mapping[str, Consignment],
    attempts: Mapping[str, int],
    *,
    after: int,
) -> None:
    asked = [draft.day.asked[s] for s in planned.stops]
    stops = Stop.objects.bulk_create(
        Stop(
            route=route,
            position=position,
            lat=one.visit.point[0],
            lon=one.visit.point[1],
            address=one.visit.address,
            arrives_at=draft.at(arrives),
            leaves_at=draft.at(leaves),
            load_grams_after=load.grams,
            load_ml_after=load.ml,
            load_chilled_ml_after=load.chilled_ml,
            terms=one.terms.told(),
        )
        for position, (one, arrives, leaves, load) in enumerate(
            zip(asked, planned.arrivals, planned.leaves, planned.loads_after, strict=True),
            start=after + 1,
        )
    )
    now_trying = _attempts_under_way(draft.found)
    StopTask.objects.bulk_create(
        StopTask(
            stop=stop,
            consignment=rows[move.reference],
            aboard=bool(one.aboard_of) and not move.collects,
            attempt=attempts[move.reference] if one.again else now_trying.get(move.reference, 1),
        )
        for stop, one in zip(stops, asked, strict=True)
        for move in one.visit.moves
    )


def _attempts_under_way(found: UnderWay) -> dict[str, int]:
    return {
        task.consignment.reference: task.attempt
        for route in found.routes
        for stop in route.stops.all()
        for task in open_tasks(stop)
    }


def _save_exceptions(plan: Plan, draft: _Draft, rows: Mapping[str, Consignment]) -> None:
    shifts = {shift.reference: shift for shift in draft.found.day.shifts}
    PlanException.objects.bulk_create(
        PlanException(
            plan=plan,
            consignment=rows[move.reference],
            cause=draft.cause(s),
            aboard_of=shifts.get(draft.day.asked[s].aboard_of) if not move.collects else None,
        )
        for s in draft.solution.unserved
        for move in draft.day.asked[s].visit.moves
    )


def check(*, plan: Plan) -> None:
    """Before any lock: a routing service may be asked. PLAN_STALE, PLAN_VIOLATION."""
    if plan.status != PlanStatus.DRAFT:
        return
    refuse_if_overtaken(plan, published(plan.depot, plan.on_date))
    _refuse_if_stale(plan, lock=False)
    found = plan_violations(plan)
    if found:
        kinds = sorted({violation.kind for violation in found})
        raise PlanHasViolations("plan", count=len(found), kinds=kinds)


def is_stale(plan: Plan) -> bool:
    """Whether the draft can no longer be put in force."""
    try:
        refuse_if_overtaken(plan, published(plan.depot, plan.on_date))
        _refuse_if_stale(plan, lock=False)
    except PlanStale:
        return True
    return False


@dataclass(frozen=True)
class InForce:
    """What putting the plan in force changed beside the plans themselves.

    ``given_up``: on the road, but nobody brings or fetches them any more. ``tried_again``: they had
    failed and are on the road once more.
    """

    plan: Plan
    given_up: list[Consignment]
    tried_again: list[Consignment]


@transaction.atomic
def put_in_force(*, plan: Plan, now: datetime) -> InForce:
    """The drivers' next doors are those of this plan; a repeat changes nothing. PLAN_STALE."""
    # Plans, then tasks, then consignments: as a departure and a report lock them.
    plans = {p.pk: p for p in Plan.objects.locked().filter(depot=plan.depot, on_date=plan.on_date)}
    ours = plans[plan.pk]
    if ours.status == PlanStatus.PUBLISHED:
        return InForce(ours, [], [])
    in_force = next((p for p in plans.values() if p.status == PlanStatus.PUBLISHED), None)
    if ours.status != PlanStatus.DRAFT or in_force is None:
        raise PlanStale("plan", in_force=in_force.reference if in_force else "")
    refuse_if_overtaken(ours, in_force)
    list(StopTask.objects.locked().filter(stop__route__plan=in_force))
    _refuse_if_stale(ours, lock=True)
    _take_over_reports(in_force, ours)
    in_force.status = PlanStatus.REPLACED
    in_force.save(update_fields=["status"])
    ours.status, ours.published_at = PlanStatus.PUBLISHED, now
    ours.save(update_fields=["status", "published_at"])
    result = _move_consignments(ours, now)
    consignments.promise(at=promises_to_make(ours))
    return result


def _refuse_if_stale(plan: Plan, *, lock: bool) -> None:
    if plan.replaces is None:
        raise PlanStale("plan")
    found = under_way.read(plan.replaces, lock=lock)
    choices = choosing.read(plan.choices)
    if under_way.fingerprint(found, choices, road_matrix().name) == plan.fingerprint:
        return
    planned = Consignment.objects.filter(
        Q(tasks__stop__route__plan=plan) | Q(exceptions__plan=plan)
    ).distinct()
    known = {consignment.reference for consignment in planned}
    raise PlanStale(
        "plan",
        gone=sorted(c.reference for c in planned if c.status == ConsignmentStatus.CANCELLED),
        new=sorted({c.reference for c in found.day.consignments} - known),
    )


def _take_over_reports(in_force: Plan, ours: Plan) -> None:
    """What was reported while the plan was looked at."""
    reported = {
        (task.consignment_id, task.attempt): task
        for task in StopTask.objects.filter(stop__route__plan=in_force).exclude(
            status=TaskStatus.PENDING
        )
    }
    changed = []
    for task in StopTask.objects.filter(stop__route__plan=ours):
        known = reported.get((task.consignment_id, task.attempt))
        if known and known.changed_at != task.changed_at:
            task.status, task.reason = known.status, known.reason
            task.changed_at = known.changed_at
            changed.append(task)
    StopTask.objects.bulk_update(changed, ["status", "changed_at", "reason"])
    for route in Route.objects.filter(plan=in_force, departed_at__isnull=False):
        ours.routes.filter(shift=route.shift_id).update(departed_at=route.departed_at)


def _move_consignments(ours: Plan, now: datetime) -> InForce:
    served = StopTask.objects.filter(stop__route__plan=ours, status=TaskStatus.PENDING)
    again = served.filter(attempt__gt=1, consignment__status=ConsignmentStatus.FAILED)
    tried_again = consignments.try_again(references=_references(again))
    consignments.mark_planned(references=_references(served))
    consignments.mark_out(
        references=_references(served.filter(stop__route__departed_at__isnull=False))
    )
    left_out = list(ours.exceptions.select_related("consignment"))
    on_the_road = [
        one
        for one in left_out
        if one.consignment.status == ConsignmentStatus.OUT or one.aboard_of_id is not None
    ]
    given_up: list[Consignment] = []
    for reason, stopped in ((VAN_STOPPED, True), (OUT_OF_TIME, False)):
        given_up += consignments.mark_failed(
            references=[
                one.consignment.reference
                for one in on_the_road
                if (one.cause == ABOARD_STOPPED_VAN) is stopped
            ],
            reason=reason,
            now=now,
        )
    consignments.mark_requested(references=[one.consignment.reference for one in left_out])
    return InForce(ours, given_up, tried_again)


def _references(tasks: QuerySet[StopTask]) -> list[str]:
    return list(tasks.values_list("consignment__reference", flat=True))
