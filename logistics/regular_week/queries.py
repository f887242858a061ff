"""What a depot does every week, when it is closed, and what is open of the days ahead."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count, Q, Sum

from logistics.delivery_windows.models import DeliveryWindow
from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.regular_week.calendar import days_ahead
from logistics.regular_week.models import ClosedDay, RegularShift, RegularWindow


def regular_windows(depot: Depot) -> list[RegularWindow]:
    """Earliest first."""
    return list(RegularWindow.objects.filter(depot=depot))


def regular_shifts(depot: Depot) -> list[RegularShift]:
    """Earliest first, with driver and vehicle."""
    return list(RegularShift.objects.filter(depot=depot).select_related("driver", "vehicle"))


def closed_days(depot: Depot, from_on: date) -> list[ClosedDay]:
    return list(ClosedDay.objects.filter(depot=depot, on_date__gte=from_on))


def closed_depots(from_on: date) -> dict[date, set[str]]:
    """The references of the depots closed on each day from then on; days without any left out."""
    found: dict[date, set[str]] = {}
    for row in ClosedDay.objects.filter(on_date__gte=from_on).select_related("depot"):
        found.setdefault(row.on_date, set()).add(row.depot.reference)
    return found


@dataclass(frozen=True)
class DayAhead:
    """``closed``: why nobody drives, "" on any other day."""

    on_date: date
    windows: int
    capacity_stops: int
    taken_stops: int
    shifts: int
    closed: str


def opened_ahead(depot: Depot, today: date) -> list[DayAhead]:
    """Today and each day of the two weeks to come, open or not."""
    days = days_ahead(today)
    of_depot = Q(depot=depot, on_date__in=days)
    windows = {
        row["on_date"]: row
        for row in DeliveryWindow.objects.filter(of_depot)
        .order_by()
        .values("on_date")
        .annotate(n=Count("pk"), capacity=Sum("capacity_stops"), taken=Sum("taken_stops"))
    }
    shifts = dict(
        Shift.objects.filter(of_depot).order_by().values_list("on_date").annotate(Count("pk"))
    )
    closed = dict(ClosedDay.objects.filter(of_depot).values_list("on_date", "reason"))
    none = {"n": 0, "capacity": 0, "taken": 0}
    return [
        DayAhead(
            on_date=day,
            windows=windows.get(day, none)["n"],
            capacity_stops=windows.get(day, none)["capacity"],
            taken_stops=windows.get(day, none)["taken"],
            shifts=shifts.get(day, 0),
            closed=closed.get(day, ""),
        )
        for day in days
    ]
