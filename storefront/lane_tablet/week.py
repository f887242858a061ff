"""When the site opens regularly, when it stays shut, and which days are open by now."""

from datetime import date, time, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from drivethrough.openings import actions, queries
from drivethrough.openings.actions import (
    LONGEST_KEPT,
    MOST_CARS,
    MOST_CUT_OFF_DAYS,
    MOST_PREPARERS,
    MOST_WALK_UP,
)
from drivethrough.openings.calendar import MARKET_DAYS
from drivethrough.openings.models import LONGEST_REASON, WEEK
from drivethrough.sites.models import Site
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import displace_cars
from storefront.lane_tablet.desk import menu, site_of
from storefront.lane_tablet.slots import MINUTES, preparers_of
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.typed import number_of, parsed, tick

CLOSED_AHEAD = timedelta(days=800)  # no day is closed further ahead
EMPTY_OPENING = {
    "market_day": "",
    "start": "11:00",
    "end": "14:00",
    "minutes": "30",
    "cars": "8",
    "preparers": "",
    "walk_up_percent": "0",
    "walk_up_minutes": "30",
    "cut_off_days": "1",
    "cut_off": "18:00",
}
EMPTY_CLOSING = {"on_date": "", "reason": ""}


def page(request: HttpRequest, site: Site, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page; ``said`` is a form sent and refused: its name, what was typed, the refusal."""
    today = timezone.localdate()
    context = {
        **menu(),
        "site": site,
        "openings": queries.regular_openings(site),
        "ahead": queries.opened_ahead(site, today),
        "closings": queries.closings(site, today),
        "weekdays": WEEK,
        "market_days": [str(day) for day in MARKET_DAYS],
        "minutes_choices": [str(minutes) for minutes in MINUTES],
        "cut_off_choices": [str(days) for days in range(MOST_CUT_OFF_DAYS + 1)],
        "most_cars": MOST_CARS,
        "most_preparers": MOST_PREPARERS,
        "most_walk_up": MOST_WALK_UP,
        "longest_kept": LONGEST_KEPT,
        "longest_reason": LONGEST_REASON,
        "first_on": today.isoformat(),
        "last_on": (today + CLOSED_AHEAD).isoformat(),
        "new_opening": {**EMPTY_OPENING, "weekdays": []},
        "new_closing": EMPTY_CLOSING,
        **said,
    }
    return render(request, "lane_tablet/week.html", context, status=status)


def _refused(
    request: HttpRequest, site: Site, form: str, empty: dict[str, str], caught: Exception
) -> HttpResponse:
    typed: dict[str, Any] = {name: request.POST.get(name, "") for name in empty}
    typed["weekdays"] = [day for day in WEEK if str(day) in request.POST.getlist("weekdays")]
    refusal = as_dict(caught)
    said = {form: typed, "refused": form, "refusal": refusal}
    return page(request, site, status=status_of(refusal["code"]), **said)


@needs(Role.FARMER)
@require_safe
def week(request: HttpRequest) -> HttpResponse:
    return page(request, site_of(request))


@needs(Role.FARMER)
@require_POST
def add_opening(request: HttpRequest) -> HttpResponse:
    """The two weeks ahead are opened at once: the farmer wants to see them."""
    site = site_of(request)
    try:
        actions.add(site=site, **_opening(request.POST))
    except REFUSALS as caught:
        return _refused(request, site, "new_opening", EMPTY_OPENING, caught)
    opened = actions.open_ahead(site=site, now=timezone.now())
    said = _("정기 시간을 더하고 2주 앞까지 예약 시간 %(n)d개를 열었습니다.")
    messages.success(request, said % {"n": opened})
    return redirect("lane_week")


def _opening(form: QueryDict) -> dict[str, Any]:
    """The arguments of ``add``. BAD_INPUT."""
    known = {str(day): day for day in WEEK}
    sent = form.getlist("weekdays")
    if not known.keys() >= {*sent}:
        raise BadInput("weekdays")
    market = form.get("market_day", "")
    return {
        "weekdays": [known[day] for day in sent],
        "market_day": number_of(form, "market_day", MARKET_DAYS) if market else None,
        "start": parsed(form, "start", time.fromisoformat),
        "end": parsed(form, "end", time.fromisoformat),
        "minutes": number_of(form, "minutes", MINUTES),
        "cars": number_of(form, "cars", range(1, MOST_CARS + 1)),
        "preparers": preparers_of(form),
        "walk_up_percent": number_of(form, "walk_up_percent", range(MOST_WALK_UP + 1)),
        "walk_up_minutes": number_of(form, "walk_up_minutes", range(LONGEST_KEPT + 1)),
        "cut_off_days": number_of(form, "cut_off_days", range(MOST_CUT_OFF_DAYS + 1)),
        "cut_off": parsed(form, "cut_off", time.fromisoformat),
    }


@needs(Role.FARMER)
@require_POST
def remove_opening(request: HttpRequest, reference: str) -> HttpResponse:
    site = site_of(request)
    actions.remove(opening=_own(queries.regular_openings(site), reference))
    messages.success(request, _("정기 시간을 지웠어요. 이미 열린 시간은 그대로입니다."))
    return redirect("lane_week")


@needs(Role.FARMER)
@require_POST
def close_day(request: HttpRequest) -> HttpResponse:
    """Nobody is there that day; ``booked_too``: whoever booked is offered something else."""
    site = site_of(request)
    try:
        on_date = parsed(request.POST, "on_date", date.fromisoformat)
        if on_date > timezone.localdate() + CLOSED_AHEAD:
            raise BadInput("on_date")
        reason = request.POST.get("reason", "")
        booked_too = tick(request.POST, "booked_too")
        close = displace_cars.call_off_day if booked_too else actions.close_day
        close(site=site, on_date=on_date, reason=reason, now=timezone.now())
    except REFUSALS as caught:
        return _refused(request, site, "new_closing", EMPTY_CLOSING, caught)
    messages.success(request, _("쉬는 날로 정했어요. 이날은 예약을 받지 않습니다."))
    return redirect("lane_week")


@needs(Role.FARMER)
@require_POST
def reopen_day(request: HttpRequest, reference: str) -> HttpResponse:
    site = site_of(request)
    actions.reopen_day(closing=_own(queries.closings(site, timezone.localdate()), reference))
    actions.open_ahead(site=site, now=timezone.now())
    messages.success(request, _("다시 여는 날이 되었어요."))
    return redirect("lane_week")


def _own(rows: list[Any], reference: str) -> Any:
    """One of the site's own rows; any other is NOT_FOUND."""
    for row in rows:
        if row.reference == reference:
            return row
    raise NotFound("week")
