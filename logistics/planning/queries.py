"""What dispatchers and drivers look at. A route loaded whole has stops, tasks, consignments."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from django.db.models import Prefetch, QuerySet

from logistics.consignments import queries as consignments
from logistics.consignments.models import Consignment, ConsignmentKind, ConsignmentStatus
from logistics.errors import LogisticsError
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import problem_builder, stored_plan
from logistics.planning.models import (
    Plan,
    PlanException,
    PlanStatus,
    Route,
    Stop,
    StopTask,
    TaskStatus,
)
from logistics.planning.stored_plan import Violation
from logistics.road_matrix.chosen import road_matrix

# A pending task of one of these is not to be done any more.
ENDED = (ConsignmentStatus.MOVED, ConsignmentStatus.FAILED, ConsignmentStatus.CANCELLED)


class RouteUnknown(LogisticsError):
    code = "ROUTE_UNKNOWN"


@dataclass(frozen=True)
class DayBoard:
    """A depot's day on one page.

    ``plan`` is the newest draft or, without one, the plan in force; ``published`` the plan in
    force. ``stale``: ``plan`` is a draft that can no longer be published. ``unplanned``:
    consignments that wait and that ``plan`` knows nothing of.
    """

    depot: Depot
    on_date: date
    counts: dict[str, int]
    shifts: list[Shift]
    plan: Plan | None
    published: Plan | None
    routes: list[Route]
    exceptions: list[PlanException]
    unplanned: list[Consignment]
    stale: bool


def plan_for(depot: Depot, on_date: date) -> Plan | None:
    """The plan in force or, before there is one, the newest draft."""
    plans = _plans(depot, on_date)
    return next((p for p in plans if p.status == PlanStatus.PUBLISHED), plans[0] if plans else None)


def plan(reference: str) -> Plan | None:
    return Plan.objects.select_related("depot").filter(reference=reference).first()


def _plans(depot: Depot, on_date: date) -> list[Plan]:
    """The day's plans that count, newest first."""
    return list(
        Plan.objects.filter(depot=depot, on_date=on_date)
        .exclude(status=PlanStatus.REPLACED)
        .select_related("depot")
        .order_by("-pk")
    )


def routes_of(plan: Plan) -> list[Route]:
    """The plan's routes, everything loaded: three queries, whatever its size."""
    return list(_whole_routes().filter(plan=plan))


def _whole_routes() -> QuerySet[Route]:
    stops = Stop.objects.order_by("position").prefetch_related(
        Prefetch("tasks", StopTask.objects.select_related("consignment"))
    )
    return (
        Route.objects.select_related("plan__depot", "shift__driver", "shift__vehicle")
        .prefetch_related(Prefetch("stops", stops))
        .order_by("shift__starts_at", "pk")
    )


def plan_violations(plan: Plan) -> list[Violation]:
    """Everything wrong with the plan as stored, reckoned anew; empty when it can be driven."""
    whole = (
        Plan.objects.select_related("depot")
        .prefetch_related(
            Prefetch("exceptions", PlanException.objects.select_related("consignment", "aboard_of"))
        )
        .get(pk=plan.pk)
    )
    return stored_plan.violations(whole, routes_of(whole), road_matrix())


def day_board(depot: Depot, on_date: date) -> DayBoard:
    """All a dispatcher's page shows of the day, in a fixed number of queries."""
    plans = _plans(depot, on_date)
    shown = plans[0] if plans else None
    published = next((p for p in plans if p.status == PlanStatus.PUBLISHED), None)
    routes = routes_of(shown) if shown else []
    exceptions = (
        list(PlanException.objects.filter(plan=shown).select_related("consignment"))
        if shown
        else []
    )
    known = {task.consignment_id for task in tasks_of(routes)}
    known |= {exception.consignment_id for exception in exceptions}
    day = problem_builder.read(depot, on_date)
    draft = shown is not None and shown.status == PlanStatus.DRAFT
    return DayBoard(
        depot=depot,
        on_date=on_date,
        counts=consignments.counts_by_status(depot, on_date),
        shifts=day.shifts,
        plan=shown,
        published=published,
        routes=routes,
        exceptions=exceptions,
        unplanned=[waiting for waiting in day.consignments if waiting.pk not in known],
        stale=draft
        and shown is not None
        and problem_builder.fingerprint(day, road_matrix().name) != shown.fingerprint,
    )


