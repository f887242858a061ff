"""How long cars waited: from their arrival to the call that brought them to a lane."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from django.db.models import Max

from drivethrough.queue.models import Arrival, ArrivalStatus
from drivethrough.slots.spans import business_date, business_day


@dataclass(frozen=True)
class Wait:
    on: date
    site_reference: str
    site_name: str
    seconds: int


def waits(since: date, until: date) -> list[Wait]:
    """Of every car that was served and had been called, both business dates included; one query.

    A car that was called twice waited until the last call.
    """
    served = Arrival.objects.filter(
        status=ArrivalStatus.SERVED,
        arrived_at__gte=business_day(since)[0],
        arrived_at__lt=business_day(until)[1],
        calls__isnull=False,
    )
    rows = (
        served.order_by("arrived_at", "pk")
        .annotate(last_call_at=Max("calls__called_at"))
        .values_list("arrived_at", "last_call_at", "site__reference", "site__name")
    )
    return [
        Wait(
            on=business_date(arrived_at),
            site_reference=site,
            site_name=name,
            # A tablet without a network may tell of a call before it tells of the arrival.
            seconds=max(round((called_at - arrived_at).total_seconds()), 0),
        )
        for arrived_at, called_at, site, name in rows
    ]


def at_most(seconds: Iterable[int], percent: int) -> int:
    """So many percent waited this long or less; 0 for nobody."""
    ranked = sorted(seconds)
    return ranked[-(-len(ranked) * percent // 100) - 1] if ranked else 0
