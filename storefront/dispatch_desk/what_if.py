"""What a change would do to a plan: choose it, watch it tried, see both plans side by side."""

from datetime import time
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from logistics.consignments.models import Consignment
from logistics.consignments.queries import to_plan
from logistics.fleet.models import Shift
from logistics.fleet.queries import shifts
from logistics.planning import what_if as trying
from logistics.planning.models import Plan, WhatIf, WhatIfKind
from logistics.planning.queries import day_under_way
from logistics.planning.what_if import MOST_BOXES, DayUnderWay
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.advice_words import clock_of
from storefront.dispatch_desk.desk import menu, own_plan
from storefront.dispatch_desk.sketch import sketch
from storefront.journeys.tasks import try_change
from storefront.live import channels
from storefront.refusals import REFUSALS, NotFound, as_dict, message, status_of
from storefront.templatetags.road import kilometres, span
from storefront.typed import number_of, one_of, parsed

if TYPE_CHECKING:
    from collections.abc import Callable

# Of the changes tried before, so many are listed.
EARLIER = 10
EMPTY = {"kind": "", "shift": "", "since": "12:00", "count": "10", "consignment": ""}
EMPTY |= {"earliest": "14:00", "latest": "16:00"}


@needs(Role.DISPATCHER)
@require_safe
def form(request: HttpRequest, reference: str) -> HttpResponse:
    return _form_page(request, own_plan(request, reference))


@needs(Role.DISPATCHER)
@require_POST
def ask(request: HttpRequest, reference: str) -> HttpResponse:
    plan = own_plan(request, reference)
    try:
        kind = one_of(request.POST, "kind", WhatIfKind)
        facts = _facts(kind, request.POST)
        asked = trying.ask(plan=plan, kind=kind, facts=facts, now=timezone.now())
    except REFUSALS as caught:
        refusal = as_dict(caught)
        typed = {name: request.POST.get(name, "") for name in EMPTY}
        status = status_of(refusal["code"])
        return _form_page(request, plan, status=status, refusal=refusal, typed=typed)
    try:
        try_change.delay(asked.reference)
    except OperationalError:  # nobody to pass it on
        asked.delete()
        messages.error(request, _("지금은 견주어 볼 수 없어요. 잠시 뒤에 다시 눌러 주세요."))
        return redirect("dispatch_what_if_form", plan.reference)
    return redirect("dispatch_what_if", asked.reference)


@needs(Role.DISPATCHER)
@require_safe
def what_if(request: HttpRequest, reference: str) -> HttpResponse:
    asked = _own(request, reference)
    context = _result_facts(asked) | {
        "desk_menu": menu(),
        "depot": asked.plan.depot,
        "on_date": asked.plan.on_date,
        "channel": channels.what_if(asked.reference),
    }
    return render(request, "dispatch_desk/what_if.html", context)


@needs(Role.DISPATCHER)
@require_safe
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """The result alone, for a page that is open already."""
    facts = _result_facts(_own(request, reference))
    return render(request, "dispatch_desk/what_if_part.html", facts)


@needs(Role.DISPATCHER)
@require_POST
def stop(request: HttpRequest, reference: str) -> HttpResponse:
    asked = _own(request, reference)
    trying.stop(asked)
    messages.info(request, _("그만 찾습니다. 지금까지 가장 좋은 계획이 곧 나타나요."))
    return redirect("dispatch_what_if", asked.reference)


def _own(request: HttpRequest, reference: str) -> WhatIf:
    """A change tried for this dispatcher's depot; anybody else's is NOT_FOUND."""
    asked = trying.what_if(reference)
    if asked is None or asked.plan.depot.reference != request.scope:  # type: ignore[attr-defined]
        raise NotFound("what_if")
    return asked


def _form_page(request: HttpRequest, plan: Plan, *, status: int = 200, **said: Any) -> HttpResponse:
    on_duty, moves = shifts(plan.depot, plan.on_date), to_plan(plan.depot, plan.on_date)
    earlier = list(plan.what_ifs.all()[:EARLIER])
    named = _consignments(plan)
    if under_way := day_under_way(plan.depot, plan.on_date):
        said = {"refusal": as_dict(DayUnderWay("plan"))} | said
    context = {
        "desk_menu": menu(),
        "depot": plan.depot,
        "on_date": plan.on_date,
        "plan": plan,
        "shifts": on_duty,
        "moves": moves,
        "under_way": under_way,
        "most_boxes": MOST_BOXES,
        "typed": EMPTY,
        "earlier": [(one, _change(one, on_duty, named)) for one in earlier],
        **said,
    }
    return render(request, "dispatch_desk/what_if_form.html", context, status=status)


def _consignments(plan: Plan) -> list[Consignment]:
    """Also those that have left the depot since."""
    return list(Consignment.objects.filter(depot=plan.depot, on_date=plan.on_date))


