"""Planning a depot's day: a draft to look at, then the plan that drivers follow."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import pairwise

from django.db import transaction

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.errors import LogisticsError
from logistics.network.models import Depot
from logistics.planning import problem_builder
from logistics.planning.models import (
    Plan,
    PlanException,
    PlanStatus,
    Route,
    Stop,
    StopTask,
    TaskStatus,
)
from logistics.planning.problem_builder import Day, DayProblem
from logistics.planning.promises import promises_to_make
from logistics.planning.queries import plan_violations
from logistics.road_matrix.chosen import road_matrix
from logistics.routing.solution import OnProgress, RoutePlan, Solution
from logistics.routing.solver import solve
from logistics.seoul_time import moment


class PlanStale(LogisticsError):
    """What was planned is no longer what the day holds, or another plan came into force since."""

    code = "PLAN_STALE"


class PlanRunning(LogisticsError):
    """Drivers are already following the day's plan."""

    code = "PLAN_RUNNING"


class PlanHasViolations(LogisticsError):
    code = "PLAN_VIOLATION"


def plan_day(
    *,
    depot: Depot,
    on_date: date,
    seconds: float | None,
    seed: int,
    now: datetime,
    iterations: int | None = None,
    on_progress: OnProgress | None = None,
    cancelled: Callable[[], bool] | None = None,
    threads: int = 1,
) -> Plan:
    """A draft for everything that has not left the depot; what it leaves out is a PlanException.

    The engine thinks for up to ``seconds``, or until ``cancelled()``; with ``iterations`` alone the
    same day and seed give the same plan. No transaction may be open meanwhile: it would hold back
    the whole database.
    """
    roads = road_matrix()
    in_force = published(depot, on_date)
    day = problem_builder.read(depot, on_date)
    work = problem_builder.build(day, roads)
    solution = solve(
        work.problem,
        seconds=seconds,
        iterations=iterations,
        seed=seed,
        on_progress=on_progress,
        cancelled=cancelled,
        threads=threads,
    )
    return _save_draft(
        _Draft(day, work, solution, problem_builder.fingerprint(day, roads.name), roads.name),
        in_force=in_force,
        seed=seed,
        now=now,
    )


@dataclass(frozen=True)
class _Draft:
    day: Day
    work: DayProblem
    solution: Solution
    fingerprint: str
    road_matrix: str

    def at(self, second: int) -> datetime:
        return moment(self.day.on_date, time.min) + timedelta(seconds=second)

    def metres(self, route: RoutePlan) -> int:
        """By road from the depot (location 0) through the stops and back."""
        stops = self.work.problem.stops
        places = [0, *(stops[position].location for position in route.stops), 0]
        distances = self.work.problem.distances
        return sum(int(distances[a, b]) for a, b in pairwise(places))


@transaction.atomic
def _save_draft(draft: _Draft, *, in_force: Plan | None, seed: int, now: datetime) -> Plan:
    routes = draft.solution.routes
    plan = Plan.objects.create(
        depot=draft.day.depot,
        on_date=draft.day.on_date,
        replaces=in_force,
        fingerprint=draft.fingerprint,
        road_matrix=draft.road_matrix,
        speeds=draft.day.depot.speeds,
        engine=draft.solution.engine,
        seed=seed,
        solve_seconds=draft.solution.seconds,
        cost=draft.solution.cost,
        distance_m=sum(draft.metres(route) for route in routes),
        duration_seconds=sum(route.ends - route.starts for route in routes),
        made_at=now,
    )
    rows = {consignment.reference: consignment for consignment in draft.day.consignments}
    for route in routes:
        _save_route(plan, draft, route, rows)
    PlanException.objects.bulk_create(
        PlanException(
            plan=plan,
            consignment=rows[move.reference],
            cause=str(draft.solution.causes[position]),
        )
        for position in draft.solution.unserved
        for move in draft.work.visits[position].moves
    )
    return plan


