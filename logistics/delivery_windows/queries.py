"""Which windows can still be promised."""

from datetime import datetime, timedelta

from django.db.models import F

from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.network.models import Depot


def open_windows(depot: Depot, now: datetime, days: int = 7) -> list[DeliveryWindow]:
    """Windows before their cut-off that start within ``days``; full ones have ``left`` 0."""
    return list(
        DeliveryWindow.objects.filter(
            depot=depot, cut_off_at__gt=now, starts_at__gt=now, starts_at__lte=now + timedelta(days)
        )
    )


def alternatives_to(window: DeliveryWindow, now: datetime) -> list[dict[str, str | int]]:
    """Up to three windows of the depot with room, nearest in time first, ready for JSON."""
    with_room = DeliveryWindow.objects.filter(
        depot=window.depot_id,
        cut_off_at__gt=now,
        starts_at__gt=now,
        taken_stops__lt=F("capacity_stops"),
    ).exclude(pk=window.pk)
    nearest = sorted(with_room, key=lambda other: abs(other.starts_at - window.starts_at))
    return [
        {
            "reference": other.reference,
            "starts_at": other.starts_at.isoformat(),
            "ends_at": other.ends_at.isoformat(),
            "left": other.left,
        }
        for other in nearest[:3]
    ]


def window(reference: str) -> DeliveryWindow | None:
    return DeliveryWindow.objects.select_related("depot").filter(reference=reference).first()


def place_of(key: str) -> WindowPlace | None:
    """The live place a key holds, with its window."""
    return (
        WindowPlace.objects.select_related("window")
        .filter(key=key, released_at__isnull=True)
        .first()
    )
