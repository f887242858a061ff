"""The day on one page: what waits, who drives, the newest plan. Here planning is started."""

from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from kombu.exceptions import OperationalError

from logistics.consignments.queries import to_plan
from logistics.fleet.queries import shifts
from logistics.network.models import Depot
from logistics.planning.models import Plan, PlanStatus
from logistics.planning.queries import day_board, is_under_way
from logistics.planning.replanning import is_stale
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.desk import day_of, depot_of, depots_of, menu
from storefront.dispatch_desk.plans import plan_facts
from storefront.journeys.tasks import plan_depot
from storefront.live import channels, under_way
from storefront.refusals import NotFound


def board_url(on_date: date) -> str:
    return f"{reverse('dispatch_home')}?on={on_date.isoformat()}"


@needs(Role.DISPATCHER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    depot = depot_of(request)
    on_date = day_of(request.GET.get("on", ""), timezone.now())
    context = _board_facts(depot, on_date) | {
        "desk_menu": menu(),
        "depots": depots_of(request),
        "channel": channels.plan(depot.code),
        "day_before": on_date - timedelta(days=1),
        "day_after": on_date + timedelta(days=1),
    }
    return render(request, "dispatch_desk/home.html", context)


@needs(Role.DISPATCHER)
@require_safe
def board_part(request: HttpRequest) -> HttpResponse:
    """The board alone, for a page that is open already."""
    on_date = day_of(request.GET.get("on", ""), timezone.now())
    return render(
        request, "dispatch_desk/board_part.html", _board_facts(depot_of(request), on_date)
    )


def _board_facts(depot: Depot, on_date: date) -> dict[str, Any]:
    board = day_board(depot, on_date)
    facts: dict[str, Any] = {
        "board": board,
        "depot": depot,
        "on_date": on_date,
        "counts": [(code, wording.status(code), n) for code, n in board.counts.items()],
        "planning": under_way.is_planning(depot, on_date),
        "told": under_way.told(depot.code, on_date),
        "engine_names": wording.engines(),
        "may_plan": board.counts["requested"] + board.counts["planned"] > 0,
    }
    today = on_date == timezone.localdate()
    facts["under_way"] = today and board.published is not None and is_under_way(board.published)
    # Once a van has left, only the rest of the day is planned.
    facts["plan_seconds"] = settings.REPLAN_SECONDS if facts["under_way"] else settings.PLAN_SECONDS
    if told := facts["told"]:
        facts["told_engine"] = facts["engine_names"].get(told["engine"], told["engine"])
    if board.plan:
        stale = is_stale(board.plan) if board.plan.replanned_at else board.stale
        stale = stale and board.plan.status == PlanStatus.DRAFT
        facts |= plan_facts(board.plan, board.routes, board.exceptions, board.shifts, stale=stale)
    return facts


@needs(Role.DISPATCHER)
@require_POST
def plan_now(request: HttpRequest) -> HttpResponse:
    """Have the day planned in the background; asking again meanwhile changes nothing."""
    depot = depot_of(request)
    now = timezone.now()
    on_date = day_of(request.POST.get("on", ""), now)
    if under_way.is_planning(depot, on_date):
        messages.info(request, _("이미 경로를 짜고 있어요. 잠시만 기다려 주세요."))
    elif not to_plan(depot, on_date):
        messages.warning(request, _("이날은 새로 짤 배송이 없어요."))
    elif not shifts(depot, on_date):
        messages.warning(request, _("이날 근무하는 기사님이 없어요. 근무를 먼저 등록해 주세요."))
    else:
        _ask_for_plan(request, depot, on_date, now)
    return redirect(board_url(on_date))


def _ask_for_plan(request: HttpRequest, depot: Depot, on_date: date, now: datetime) -> None:
    # Another try looks elsewhere; the first is the same each time.
    seed = Plan.objects.filter(depot=depot, on_date=on_date).count() + 1
    # Before a worker can begin, who would stop at once where the last search was stopped.
    under_way.begin(depot.code, on_date, now)
    try:
        plan_depot.delay(depot.code, on_date.isoformat(), seed)
    except OperationalError:  # nobody to pass it on
        under_way.over(depot.code, on_date)
        messages.error(request, _("지금은 경로를 짤 수 없어요. 잠시 뒤에 다시 눌러 주세요."))


@needs(Role.DISPATCHER)
@require_POST
def stop_planning(request: HttpRequest) -> HttpResponse:
    """Be content with the best plan so far; where nothing is planned, nothing happens."""
    depot = depot_of(request)
    on_date = day_of(request.POST.get("on", ""), timezone.now())
    if under_way.is_planning(depot, on_date):
        under_way.ask_to_stop(depot.code, on_date)
        messages.info(request, _("그만 찾습니다. 지금까지 가장 좋은 계획이 곧 나타나요."))
    else:
        messages.info(request, _("지금은 짜고 있는 경로가 없어요."))
    return redirect(board_url(on_date))


@needs(Role.DISPATCHER)
@require_POST
def choose_depot(request: HttpRequest) -> HttpResponse:
    """Work for another of one's own depots from now on."""
    chosen = request.POST.get("depot", "")
    if chosen not in request.scopes:  # type: ignore[attr-defined]
        raise NotFound("depot")
    request.session["acting_for"] = chosen
    return redirect("dispatch_home")
