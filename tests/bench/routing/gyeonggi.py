"""Days drawn on real points of Gyeonggi: the demo's localities and depots."""

import csv
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np

from logistics.network.distance import crow_metres
from logistics.road_matrix.straight_line import StraightLine
from logistics.routing.instance import Instance
from logistics.routing.problem import Load, Problem, Stop, Vehicle

DATA = Path(__file__).resolve().parents[3] / "storefront/demo/data"
HOUR = 3_600
# From so many stops on, all depots serve the whole province; below, the first one its surroundings.
WHOLE_PROVINCE = 1_000
NEAR_M = 25_000
# Doors lie about the middle of their locality; this is one standard deviation.
SCATTER_M = 300
METRES_PER_DEGREE = 111_320
Point = tuple[float, float]


def day(size: int, seed: int = 1) -> Instance:
    """Boxes and bundles for ``size`` doors; half of them in two-hour windows. Vans of 600 kg drive
    from 8 to 20 o'clock, more of them than are needed. What is minimised is driving time."""
    chance = np.random.default_rng([size, seed])
    depots = _points("depots.csv")
    localities = _points("localities.csv")
    if size < WHOLE_PROVINCE:
        depots = depots[:1]
        localities = [at for at in localities if crow_metres(*depots[0], *at) <= NEAR_M]
    doors = np.array(localities)[chance.integers(0, len(localities), size)]
    north, east = chance.normal(0, SCATTER_M / METRES_PER_DEGREE, (2, size))
    doors += np.stack([north, east / np.cos(np.radians(doors[:, 0]))], axis=1)
    points = [*depots, *map(tuple, doors.tolist())]
    roads = StraightLine().matrix(points)
    stops = [_stop(chance, location) for location in range(len(depots), len(points))]
    van = Vehicle("", 0, 0, Load(600_000), earliest=8 * HOUR, latest=20 * HOUR)
    vans = [
        replace(van, name=f"van {depot + 1}-{number}", start=depot, end=depot)
        for depot in range(len(depots))
        for number in range(1, max(6, size // 20) + 1)
    ]
    problem = Problem(stops, vans, roads.durations, roads.distances)
    return Instance(f"Gyeonggi {size:,}", problem, coordinates=[(lon, lat) for lat, lon in points])


def _stop(chance: np.random.Generator, location: int) -> Stop:
    opens = int(chance.integers(10, 18)) * HOUR
    timed = chance.random() < 0.5
    return Stop(
        name=str(location),
        location=location,
        deliver=Load(int(chance.integers(4_000, 16_000))),
        earliest=opens if timed else 8 * HOUR,
        latest=opens + 2 * HOUR if timed else 20 * HOUR,
        service_seconds=240,
    )


@cache
def _points(file: str) -> list[Point]:
    with (DATA / file).open(encoding="utf-8", newline="") as lines:
        return [(float(row["lat"]), float(row["lon"])) for row in csv.DictReader(lines)]
