"""When the people at each door expect their van, and what a new plan changes about it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings

from logistics.consignments.models import Consignment
from logistics.planning.models import Plan, TaskStatus
from logistics.planning.queries import ENDED, routes_of


@dataclass(frozen=True)
class MovedPromise:
    consignment: Consignment
    before: datetime
    after: datetime


def promises_to_make(plan: Plan) -> dict[str, datetime]:
    """By consignment, when to expect the van: first promises, and those that move far enough to be
    told. Smaller changes leave the earlier promise as it is."""
    return {
        consignment.reference: at
        for consignment, at in _to_come(plan)
        if consignment.promised_at is None or _far(consignment.promised_at, at)
    }


def moved_promises(plan: Plan) -> list[MovedPromise]:
    """Whom putting the plan in force would make wait for another time, in the order of the plan."""
    return [
        MovedPromise(consignment, consignment.promised_at, at)
        for consignment, at in _to_come(plan)
        if consignment.promised_at is not None and _far(consignment.promised_at, at)
    ]


def _to_come(plan: Plan) -> Iterator[tuple[Consignment, datetime]]:
    for route in routes_of(plan):
        for stop in route.stops.all():
            for task in stop.tasks.all():
                if task.status == TaskStatus.PENDING and task.consignment.status not in ENDED:
                    yield task.consignment, stop.begins_at


def _far(before: datetime, after: datetime) -> bool:
    return abs(after - before) > timedelta(minutes=settings.PROMISE_TELL_MINUTES)
