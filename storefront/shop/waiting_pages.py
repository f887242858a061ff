"""Waiting for a place in a full slot or on a full day, and taking one that came free."""

from datetime import date
from functools import partial
from typing import Any
from uuid import UUID, uuid4

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from drivethrough.sites import queries as sites
from drivethrough.slots import queries, waiting
from drivethrough.slots.models import Waiting
from drivethrough.slots.spans import business_day
from storefront.accounts.access import signed_in
from storefront.accounts.customers import shopper
from storefront.journeys.offer_places import take_place
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.shop.basket_of import basket_for_adding
from storefront.shop.trying import tried
from storefront.typed import parsed


@signed_in
@require_POST
def join(request: HttpRequest, reference: str) -> HttpResponse:
    """``slot``: that one; ``on``: any of that day."""
    site = sites.site(reference)
    owner = shopper(request).user_reference
    try:
        from_at, until_at = _span(request, reference)
        row = waiting.join(
            site=site,
            from_at=from_at,
            until_at=until_at,
            owner_reference=owner,
            key=_key(request),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
        return redirect("site", reference)
    return redirect("waiting", row.reference)


def _span(request: HttpRequest, site_reference: str) -> tuple[Any, Any]:
    if "slot" not in request.POST:
        return business_day(parsed(request.POST, "on", date.fromisoformat))
    slot = queries.slot(request.POST["slot"])
    if slot.site.reference != site_reference:
        raise NotFound("slot")
    return slot.starts_at, slot.ends_at


def _key(request: HttpRequest) -> str:
    try:
        return str(UUID(request.POST.get("key", "")))
    except ValueError:
        raise BadInput("key") from None


def _own(request: HttpRequest, reference: str) -> Waiting:
    row = queries.waiting(reference)
    if row is None or row.owner_reference != shopper(request).user_reference:
        raise NotFound("waiting")
    return row


@signed_in
@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    row = _own(request, reference)
    context = {
        "row": row,
        "before": queries.before_in_line(row),
        "now": timezone.now(),
        "key": str(uuid4()),
    }
    return render(request, "shop/waiting.html", context)


@signed_in
@require_POST
def take(request: HttpRequest, reference: str) -> HttpResponse:
    """The place becomes the basket's, for as long as any that is chosen at the checkout."""
    row = _own(request, reference)
    basket = basket_for_adding(request)
    take = partial(take_place, waiting=row, basket=basket, now=timezone.now())
    if not tried(request, take, _("자리를 잡았습니다. 15분 안에 주문을 마쳐 주세요.")):
        return redirect("waiting", reference)
    if basket.lines.exists():
        return redirect("checkout")
    return redirect("site", row.site.reference)


@signed_in
@require_POST
def leave(request: HttpRequest, reference: str) -> HttpResponse:
    row = _own(request, reference)
    leave = partial(
        waiting.leave,
        waiting_reference=row.reference,
        owner_reference=row.owner_reference,
        now=timezone.now(),
    )
    tried(request, leave, _("더 기다리지 않습니다."))
    return redirect("site", row.site.reference)
