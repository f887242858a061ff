"""The driver's day: leaving the depot, and what is reported from each door."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from django.db import IntegrityError, transaction

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment, ConsignmentKind, ConsignmentStatus
from logistics.errors import LogisticsError
from logistics.execution.models import FailureReason, StopEvent, StopEventKind
from logistics.execution.transitions import State, apply
from logistics.planning.models import Plan, PlanStatus, Route, StopTask, TaskStatus
from logistics.planning.queries import RouteUnknown

SUCCESS: Final = {
    ConsignmentKind.DELIVER: StopEventKind.DELIVERED,
    ConsignmentKind.COLLECT: StopEventKind.COLLECTED,
}


class TaskUnknown(LogisticsError):
    """There is no such task on a route of this driver."""

    code = "TASK_UNKNOWN"


class RouteChanged(LogisticsError):
    """The day was planned anew before the van left: other goods are to be loaded."""

    code = "ROUTE_CHANGED"


class EventKindWrong(LogisticsError):
    """A delivery cannot be collected, nor a collection delivered."""

    code = "EVENT_KIND_WRONG"


class FailureReasonMissing(LogisticsError):
    code = "FAILURE_REASON"


class EventIdReused(LogisticsError):
    """The id already stands for another report."""

    code = "EVENT_ID_REUSED"


@dataclass(frozen=True)
class Departure:
    """``consignments`` are those on their way on this route."""

    route: Route
    consignments: list[Consignment]
    repeat: bool


@dataclass(frozen=True)
class EventResult:
    """What one report did.

    ``applied``: it decided the task. ``repeat``: it was known already; nothing was done.
    ``conflict``: the consignment had been called off, so it stays cancelled whatever the task says.
    ``moved_to``: another driver's route that has taken the task over meanwhile.
    """

    task: StopTask
    applied: bool
    repeat: bool
    conflict: bool
    moved_to: Route | None = None


@transaction.atomic
def depart(*, route_reference: str, driver_reference: str, now: datetime) -> Departure:
    """The driver leaves the depot; what the route carries is out. Twice is once.

    A phone may not know yet that the day was planned anew: the route that took this one's place
    leaves, if the goods to load are the same. ROUTE_UNKNOWN, ROUTE_CHANGED.
    """
    own = Route.objects.select_related("plan").filter(
        reference=route_reference, shift__driver__reference=driver_reference
    )
    asked = own.first()
    in_force = _locked_in_force(asked.plan) if asked else None
    if asked is None or in_force is None:
        raise RouteUnknown("route")
    route = Route.objects.locked().get(pk=_route_in_force(asked, in_force).pk)
    repeat = route.departed_at is not None
    if not repeat:
        route.departed_at = now
        route.save(update_fields=["departed_at"])
        _mark_out(route)
    out = Consignment.objects.filter(
        tasks__stop__route=route, status=ConsignmentStatus.OUT
    ).order_by("pk")
    return Departure(route, list(out), repeat)


def _locked_in_force(plan: Plan) -> Plan | None:
    # The plan's row first, as publishing locks it: a route cannot leave while its plan is replaced.
    # Whoever waited for a publishing finds the old plan put aside, and looks once more.
    day = Plan.objects.locked().filter(
        depot=plan.depot_id, on_date=plan.on_date, status=PlanStatus.PUBLISHED
    )
    return day.all().first() or day.all().first()


def _route_in_force(asked: Route, in_force: Plan) -> Route:
    if asked.plan_id == in_force.pk:
        return asked
    successor = in_force.routes.filter(shift=asked.shift_id).first()
    if in_force.replanned_at is None or asked.plan.status == PlanStatus.DRAFT:
        raise RouteUnknown("route")
    if successor is None or _to_load(asked) != _to_load(successor):
        raise RouteChanged("route")
    return successor


def _to_load(route: Route) -> set[str]:
    deliveries = Consignment.objects.filter(
        tasks__stop__route=route, kind=ConsignmentKind.DELIVER
    ).exclude(status=ConsignmentStatus.CANCELLED)
    return set(deliveries.values_list("reference", flat=True))


def _mark_out(route: Route) -> None:
    on_board = StopTask.objects.filter(stop__route=route)
    consignments.mark_out(references=on_board.values_list("consignment__reference", flat=True))


@transaction.atomic
def record_stop_event(
    *,
    event_id: UUID,
    task_reference: str,
    driver_reference: str,
    kind: StopEventKind | str,
    reason: str = "",
    note: str = "",
    happened_at: datetime,
    received_at: datetime,
) -> EventResult:
    """Take one report from a driver's phone; the same ``event_id`` again changes nothing.

    The newest report by device time decides the task, in whatever order reports arrive. Where the
    day was planned anew, it decides the task that took this one's place with it.
    TASK_UNKNOWN, EVENT_KIND_WRONG, FAILURE_REASON, EVENT_ID_REUSED.
    """
    # The task's row is locked: a second thread with the same or another report waits here.
    task = _own_task(task_reference, driver_reference)
    twin = _task_in_force(task)
    known = StopEvent.objects.filter(event_id=event_id).first()
    if known is not None:
        _refuse_another_body(known, task, kind, happened_at)
        return _result(task, twin, applied=known.applied, repeat=True)
    _refuse_nonsense(task, kind, reason)
    before = max((_state(t) for t in (task, twin or task)), key=lambda state: state.weight)
    after = apply(before, kind=kind, reason=reason, happened_at=happened_at)
    applied = after != before
    try:
        with transaction.atomic():
            StopEvent.objects.create(
                event_id=event_id,
                task=task,
                driver_reference=driver_reference,
                kind=kind,
                reason=reason,
                note=note[:200],
                happened_at=happened_at,
                received_at=received_at,
                applied=applied,
            )
    except IntegrityError:  # the same id for another task, at the same moment
        raise EventIdReused("event_id") from None
    if applied:
        for decided in filter(None, (twin, task)):
            _decide(decided, after, happened_at)
    return _result(task, twin, applied=applied, repeat=False)


def _own_task(task_reference: str, driver_reference: str) -> StopTask:
    # A replaced plan's task still counts: the phone was offline when the new plan came.
    task = (
        StopTask.objects.locked()
        .select_related("consignment", "stop__route")
        .filter(
            reference=task_reference,
            stop__route__shift__driver__reference=driver_reference,
            stop__route__plan__status__in=[PlanStatus.PUBLISHED, PlanStatus.REPLACED],
        )
        .first()
    )
    if task is None:
        raise TaskUnknown("task")
    return task


def _task_in_force(task: StopTask) -> StopTask | None:
    """The same attempt in the plan that took over since; None where the task's own is in force."""
    # Only now, under the task's lock: whoever puts another plan in force holds it until it is.
    return (
        StopTask.objects.locked()
        .select_related("consignment", "stop__route__shift__driver")
        .filter(
            consignment=task.consignment_id,
            attempt=task.attempt,
            stop__route__plan__status=PlanStatus.PUBLISHED,
        )
        .exclude(pk=task.pk)
        .first()
    )


