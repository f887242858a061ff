"""Opening depots and loading the named localities."""

from collections.abc import Iterable
from unicodedata import normalize

from django.db import transaction

from logistics.network import speeds
from logistics.network.models import Depot, Locality


def open_depot(
    *,
    code: str,
    name: str,
    name_en: str,
    address: str,
    lat: float,
    lon: float,
    service_radius_m: int = 30_000,
) -> Depot:
    """The depot of that code; opened now if there is none yet."""
    depot, _ = Depot.objects.get_or_create(
        code=code,
        defaults={
            "name": name,
            "name_en": name_en,
            "address": address,
            "lat": lat,
            "lon": lon,
            "service_radius_m": service_radius_m,
        },
    )
    return depot


@transaction.atomic
def say_speeds(*, depot: Depot, text: str) -> Depot:
    """From the next plan on the roads are so fast at each time of day. SPEED_BANDS."""
    bands = speeds.read(text)
    row = Depot.objects.locked().get(pk=depot.pk)
    row.speeds = bands
    row.save(update_fields=["speeds"])
    return row


def load_localities(*, rows: Iterable[tuple[str, str, float, float]]) -> int:
    """Add ``(city, name, lat, lon)`` rows; those known keep their point. How many there are now.

    Names are stored composed (NFC), so that a name typed on any keyboard finds them.
    """
    Locality.objects.bulk_create(
        (
            Locality(city=normalize("NFC", city), name=normalize("NFC", name), lat=lat, lon=lon)
            for city, name, lat, lon in rows
        ),
        batch_size=1_000,
        ignore_conflicts=True,
    )
    return Locality.objects.count()
