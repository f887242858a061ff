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
    """

    task: StopTask
    applied: bool
    repeat: bool
    conflict: bool


@transaction.atomic
def depart(*, route_reference: str, driver_reference: str, now: datetime) -> Departure:
    """The driver leaves the depot; what the route carries is out. Twice is once. ROUTE_UNKNOWN."""
    own = Route.objects.filter(reference=route_reference, shift__driver__reference=driver_reference)
    # The plan's row first, as publishing locks it: a route cannot leave while its plan is replaced.
    in_force = Plan.objects.locked().filter(routes__in=own, status=PlanStatus.PUBLISHED)
    if not in_force:
        raise RouteUnknown("route")
    route = Route.objects.locked().get(reference=route_reference)
    repeat = route.departed_at is not None
    if not repeat:
        route.departed_at = now
        route.save(update_fields=["departed_at"])
        _mark_out(route)
    out = Consignment.objects.filter(
        tasks__stop__route=route, status=ConsignmentStatus.OUT
    ).order_by("pk")
    return Departure(route, list(out), repeat)


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

    The newest report by device time decides the task, in whatever order reports arrive.
    TASK_UNKNOWN, EVENT_KIND_WRONG, FAILURE_REASON, EVENT_ID_REUSED.
    """
    # The task's row is locked: a second thread with the same or another report waits here.
    task = _own_task(task_reference, driver_reference)
    known = StopEvent.objects.filter(event_id=event_id).first()
    if known is not None:
        _refuse_another_body(known, task, kind, happened_at)
        return _result(task, applied=known.applied, repeat=True)
    _refuse_nonsense(task, kind, reason)
    before = State(task.status, task.changed_at, task.reason)
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
        _decide(task, after, happened_at)
    return _result(task, applied=applied, repeat=False)


def _own_task(task_reference: str, driver_reference: str) -> StopTask:
    # A replaced plan's task still counts: the phone was offline when the new plan came.
    task = (
        StopTask.objects.locked()
        .select_related("consignment")
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
    if state.status == TaskStatus.DONE:
        turned = consignments.mark_moved(references=reference, now=at)
    else:
        turned = consignments.mark_failed(references=reference, reason=state.reason, now=at)
    if turned:
        task.consignment = turned[0]


def _result(task: StopTask, *, applied: bool, repeat: bool) -> EventResult:
    conflict = task.consignment.status == ConsignmentStatus.CANCELLED
    return EventResult(task, applied=applied, repeat=repeat, conflict=conflict)
