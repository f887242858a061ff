"""Taking a driver's reports: one at a time from a form, or as a phone's list once it is online."""

import logging
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from commerce.payments.models import TakenAs
from commerce.payments.queries import due_on_site
from logistics.execution import queries as execution
from logistics.execution.actions import EventIdReused
from logistics.fleet.models import Driver
from logistics.planning.models import Route, StopTask
from logistics.planning.queries import open_tasks
from storefront import told_later
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.bodies import OurFault
from storefront.driver_app import telling
from storefront.driver_app.telling import DEPARTED, Told
from storefront.journeys import record_stop
from storefront.journeys.record_stop import StopReport
from storefront.live import channels
from storefront.live.publish import changed
from storefront.refusals import REFUSALS, BadInput, NotFound, StorefrontError, as_dict
from storefront.told_later import ACCEPTED, ALREADY_HAD, REFUSED

log = logging.getLogger(__name__)


class MoneyDue(StorefrontError):
    """Handed over, but the driver has not said how the money was taken."""

    code = "MONEY_DUE"


class ConsignmentCancelled(StorefrontError):
    """The report is kept, but what it is about had been called off."""

    code = "CONSIGNMENT_CANCELLED"


class StopMoved(StorefrontError):
    """The report is kept and counts, though the stop was another driver's by then."""

    code = "STOP_MOVED"


@needs(Role.DRIVER)
@require_POST
def sync(request: HttpRequest) -> JsonResponse:
    """A JSON list of events; one answer each, in the same order.

    Each event stands alone: one that is refused keeps none of the others back.
    """
    if request.content_type != "application/json":
        raise BadInput("content_type")
    now = timezone.now()
    driver = request.scope  # type: ignore[attr-defined]
    answers = [_answer(raw, driver, now) for raw in told_later.read_list(request.body)]
    if any(answer["answer"] == ACCEPTED for answer in answers):
        _tell_dispatch(driver)
    return JsonResponse({"answers": answers, "received_at": now.isoformat()})


def _answer(raw: Any, driver: str, now: datetime) -> dict[str, Any]:
    try:
        told = telling.read(raw, now)
    except REFUSALS as refusal:
        return {"event_id": None, "answer": REFUSED} | as_dict(refusal)
    event_id = {"event_id": str(told.event_id)}
    try:
        return event_id | _take(told, driver, now)
    except REFUSALS as refusal:
        return event_id | {"answer": REFUSED} | as_dict(refusal)
    except Exception:
        # A fault of ours must not hold back the rest of the day: the phone keeps this one and
        # tries again.
        log.exception("a driver's report could not be taken")
        return event_id | {"answer": REFUSED} | as_dict(OurFault())


def _take(told: Told, driver: str, now: datetime) -> dict[str, Any]:
    """ACCEPTED or ALREADY_HAD, and what to tell the driver; refusals are raised and change nothing
    else."""
    if told.kind == DEPARTED:
        return {"answer": _depart(told.about, driver, now)}
    if told.kind == "delivered" and told.taken_as is None:
        _refuse_without_money(told.about, driver)
    result = record_stop.record(
        report=StopReport(
            event_id=told.event_id,
            task_reference=told.about,
            kind=told.kind,
            reason=told.reason,
            happened_at=told.happened_at,
            taken_as=told.taken_as or TakenAs.CASH,
        ),
        driver_reference=driver,
        received_at=now,
    )
    if result.conflict:
        raise ConsignmentCancelled("task", label=result.task.consignment.label)
    answer = {"answer": ALREADY_HAD if result.repeat else ACCEPTED}
    if result.moved_to is None:
        return answer
    changed(channels.driver(result.moved_to.shift.driver.reference))
    return answer | as_dict(StopMoved("task", label=result.task.consignment.label))


def _depart(route_reference: str, driver: str, now: datetime) -> str:
    repeat = _own_routes(driver).filter(reference=route_reference, departed_at__isnull=False)
    answer = ALREADY_HAD if repeat.exists() else ACCEPTED
    record_stop.depart(route_reference=route_reference, driver_reference=driver, now=now)
    return answer


def _refuse_without_money(task_reference: str, driver: str) -> None:
    task = _own_task(task_reference, driver)
    if task is None:
        return  # TASK_UNKNOWN is the journey's to say
    owner = task.consignment.owner_reference
    due = due_on_site([owner]).get(owner)
    if due is not None:
        raise MoneyDue("taken_as", amount=f"{due.amount_won:,}")


def _tell_dispatch(driver: str) -> None:
    """The dispatcher's open board shows it at once."""
    for code in Driver.objects.filter(reference=driver).values_list("depot__code", flat=True):
        changed(channels.plan(code))


def _own_routes(driver: str) -> Any:
    return Route.objects.filter(shift__driver__reference=driver)


def _own_task(reference: str, driver: str) -> StopTask | None:
    own = StopTask.objects.select_related("consignment", "stop")
    return own.filter(reference=reference, stop__route__shift__driver__reference=driver).first()


@needs(Role.DRIVER)
@require_POST
def depart(request: HttpRequest) -> HttpResponse:
    """The button on the first page; the van's goods are on the road."""
    route = told_later.reference_of("route", request.POST.get("route", ""))
    record_stop.depart(
        route_reference=route,
        driver_reference=request.scope,  # type: ignore[attr-defined]
        now=timezone.now(),
    )
    _tell_dispatch(request.scope)  # type: ignore[attr-defined]
    return redirect("driver_home")


@needs(Role.DRIVER)
@require_POST
def report(request: HttpRequest, reference: str) -> HttpResponse:
    """One button at a door, without JavaScript. ``event_id`` was made when the page was."""
    driver = request.scope  # type: ignore[attr-defined]
    task = _own_task(reference, driver)
    if task is None:
        raise NotFound("task")
    try:
        answer = _take_form(request, reference, driver)
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("driver_stop", task.stop.reference)
    if "message" in answer:
        messages.info(request, answer["message"])
    _tell_dispatch(driver)
    if open_tasks(task.stop):
        return redirect("driver_stop", task.stop.reference)
    return redirect("driver_home")


def _take_form(request: HttpRequest, reference: str, driver: str) -> dict[str, Any]:
    now = timezone.now()
    raw = {
        "event_id": request.POST.get("event_id"),
        "kind": request.POST.get("kind"),
        "task": reference,
        "reason": request.POST.get("reason", ""),
        "happened_at": now.isoformat(),
        "money_taken": request.POST.get("money_taken"),
        "taken_as": request.POST.get("taken_as"),
    }
    told = telling.read(raw, now)
    if told.kind == DEPARTED:
        raise BadInput("kind")
    try:
        return _take(told, driver, now)
    except EventIdReused:
        # The same tap twice is one report, made at the time of the first.
        first = execution.event(told.event_id)
        if first is None:
            raise
        return _take(replace(told, happened_at=first.happened_at), driver, now)
