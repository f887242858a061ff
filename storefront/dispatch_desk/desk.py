"""What every page of the desk begins with: whose depot, which day, whose plan."""

from datetime import date, datetime, timedelta
from typing import NamedTuple

from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext as _

from logistics.network.models import Depot
from logistics.planning import queries as planning
from logistics.planning.models import Plan
from storefront.refusals import BadInput, NotFound

# From this hour on (Seoul) the day to work on is tomorrow.
EVENING_HOUR = 18
FIRST_DAY, LAST_DAY = date(2020, 1, 1), date(2099, 12, 31)


class Item(NamedTuple):
    url: str
    label: str


def menu() -> list[Item]:
    return [
        Item("dispatch_home", _("하루 배차")),
        Item("dispatch_undelivered", _("못 전한 배송")),
        Item("dispatch_week", _("한 주 기본")),
        Item("dispatch_fleet", _("차와 장비")),
        Item("dispatch_tills", _("기사님 시재")),
    ]


def depot_of(request: HttpRequest) -> Depot:
    """The depot this dispatcher acts for. NOT_FOUND when it is gone."""
    depot = Depot.objects.filter(reference=request.scope).first()  # type: ignore[attr-defined]
    if depot is None:
        raise NotFound("depot")
    return depot


def depots_of(request: HttpRequest) -> list[Depot]:
    """All depots this dispatcher may act for, by code."""
    return list(Depot.objects.filter(reference__in=request.scopes))  # type: ignore[attr-defined]


def day_of(text: str, now: datetime) -> date:
    """``YYYY-MM-DD``, or the day to work on now when nothing is asked for. BAD_INPUT."""
    if not text:
        local = timezone.localtime(now)
        return local.date() + timedelta(days=local.hour >= EVENING_HOUR)
    try:
        on_date = date.fromisoformat(text)
    except ValueError:
        raise BadInput("on") from None
    if not FIRST_DAY <= on_date <= LAST_DAY:
        raise BadInput("on")
    return on_date


def own_plan(request: HttpRequest, reference: str) -> Plan:
    """A plan of this dispatcher's depot; anybody else's is NOT_FOUND."""
    plan = planning.plan(reference)
    if plan is None or plan.depot.reference != request.scope:  # type: ignore[attr-defined]
        raise NotFound("plan")
    return plan
