"""Two plans drawn side by side as SVG, so that they are seen without a script and on paper."""

import math
from collections.abc import Sequence
from typing import Any

from storefront.templatetags.road import colour, letter

# Of the drawing, in its own units; room for a letter around what is drawn.
SIDE, MARGIN = 320, 20

Point = tuple[float, float]


def sketch(
    drawn: dict[str, Any], depot: Point, shifts: Sequence[str], changed: set[str]
) -> dict[str, Any]:
    """``{width, height, depot, before: [route, …], after: [route, …]}``, both to one scale.

    A route is ``{shift, letter, colour, same, line, dots: [(x, y), …], named: (x, y)}``, its letter
    ``named`` beside the stop in its middle. ``drawn`` is as a what-if stores it; ``shifts`` are the
    day's in order, for their letters; those in ``changed`` stand out.
    """
    sides = {side: drawn[side] for side in ("before", "after")}
    points = [tuple(p) for routes in sides.values() for route in routes for p in route["points"]]
    place = _Frame([depot, *points])
    number = {shift: position for position, shift in enumerate(shifts, start=1)}
    at = place(depot)

    def shown(route: dict[str, Any]) -> dict[str, Any]:
        dots = [place(tuple(point)) for point in route["points"]]
        position = number.get(route["shift"], 1)
        return {
            "shift": route["shift"],
            "letter": letter(position),
            "colour": colour(position),
            "same": route["shift"] not in changed,
            "line": " ".join(f"{x},{y}" for x, y in (at, *dots, at)),
            "dots": dots,
            "named": dots[len(dots) // 2],
        }

    return {
        "width": SIDE,
        "height": place.height,
        "depot": at,
        # What changes is drawn over what stays.
        **{
            side: sorted(map(shown, routes), key=lambda route: not route["same"])
            for side, routes in sides.items()
        },
    }


class _Frame:
    """Degrees to whole units: north is up, a degree of longitude as wide as it is there."""

    def __init__(self, points: Sequence[Any]) -> None:
        lats, lons = [p[0] for p in points], [p[1] for p in points]
        self.width = math.cos(math.radians((min(lats) + max(lats)) / 2))
        self.middle = (min(lats) + max(lats)) / 2, (min(lons) + max(lons)) / 2
        widest = max(max(lats) - min(lats), self.width * (max(lons) - min(lons)))
        self.scale = (SIDE - 2 * MARGIN) / widest if widest else 0.0
        needed = round(self.scale * (max(lats) - min(lats))) + 2 * MARGIN
        self.height = max(SIDE // 2, needed)

    def __call__(self, point: Any) -> tuple[int, int]:
        lat, lon = point
        north, east = lat - self.middle[0], self.width * (lon - self.middle[1])
        return round(SIDE / 2 + self.scale * east), round(self.height / 2 - self.scale * north)
