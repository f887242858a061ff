"""What is to be moved on a day, and how far it is."""

from collections.abc import Iterable
from datetime import date

from django.db.models import Count

from logistics.consignments.models import Consignment, ConsignmentStatus, PlaceNeed
from logistics.network.models import Depot

PLANNABLE = (ConsignmentStatus.REQUESTED, ConsignmentStatus.PLANNED)


def to_plan(depot: Depot, on_date: date, *, lock: bool = False) -> list[Consignment]:
    """The day's consignments that have not left the depot, by pk; ``lock`` keeps them so."""
    rows = Consignment.objects.locked() if lock else Consignment.objects.order_by("pk")
    return list(rows.filter(depot=depot, on_date=on_date, status__in=PLANNABLE))


def counts_by_status(depot: Depot, on_date: date) -> dict[str, int]:
    """How many of the day's consignments are in each status; every status is there."""
    found = dict(
        Consignment.objects.filter(depot=depot, on_date=on_date)
        .order_by()
        .values_list("status")
        .annotate(Count("pk"))
    )
    return {status: found.get(status, 0) for status in ConsignmentStatus.values}


def by_owner(owner_references: Iterable[str]) -> dict[str, list[Consignment]]:
    """Each owner's consignments, oldest first; owners without any are not in the answer."""
    found: dict[str, list[Consignment]] = {}
    for consignment in Consignment.objects.filter(
        owner_reference__in=list(owner_references)
    ).order_by("pk"):
        found.setdefault(consignment.owner_reference, []).append(consignment)
    return found


def place_needs(depot: Depot) -> list[PlaceNeed]:
    """By address."""
    return list(PlaceNeed.objects.filter(depot=depot))