def tasks_of(routes: list[Route]) -> Iterator[StopTask]:
    """Tasks in driving order, from routes that were loaded whole."""
    for route in routes:
        for stop in route.stops.all():
            yield from stop.tasks.all()


def route_sheet(route_reference: str) -> Route:
    """One route of any plan with everything loaded, in three queries. ROUTE_UNKNOWN."""
    route = _whole_routes().filter(reference=route_reference).first()
    if route is None:
        raise RouteUnknown("route")
    return route


def routes_for_driver(driver_reference: str, on_date: date) -> list[Route]:
    """The driver's own routes of the day's published plans, earliest first, everything loaded."""
    return list(
        _whole_routes().filter(
            shift__driver__reference=driver_reference,
            plan__on_date=on_date,
            plan__status=PlanStatus.PUBLISHED,
        )
    )


def route_for_driver(driver_reference: str, on_date: date) -> Route | None:
    """The driver's first route with something left to do, else the last one, else None."""
    routes = routes_for_driver(driver_reference, on_date)
    unfinished = (route for route in routes if next_stop(route))
    return next(unfinished, routes[-1] if routes else None)


def replaced_stop(stop_reference: str, driver_reference: str, on_date: date) -> Stop | None:
    """The driver's own stop of a plan that another has taken the place of."""
    return Stop.objects.filter(
        reference=stop_reference,
        route__shift__driver__reference=driver_reference,
        route__plan__on_date=on_date,
        route__plan__status=PlanStatus.REPLACED,
    ).first()


def stop_in_force(replaced: Stop, driver_reference: str) -> Stop | None:
    """The driver's own stop that took its place; None when it went to somebody else."""
    before = StopTask.objects.filter(stop=replaced)
    after = StopTask.objects.filter(
        consignment__in=before.values("consignment"),
        stop__route__shift__driver__reference=driver_reference,
        stop__route__plan__status=PlanStatus.PUBLISHED,
    )
    task = after.select_related("stop").order_by("attempt").last()
    return task.stop if task else None


def task_in_force(owner_reference: str) -> StopTask | None:
    """The latest visit of a plan in force that brings the owner's goods, with stop, route and
    depot."""
    return (
        StopTask.objects.filter(
            consignment__owner_reference=owner_reference,
            consignment__kind=ConsignmentKind.DELIVER,
            stop__route__plan__status=PlanStatus.PUBLISHED,
        )
        .select_related("consignment", "stop__route__plan__depot")
        .order_by("attempt", "pk")
        .last()
    )


def is_under_way(plan: Plan) -> bool:
    """Whether a van has left, or a driver reported from a door."""
    tasks = StopTask.objects.filter(stop__route__plan=plan).exclude(status=TaskStatus.PENDING)
    return plan.routes.filter(departed_at__isnull=False).exists() or tasks.exists()


def day_under_way(depot: Depot, on_date: date) -> bool:
    """Whether a van of the plan in force has left."""
    in_force = Plan.objects.filter(depot=depot, on_date=on_date, status=PlanStatus.PUBLISHED)
    return any(is_under_way(plan) for plan in in_force)


def next_stop(route: Route) -> Stop | None:
    """The first stop with something left to do, of a route that was loaded whole."""
    return next((stop for stop in route.stops.all() if open_tasks(stop)), None)


def open_tasks(stop: Stop) -> list[StopTask]:
    """Tasks neither reported on nor called off."""
    return [
        task
        for task in stop.tasks.all()
        if task.status == TaskStatus.PENDING and task.consignment.status not in ENDED
    ]


def loading_list(route: Route) -> list[StopTask]:
    """What to put in the van, first thing first: the last stop's goods go in before all others."""
    return [
        task
        for task in reversed(list(tasks_of([route])))
        if task.consignment.kind == ConsignmentKind.DELIVER
        and task.consignment.status != ConsignmentStatus.CANCELLED
        and not task.stop.passed
    ]
