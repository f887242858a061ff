"""The numbers of a day and of the days before it. Each costs one query, whatever the day held."""

from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Count, Q, QuerySet, Sum
from django.db.models.functions import TruncDate

from commerce.books.models import ENDED_LOANS, Loan, LoanStatus
from commerce.business_days import SEOUL, end_of, instant
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from drivethrough.slots.models import BOOKED, Booking


@dataclass(frozen=True)
class DayFigures:
    """``loans`` are families' books of today, whatever day they began; the rest is the day's."""

    orders: int
    sales_won: int
    handed_over: int
    still_to_hand_over: int
    bookings: int
    loans: int
    undelivered: int


def figures_of(on: date) -> DayFigures:
    placed = _orders(on, on).aggregate(n=Count("pk"), won=Sum("total_won"))
    day = (instant(on), end_of(on))
    under_way = [FulfilmentStatus.CONFIRMED, FulfilmentStatus.READY, FulfilmentStatus.OUT]
    parts = Fulfilment.objects.aggregate(
        done=Count(
            "pk",
            filter=Q(
                status=FulfilmentStatus.HANDED_OVER, ended_at__gte=day[0], ended_at__lt=day[1]
            ),
        ),
        to_do=Count("pk", filter=Q(status__in=under_way, promised_from__lt=day[1])),
        back=Count("pk", filter=Q(status=FulfilmentStatus.UNDELIVERED)),
    )
    cars = Booking.objects.filter(
        status__in=BOOKED, slot__starts_at__gte=day[0], slot__starts_at__lt=day[1]
    )
    lent = Loan.objects.exclude(status__in=[*ENDED_LOANS, LoanStatus.REQUESTED])
    return DayFigures(
        orders=placed["n"],
        sales_won=placed["won"] or 0,
        handed_over=parts["done"],
        still_to_hand_over=parts["to_do"],
        bookings=cars.count(),
        loans=lent.count(),
        undelivered=parts["back"],
    )


def sales_by_day(until: date, days: int) -> dict[date, int]:
    """Won ordered on each of the ``days`` that end with ``until``, oldest first; 0 for none."""
    since = until - timedelta(days=days - 1)
    won = {since + timedelta(days=n): 0 for n in range(days)}
    rows = (
        _orders(since, until)
        .annotate(on=TruncDate("placed_at", tzinfo=SEOUL))
        .order_by()
        .values("on")
        .annotate(won=Sum("total_won"))
        .values_list("on", "won")
    )
    return won | dict(rows)


def _orders(since: date, until: date) -> QuerySet[Order]:
    """Placed from ``since`` to ``until``, both included, and paid or to be paid on site."""
    return Order.objects.filter(
        status__in=[OrderStatus.CONFIRMED, OrderStatus.CLOSED],
        placed_at__gte=instant(since),
        placed_at__lt=end_of(until),
    )
