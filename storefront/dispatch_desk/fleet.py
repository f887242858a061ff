"""What each van can carry and where it gets in, how long a driver may be away, difficult places."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from logistics.consignments import actions as consignments
from logistics.consignments.queries import place_needs
from logistics.fleet import actions
from logistics.fleet.queries import drivers, vehicles
from logistics.network import actions as network
from logistics.network import speeds
from logistics.network.models import Depot
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import fleet_forms as forms
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.desk import depot_of, menu
from storefront.refusals import REFUSALS, NotFound, as_dict, status_of


@needs(Role.DISPATCHER)
@require_safe
def fleet(request: HttpRequest) -> HttpResponse:
    return _page(request, depot_of(request))


@needs(Role.DISPATCHER)
@require_POST
def describe(request: HttpRequest, reference: str) -> HttpResponse:
    """What the van is like from the next plan on."""
    depot = depot_of(request)
    vehicle = _own(vehicles(depot), reference)
    try:
        actions.describe_vehicle(vehicle=vehicle, facts=forms.vehicle(request.POST))
    except REFUSALS as caught:
        return _refused(request, depot, reference, caught)
    messages.success(request, _("차 정보를 저장했어요. 다음 계획부터 씁니다."))
    return redirect("dispatch_fleet")


@needs(Role.DISPATCHER)
@require_POST
def limit_hours(request: HttpRequest, reference: str) -> HttpResponse:
    """How long the driver may be away."""
    depot = depot_of(request)
    driver = _own(drivers(depot), reference)
    try:
        minutes = forms.number(request.POST, "most_minutes")
        actions.limit_hours(driver=driver, most_minutes=minutes)
    except REFUSALS as caught:
        return _refused(request, depot, reference, caught)
    messages.success(request, _("최대 시간을 저장했어요. 다음 계획부터 씁니다."))
    return redirect("dispatch_fleet")


@needs(Role.DISPATCHER)
@require_POST
def say_speeds(request: HttpRequest) -> HttpResponse:
    """How fast the roads are at which time of day."""
    depot = depot_of(request)
    try:
        network.say_speeds(depot=depot, text=request.POST.get("speeds", ""))
    except REFUSALS as caught:
        return _refused(request, depot, "speeds", caught)
    messages.success(request, _("길 속도를 저장했어요. 다음 계획부터 씁니다."))
    return redirect("dispatch_fleet")


@needs(Role.DISPATCHER)
@require_POST
def describe_place(request: HttpRequest) -> HttpResponse:
    """What an address asks of the van that comes."""
    depot = depot_of(request)
    try:
        consignments.describe_place(depot=depot, **forms.place(request.POST))
    except REFUSALS as caught:
        return _refused(request, depot, "place", caught)
    messages.success(request, _("까다로운 곳을 저장했어요. 다음 계획부터 씁니다."))
    return redirect("dispatch_fleet")


@needs(Role.DISPATCHER)
@require_POST
def forget_place(request: HttpRequest, reference: str) -> HttpResponse:
    consignments.forget_place(need=_own(place_needs(depot_of(request)), reference))
    messages.success(request, _("까다로운 곳을 지웠어요."))
    return redirect("dispatch_fleet")


def _refused(request: HttpRequest, depot: Depot, form: str, caught: Any) -> HttpResponse:
    refusal = as_dict(caught)
    status = status_of(refusal["code"])
    return _page(request, depot, status=status, refused=form, refusal=refusal)


def _page(
    request: HttpRequest, depot: Depot, *, status: int = 200, refused: str = "", **said: Any
) -> HttpResponse:
    """The page; ``refused`` is the form that was sent: it shows what was typed."""
    sent = forms.typed(request.POST)
    words = dict(wording.equipment())
    context = {
        "desk_menu": menu(),
        "depot": depot,
        "equipment": wording.equipment(),
        "vans": [
            (van, sent if van.reference == refused else forms.shown(van), _named(van, words))
            for van in vehicles(depot)
        ],
        "drivers": [
            (one, sent["most_minutes"] if one.reference == refused else one.most_minutes)
            for one in drivers(depot)
        ],
        "places": [(one, _named(one, words)) for one in place_needs(depot)],
        "speeds": sent["speeds"] if refused == "speeds" else speeds.told(depot.speeds),
        "place": sent if refused == "place" else forms.typed({}),
        "refused": refused,
        **said,
    }
    return render(request, "dispatch_desk/fleet.html", context, status=status)


def _named(owner: Any, words: dict[str, str]) -> list[str]:
    return [words[one] for one in owner.equipment]


def _own(rows: list[Any], reference: str) -> Any:
    """One of the depot's own; any other is NOT_FOUND."""
    for row in rows:
        if row.reference == reference:
            return row
    raise NotFound("fleet")
