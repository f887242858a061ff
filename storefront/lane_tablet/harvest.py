"""Less was picked than ordered: what each car gets of it, seen first, then confirmed."""

from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.contrib import messages
from django.db.models import Sum
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from commerce.business_days import business_date
from commerce.catalogue.models import Variant
from commerce.harvests import actions as harvests
from commerce.harvests.actions import Cut, Goods
from commerce.orders.models import FulfilmentStatus, OrderLine
from drivethrough.sites.models import Site
from drivethrough.slots.queries import bookings
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys.cut_harvest import declare_harvest
from storefront.lane_tablet.desk import key_of, menu, site_of
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict, status_of
from storefront.typed import number_of

DAYS_AHEAD = 14
MOST_PICKED = 99_999
INSTEAD_SHOWN = 30


@needs(Role.FARMER)
@require_safe
def harvests_ahead(request: HttpRequest) -> HttpResponse:
    """What is still to be packed in the days ahead, by day and thing."""
    site = site_of(request)
    context = {**menu(), "site": site, "days": _ahead(site)}
    return render(request, "lane_tablet/harvests.html", context)


def _ahead(site: Site) -> dict[date, list[dict[str, Any]]]:
    today = timezone.localdate()
    open_lines = OrderLine.objects.filter(
        variant__isnull=False,
        quantity__gte=1,
        ready_at=None,
        fulfilment__hands_over=site.reference,
        fulfilment__status=FulfilmentStatus.CONFIRMED,
        fulfilment__promised_from__gte=timezone.now() - timedelta(days=1),
        fulfilment__promised_from__lt=timezone.now() + timedelta(days=DAYS_AHEAD),
    ).select_related("variant__product", "fulfilment")
    days: dict[date, dict[int | None, dict[str, Any]]] = {}
    for line in open_lines.order_by("fulfilment__promised_from", "name", "pk"):
        on_date = business_date(line.fulfilment.promised_from)
        if on_date < today:
            continue
        rows = days.setdefault(on_date, {})
        row = rows.setdefault(line.variant_id, {"line": line, "ordered": 0, "orders": 0})
        row["ordered"] += line.quantity
        row["orders"] += 1
    return {on_date: list(rows.values()) for on_date, rows in days.items()}


@needs(Role.FARMER)
@require_http_methods(["GET", "HEAD", "POST"])
def harvest(request: HttpRequest, on_date: str, variant: str) -> HttpResponse:
    """``?picked=`` shows the cut; posted, it is made."""
    goods = _goods(site_of(request), on_date, variant)
    form = request.POST if request.method == "POST" else request.GET
    if "picked" not in form:
        return _page(request, goods)
    try:
        picked = number_of(form, "picked", range(MOST_PICKED + 1))
        if request.method != "POST":
            return _page(request, goods, cuts=harvests.propose(goods, picked=picked))
        made = declare_harvest(
            key=key_of(request),
            goods=goods,
            picked=picked,
            seen=number_of(form, "seen", range(MOST_PICKED + 1)),
            instead=_instead(form.get("instead", "")),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _page(request, goods, refusal=as_dict(caught))
    said = _("%(n)d건의 주문에 나누고 모두에게 알렸습니다.")
    messages.success(request, said % {"n": made.shares.count()})
    return redirect("lane_harvests")


def _goods(site: Site, on_date: str, reference: str) -> Goods:
    """NOT_FOUND unless it was ever ordered from this site."""
    try:
        day = date.fromisoformat(on_date)
    except ValueError:
        raise BadInput("on_date") from None
    variant = Variant.objects.select_related("product").filter(reference=reference).first()
    ordered = OrderLine.objects.filter(variant=variant, fulfilment__hands_over=site.reference)
    if variant is None or not ordered.exists():
        raise NotFound("goods")
    return Goods(site.reference, variant, day)


def _instead(reference: str) -> Variant | None:
    """None when everybody gets their money back. NOT_FOUND."""
    if not reference:
        return None
    variant = Variant.objects.select_related("product").filter(reference=reference).first()
    if variant is None:
        raise NotFound("instead")
    return variant


def _page(
    request: HttpRequest,
    goods: Goods,
    *,
    cuts: list[Cut] | None = None,
    refusal: dict[str, Any] | None = None,
) -> HttpResponse:
    typed = request.POST.get("picked", "") or request.GET.get("picked", "")
    total = harvests.lines_of(goods).aggregate(pieces=Sum("quantity"))["pieces"] or 0
    context = {
        **menu(),
        "goods": goods,
        "ordered": total,
        "picked": typed,
        "cuts": _with_plates(cuts or []),
        "back_won": sum(cut.won for cut in cuts or []),
        "asked": len(harvests.to_be_asked(cuts or [])),
        "instead": harvests.may_come_instead(cuts or [])[:INSTEAD_SHOWN],
        "key": str(uuid4()),
        "refusal": refusal,
    }
    status = status_of(refusal["code"]) if refusal else 200
    return render(request, "lane_tablet/harvest.html", context, status=status)


def _with_plates(cuts: list[Cut]) -> list[dict[str, Any]]:
    references = [cut.line.fulfilment.booking_reference for cut in cuts]
    plates = dict(bookings().filter(reference__in=references).values_list("reference", "plate"))
    return [
        {"cut": cut, "plate": plates.get(cut.line.fulfilment.booking_reference, "")} for cut in cuts
    ]
