"""The driver's own day: the next door large, the rest in order, the map, what to load, each door.

Names, telephones and door notes are shown on the day of the route only.
"""

from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.payments.queries import due_on_site
from commerce.settlement import till_queries
from logistics.consignments.models import ConsignmentKind, ConsignmentStatus
from logistics.planning.models import Route, Stop, StopTask, TaskStatus
from logistics.planning.queries import (
    loading_list,
    next_stop,
    replaced_stop,
    route_for_driver,
    routes_for_driver,
    stop_in_force,
)
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.live import channels
from storefront.offline import of_the_day
from storefront.refusals import NotFound
from storefront.templatetags.road import stop_state


class Item(NamedTuple):
    url: str
    label: str


def menu() -> list[Item]:
    return [
        Item("driver_home", _("오늘")),
        Item("driver_map", _("지도")),
        Item("driver_load", _("싣기")),
        Item("driver_till", _("내 시재")),
    ]


def reasons() -> list[tuple[str, str]]:
    """Why it could not be done, most frequent first."""
    return [
        ("absent", _("부재")),
        ("wrong_address", _("주소 오류")),
        ("refused", _("거절")),
        ("damaged", _("파손")),
        ("no_access", _("들어갈 수 없음")),
        ("other", _("기타")),
    ]


def reason_words(reason: str) -> str:
    rarer = {"unsafe": _("위험한 상황"), "weather": _("날씨")}
    return (dict(reasons()) | rarer).get(reason, reason)


def page_facts(request: HttpRequest, today: date) -> dict[str, Any]:
    """What every page of the app carries."""
    return {
        "desk_menu": menu(),
        "driver": request.scope,  # type: ignore[attr-defined]
        "today": today,
    }


@needs(Role.DRIVER)
@require_safe
@of_the_day
def home(request: HttpRequest) -> HttpResponse:
    driver, today = request.scope, timezone.localdate()  # type: ignore[attr-defined]
    route = route_for_driver(driver, today)
    context = page_facts(request, today) | {"till": till_queries.till(driver)}
    if route is None:
        context["tomorrow"] = routes_for_driver(driver, today + timedelta(days=1))
        return render(request, "driver_app/nothing_today.html", context)
    stops = list(route.stops.all())
    context |= {
        "route": route,
        "stops": stops,
        "next": next_stop(route),
        "ended": sum(stop_state(stop) != "open" for stop in stops),
        "keep": _pages_of(stops),
        "now": timezone.now(),
        "channel": channels.driver(driver),
    }
    part = "HX-Request" in request.headers
    return render(request, f"driver_app/{'home_part' if part else 'home'}.html", context)


def _pages_of(stops: list[Stop]) -> list[str]:
    """What the phone keeps for when it is offline."""
    pages = [reverse(name) for name in ("driver_home", "driver_map", "driver_load")]
    return pages + [reverse("driver_stop", args=[stop.reference]) for stop in stops]


@needs(Role.DRIVER)
@require_safe
@of_the_day
def route_map(request: HttpRequest) -> HttpResponse:
    today = timezone.localdate()
    route = route_for_driver(request.scope, today)  # type: ignore[attr-defined]
    following = next_stop(route) if route else None
    context = page_facts(request, today) | {
        "route": route,
        "routes": [route] if route else [],
        "next": following,
    }
    return render(request, "driver_app/map.html", context)


@needs(Role.DRIVER)
@require_safe
@of_the_day
def load(request: HttpRequest) -> HttpResponse:
    """What to put in the van, first thing first."""
    today = timezone.localdate()
    route = route_for_driver(request.scope, today)  # type: ignore[attr-defined]
    context = page_facts(request, today) | {
        "route": route,
        "tasks": loading_list(route) if route else [],
    }
    return render(request, "driver_app/load.html", context)


@needs(Role.DRIVER)
@require_safe
@of_the_day
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    """One door of one's own, today. NOT_FOUND for any other."""
    now = timezone.now()
    try:
        route, found = _own_stop(request.scope, reference, now)  # type: ignore[attr-defined]
    except NotFound:
        return _where_it_went(request, reference)
    stops = list(route.stops.all())
    position = stops.index(found)
    tasks = list(found.tasks.all())
    due = due_on_site([task.consignment.owner_reference for task in tasks])
    context = page_facts(request, timezone.localdate(now)) | {
        "route": route,
        "stop": found,
        "contact": tasks[0].consignment,
        "notes": _notes(tasks),
        "tasks": [_task_facts(task, due) for task in tasks],
        "reasons": reasons(),
        "following": stops[position + 1] if position + 1 < len(stops) else None,
        "earliest_at": max(task.consignment.earliest_at for task in tasks),
        "latest_at": min(task.consignment.latest_at for task in tasks),
    }
    return render(request, "driver_app/stop.html", context)


def _where_it_went(request: HttpRequest, reference: str) -> HttpResponse:
    """The day was planned anew since the phone kept this page. NOT_FOUND for anybody else's."""
    driver = request.scope  # type: ignore[attr-defined]
    replaced = replaced_stop(reference, driver, timezone.localdate())
    if replaced is None:
        raise NotFound("stop")
    after = stop_in_force(replaced, driver)
    if after is not None:
        return redirect("driver_stop", after.reference)
    messages.info(request, _("경로가 바뀌어 이 집은 다른 기사님이 들러요."))
    return redirect("driver_home")


def _own_stop(driver: str, reference: str, now: datetime) -> tuple[Route, Stop]:
    for route in routes_for_driver(driver, timezone.localdate(now)):
        for found in route.stops.all():
            if found.reference == reference:
                return route, found
    raise NotFound("stop")


def _notes(tasks: list[StopTask]) -> list[str]:
    """Each thing to know at the door once."""
    return list(dict.fromkeys(t.consignment.door_note for t in tasks if t.consignment.door_note))


def _task_facts(task: StopTask, due: dict[str, Any]) -> dict[str, Any]:
    consignment = task.consignment
    delivers = consignment.kind == ConsignmentKind.DELIVER
    payment = due.get(consignment.owner_reference) if delivers else None
    return {
        "task": task,
        "consignment": consignment,
        "delivers": delivers,
        "success": "delivered" if delivers else "collected",
        "due_won": payment.amount_won if payment else 0,
        "cancelled": consignment.status == ConsignmentStatus.CANCELLED,
        "open": task.status == TaskStatus.PENDING,
        "failed": task.status == TaskStatus.FAILED,
        "reason": reason_words(task.reason),
        # One id for each button: pressing it twice is one report.
        "success_id": uuid4(),
        "failed_id": uuid4(),
    }
