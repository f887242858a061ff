"""How the shop sells: by day, by product and by way, drawn and in numbers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.orders.queries import ways_of_lines
from commerce.settlement.queries import StatementRow, statement
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.merchant_desk.desk import desk, scope_of
from storefront.periods import chosen_period, periods
from storefront.templatetags.plots import Bar, labelled_won_bar, won_bar

# A bar for each day as long as they can be told apart, else for each month.
MOST_DAYS = 31
BEST = 12


class Sold(NamedTuple):
    """``lines``: order lines it was sold in; ``won``: goods handed over, less what went back."""

    label: str
    lines: int
    won: int


@needs(Role.MERCHANT)
@require_safe
def sales(request: HttpRequest) -> HttpResponse:
    merchant = scope_of(request)
    known = periods(business_date(timezone.now()))
    chosen = chosen_period(request, known)
    rows = statement(merchant, chosen.since, chosen.until).rows
    products = by_product(rows, english=request.LANGUAGE_CODE == "en")
    context = desk(
        request,
        periods=known,
        chosen=chosen,
        bars=over_time(rows, chosen.since, chosen.until),
        best=[_bar(sold, place) for place, sold in enumerate(products[:BEST], start=1)],
        products=products,
        ways=by_way(rows),
        goods_won=sum(row.goods_won for row in rows),
        lines=len({row.line_reference for row in rows}),
    )
    return render(request, "merchant_desk/sales.html", context)


def over_time(rows: Iterable[StatementRow], since: date, until: date) -> list[Bar]:
    """A bar for each day, or for each month of a longer period; empty ones too."""
    days = [since + timedelta(days=n) for n in range((until - since).days + 1)]
    daily = len(days) <= MOST_DAYS
    won = dict.fromkeys(days if daily else [day.replace(day=1) for day in days], 0)
    for row in rows:
        on = business_date(row.posted_at)
        won[on if daily else on.replace(day=1)] += row.goods_won
    return [won_bar(on=on, won=amount, monthly=not daily) for on, amount in won.items()]


def by_product(rows: Iterable[StatementRow], *, english: bool) -> list[Sold]:
    """Most won first, each unit by itself."""
    named = [
        (
            f"{(english and row.name_en) or row.name} {row.unit}".strip(),
            row.line_reference,
            row.goods_won,
        )
        for row in rows
    ]
    return _sold(named)


def by_way(rows: Sequence[StatementRow]) -> list[Sold]:
    words: dict[str, str] = {
        Way.DELIVERY: _("집 배송"),
        Way.DRIVE_THROUGH: _("차에서 받기"),
        Way.PARCEL: _("택배"),
    }
    ways = ways_of_lines({row.line_reference for row in rows})
    # What is no line is the fee of a parcel.
    way_of = {row.line_reference: ways.get(row.line_reference, Way.PARCEL) for row in rows}
    return _sold(
        [(words[way_of[row.line_reference]], row.line_reference, row.goods_won) for row in rows]
    )


def _sold(named: Iterable[tuple[str, str, int]]) -> list[Sold]:
    lines: dict[str, set[str]] = defaultdict(set)
    won: dict[str, int] = defaultdict(int)
    for label, reference, amount in named:
        lines[label].add(reference)
        won[label] += amount
    found = [Sold(label, len(lines[label]), amount) for label, amount in won.items()]
    return sorted(found, key=lambda sold: (-sold.won, sold.label))


def _bar(sold: Sold, place: int) -> Bar:
    return labelled_won_bar(label=sold.label, short_label=str(place), won=sold.won)