def _save_route(
    plan: Plan, draft: _Draft, planned: RoutePlan, rows: dict[str, Consignment]
) -> None:
    route = Route.objects.create(
        plan=plan,
        shift=draft.work.shifts[planned.vehicle],
        leaves_at=draft.at(planned.starts),
        back_at=draft.at(planned.ends),
        # A shift has one break at most.
        break_at=next(map(draft.at, planned.breaks_at), None),
        distance_m=draft.metres(planned),
        duration_seconds=planned.ends - planned.starts,
    )
    visits = [draft.work.visits[position] for position in planned.stops]
    terms = [draft.work.terms[position] for position in planned.stops]
    stops = Stop.objects.bulk_create(
        Stop(
            route=route,
            position=position,
            lat=visit.point[0],
            lon=visit.point[1],
            address=visit.address,
            arrives_at=draft.at(arrives),
            leaves_at=draft.at(leaves),
            load_grams_after=load.grams,
            load_ml_after=load.ml,
            load_chilled_ml_after=load.chilled_ml,
            terms=agreed.told(),
        )
        for position, (visit, agreed, arrives, leaves, load) in enumerate(
            zip(visits, terms, planned.arrivals, planned.leaves, planned.loads_after, strict=True),
            start=1,
        )
    )
    StopTask.objects.bulk_create(
        StopTask(stop=stop, consignment=rows[move.reference])
        for stop, visit in zip(stops, visits, strict=True)
        for move in visit.moves
    )


def published(depot: Depot, on_date: date) -> Plan | None:
    """The plan in force."""
    return Plan.objects.filter(depot=depot, on_date=on_date, status=PlanStatus.PUBLISHED).first()


def publish(*, plan: Plan, now: datetime) -> Plan:
    """Put a draft in force and the older plan aside; publishing twice is publishing once.

    PLAN_STALE if the day changed since it was made, PLAN_VIOLATION if the stored rows break a
    rule, PLAN_RUNNING if a driver already follows the plan in force.
    """
    if Plan.objects.filter(pk=plan.pk, status=PlanStatus.DRAFT).exists():
        # Before any lock: a routing service may be asked. The rows of a draft never change.
        refuse_if_overtaken(plan, published(plan.depot, plan.on_date))
        _refuse_if_stale(plan, problem_builder.read(plan.depot, plan.on_date))
        found = plan_violations(plan)
        if found:
            kinds = sorted({violation.kind for violation in found})
            raise PlanHasViolations("plan", count=len(found), kinds=kinds)
    return _put_in_force(plan, now)


@transaction.atomic
def _put_in_force(plan: Plan, now: datetime) -> Plan:
    # Locking all of the day's plans queues up two planners who publish at once.
    plans = {p.pk: p for p in Plan.objects.locked().filter(depot=plan.depot, on_date=plan.on_date)}
    ours = plans[plan.pk]
    if ours.status == PlanStatus.PUBLISHED:
        return ours
    in_force = next((p for p in plans.values() if p.status == PlanStatus.PUBLISHED), None)
    if ours.status != PlanStatus.DRAFT:
        raise PlanStale("plan", in_force=in_force.reference if in_force else "")
    refuse_if_overtaken(ours, in_force)
    # Consignments locked: none can be called off between this look and the change of status.
    _refuse_if_stale(ours, problem_builder.read(ours.depot, ours.on_date, lock=True))
    if in_force:
        _put_aside(in_force)
    consignments.promise(at=promises_to_make(ours))
    ours.status, ours.published_at = PlanStatus.PUBLISHED, now
    # Its own promises do not make the day another one.
    promised = problem_builder.read(ours.depot, ours.on_date)
    ours.fingerprint = problem_builder.fingerprint(promised, road_matrix().name)
    ours.save(update_fields=["status", "published_at", "fingerprint"])
    served = StopTask.objects.filter(stop__route__plan=ours)
    consignments.mark_planned(references=served.values_list("consignment__reference", flat=True))
    consignments.mark_requested(
        references=ours.exceptions.values_list("consignment__reference", flat=True)
    )
    return ours


def refuse_if_overtaken(plan: Plan, in_force: Plan | None) -> None:
    """PLAN_STALE when another plan came into force since this one was made."""
    if in_force and in_force.pk not in (plan.pk, plan.replaces_id):
        raise PlanStale("plan", in_force=in_force.reference)


def _put_aside(in_force: Plan) -> None:
    tasks = StopTask.objects.filter(stop__route__plan=in_force)
    if (
        in_force.routes.filter(departed_at__isnull=False).exists()
        or tasks.exclude(status=TaskStatus.PENDING).exists()
    ):
        raise PlanRunning("plan", in_force=in_force.reference)
    in_force.status = PlanStatus.REPLACED
    in_force.save(update_fields=["status"])


def _refuse_if_stale(plan: Plan, day: Day) -> None:
    if problem_builder.fingerprint(day, road_matrix().name) == plan.fingerprint:
        return
    known = set(
        StopTask.objects.filter(stop__route__plan=plan).values_list(
            "consignment__reference", flat=True
        )
    ) | set(plan.exceptions.values_list("consignment__reference", flat=True))
    waiting = {consignment.reference for consignment in day.consignments}
    raise PlanStale("plan", gone=sorted(known - waiting), new=sorted(waiting - known))
