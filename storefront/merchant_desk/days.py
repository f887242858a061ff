"""When the shop is away, and what was promised for such a day: it comes another day or is paid
back."""

from datetime import date, timedelta
from typing import Any, NamedTuple

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from commerce.business_days import business_date
from commerce.merchants import queries, resting
from commerce.merchants.opening import MARKET_DAYS, WEEK
from commerce.orders.parcel_days import ParcelDays
from commerce.orders.queries import MerchantPart
from logistics.delivery_windows.models import DeliveryWindow
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.journeys import resting as journeys
from storefront.merchant_desk.desk import desk, own_merchant, scope_of
from storefront.refusals import REFUSALS, BadInput, as_dict, status_of
from storefront.typed import number_of, parsed

AHEAD_DAYS = 14


class Promised(NamedTuple):
    """A part that was promised for a day on which the shop is away; ``windows`` when it could
    come instead, or ``days`` when a parcel could be sent."""

    part: MerchantPart
    windows: list[DeliveryWindow]
    days: ParcelDays | None


@needs(Role.MERCHANT)
@require_safe
def days(request: HttpRequest) -> HttpResponse:
    return _page(request)


def _page(request: HttpRequest, *, status: int = 200, **said: Any) -> HttpResponse:
    """The page; ``said`` is a form sent and refused: its name and the refusal."""
    now = timezone.now()
    today = business_date(now)
    own = own_merchant(request)
    opening = queries.openings([own.reference], today)[own.reference]
    ahead = [today + timedelta(days=n) for n in range(AHEAD_DAYS)]
    context = desk(
        request,
        today=today,
        last_on=today + timedelta(days=resting.CLOSED_AHEAD),
        longest_reason=resting.LONGEST_REASON,
        weekdays=WEEK,
        market_days=MARKET_DAYS,
        closings=queries.closings(own.reference, today),
        ahead=[(on, opening.is_open(on)) for on in ahead],
        open_today=opening.is_open(today),
        promised=[
            Promised(
                part,
                journeys.other_windows(part, own, now),
                journeys.days_when_back(part, own, now),
            )
            for part in journeys.promised_while_away(own, now)
        ],
        **said,
    )
    return render(request, "merchant_desk/days.html", context, status=status)


def _refused(request: HttpRequest, form: str, caught: Exception) -> HttpResponse:
    refusal = as_dict(caught)
    return _page(request, status=status_of(refusal["code"]), refused=form, refusal=refusal)


@needs(Role.MERCHANT)
@require_POST
def rest_regularly(request: HttpRequest) -> HttpResponse:
    known = {str(day): day for day in WEEK}
    sent = request.POST.getlist("weekdays")
    try:
        if not known.keys() >= {*sent}:
            raise BadInput("weekdays")
        market = request.POST.get("market_day", "")
        resting.rest_regularly(
            merchant_reference=scope_of(request),
            weekdays=[known[day] for day in sent],
            market_day=number_of(request.POST, "market_day", MARKET_DAYS) if market else None,
        )
    except REFUSALS as caught:
        return _refused(request, "week", caught)
    messages.success(request, _("정기 휴일을 저장했습니다. 손님은 여는 날만 고를 수 있습니다."))
    return redirect("merchant_days")


@needs(Role.MERCHANT)
@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """One day; whoever ordered for it before is on the page afterwards."""
    try:
        resting.close_day(
            merchant_reference=scope_of(request),
            on_date=parsed(request.POST, "on_date", date.fromisoformat),
            reason=request.POST.get("reason", ""),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _refused(request, "closing", caught)
    messages.success(request, _("쉬는 날로 정했습니다. 이날은 새 주문을 받지 않습니다."))
    return redirect("merchant_days")


@needs(Role.MERCHANT)
@require_POST
def reopen(request: HttpRequest, reference: str) -> HttpResponse:
    resting.reopen_day(merchant_reference=scope_of(request), closing_reference=reference)
    messages.success(request, _("다시 여는 날이 되었습니다."))
    return redirect("merchant_days")


@needs(Role.MERCHANT)
@require_POST
def move(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        journeys.bring_another_day(
            merchant=own_merchant(request),
            part_reference=reference,
            window_reference=request.POST.get("window", ""),
            now=timezone.now(),
        )
    except REFUSALS as caught:
        return _refused(request, "promised", caught)
    messages.success(request, _("다른 날로 옮기고 손님께 알렸습니다."))
    return redirect("merchant_days")


@needs(Role.MERCHANT)
@require_POST
def send_later(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        journeys.send_when_back(
            merchant=own_merchant(request), part_reference=reference, now=timezone.now()
        )
    except REFUSALS as caught:
        return _refused(request, "promised", caught)
    messages.success(request, _("다른 날로 옮기고 손님께 알렸습니다."))
    return redirect("merchant_days")


@needs(Role.MERCHANT)
@require_POST
def pay_back(request: HttpRequest, reference: str) -> HttpResponse:
    try:
        journeys.pay_back_own_lines(
            merchant=own_merchant(request), part_reference=reference, now=timezone.now()
        )
    except REFUSALS as caught:
        return _refused(request, "promised", caught)
    messages.success(request, _("돈을 돌려드리고 손님께 알렸습니다."))
    return redirect("merchant_days")
