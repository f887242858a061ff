"""The market's tablet: what all its stalls have to pack today, for those without a telephone.

A helper says for a stall that something is packed or short; it is written down as the helper's.
"""

from collections.abc import Iterable
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date, end_of
from commerce.merchants.models import Merchant
from commerce.orders import actions as packing
from commerce.orders.models import OrderLine, ShortReason, Substitution
from commerce.orders.queries import lines_to_pack
from commerce.orders.substitutes import offers_to_call_about
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.helper_desk.desk import desk, market_of, stalls_of
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import accept, refuse
from storefront.journeys.weigh_line import weigh_line
from storefront.refusals import REFUSALS, BadInput, NotFound, as_dict
from storefront.typed import one_of, whole_number

DAYS = ("1", "2")


class StallLines(NamedTuple):
    stall: Merchant
    lines: list[OrderLine]


class Wave(NamedTuple):
    """What leaves together, stall by stall."""

    promised_from: datetime
    promised_until: datetime
    stalls: list[StallLines]


@needs(Role.HELPER)
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    own = market_of(request)
    stalls = stalls_of(own)
    days = request.GET.get("days", "1")
    if days not in DAYS:
        raise BadInput("days")
    now = timezone.now()
    last_on = business_date(now) + timedelta(days=int(days) - 1)
    lines = lines_to_pack(stalls, until=end_of(last_on))
    context = desk(
        own,
        days=days,
        now=now,
        waves=_waves(lines, stalls),
        calls=offers_to_call_about(stalls),
    )
    return render(request, "helper_desk/home.html", context)


def _waves(lines: Iterable[OrderLine], stalls: dict[str, Merchant]) -> list[Wave]:
    """``lines`` by the time at which they leave, then by stall."""
    ordered = sorted(lines, key=lambda line: (*_leaves(line), line.merchant_reference))
    return [
        Wave(
            *span,
            [
                StallLines(stalls[reference], list(own))
                for reference, own in groupby(wave, key=lambda x: x.merchant_reference)
            ],
        )
        for span, wave in groupby(ordered, key=_leaves)
    ]


def _leaves(line: OrderLine) -> tuple[datetime, datetime]:
    return line.fulfilment.promised_from, line.fulfilment.leaves_until


@needs(Role.HELPER)
@require_POST
def line_ready(request: HttpRequest, reference: str) -> HttpResponse:
    """The stall has packed it; with ``grams`` it was weighed."""
    line = _line(request, reference)
    try:
        if request.POST.get("grams"):
            weigh_line(
                line_reference=reference,
                merchant_reference=line.merchant_reference,
                grams=whole_number(request.POST, "grams", unit="g"),
                now=timezone.now(),
            )
        else:
            packing.mark_line_ready(
                line_reference=reference,
                merchant_reference=line.merchant_reference,
                now=timezone.now(),
            )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    return redirect("helper_home")


@needs(Role.HELPER)
@require_POST
def line_short(request: HttpRequest, reference: str) -> HttpResponse:
    """The stall has fewer: the money for the rest goes back at once."""
    line = _line(request, reference)
    try:
        shorten_line(
            line_reference=reference,
            merchant_reference=line.merchant_reference,
            there=whole_number(request.POST, "there"),
            reason=one_of(request.POST, "reason", ShortReason),
            now=timezone.now(),
        )
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("모자란 만큼 돌려드리고 손님께 알렸습니다."))
    return redirect("helper_home")


@needs(Role.HELPER)
@require_POST
def substitute(request: HttpRequest, reference: str) -> HttpResponse:
    """What a shopper who wanted to be rung said on the telephone."""
    called = offers_to_call_about(stalls_of(market_of(request)))
    _own(called, reference)
    answers = {"accept": accept, "refuse": refuse}
    answer = answers.get(request.POST.get("do", ""))
    if answer is None:
        raise BadInput("do")
    try:
        answer(reference=reference, now=timezone.now())
    except REFUSALS as refusal:
        messages.error(request, as_dict(refusal)["message"])
    else:
        messages.success(request, _("손님의 답을 적었습니다."))
    return redirect("helper_home")


def _own(offers: list[Substitution], reference: str) -> None:
    if reference not in {offer.reference for offer in offers}:
        raise NotFound("substitution")


def _line(request: HttpRequest, reference: str) -> OrderLine:
    """Of one of the market's stalls; any other is NOT_FOUND."""
    own = OrderLine.objects.filter(
        reference=reference, merchant_reference__in=stalls_of(market_of(request))
    )
    line = own.first()
    if line is None:
        raise NotFound("line")
    return line
