"""The land under the maps: all of Gyeonggi, sound shapes, light enough for a phone."""

import json
from collections import Counter
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any

from storefront.demo.files import rows

FILE = Path(__file__).resolve().parents[2] / "storefront/static/map/gyeonggi.json"
Spot = tuple[float, float]


@cache
def features(kind: str) -> list[dict[str, Any]]:
    every = json.loads(FILE.read_text())["features"]
    return [feature for feature in every if feature["properties"]["kind"] == kind]


def name(feature: dict[str, Any]) -> str:
    return str(feature["properties"]["name"])


def rings(feature: dict[str, Any]) -> Iterator[list[Spot]]:
    """Longitude, latitude; as GeoJSON has them."""
    shape = feature["geometry"]
    polygons = shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]]
    for polygon in polygons:
        for ring in polygon:
            yield [(lon, lat) for lon, lat in ring]


def edges(feature: dict[str, Any]) -> set[frozenset[Spot]]:
    return {frozenset(pair) for ring in rings(feature) for pair in pairwise(ring)}


def holds(feature: dict[str, Any], lat: float, lon: float) -> bool:
    """Whether a line to the east crosses the outline an odd number of times."""
    crossed = 0
    for ring in rings(feature):
        for (x1, y1), (x2, y2) in pairwise(ring):
            if (y1 > lat) != (y2 > lat):
                crossed += lon < x1 + (lat - y1) / (y2 - y1) * (x2 - x1)
    return crossed % 2 == 1


def test_it_is_light() -> None:
    assert FILE.stat().st_size <= 120_000


def test_every_city_and_county_of_gyeonggi_is_there() -> None:
    known = {row["city"].split()[0] for row in rows("localities")}
    assert len(known) == 31
    assert {name(city) for city in features("city")} == known


def test_the_wards_are_those_of_the_localities() -> None:
    known = {row["city"].split()[1] for row in rows("localities") if " " in row["city"]}
    assert {name(ward) for ward in features("ward")} == known


def test_every_outline_is_closed() -> None:
    for feature in features("city") + features("neighbour"):
        for ring in rings(feature):
            assert ring[0] == ring[-1]
            assert len(set(ring)) == len(ring) - 1 >= 3


def test_no_border_is_shared_by_more_than_two() -> None:
    shapes = features("city") + features("neighbour")
    uses = Counter(edge for shape in shapes for edge in edges(shape))
    assert max(uses.values()) == 2


def test_there_is_no_gap_about_a_city_amid_others() -> None:
    suwon = next(city for city in features("city") if name(city) == "수원시")
    others = [city for city in features("city") if city is not suwon]
    assert edges(suwon) <= set().union(*(edges(other) for other in others))


def test_a_name_stands_in_its_own_city() -> None:
    for city in features("city"):
        assert holds(city, *city["properties"]["at"]), name(city)


def test_a_depot_stands_in_the_city_of_its_address() -> None:
    cities = {name(city): city for city in features("city")}
    for depot in rows("depots"):
        city = cities[depot["address"].split()[1]]
        assert holds(city, float(depot["lat"]), float(depot["lon"])), depot["name"]
