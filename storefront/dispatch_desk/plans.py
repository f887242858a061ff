"""One plan: its routes on a map and in words, what it leaves out, and giving it to the drivers."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from logistics.consignments.models import ConsignmentKind
from logistics.fleet.models import Shift
from logistics.fleet.queries import shifts
from logistics.planning.models import Plan, PlanException, PlanStatus, Route
from logistics.planning.promises import moved_promises
from logistics.planning.queries import day_under_way, plan_violations, routes_of
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import advice_words, wording
from storefront.dispatch_desk.desk import menu, own_plan
from storefront.journeys import plan_routes
from storefront.refusals import REFUSALS, as_dict


@needs(Role.DISPATCHER)
@require_safe
def plan(request: HttpRequest, reference: str) -> HttpResponse:
    return render(request, "dispatch_desk/plan.html", _page_facts(own_plan(request, reference)))


@needs(Role.DISPATCHER)
@require_POST
def publish(request: HttpRequest, reference: str) -> HttpResponse:
    """Give the plan to its drivers; a plan that cannot be driven is shown with what is wrong."""
    found = own_plan(request, reference)
    try:
        plan_routes.publish(plan=found, now=timezone.now())
    except REFUSALS as refusal:
        context = _page_facts(found) | {
            "refusal": as_dict(refusal),
            "gone": refusal.data.get("gone", ()),
            "new": refusal.data.get("new", ()),
            "wrongs": [(wrong, wording.violation(wrong.kind)) for wrong in plan_violations(found)],
        }
        return render(request, "dispatch_desk/plan.html", context, status=400)
    messages.success(request, _("기사님께 보냈어요. 기사님 화면에 경로가 바로 나타납니다."))
    return redirect(f"{reverse('dispatch_home')}?on={found.on_date.isoformat()}")


def _page_facts(plan: Plan) -> dict[str, Any]:
    left_out = list(plan.exceptions.select_related("consignment").order_by("pk"))
    on_duty = shifts(plan.depot, plan.on_date)
    return plan_facts(plan, routes_of(plan), left_out, on_duty) | {
        "desk_menu": menu(),
        "on_date": plan.on_date,
        "depot": plan.depot,
    }


def plan_facts(
    plan: Plan,
    routes: list[Route],
    exceptions: list[PlanException],
    on_duty: list[Shift],
    *,
    stale: bool = False,
) -> dict[str, Any]:
    """What the plan's part of a page shows. ``routes`` are loaded whole; ``on_duty`` are the day's
    shifts, whether used or not."""
    drivers = {shift.reference: shift.driver.full_name for shift in on_duty}
    return {
        "plan": plan,
        "routes": [_route_facts(route) for route in routes],
        "drawn_routes": routes,
        "left_out": [_left_out(exception, drivers) for exception in exceptions],
        "served": sum(len(route.stops.all()) for route in routes),
        "stale": stale,
        "moved": moved_promises(plan) if plan.status == PlanStatus.DRAFT else [],
        "may_compare": plan.status != PlanStatus.REPLACED
        and not stale
        and not day_under_way(plan.depot, plan.on_date),
        "may_publish": plan.status == PlanStatus.DRAFT and bool(routes) and not stale,
    }


def _left_out(exception: PlanException, drivers: dict[str, str]) -> dict[str, Any]:
    advice = exception.advice or {"cheapest": None, "fixes": []}
    cheapest = advice["cheapest"]
    return {
        "move": exception.consignment,
        "cause": wording.cause(exception.cause),
        "place": cheapest and advice_words.place(cheapest, drivers),
        "fixes": [advice_words.fix(fix, drivers) for fix in advice["fixes"]],
    }


def _route_facts(route: Route) -> dict[str, Any]:
    stops = list(route.stops.all())
    at_start = sum(
        task.consignment.weight_grams
        for stop in stops
        for task in stop.tasks.all()
        if task.consignment.kind == ConsignmentKind.DELIVER
    )
    heaviest = max([at_start, *(stop.load_grams_after for stop in stops)])
    capacity = route.shift.vehicle.capacity_grams
    return {
        "route": route,
        "stops": stops,
        "heaviest_grams": heaviest,
        "capacity_grams": capacity,
        "full_percent": round(100 * heaviest / capacity) if capacity else 100,
    }
