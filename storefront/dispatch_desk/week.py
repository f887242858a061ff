"""What the depot does every week, when it is closed, and which days are open by now."""

from datetime import timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from logistics.fleet.queries import drivers, vehicles
from logistics.network.models import Depot
from logistics.regular_week import actions, queries
from logistics.regular_week.actions import MOST_STOPS
from logistics.regular_week.models import LONGEST_REASON, WEEK, RegularShift, RegularWindow
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.dispatch_desk import week_forms as forms
from storefront.dispatch_desk import wording
from storefront.dispatch_desk.desk import depot_of, menu
from storefront.journeys import open_days
from storefront.refusals import REFUSALS, NotFound, as_dict, status_of

CLOSED_AHEAD = timedelta(days=800)  # no day is closed further ahead


def page(request: HttpRequest, depot: Depot, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page; ``said`` is a form sent and refused: its name, what was typed, the refusal."""
    today = timezone.localdate()
    windows, shifts = queries.regular_windows(depot), queries.regular_shifts(depot)
    context = {
        "desk_menu": menu(),
        "depot": depot,
        "windows": [(one, wording.days_before(one.cut_off_days)) for one in windows],
        "shifts": shifts,
        "weekdays": WEEK,
        "week": _week(windows, shifts),
        "ahead": queries.opened_ahead(depot, today),
        "closed_days": queries.closed_days(depot, today),
        "drivers": drivers(depot),
        "vehicles": vehicles(depot),
        "most_stops": MOST_STOPS,
        "longest_reason": LONGEST_REASON,
        "cut_off_choices": [(str(days), wording.days_before(days)) for days in forms.CUT_OFF_DAYS],
        "break_choices": [str(minutes) for minutes in forms.BREAK_MINUTES],
        "first_on": today.isoformat(),
        "last_on": (today + CLOSED_AHEAD).isoformat(),
        "new_window": {**forms.EMPTY_WINDOW, "weekdays": WEEK},
        "new_shift": {**forms.EMPTY_SHIFT, "weekdays": WEEK},
        "new_closing": forms.EMPTY_CLOSING,
        **said,
    }
    return render(request, "dispatch_desk/week.html", context, status=status)


def _week(windows: list[RegularWindow], shifts: list[RegularShift]) -> list[Any]:
    """(weekdays, windows, shifts): weekdays that are alike stand together."""
    alike: list[tuple[list[int], list[RegularWindow], list[RegularShift]]] = []
    for day in WEEK:
        opened = [row for row in windows if day in row.weekdays]
        driven = [row for row in shifts if day in row.weekdays]
        same = next((days for days, *rest in alike if rest == [opened, driven]), None)
        if same is None:
            alike.append(([day], opened, driven))
        else:
            same.append(day)
    return alike


def _refused(
    request: HttpRequest, depot: Depot, form: str, empty: dict[str, str], caught: Exception
) -> HttpResponse:
    refusal = as_dict(caught)
    said = {form: forms.typed(request.POST, empty), "refused": form, "refusal": refusal}
    return page(request, depot, status=status_of(refusal["code"]), **said)


@needs(Role.DISPATCHER)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    return page(request, depot_of(request))


@needs(Role.DISPATCHER)
@require_POST
def open_now(request: HttpRequest) -> HttpResponse:
    """What the next hour would do by itself."""
    opened = actions.open_ahead(depot=depot_of(request), now=timezone.now())
    if opened == (0, 0):
        messages.info(request, _("앞으로 2주는 이미 모두 열려 있어요."))
    else:
        said = _("배송 시간 %(windows)d개와 근무 %(shifts)d개를 열었습니다.")
        messages.success(request, said % opened._asdict())
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def add_window(request: HttpRequest) -> HttpResponse:
    depot = depot_of(request)
    try:
        actions.add_window(depot=depot, **forms.window(request.POST))
    except REFUSALS as caught:
        return _refused(request, depot, "new_window", forms.EMPTY_WINDOW, caught)
    messages.success(request, _("배송 시간을 더했어요. 한 시간 안에 2주 앞까지 열립니다."))
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def add_shift(request: HttpRequest) -> HttpResponse:
    depot = depot_of(request)
    try:
        actions.add_shift(depot=depot, **forms.shift(request.POST, depot))
    except REFUSALS as caught:
        return _refused(request, depot, "new_shift", forms.EMPTY_SHIFT, caught)
    messages.success(request, _("근무를 더했어요. 한 시간 안에 2주 앞까지 열립니다."))
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def remove_window(request: HttpRequest, reference: str) -> HttpResponse:
    actions.remove(regular=_own(queries.regular_windows(depot_of(request)), reference))
    messages.success(request, _("배송 시간을 지웠어요. 이미 열린 날은 그대로입니다."))
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def remove_shift(request: HttpRequest, reference: str) -> HttpResponse:
    actions.remove(regular=_own(queries.regular_shifts(depot_of(request)), reference))
    messages.success(request, _("근무를 지웠어요. 이미 열린 날은 그대로입니다."))
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def close_day(request: HttpRequest) -> HttpResponse:
    """Nobody drives that day; families who expected a box are told."""
    depot = depot_of(request)
    try:
        asked = forms.closing(request.POST, timezone.localdate() + CLOSED_AHEAD)
        open_days.close_depot(depot=depot, now=timezone.now(), **asked)
    except REFUSALS as caught:
        return _refused(request, depot, "new_closing", forms.EMPTY_CLOSING, caught)
    messages.success(request, _("쉬는 날로 정했어요. 이날은 배송 시간과 근무가 없습니다."))
    return redirect("dispatch_week")


@needs(Role.DISPATCHER)
@require_POST
def reopen_day(request: HttpRequest, reference: str) -> HttpResponse:
    rows = queries.closed_days(depot_of(request), timezone.localdate())
    actions.reopen_day(closed=_own(rows, reference))
    messages.success(request, _("다시 일하는 날이 되었어요. 한 시간 안에 열립니다."))
    return redirect("dispatch_week")


def _own(rows: list[Any], reference: str) -> Any:
    """One of the depot's own rows; any other is NOT_FOUND."""
    for row in rows:
        if row.reference == reference:
            return row
    raise NotFound("week")
