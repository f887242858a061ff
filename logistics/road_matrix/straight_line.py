"""Road durations guessed from the distance as the crow flies. Plain Python, needs no service.

Two measured tables, each read as a line through the middle of its classes:
how much longer than the crow's the way by road is, and how fast vans get along it.
The same both ways and at any hour; it knows no river, mountain or toll road.
"""

from bisect import bisect_right
from collections.abc import Sequence
from functools import cache

from logistics.network.distance import crow_metres
from logistics.road_matrix.provider import Matrix, Point

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

Line = list[tuple[float, float]]
ROAD_BY_CROW: Line = [(0, 0), *(((a + b) / 2, (a + b) / 2 * ratio) for a, b, ratio in CIRCUITY)]
SECONDS_BY_ROAD: Line = [
    (0, 0),
    *(((a + b) / 2, (a + b) / 2 / (kmh * METRES_PER_SECOND)) for a, b, kmh in SPEED),
]


def read(line: Line, x: float) -> float:
    """The line's height at ``x``; beyond its last point it goes on as steep as its last piece."""
    at = min(max(bisect_right(line, (x,)), 1), len(line) - 1)
    (x0, y0), (x1, y1) = line[at - 1], line[at]
    return y0 + (x - x0) * (y1 - y0) / (x1 - x0)


@cache
def by_road(crow_tens: int) -> tuple[int, int]:
    """(seconds, metres) by road for a crow distance given in tens of metres."""
    road_m = read(ROAD_BY_CROW, crow_tens * 10)
    return round(read(SECONDS_BY_ROAD, road_m)), round(road_m)


class StraightLine:
    """Calibrated guesses; the default where no routing service runs."""

    name = "straight_line 2023-12"

    def matrix(self, points: Sequence[Point]) -> Matrix:
        size = len(points)
        durations = [[0] * size for _ in range(size)]
        distances = [[0] * size for _ in range(size)]
        for i, (lat, lon) in enumerate(points):
            for j in range(i):
                # Tens of metres: finer is not known, and near pairs share one reckoning.
                tens = round(crow_metres(lat, lon, *points[j]) / 10)
                seconds, metres = by_road(tens)
                durations[i][j] = durations[j][i] = seconds
                distances[i][j] = distances[j][i] = metres
        return Matrix(durations, distances)
