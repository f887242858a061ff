"""Where the locations of a file lie on a map."""

import math
from typing import Any

from logistics.routing.instance import BadInstance, Malformed
from logistics.routing.json_format.parts import LARGEST, Part, read_list, read_object


def coordinates_of(told: Any, locations: int) -> list[tuple[float, float]] | None:
    """East and north by location. A degree of longitude is shortened to what it is in between the
    places, so that nothing is drawn too wide."""
    if told is None:
        return None
    places = read_list(told, "coordinates", Part(_place))
    if len(places) != locations:
        raise BadInstance(
            "coordinates", reason=Malformed.WRONG_COUNT, found=len(places), needed=locations
        )
    kinds = {by_degrees for by_degrees, _, _ in places}
    if len(kinds) > 1:
        raise BadInstance("coordinates", reason=Malformed.MIXED_PLACES)
    if True not in kinds:
        return [(x, y) for _, x, y in places]
    norths = [north for _, _, north in places]
    width = math.cos(math.radians((min(norths) + max(norths)) / 2))
    return [(east * width, north) for _, east, north in places]


def _place(told: Any, where: str) -> tuple[bool, float, float]:
    """(by degrees, east, north)."""
    if isinstance(told, dict) and "lat" in told:
        degrees = read_object(told, where, {"lat": _real(most=90), "lon": _real(most=180)})
        return True, degrees["lon"], degrees["lat"]
    plane = read_object(told, where, {"x": _real(most=LARGEST), "y": _real(most=LARGEST)})
    return False, plane["x"], plane["y"]


def _real(*, most: int) -> Part:
    def read(told: Any, where: str) -> float:
        # NaN is in no range.
        if isinstance(told, bool) or not isinstance(told, int | float) or not -most <= told <= most:
            raise BadInstance(where, reason=Malformed.NOT_BETWEEN, least=-most, most=most)
        return float(told)

    return Part(read)
