"""The days that a page tells of: a named period up to today, or two dates."""

from datetime import date, timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils.translation import gettext as _

from storefront.refusals import BadInput

LONGEST = timedelta(days=366)


class Period(NamedTuple):
    name: str
    label: str
    since: date
    until: date

    @property
    def days(self) -> int:
        return (self.until - self.since).days + 1


def before(period: Period) -> Period:
    """As many days, right before it."""
    since = period.since - timedelta(days=period.days)
    return Period("before", _("앞 기간"), since, period.since - timedelta(days=1))


def periods(today: date) -> list[Period]:
    """Weeks begin on Monday; those under way end today."""
    monday = today - timedelta(days=today.weekday())
    first = today.replace(day=1)
    last_month = first - timedelta(days=1)
    return [
        Period("week", _("이번 주"), monday, today),
        Period("last-week", _("지난주"), monday - timedelta(days=7), monday - timedelta(days=1)),
        Period("month", _("이번 달"), first, today),
        Period("last-month", _("지난달"), last_month.replace(day=1), last_month),
    ]


def chosen_period(request: HttpRequest, known: list[Period]) -> Period:
    """A named period, or ``since`` and ``until`` as dates. Raises BAD_INPUT."""
    if "since" in request.GET or "until" in request.GET:
        since, until = _date(request, "since"), _date(request, "until")
        if not timedelta() <= until - since <= LONGEST:
            raise BadInput("until")
        return Period("own", _("직접 고른 기간"), since, until)
    name = request.GET.get("period", "week")
    for period in known:
        if period.name == name:
            return period
    raise BadInput("period")


def _date(request: HttpRequest, field: str) -> date:
    try:
        on = date.fromisoformat(request.GET.get(field, ""))
    except ValueError:
        raise BadInput(field) from None
    if not 2000 <= on.year <= 2100:
        raise BadInput(field)
    return on
