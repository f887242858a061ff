"""Order waves: what leaves together is packed together, with a printed slip for each bag."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from commerce.business_days import business_date, end_of
from commerce.orders.models import OrderLine
from commerce.orders.queries import MerchantPart, merchant_part
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.merchant_desk.desk import desk, scope_of
from storefront.merchant_desk.orders import Leaving, by_time, to_pack
from storefront.refusals import BadInput

DAYS = ("1", "2", "7")


class Pick(NamedTuple):
    """So many of one thing for a whole wave; ``line`` is one of those that want it."""

    line: OrderLine
    quantity: int
    bags: int


class Slip(NamedTuple):
    """``url``: where a telephone that reads its squares comes to."""

    part: MerchantPart
    lines: list[OrderLine]
    url: str


class Wave(NamedTuple):
    """Bags that leave in one window; late ones are waves too until they are packed."""

    promised_from: datetime
    promised_until: datetime
    picks: list[Pick]
    slips: list[Slip]

    @property
    def key(self) -> str:
        return f"{self.promised_from:%Y%m%d%H%M}-{self.promised_until:%Y%m%d%H%M}"


@needs(Role.MERCHANT)
@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    """What is to be packed, wave by wave."""
    days, last_on = _span(request)
    found = _waves(request, last_on)
    context = desk(request, days=days, last_on=last_on, waves=found, now=timezone.now())
    return render(request, "merchant_desk/waves.html", context)


@needs(Role.MERCHANT)
@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    """To print: a sheet for each wave, or the one asked for, and a slip for each bag."""
    days, last_on = _span(request)
    wanted = request.GET.get("wave", "")
    found = [wave for wave in _waves(request, last_on) if wanted in ("", wave.key)]
    context = desk(
        request, days=days, last_on=last_on, wave=wanted, waves=found, now=timezone.now()
    )
    return render(request, "merchant_desk/slips.html", context)


@needs(Role.MERCHANT)
@require_safe
def part(request: HttpRequest, reference: str) -> HttpResponse:
    """One bag, as the squares on its slip lead to it."""
    found = merchant_part(scope_of(request), reference)
    context = desk(request, leaving=by_time([found]), part=found)
    return render(request, "merchant_desk/part.html", context)


def _span(request: HttpRequest) -> tuple[str, date]:
    """How many days are looked ahead, today included, and the last of them. BAD_INPUT."""
    days = request.GET.get("days", "2")
    if days not in DAYS:
        raise BadInput("days")
    return days, business_date(timezone.now()) + timedelta(days=int(days) - 1)


def _waves(request: HttpRequest, last_on: date) -> list[Wave]:
    parts = to_pack(scope_of(request), until=end_of(last_on))
    return [_wave(request, leaving) for leaving in by_time(parts)]


def _wave(request: HttpRequest, leaving: Leaving) -> Wave:
    slips = [
        Slip(part, _unpacked(part.lines), _url(request, part.reference)) for part in leaving.parts
    ]
    return Wave(leaving.promised_from, leaving.promised_until, _picks(slips), slips)


def _unpacked(lines: Sequence[OrderLine]) -> list[OrderLine]:
    return [line for line in lines if line.ready_at is None]


def _picks(slips: Sequence[Slip]) -> list[Pick]:
    lines = sorted((x for slip in slips for x in slip.lines), key=lambda x: (x.name, x.unit))
    quantity: Counter[tuple[str, str]] = Counter()
    for line in lines:
        quantity[line.name, line.unit] += line.quantity
    bags = Counter(pair for slip in slips for pair in {(x.name, x.unit) for x in slip.lines})
    one_of = {(line.name, line.unit): line for line in lines}
    return [Pick(one_of[pair], number, bags[pair]) for pair, number in quantity.items()]


def _url(request: HttpRequest, reference: str) -> str:
    return request.build_absolute_uri(reverse("merchant_part", args=[reference]))
