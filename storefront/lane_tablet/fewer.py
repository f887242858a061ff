"""Fewer cars than have a place, or fewer who prepare: who goes to which slot, or gets the money
back."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from drivethrough.openings.actions import MOST_CARS
from drivethrough.slots.fitting import fits
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Slot
from drivethrough.slots.queries import open_slots
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import fewer_cars as fewer
from storefront.lane_tablet.desk import menu, site_of
from storefront.lane_tablet.slots import back_to, own_slot, preparers_of
from storefront.refusals import REFUSALS, as_dict, status_of
from storefront.typed import number_of

SLOTS_SHOWN = 30


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def fewer_cars(request: HttpRequest, slot: str) -> HttpResponse:
    found = own_slot(site_of(request), slot)
    form = request.POST if request.method == "POST" else request.GET
    cars = number_of(form, "cars", range(1, MOST_CARS + 1))
    preparers = preparers_of(form, found)
    now = timezone.now()
    if request.method != "POST":
        return _page(request, found, cars, preparers, now)
    instead = {
        name.removeprefix("instead:"): str(where)
        for name, where in form.items()
        if name.startswith("instead:")
    }
    try:
        fewer.take_fewer(slot=found, cars=cars, preparers=preparers, instead=instead, now=now)
    except REFUSALS as caught:
        return _page(request, found, cars, preparers, now, as_dict(caught))
    said = _("%(n)d대를 옮기고 받을 차를 줄였습니다.")
    messages.success(request, said % {"n": len(instead)})
    return back_to(found)


def _page(
    request: HttpRequest,
    slot: Slot,
    cars: int,
    preparers: int | None,
    now: datetime,
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    free = [one for one in open_slots(slot.site.reference, now) if one.pk != slot.pk]
    free.sort(key=lambda one: abs(one.starts_at - slot.starts_at))
    going = fewer.surplus(slot, cars, preparers)
    context = {
        **menu(),
        "site": slot.site,
        "slot": slot,
        "cars": cars,
        "preparers": preparers,
        "going": [
            {"booking": one, "fits": fits(free[:SLOTS_SHOWN], Load.of(one), now)} for one in going
        ],
        "refund": fewer.REFUND,
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "lane_tablet/fewer.html", context, status=status)
