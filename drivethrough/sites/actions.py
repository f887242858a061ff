"""Open a site, and open or close its lanes."""

from django.db import transaction

from drivethrough.sites.models import Lane, Site


@transaction.atomic
def open_site(
    *,
    source_id: str,
    name: str,
    name_en: str,
    city: str,
    address: str,
    lat: float,
    lon: float,
    spaces: int,
    lanes: int,
) -> Site:
    """The site with this source id, made once, with lanes numbered from 1 to at least ``lanes``."""
    site, _ = Site.objects.get_or_create(
        source_id=source_id,
        defaults={
            "name": name,
            "name_en": name_en,
            "city": city,
            "address": address,
            "lat": lat,
            "lon": lon,
            "spaces": spaces,
        },
    )
    numbered = [Lane(site=site, number=number) for number in range(1, lanes + 1)]
    Lane.objects.bulk_create(numbered, ignore_conflicts=True)
    return site


def set_lane_open(*, lane: Lane, open: bool) -> Lane:
    """A closed lane calls nobody; the car already called to it is still served there."""
    lane.open = open
    lane.save(update_fields=["open"])
    return lane