def _state(task: StopTask) -> State:
    return State(task.status, task.changed_at, task.reason)


def _refuse_another_body(
    known: StopEvent, task: StopTask, kind: StopEventKind | str, happened_at: datetime
) -> None:
    if (known.task_id, known.kind, known.happened_at) != (task.pk, kind, happened_at):
        raise EventIdReused("event_id")


def _refuse_nonsense(task: StopTask, kind: StopEventKind | str, reason: str) -> None:
    success = SUCCESS[ConsignmentKind(task.consignment.kind)]
    if kind not in (success, StopEventKind.FAILED):
        raise EventKindWrong("kind", allowed=[success.value, StopEventKind.FAILED.value])
    if (kind == StopEventKind.FAILED) != (reason in FailureReason.values):
        raise FailureReasonMissing("reason", allowed=list(FailureReason.values))


def _decide(task: StopTask, state: State, at: datetime) -> None:
    task.status, task.changed_at, task.reason = state.status, state.changed_at, state.reason
    task.save(update_fields=["status", "changed_at", "reason"])
    reference = [task.consignment.reference]
    if state.status == TaskStatus.FAILED and _is_tried_again(task):
        return
    if state.status == TaskStatus.DONE:
        turned = consignments.mark_moved(references=reference, now=at)
    else:
        turned = consignments.mark_failed(references=reference, reason=state.reason, now=at)
    if turned:
        task.consignment = turned[0]


def _is_tried_again(task: StopTask) -> bool:
    """A later attempt is under way: an earlier one's failure says nothing new."""
    return StopTask.objects.filter(
        consignment=task.consignment_id,
        attempt__gt=task.attempt,
        stop__route__plan__status=PlanStatus.PUBLISHED,
    ).exists()


def _result(task: StopTask, twin: StopTask | None, *, applied: bool, repeat: bool) -> EventResult:
    conflict = task.consignment.status == ConsignmentStatus.CANCELLED
    moved = twin is not None and twin.stop.route.shift_id != task.stop.route.shift_id
    moved_to = twin.stop.route if twin and moved else None
    return EventResult(task, applied=applied, repeat=repeat, conflict=conflict, moved_to=moved_to)
