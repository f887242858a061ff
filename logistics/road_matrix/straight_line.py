"""Road durations guessed from the distance as the crow flies. Needs no service.

Two measured tables, each read as a line through the middle of its classes:
how much longer than the crow's the way by road is, and how fast vans get along it.
The same both ways and at any hour; it knows no river, mountain or toll road.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from logistics.network.distance import EARTH_RADIUS_M
from logistics.road_matrix.provider import Matrix, Point, Whole

# Road metres over crow metres, by crow distance (from, to, ratio of sums). 1,000 random points in
# central Seoul, OSRM car profile on OpenStreetMap roads of 2023-12 (© OpenStreetMap contributors).
CIRCUITY = [
    (100, 300, 1.80),
    (300, 600, 1.65),
    (600, 1_000, 1.56),
    (1_000, 2_000, 1.46),
    (2_000, 3_000, 1.39),
    (3_000, 4_000, 1.33),
    (4_000, 6_000, 1.32),
]
# km/h by road distance (from, to, km/h). 28,755 answers of Kakao Mobility directions for
# Hwaseong, Gyeonggi, in 2021, traffic included; only these averages are kept.
SPEED = [
    (30, 500, 18.5),
    (500, 1_000, 18.8),
    (1_000, 2_000, 20.5),
    (2_000, 3_000, 23.1),
    (3_000, 5_000, 25.9),
    (5_000, 8_000, 30.1),
    (8_000, 15_000, 37.1),
    (15_000, 40_000, 45.1),
]
METRES_PER_SECOND = 1 / 3.6

# How many origins are reckoned at once: a bound on memory where there are thousands of points.
ROWS = 256

Line = tuple[NDArray[np.float64], NDArray[np.float64]]


def _line(points: Sequence[tuple[float, float]]) -> Line:
    x, y = zip((0.0, 0.0), *points, strict=True)
    return np.array(x), np.array(y)


ROAD_BY_CROW = _line([((a + b) / 2, (a + b) / 2 * ratio) for a, b, ratio in CIRCUITY])
SECONDS_BY_ROAD = _line(
    [((a + b) / 2, (a + b) / 2 / (kmh * METRES_PER_SECOND)) for a, b, kmh in SPEED]
)


def read(line: Line, x: NDArray[np.float64]) -> NDArray[np.float64]:
    """The line's height at each ``x``; beyond its end it stays as steep as its last piece."""
    xs, ys = line
    at = np.clip(np.searchsorted(xs, x), 1, len(xs) - 1)
    x0, y0 = xs[at - 1], ys[at - 1]
    return y0 + (x - x0) * (ys[at] - y0) / (xs[at] - x0)


def by_road(crow_tens: ArrayLike) -> tuple[Whole, Whole]:
    """Seconds and metres by road for crow distances given in tens of metres."""
    road_m = read(ROAD_BY_CROW, np.asarray(crow_tens, np.float64) * 10)
    return _whole(read(SECONDS_BY_ROAD, road_m)), _whole(road_m)


class StraightLine:
    """Calibrated guesses; the default where no routing service runs."""

    name = "straight_line 2023-12"

    def matrix(self, points: Sequence[Point]) -> Matrix:
        places = np.array(points, np.float64).reshape(-1, 2)
        size = len(places)
        matrix = Matrix(np.empty((size, size), np.int32), np.empty((size, size), np.int32))
        for begin in range(0, size, ROWS):
            rows = slice(begin, begin + ROWS)
            # Tens of metres: finer is not known.
            tens = np.rint(_crow_metres(places[rows], places) / 10)
            matrix.durations[rows], matrix.distances[rows] = by_road(tens)
        return matrix


def _whole(values: NDArray[np.float64]) -> Whole:
    return np.rint(values).astype(np.int32)


def _crow_metres(origins: NDArray[np.float64], places: NDArray[np.float64]) -> NDArray[np.float64]:
    """``network.distance.crow_metres`` from each origin (lat, lon) to each place."""
    (lat_a, lon_a), (lat_b, lon_b) = np.radians(origins).T, np.radians(places).T
    half_lat = (lat_b - lat_a[:, None]) / 2
    half_lon = (lon_b - lon_a[:, None]) / 2
    cosines = np.cos(lat_a)[:, None] * np.cos(lat_b)
    chord = np.sin(half_lat) ** 2 + cosines * np.sin(half_lon) ** 2
    return 2 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(1.0, chord)))
