"""What to pack: the shop's own lines of each order, by when they leave. Never a shopper's door."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date, end_of
from commerce.catalogue.models import Way
from commerce.orders import actions as packing
from commerce.orders.models import Fulfilment, FulfilmentStatus, OrderLine, ShortReason
from commerce.orders.queries import MerchantPart, for_merchant, pick_list
from storefront.accounts.access import needs
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.weigh_line import weigh_line
from storefront.live import channels
from storefront.live.publish import changed
from storefront.merchant_desk.desk import PACKS, desk, scope_of
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.typed import one_of, whole_number

UNDER_WAY = [FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.OUT]
ENDED = [
    FulfilmentStatus.HANDED_OVER,
    FulfilmentStatus.UNDELIVERED,
    FulfilmentStatus.CANCELLED,
]
KEPT_DAYS = 30
PICK_DAYS = ("1", "2", "7")


class Leaving(NamedTuple):
    """Parts that leave at the same time."""

    promised_from: datetime
    promised_until: datetime
    parts: list[MerchantPart]


def by_time(parts: Iterable[MerchantPart]) -> list[Leaving]:
    """``parts`` by promised time, as ``for_merchant`` gives them. What begins at the same moment
    may end at others."""
    times: dict[tuple[datetime, datetime], list[MerchantPart]] = {}
    for part in parts:
        times.setdefault((part.promised_from, part.promised_until), []).append(part)
    return [Leaving(*span, together) for span, together in times.items()]


def to_pack(merchant_reference: str, *, until: datetime | None = None) -> list[MerchantPart]:
    """Parts with something of this merchant's still to pack, late ones too."""
    parts = for_merchant(merchant_reference, statuses=[FulfilmentStatus.CONFIRMED], until=until)
    return [part for part in parts if not part.is_ready]


@needs(*PACKS)
@require_safe
def orders(request: HttpRequest) -> HttpResponse:
    shown = request.GET.get("show", "to_pack")
    merchant = scope_of(request)
    under_way = for_merchant(merchant, statuses=UNDER_WAY)
    packed = [p for p in under_way if p.is_ready or p.status != FulfilmentStatus.CONFIRMED]
    waiting = [p for p in under_way if p not in packed]
    if shown == "to_pack":
        parts = waiting
    elif shown == "ready":
        parts = packed
    elif shown == "done":
        since = timezone.now() - timedelta(days=KEPT_DAYS)
        parts = for_merchant(merchant, statuses=ENDED, since=since)[::-1]
    else:
        raise BadInput("show")
    context = desk(
        request,
        show=shown,
        leaving=by_time(parts),
        waiting_count=len(waiting),
        packed_count=len(packed),
    )
    return render(request, "merchant_desk/orders.html", context)


@needs(*PACKS)
@require_POST
def line_ready(request: HttpRequest, reference: str) -> HttpResponse:
    """One line is packed; with ``grams`` it was weighed, and its price is what it weighs."""
    try:
        _pack(reference, scope_of(request), request.POST, timezone.now())
    except packing.LineUnknown:
        raise
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("merchant_waves" if "wave" in request.POST else "merchant_orders")


@transaction.atomic
def _pack(line: str, merchant: str, form: QueryDict, now: datetime) -> None:
    if form.get("grams"):
        weigh_line(
            line_reference=line,
            merchant_reference=merchant,
            grams=whole_number(form, "grams", unit="g"),
            now=now,
        )
    part = packing.mark_line_ready(line_reference=line, merchant_reference=merchant, now=now)
    _tell_lane(part)


@needs(*PACKS)
@require_POST
def line_short(request: HttpRequest, reference: str) -> HttpResponse:
    """Fewer are there than were ordered: the money for the rest goes back at once."""
    try:
        shorten_line(
            line_reference=reference,
            merchant_reference=scope_of(request),
            there=whole_number(request.POST, "there"),
            reason=one_of(request.POST, "reason", ShortReason),
            now=timezone.now(),
        )
    except packing.LineUnknown:
        raise
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("모자란 만큼 돌려드리고 손님께 알렸습니다."))
    return redirect("merchant_orders")


@needs(*PACKS)
@require_POST
def part_ready(request: HttpRequest, reference: str) -> HttpResponse:
    """All of one's own lines of a part are packed."""
    merchant = scope_of(request)
    own = OrderLine.objects.filter(fulfilment__reference=reference, merchant_reference=merchant)
    lines = list(own.order_by("pk").values_list("reference", flat=True))
    if not lines:
        raise NotFound("part")
    try:
        _all_ready(lines, merchant, timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("준비했다고 알렸습니다."))
    return redirect("merchant_orders")


@transaction.atomic
def _all_ready(lines: list[str], merchant: str, now: datetime) -> None:
    for line in lines:
        part = packing.mark_line_ready(line_reference=line, merchant_reference=merchant, now=now)
        _tell_lane(part)


def _tell_lane(part: Fulfilment) -> None:
    if part.way == Way.DRIVE_THROUGH:
        changed(channels.lane(part.hands_over))


@needs(*PACKS)
@require_safe
def picking(request: HttpRequest) -> HttpResponse:
    """One sheet to take to the shelf: how many of each thing, and which bag they go into."""
    days = request.GET.get("days", "1")
    if days not in PICK_DAYS:
        raise BadInput("days")
    last_on = _last_day(timezone.now(), int(days))
    merchant = scope_of(request)
    context = desk(
        request,
        days=days,
        last_on=last_on,
        rows=pick_list(merchant, end_of(last_on)),
        leaving=by_time(to_pack(merchant, until=end_of(last_on))),
        now=timezone.now(),
    )
    return render(request, "merchant_desk/pick_list.html", context)


def _last_day(now: datetime, days: int) -> date:
    return business_date(now) + timedelta(days=days - 1)
