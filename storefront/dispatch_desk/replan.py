"""Planning the rest of today anew: what has become of the vans, and whom to try once more."""

from datetime import datetime
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods
from kombu.exceptions import OperationalError

from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning import under_way as road
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, PlanStatus
from logistics.planning.queries import open_tasks, tasks_of
from logistics.planning.replanning import NothingUnderWay
from logistics.planning.under_way import UnderWay, failed_today, has_left
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.board import board_url
from storefront.dispatch_desk.desk import depot_of, menu
from storefront.journeys.replan_routes import may_not_go_out
from storefront.journeys.tasks import replan_depot
from storefront.live import under_way
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of

GOES_ON, STOPPED = "", "stopped"
LONGEST_KEY = 40


@needs(Role.DISPATCHER)
@require_http_methods(["GET", "HEAD", "POST"])
def replan(request: HttpRequest) -> HttpResponse:
    """The form; sent, it has the rest of today planned in the background."""
    depot, now = depot_of(request), timezone.now()
    found = _under_way(depot, now)
    if request.method != "POST":
        return _page(request, depot, found, now)
    try:
        if found is None:
            raise NothingUnderWay("plan")
        choices = _choices(request.POST, found)
        road.mid_day(found, choices, now)
    except REFUSALS as refusal:
        said = as_dict(refusal)
        return _page(request, depot, found, now, refusal=said, status=status_of(said["code"]))
    _ask(request, depot, choices, _key(request.POST), now)
    return redirect(board_url(timezone.localdate(now)))


def _under_way(depot: Depot, now: datetime) -> UnderWay | None:
    today = timezone.localdate(now)
    plan = Plan.objects.filter(depot=depot, on_date=today, status=PlanStatus.PUBLISHED).first()
    found = road.read(plan) if plan else None
    return found if found and found.left else None


def _ask(request: HttpRequest, depot: Depot, choices: Choices, key: str, now: datetime) -> None:
    today = timezone.localdate(now)
    if Plan.objects.filter(asked_key=key).exists():
        return
    if under_way.is_planning(depot, today):
        messages.info(request, _("이미 경로를 짜고 있어요. 잠시만 기다려 주세요."))
        return
    # Another try looks elsewhere.
    seed = Plan.objects.filter(depot=depot, on_date=today).count() + 1
    # Before a worker can begin, who would stop at once where the last search was stopped.
    under_way.begin(depot.code, today, now)
    try:
        replan_depot.delay(depot.code, choices.told(), key, seed)
    except OperationalError:  # nobody to pass it on
        under_way.over(depot.code, today)
        messages.error(request, _("지금은 경로를 짤 수 없어요. 잠시 뒤에 다시 눌러 주세요."))


def _key(form: QueryDict) -> str:
    key = form.get("key", "")
    if not 8 <= len(key) <= LONGEST_KEY:
        raise BadInput("key")
    return key


def _choices(form: QueryDict, found: UnderWay) -> Choices:
    """BAD_INPUT for a van or a delivery that was not offered."""
    shifts = [shift.reference for shift in found.day.shifts]
    stopped: dict[str, str] = {}
    for shift in shifts:
        said = form.get(f"van-{shift}", GOES_ON)
        if said not in (GOES_ON, STOPPED, *shifts):
            raise BadInput("van")
        if said != GOES_ON:
            stopped[shift] = "" if said == STOPPED else said
    again = frozenset(form.getlist("again"))
    if not again <= {consignment.reference for consignment in _may_go_again(found)}:
        raise BadInput("again")
    return Choices(stopped, again)


def _may_go_again(found: UnderWay) -> list[Consignment]:
    """Failed today and not given back."""
    failed = [one.move.reference for one in failed_today(found)]
    rows = list(Consignment.objects.filter(reference__in=failed).order_by("pk"))
    ended = may_not_go_out(row for row in rows if row.kind == ConsignmentKind.DELIVER)
    return [row for row in rows if row.reference not in ended]


def _page(
    request: HttpRequest,
    depot: Depot,
    found: UnderWay | None,
    now: datetime,
    *,
    refusal: dict[str, Any] | None = None,
    status: int = 200,
) -> HttpResponse:
    context = {
        "desk_menu": menu(),
        "depot": depot,
        "on_date": timezone.localdate(now),
        "key": uuid4().hex,
        "refusal": refusal,
        "vans": [_van(shift, found, request.POST) for shift in found.day.shifts] if found else [],
        "failed": [_failed(row, request.POST) for row in _may_go_again(found)] if found else [],
    }
    return render(request, "dispatch_desk/replan.html", context, status=status)


def _van(shift: Shift, found: UnderWay, form: QueryDict) -> dict[str, Any]:
    route = next((r for r in found.routes if r.shift_id == shift.pk), None)
    left = route is not None and has_left(route)
    tasks = list(tasks_of([route])) if route else []
    return {
        "shift": shift,
        "left": left,
        "open": sum(bool(open_tasks(stop)) for stop in route.stops.all()) if route else 0,
        "reported_at": max((t.changed_at for t in tasks if t.changed_at), default=None),
        "choices": _van_choices(shift, found, left=left),
        "chosen": form.get(f"van-{shift.reference}", GOES_ON),
    }


def _van_choices(shift: Shift, found: UnderWay, *, left: bool) -> list[tuple[str, str]]:
    if not left:
        return [(GOES_ON, _("나갈 수 있어요")), (STOPPED, _("나갈 수 없어요"))]
    goes_on = (GOES_ON, _("계속 다녀요"))
    stopped = (STOPPED, _("멈췄어요. 짐은 그 차에 있어요"))
    words = _("멈췄어요. 짐은 %(driver)s 기사님 차로 옮겼어요")
    takers = [
        (other.reference, words % {"driver": other.driver.full_name})
        for other in found.day.shifts
        if other.pk != shift.pk
    ]
    return [goes_on, stopped, *takers]


def _failed(row: Consignment, form: QueryDict) -> dict[str, Any]:
    return {
        "reference": row.reference,
        "contact_name": row.contact_name,
        "address": row.address,
        "label": row.label,
        "reason": wording.failure(row.failure),
        "chosen": row.reference in form.getlist("again"),
    }
