"""How the mall does in a period, beside the one before it: drawn, in numbers and as files."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.settlement.sales import delivery_by_day, refunded_by_day, sold
from drivethrough.queue.waits import Wait, at_most, waits
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.file_answers import file_answer, kind_of
from storefront.operator_desk import report_sections as sections
from storefront.operator_desk.desk import desk
from storefront.operator_desk.report_figures import (
    HandedOver,
    Lines,
    handed_over,
    lines_promised,
    ordered,
)
from storefront.operator_desk.report_sections import Days, Section
from storefront.periods import Period, before, chosen_period, periods
from storefront.refusals import NotFound
from storefront.templatetags.words import won

# On the page; a section's file has all of its rows.
ROWS_SHOWN = 40


class Figure(NamedTuple):
    label: str
    shown: str
    before: str


@dataclass(frozen=True)
class Report:
    figures: list[Figure]
    sections: list[Section]


@needs(Role.OPERATOR)
@require_safe
def reports(request: HttpRequest) -> HttpResponse:
    known = periods(business_date(timezone.now()))
    chosen = chosen_period(request, known)
    made = report(chosen)
    context = desk(
        periods=known,
        chosen=chosen,
        before=before(chosen),
        figures=made.figures,
        sections=made.sections,
        rows_shown=ROWS_SHOWN,
        kinds=["XLSX", "CSV"],
    )
    return render(request, "operator_desk/reports.html", context)


@needs(Role.OPERATOR)
@require_safe
def report_file(request: HttpRequest, section: str) -> HttpResponse:
    """One section, every row of it; ``?file=csv`` or an XLSX. NOT_FOUND."""
    chosen = chosen_period(request, periods(business_date(timezone.now())))
    kind = kind_of(request)
    found = next((one for one in report(chosen).sections if one.name == section), None)
    if found is None:
        raise NotFound("section")
    name = f"jangteo-{section}-{chosen.since:%Y%m%d}-{chosen.until:%Y%m%d}"
    return file_answer(found.file_rows(), kind=kind, name=name, title=found.title)


def report(chosen: Period) -> Report:
    """Nine queries, however many orders there were."""
    days = Days(chosen)
    span = (days.since, chosen.until)
    cells, fees, back = sold(*span), delivery_by_day(*span), refunded_by_day(*span)
    placed, lines, done, cars = (
        ordered(*span),
        lines_promised(*span),
        handed_over(*span),
        waits(*span),
    )
    sales = sections.sales(days, cells, fees)
    all_won = _sums(days, [*((one.on, one.won) for one in cells), *fees.items()])
    orders = _sums(days, [(one.on, one.orders) for one in placed])
    refunded = _sums(days, back.items())
    return Report(
        figures=[
            Figure(_("판 값과 배송비"), won(all_won[0]), won(all_won[1])),
            Figure(_("주문"), f"{orders[0]:,}", f"{orders[1]:,}"),
            Figure(_("돌려 드린 돈"), won(refunded[0]), won(refunded[1])),
            _short_figure(days, lines),
            _in_time_figure(days, done),
            _wait_figure(days, cars),
        ],
        sections=[
            *sales,
            sections.orders(days, placed),
            sections.refunds(days, back),
            sections.short(days, lines),
            sections.in_time(days, done),
            *sections.waits(days, cars),
        ],
    )


def _sums(days: Days, by_day: Iterable[tuple[date, int]]) -> tuple[int, int]:
    """In the period, and in the one before."""
    sums = [0, 0]
    for on, value in by_day:
        sums[0 if days.is_now(on) else 1] += value
    return sums[0], sums[1]


def _short_figure(days: Days, found: list[Lines]) -> Figure:
    now, earlier = sections.lines_of(days, found)
    fell = [sum(lines.values()) - lines[""] for lines in (now, earlier)]
    return Figure(_("모자란 주문 줄"), f"{fell[0]:,}", f"{fell[1]:,}")


def _in_time_figure(days: Days, found: list[HandedOver]) -> Figure:
    parts, done = sections.parts_of(days, found)
    shown = [sections.share_of(part, whole) for part, whole in zip(done, parts, strict=True)]
    return Figure(_("제때 건네 드림"), *("–" if one is None else f"{one}%" for one in shown))


def _wait_figure(days: Days, found: list[Wait]) -> Figure:
    now = [one.seconds for one in found if days.is_now(one.on)]
    earlier = [one.seconds for one in found if not days.is_now(one.on)]
    return Figure(_("차 열에 아홉이 기다린 시간"), *(_waited(cars) for cars in (now, earlier)))


def _waited(seconds: list[int]) -> str:
    if not seconds:
        return "–"
    return _("%(n)s분 안쪽") % {"n": sections.whole_minutes(at_most(seconds, 90))}
