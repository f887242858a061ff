"""Who usually comes to a door, and when: what its last deliveries tell, as drivers reported them.

Nothing is entered by hand, so a new driver becomes the usual one after a few weeks by coming.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from statistics import median_low

from logistics.consignments.models import Consignment, ConsignmentKind
from logistics.network.models import Depot
from logistics.planning.models import PlanStatus, StopTask, TaskStatus
from logistics.seoul_time import seconds_into

# So far back, so many visits, and so many of them alike.
REMEMBERED = timedelta(weeks=8)
LOOKED_AT, ALIKE = 5, 3

Door = tuple[str, float, float]


@dataclass(frozen=True, slots=True)
class Regular:
    """``driver``: who came most often, by key; ``begins``: the usual second of the day."""

    driver: int
    begins: int


def door(address: str, lat: float, lon: float) -> Door:
    """Where the bell is, however the address was spaced."""
    return " ".join(address.split()), lat, lon


def regulars(
    depot: Depot, on_date: date, consignments: Iterable[Consignment]
) -> Mapping[Door, Regular]:
    """By door, of the doors to visit that day. One query."""
    wanted = {door(c.address, c.lat, c.lon) for c in consignments}
    visits: dict[Door, dict[date, tuple[int, int]]] = {}
    for task in _handed_over(depot, on_date, {where[0] for where in wanted}):
        moved = task.consignment
        where = door(moved.address, moved.lat, moved.lon)
        if where in wanted and task.changed_at is not None:
            begins = seconds_into(moved.on_date, task.changed_at) - moved.service_seconds
            visits.setdefault(where, {})[moved.on_date] = (task.stop.route.shift.driver_id, begins)
    found = {where: _regular(days) for where, days in visits.items()}
    return {where: regular for where, regular in found.items() if regular is not None}


def _handed_over(depot: Depot, on_date: date, addresses: set[str]) -> Iterable[StopTask]:
    return StopTask.objects.filter(
        status=TaskStatus.DONE,
        stop__route__plan__depot=depot,
        stop__route__plan__status=PlanStatus.PUBLISHED,
        stop__route__plan__on_date__range=(on_date - REMEMBERED, on_date - timedelta(days=1)),
        consignment__kind=ConsignmentKind.DELIVER,
        consignment__address__in=addresses,
    ).select_related("consignment", "stop__route__shift")


def _regular(days: Mapping[date, tuple[int, int]]) -> Regular | None:
    last = [days[day] for day in sorted(days)[-LOOKED_AT:]]
    [(driver, times)] = Counter(driver for driver, _ in last).most_common(1)
    if times < ALIKE:
        return None
    return Regular(driver, median_low(begins for _, begins in last))
