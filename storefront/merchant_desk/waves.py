"""Order waves: what leaves together is packed together, with a printed slip for each bag."""

from collections import Counter
from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date, end_of
from commerce.catalogue.models import Way
from commerce.orders.models import OrderLine
from commerce.orders.queries import MerchantPart, merchant_part
from storefront.accounts.access import needs
from storefront.merchant_desk.desk import PACKS, desk, own_merchant, scope_of
from storefront.merchant_desk.orders import Leaving, by_time, to_pack
from storefront.paper.answer import pdf_answer
from storefront.paper.sheet import Column, Label, Sheet
from storefront.refusals import BadInput
from storefront.templatetags.words import clock, day, local_name, phone

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
    def to_weigh(self) -> list[tuple[Slip, OrderLine]]:
        """Bag by bag, what waits for the scales."""
        return [(slip, line) for slip in self.slips for line in slip.lines if line.to_weigh]

    @property
    def key(self) -> str:
        return f"{self.promised_from:%Y%m%d%H%M}-{self.promised_until:%Y%m%d%H%M}"


@needs(*PACKS)
@require_safe
def waves(request: HttpRequest) -> HttpResponse:
    """What is to be packed, wave by wave."""
    days, last_on = _span(request)
    found = _waves(request, last_on)
    context = desk(request, days=days, last_on=last_on, waves=found, now=timezone.now())
    return render(request, "merchant_desk/waves.html", context)


@needs(*PACKS)
@require_safe
def slips(request: HttpRequest) -> HttpResponse:
    """To print: a sheet for each wave, or the one asked for, and a slip for each bag."""
    days, last_on = _span(request)
    wanted = request.GET.get("wave", "")
    found = _wanted_waves(request, last_on)
    context = desk(
        request, days=days, last_on=last_on, wave=wanted, waves=found, now=timezone.now()
    )
    return render(request, "merchant_desk/slips.html", context)


@needs(*PACKS)
@require_safe
def slips_pdf(request: HttpRequest) -> HttpResponse:
    """The same as a PDF, each wave on pages of its own."""
    _days, last_on = _span(request)
    name = local_name(own_merchant(request))
    sheet = Sheet(
        title=f"{name} · {_('쪽지')}", language=get_language() or "ko", now=timezone.now()
    )
    sheet.title(name)
    found = _wanted_waves(request, last_on)
    for number, wave in enumerate(found):
        if number:
            sheet.new_page()
        sheet.heading(_hours(wave))
        sheet.table(_pick_columns(), [_pick_row(pick) for pick in wave.picks])
        sheet.labels([label_of(slip) for slip in wave.slips])
    if not found:
        sheet.line(_("지금 챙길 주문이 없어요"))
    return pdf_answer(sheet, name="slips")


def label_of(slip: Slip) -> Label:
    """What goes on a bag: whose it is, where and when it leaves, and what is in it."""
    part = slip.part
    where = _("집 배송") if part.way == Way.DELIVERY else part.place_name
    goods = [f"□ {local_name(line)} {line.unit} × {line.quantity}" for line in slip.lines]
    return Label(
        title=part.contact_name,
        lines=[where, *_phone(part), _hours(part), part.order_reference, *goods],
        square=slip.url,
    )


def _phone(part: MerchantPart) -> list[str]:
    """What a courier's waybill asks for; nobody else is told."""
    return [phone(part.contact_phone)] if part.contact_phone else []


def _hours(leaving: Wave | MerchantPart) -> str:
    begins, ends = leaving.promised_from, leaving.promised_until
    if begins == ends:  # a courier takes parcels at one moment
        return f"{day(begins)} {_('%(at)s 택배') % {'at': clock(begins)}}"
    return f"{day(begins)} {clock(begins)}~{clock(ends)}"


def _pick_columns() -> list[Column]:
    return [
        Column(_("상품"), 6),
        Column(_("단위"), 3),
        Column(_("수량"), 1, number=True),
        Column(_("봉투"), 1, number=True),
    ]


def _pick_row(pick: Pick) -> list[str]:
    return [local_name(pick.line), pick.line.unit, str(pick.quantity), str(pick.bags)]


@needs(*PACKS)
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


def _wanted_waves(request: HttpRequest, last_on: date) -> list[Wave]:
    wanted = request.GET.get("wave", "")
    return [wave for wave in _waves(request, last_on) if wanted in ("", wave.key)]


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
