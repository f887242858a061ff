"""A year of lending in numbers; nothing about any child."""

from datetime import date

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from commerce.books import queries
from commerce.books.models import Stage
from commerce.books.queries import MonthOfLoans
from commerce.business_days import instant
from storefront.accounts.access import needs
from storefront.accounts.models import Role
from storefront.library_desk.desk import common, library_of
from storefront.library_desk.wording import bundle_states
from storefront.templatetags.plots import Bar

MONTHS = 12


@needs(Role.LIBRARIAN)
@require_safe
def statistics(request: HttpRequest) -> HttpResponse:
    library = library_of(request)
    months = last_months(timezone.localdate(), MONTHS)
    since = instant(months[0])
    rows = queries.loans_by_month(library.reference, since)
    counts = queries.bundle_counts(library.reference)
    context = {
        **common(library),
        "bars": [_bar(month, rows) for month in months],
        "lent": sum(row.loans for row in rows),
        "by_stage": [
            (stage, sum(row.loans for row in rows if row.stage == stage)) for stage in Stage.values
        ],
        "returns": queries.returns(library.reference, since),
        "bundles": [(words, counts[name]) for name, words in bundle_states().items()],
        "bundle_count": sum(counts.values()),
        "missing": queries.missing_copies(library.reference),
    }
    return render(request, "library_desk/statistics.html", context)


def last_months(today: date, months: int) -> list[date]:
    """The first days of the last ``months`` months, this one the last."""
    this = today.year * 12 + today.month - 1
    return [date(n // 12, n % 12 + 1, 1) for n in range(this - months + 1, this + 1)]


def _bar(month: date, rows: list[MonthOfLoans]) -> Bar:
    loans = sum(row.loans for row in rows if row.month == month)
    english = get_language() == "en"
    return Bar(
        label=f"{month:%b %Y}" if english else f"{month.year}년 {month.month}월",
        short_label=f"{month:%b}" if english else f"{month.month}월",
        value=loans,
        shown_value=_("%(n)d건") % {"n": loans},
        short_value=str(loans) if loans else "",
    )
