"""Distances, weights and spans of time as people say them, and a plan drawn for the map."""

from collections.abc import Sequence
from typing import Any

from django import template
from django.utils import timezone
from django.utils.translation import get_language

from logistics.consignments.models import ConsignmentStatus
from logistics.network.queries import localities_within
from logistics.planning.models import Route, Stop, TaskStatus

register = template.Library()

# A map is cut into so many cells a side, and a cell names at most one place.
CELLS = 6
# About a kilometre around what is drawn.
MARGIN_DEGREES = 0.01


@register.filter
def kilometres(metres: int) -> str:
    """36420 → ``36.4km``."""
    return f"{metres / 1000:,.1f}km"


@register.filter
def kilograms(grams: int) -> str:
    """12400 → ``12.4kg``; whole kilos from 100 on."""
    kilos = grams / 1000
    return f"{kilos:,.0f}kg" if kilos >= 100 else f"{kilos:,.1f}kg"


@register.filter
def span(seconds: int) -> str:
    """12000 → ``3시간 20분`` or ``3 h 20 min``, to the minute."""
    hours, minutes = divmod(round(seconds / 60), 60)
    if get_language() == "en":
        return f"{hours} h {minutes} min" if hours else f"{minutes} min"
    if not hours:
        return f"{minutes}분"
    return f"{hours}시간 {minutes}분" if minutes else f"{hours}시간"


@register.filter
def letter(position: int) -> str:
    """Routes are called A, B, C … Z, AA in the order of the list. ``position`` counts from 1."""
    name = ""
    while position > 0:
        position, rest = divmod(position - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


@register.filter
def stop_state(stop: Stop) -> str:
    """``done`` | ``failed`` | ``cancelled`` | ``open`` for a stop loaded whole."""
    tasks = list(stop.tasks.all())
    wanted = [t for t in tasks if t.consignment.status != ConsignmentStatus.CANCELLED]
    if not wanted:
        return "cancelled"
    if any(task.status == TaskStatus.PENDING for task in wanted):
        return "open"
    return "failed" if any(task.status == TaskStatus.FAILED for task in wanted) else "done"


@register.filter
def colour(position: int) -> int:
    """Which of the eight route colours; ``position`` counts from 1."""
    return (position - 1) % 8 + 1


@register.simple_tag
def drawing(routes: Sequence[Route], following: Stop | None = None) -> dict[str, Any]:
    """``{depot, routes: [{letter, colour, name, stops: […]}], places}`` for map.js.

    ``routes`` are loaded whole; ``following`` is the stop to come next, if one is.
    """
    if not routes:
        return {}
    depot = routes[0].plan.depot
    drawn = [_route(route, position, following) for position, route in enumerate(routes, start=1)]
    points = [(depot.lat, depot.lon)]
    points += [(stop["lat"], stop["lon"]) for route in drawn for stop in route["stops"]]
    return {
        "depot": {"lat": depot.lat, "lon": depot.lon, "name": depot.name},
        "routes": drawn,
        "places": _places(points),
    }


def _route(route: Route, position: int, following: Stop | None) -> dict[str, Any]:
    return {
        "reference": route.reference,
        "letter": letter(position),
        "colour": colour(position),
        "name": route.shift.driver.full_name,
        "stops": [
            {
                "position": stop.position,
                "lat": stop.lat,
                "lon": stop.lon,
                "address": stop.address,
                "at": f"{timezone.localtime(stop.begins_at):%H:%M}",
                "state": stop_state(stop),
                "next": following is not None and stop.pk == following.pk,
            }
            for stop in route.stops.all()
        ],
    }


def _places(points: list[tuple[float, float]]) -> list[dict[str, Any]]:
    lats, lons = [p[0] for p in points], [p[1] for p in points]
    south, north = min(lats) - MARGIN_DEGREES, max(lats) + MARGIN_DEGREES
    west, east = min(lons) - MARGIN_DEGREES, max(lons) + MARGIN_DEGREES
    cells: dict[tuple[int, int], dict[str, Any]] = {}
    for place in localities_within(south=south, west=west, north=north, east=east):
        cell = (
            int(CELLS * (place.lat - south) / (north - south)),
            int(CELLS * (place.lon - west) / (east - west)),
        )
        cells.setdefault(cell, {"name": place.name, "lat": place.lat, "lon": place.lon})
    return list(cells.values())
