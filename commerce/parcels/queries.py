"""What can be asked about parcels."""

from collections.abc import Iterable
from datetime import datetime

from django.db.models import Max

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus
from commerce.parcels.models import Parcel


def parcels_of(fulfilment_references: Iterable[str]) -> dict[str, Parcel]:
    """The one that counts of each part, by the part's reference; those not sent yet are absent."""
    asked = list(fulfilment_references)
    rows = (
        Parcel.objects.filter(fulfilment__reference__in=asked) if asked else Parcel.objects.none()
    )
    found = rows.select_related("fulfilment").order_by("pk")
    return {parcel.fulfilment.reference: parcel for parcel in found}


def on_the_way_since(at: datetime) -> list[Fulfilment]:
    """Parts given to a courier at that moment or before and not said to have come, oldest first."""
    parts = Fulfilment.objects.filter(status=FulfilmentStatus.OUT, way=Way.PARCEL)
    last_sent = parts.annotate(sent_at=Max("parcels__sent_at"))
    return list(last_sent.filter(sent_at__lte=at).order_by("pk"))


def back_since(at: datetime) -> list[Fulfilment]:
    """Parts that a courier brought back at that moment or before, and nobody has sent again or paid
    back, oldest first."""
    parts = Fulfilment.objects.filter(status=FulfilmentStatus.UNDELIVERED, way=Way.PARCEL)
    last_back = parts.annotate(back_at=Max("parcels__came_back_at"))
    return list(last_back.filter(back_at__lte=at).order_by("pk"))
