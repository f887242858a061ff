"""Which depot serves a place, and where a named place is."""

import re
from unicodedata import normalize

from django.db.models import Q

from logistics.errors import LogisticsError
from logistics.network.distance import crow_metres
from logistics.network.models import Depot, Locality


class DepotUnknown(LogisticsError):
    code = "DEPOT_UNKNOWN"


def depots() -> list[Depot]:
    """Every depot, by code."""
    return list(Depot.objects.order_by("code"))


def depot(code: str) -> Depot:
    """The depot people call by that code; DEPOT_UNKNOWN if there is none."""
    found = Depot.objects.filter(code=code).first()
    if found is None:
        raise DepotUnknown("depot", depot=code)
    return found


def depot_for(lat: float | None, lon: float | None) -> Depot | None:
    """The nearest depot that serves the point, by its own radius; None when none does, or nobody
    knows where it is."""
    if lat is None or lon is None:
        return None
    reachable = []
    for candidate in Depot.objects.all():
        metres = crow_metres(candidate.lat, candidate.lon, lat, lon)
        if metres <= candidate.service_radius_m:
            reachable.append((metres, candidate.pk, candidate))
    return min(reachable)[2] if reachable else None


def depot_for_area(*, city: str, street: str) -> Depot | None:
    """The depot that serves every place a half-known address can be; None when no one does.

    ``city`` is a 시 or 군, with or without its 구; a 읍, 면 or 동 named in ``street`` narrows it.
    Of several depots it is the one nearest to all those places.
    """
    places, _is_named = _places(city, street)
    reachable = []
    for candidate in Depot.objects.all():
        metres = [crow_metres(candidate.lat, candidate.lon, p.lat, p.lon) for p in places]
        if metres and max(metres) <= candidate.service_radius_m:
            reachable.append((sum(metres), candidate.pk, candidate))
    return min(reachable)[2] if reachable else None


def place_for_area(*, city: str, street: str) -> tuple[Locality, bool] | None:
    """The place most in the middle of all that a half-known address can be, and whether its street
    names a 읍, 면 or 동. Arguments as ``depot_for_area``. None when there is no such 시 or 군.
    """
    places, is_named = _places(city, street)
    if not places:
        return None
    lat = sum(place.lat for place in places) / len(places)
    lon = sum(place.lon for place in places) / len(places)
    middle = min(places, key=lambda p: (crow_metres(p.lat, p.lon, lat, lon), p.pk))
    return middle, is_named


def _places(city: str, street: str) -> tuple[list[Locality], bool]:
    """Every place the address can be, and whether the street's words narrowed them."""
    name = normalize("NFC", " ".join(city.split()))
    inside = list(Locality.objects.filter(Q(city=name) | Q(city__startswith=f"{name} ")))
    words = set(re.findall(r"\w+", normalize("NFC", street)))
    named = [place for place in inside if place.name.split()[0] in words]
    return named or inside, bool(named)


def localities(text: str, limit: int = 20) -> list[Locality]:
    """Localities whose city and name hold every word of ``text``; nothing for an empty text."""
    words = normalize("NFC", text).split()
    if not words:
        return []
    every_word = Q()
    for word in words:
        every_word &= Q(city__icontains=word) | Q(name__icontains=word)
    return list(Locality.objects.filter(every_word)[:limit])


def locate(*, city: str, locality: str) -> tuple[float, float] | None:
    """The representative point (lat, lon) of a locality; None when it is not known."""
    return (
        Locality.objects.filter(
            city=normalize("NFC", city.strip()), name=normalize("NFC", locality.strip())
        )
        .values_list("lat", "lon")
        .first()
    )


def localities_within(
    *, south: float, west: float, north: float, east: float, limit: int = 500
) -> list[Locality]:
    """Localities whose representative point lies in the rectangle: names to put on a map."""
    return list(Locality.objects.filter(lat__range=(south, north), lon__range=(west, east))[:limit])