def _facts(kind: WhatIfKind, sent: QueryDict) -> dict[str, Any]:
    """What ``trying.ask`` takes. BAD_INPUT."""
    read: dict[str, Callable[[], Any]] = {
        "shift": lambda: sent.get("shift", ""),
        "since": lambda: _second(sent, "since"),
        "count": lambda: number_of(sent, "count", range(100_000)),
        "consignment": lambda: sent.get("consignment", ""),
        "earliest": lambda: _second(sent, "earliest"),
        "latest": lambda: _second(sent, "latest"),
    }
    needed = {
        WhatIfKind.VAN_OUT: ("shift",),
        WhatIfKind.DRIVER_ILL: ("shift", "since"),
        WhatIfKind.MORE_BOXES: ("count",),
        WhatIfKind.WINDOW_MOVED: ("consignment", "earliest", "latest"),
        WhatIfKind.STOP_OUT: ("consignment",),
    }
    return {name: read[name]() for name in needed[kind]}


def _second(sent: QueryDict, field: str) -> int:
    at = parsed(sent, field, time.fromisoformat)
    return at.hour * 3_600 + at.minute * 60


def _result_facts(asked: WhatIf) -> dict[str, Any]:
    plan = asked.plan
    on_duty, moves = shifts(plan.depot, plan.on_date), _consignments(plan)
    facts: dict[str, Any] = {
        "asked": asked,
        "plan": plan,
        "change": _change(asked, on_duty, moves),
        "planning": asked.finished_at is None,
        "plan_seconds": settings.PLAN_SECONDS,
        "engine_names": wording.engines(),
        "refused": asked.refusal and message(asked.refusal),
    }
    if asked.result is None:
        return facts
    result, names = asked.result, {move.reference: move for move in moves}
    drivers = {shift.reference: shift.driver.full_name for shift in on_duty}
    order = list(drivers)
    return facts | {
        "rows": _rows(result["before"], result["after"]),
        "moved": result["moved"],
        "lost": [names[one] for one in result["lost"] if one in names],
        "won": [names[one] for one in result["won"] if one in names],
        "sketch": _sketch(asked, result, on_duty),
        "routes": [
            {
                "driver": drivers.get(one["shift"], "?"),
                "position": order.index(one["shift"]) + 1 if one["shift"] in order else 1,
                "before": _route(one["before"]),
                "after": _route(one["after"]),
            }
            for one in result["routes"]
        ],
    }


def _sketch(asked: WhatIf, result: dict[str, Any], on_duty: list[Shift]) -> dict[str, Any] | None:
    """Both plans drawn; None for what was compared before plans were drawn."""
    if "drawn" not in result:
        return None
    depot, changed = asked.plan.depot, {one["shift"] for one in result["routes"]}
    order = [shift.reference for shift in on_duty]
    return sketch(result["drawn"], (depot.lat, depot.lon), order, changed)


def _change(asked: WhatIf, on_duty: list[Shift], moves: list[Consignment]) -> str:
    """The change in words; what is gone by now is «?»."""
    facts = asked.facts
    shift = next((one for one in on_duty if one.reference == facts.get("shift")), None)
    move = next((one for one in moves if one.reference == facts.get("consignment")), None)
    words = {
        WhatIfKind.VAN_OUT: _("%(driver)s 기사님 차(%(vehicle)s)가 나가지 않으면"),
        WhatIfKind.DRIVER_ILL: _("%(driver)s 기사님이 %(since)s부터 일하지 못하면"),
        WhatIfKind.MORE_BOXES: _("지금 들르는 곳 이웃에 상자 %(count)s개가 더 있으면"),
        WhatIfKind.WINDOW_MOVED: _("%(name)s 님이 %(earliest)s~%(latest)s에 받으면"),
        WhatIfKind.STOP_OUT: _("%(name)s 님 배송을 빼면"),
    }
    return words[WhatIfKind(asked.kind)] % {
        "vehicle": shift.vehicle.name if shift else "?",
        "driver": shift.driver.full_name if shift else "?",
        "name": move.contact_name if move else "?",
        "count": facts.get("count"),
        "since": clock_of(facts.get("since")),
        "earliest": clock_of(facts.get("earliest")),
        "latest": clock_of(facts.get("latest")),
    }


def _rows(before: dict[str, Any], after: dict[str, Any]) -> list[tuple[str, str, str]]:
    """(what, before, after) of both plans' figures."""
    shown: list[tuple[str, Callable[[dict[str, Any]], str]]] = [
        (_("들르는 곳"), lambda plan: f"{plan['served']:,}"),
        (_("넣지 못한 곳"), lambda plan: f"{plan['unserved']:,}"),
        (_("나가는 차"), lambda plan: f"{plan['routes']:,}"),
        (_("달리는 거리"), lambda plan: kilometres(plan["metres"])),
        (_("나가 있는 시간"), lambda plan: span(plan["out_seconds"])),
        (_("마지막 귀환"), lambda plan: clock_of(plan["latest_back"]) or "—"),
        (_("점수"), lambda plan: f"{plan['cost']:,}"),
    ]
    return [(label, show(before), show(after)) for label, show in shown]


def _route(told: dict[str, int] | None) -> str:
    if told is None:
        return _("나가지 않음")
    return _("%(stops)d곳, %(back)s 귀환") % {
        "stops": told["stops"],
        "back": clock_of(told["back"]),
    }
