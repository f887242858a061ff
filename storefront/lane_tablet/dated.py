"""How many of each thing can be picked up on a date, whenever they were ordered."""

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from commerce.catalogue.queries import variants_by_reference
from commerce.harvests.actions import Goods, lines_of
from drivethrough.sites.models import Site
from drivethrough.slots.pickup_stock import MOST_PIECES
from drivethrough.slots.queries import site_days
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.limit_pickups import limit_pickups, limits_on
from storefront.lane_tablet.desk import menu, site_of
from storefront.lane_tablet.slots import DAYS_AHEAD, DAYS_SHOWN
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.typed import number_of, parsed

PREFIX = "amount:"
DAYS_OFFERED = 7  # as buttons; any other is picked


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def dated(request: HttpRequest) -> HttpResponse:
    """``?on=``: the day; without it the next that still takes bookings. Raises BAD_INPUT."""
    site = site_of(request)
    if request.method != "POST":
        return _page(request, site, _day_of(request.GET, site))
    on_date = _day_of(request.POST, site)
    try:
        bound = limit_pickups(
            site=site, on_date=on_date, amounts=_amounts(request.POST), now=timezone.now()
        )
    except REFUSALS as caught:
        return _page(request, site, on_date, as_dict(caught))
    said = _("이날은 %(n)d가지를 정한 만큼만 예약받습니다.")
    messages.success(request, said % {"n": bound})
    return redirect(f"{reverse('lane_dated')}?on={on_date}")


def _day_of(form: QueryDict, site: Site) -> date:
    today = timezone.localdate()
    if not form.get("on"):
        return next(iter(_bookable_days(site)), today)
    on_date = parsed(form, "on", date.fromisoformat)
    if on_date > today + timedelta(days=DAYS_AHEAD):
        raise BadInput("on")
    return on_date


def _bookable_days(site: Site) -> list[date]:
    now = timezone.now()
    days = site_days(site.reference, timezone.localdate(now), DAYS_SHOWN)
    return [day.on_date for day in days if any(slot.cut_off_at > now for slot in day.slots)]


def _amounts(form: QueryDict) -> dict[str, int | None]:
    """By variant; an empty field: not bound by the date."""
    names = [name for name in form if name.startswith(PREFIX)]
    return {
        name.removeprefix(PREFIX): number_of(form, name, range(MOST_PIECES + 1))
        if form[name]
        else None
        for name in names
    }


def _page(
    request: HttpRequest, site: Site, on_date: date, refusal: dict[str, Any] | None = None
) -> HttpResponse:
    today = timezone.localdate()
    typed = {name.removeprefix(PREFIX): value for name, value in request.POST.items()}
    rows = [
        {"limited": row, "typed": typed.get(row.variant.reference, _shown(row.amount))}
        for row in limits_on(site, on_date)
    ]
    context = {
        **menu(),
        "site": site,
        "on_date": on_date,
        "days": _bookable_days(site)[:DAYS_OFFERED],
        "rows": rows,
        "refusal": refusal,
        "may_share_out": refusal is not None and _is_ordered(site, on_date, refusal),
        "most": MOST_PIECES,
        "first_on": today.isoformat(),
        "last_on": (today + timedelta(days=DAYS_AHEAD)).isoformat(),
        "is_past": on_date < today,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "lane_tablet/dated.html", context, status=status)


def _is_ordered(site: Site, on_date: date, refusal: dict[str, Any]) -> bool:
    """Whether what is booked is in orders, which a short harvest can share out; or only held."""
    item = str(refusal["data"].get("item", ""))
    variant = variants_by_reference([item]).get(item)
    return variant is not None and lines_of(Goods(site.reference, variant, on_date)).exists()


def _shown(amount: int | None) -> str:
    return "" if amount is None else str(amount)
