"""What a report counts besides the ledger's won, day by day; one query each, however long."""

from collections.abc import Sequence
from datetime import date
from typing import Any, NamedTuple

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from commerce.business_days import SEOUL, end_of, instant
from commerce.orders.models import (
    Fulfilment,
    FulfilmentStatus,
    Order,
    OrderLine,
    OrderStatus,
)


class Ordered(NamedTuple):
    on: date
    orders: int
    won: int


class Lines(NamedTuple):
    """Lines promised for a day: those of which less was there than ordered, by why; else ""."""

    on: date
    reason: str
    lines: int


class HandedOver(NamedTuple):
    """Parts handed over on a day, and how many of them before the end of what was promised."""

    on: date
    way: str
    parts: int
    in_time: int


def ordered(since: date, until: date) -> list[Ordered]:
    """Placed in these days, and paid or to be paid on site; cancelled ones are left out."""
    orders = _within(Order.objects.all(), "placed_at", since, until)
    stood = orders.filter(status__in=[OrderStatus.CONFIRMED, OrderStatus.CLOSED])
    return [Ordered(*row) for row in _by_day(stood, (), n=Count("pk"), won=Sum("total_won"))]


def lines_promised(since: date, until: date) -> list[Lines]:
    """Lines that were to come in these days; what shoppers gave up themselves is left out."""
    lines = _within(OrderLine.objects.all(), "fulfilment__promised_from", since, until)
    came = ~Q(fulfilment__status__in=[FulfilmentStatus.PLACED, FulfilmentStatus.CANCELLED])
    counted = lines.filter(came & Q(quantity__gte=1) | Q(short_quantity__gte=1))
    return [Lines(*row) for row in _by_day(counted, ("short_reason",), n=Count("pk"))]


def handed_over(since: date, until: date) -> list[HandedOver]:
    parts = _within(Fulfilment.objects.all(), "ended_at", since, until)
    done = parts.filter(status=FulfilmentStatus.HANDED_OVER)
    in_time = Count("pk", filter=Q(ended_at__lte=F("promised_until")))
    return [HandedOver(*row) for row in _by_day(done, ("way",), n=Count("pk"), in_time=in_time)]


def _within(rows: QuerySet[Any], field: str, since: date, until: date) -> QuerySet[Any]:
    """With ``on``, the business date of the field."""
    asked = {f"{field}__gte": instant(since), f"{field}__lt": end_of(until)}
    return rows.filter(**asked).annotate(on=TruncDate(field, tzinfo=SEOUL))


def _by_day(rows: QuerySet[Any], by: Sequence[str], **counted: Any) -> list[tuple[Any, ...]]:
    grouped = rows.order_by().values("on", *by).annotate(**counted)
    return list(grouped.order_by("on", *by).values_list("on", *by, *counted))
