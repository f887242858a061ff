"""A car that has booked nothing: what it takes, its plate, and then it waits like any other."""

from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from drivethrough.sites.models import Site
from drivethrough.slots.walking_up import free_today
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import walk_up as walking
from storefront.lane_tablet.desk import key_of, menu, site_of
from storefront.refusals import REFUSALS, as_dict, status_of
from storefront.templatetags.words import won
from storefront.typed import number_of

PREFIX = "goods:"


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def walk_up(request: HttpRequest) -> HttpResponse:
    """The goods on the site today, and the car that takes some of them."""
    site = site_of(request)
    if request.method != "POST":
        return _page(request, site)
    try:
        wanted = _wanted(request)
        part = walking.walk_up(
            site=site,
            wanted=wanted,
            plate=request.POST.get("plate", ""),
            phone_last4=request.POST.get("phone_last4", "").strip(),
            key=key_of(request),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _page(request, site, as_dict(caught))
    said = _("기다리는 차에 넣었어요. 받을 돈 %(won)s")
    messages.success(request, said % {"won": won(part.goods_won)})
    return redirect("lane_home")


def _wanted(request: HttpRequest) -> dict[str, int]:
    """BAD_INPUT for what is no number of pieces; an empty field is none."""
    asked = [name for name, text in request.POST.items() if name.startswith(PREFIX) and text]
    pieces = range(walking.MOST_OF_ONE + 1)
    return {name.removeprefix(PREFIX): number_of(request.POST, name, pieces) for name in asked}


def _page(request: HttpRequest, site: Site, refusal: dict[str, Any] | None = None) -> HttpResponse:
    goods = [
        {"variant": variant, "typed": request.POST.get(PREFIX + variant.reference, "")}
        for variant in walking.goods_at(site.reference)
    ]
    context = {
        **menu(),
        "site": site,
        "goods": goods,
        "slot": free_today(site, timezone.now()).first(),
        "most": walking.MOST_OF_ONE,
        "key": request.POST.get("key", "") or str(uuid4()),
        "typed": request.POST,
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "lane_tablet/walk_up.html", context, status=status)
