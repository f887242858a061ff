"""OSRM's table service, whoever carries the question: asked in blocks, read as whole numbers.

Pairs without a way do not fail the table, for one bad address must not lose a whole day, and get no
straight line either, for no van drives over water. They take a week: whoever plans with them finds
that no time window can be kept, and leaves that one stop out with its cause. The same goes for a
point far from any road, which OSRM would move silently to the nearest one, e.g. at the data's edge.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import product
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logistics.road_matrix.errors import RoadsRefused
from logistics.road_matrix.provider import Matrix, Point

NO_WAY_SECONDS = 7 * 86_400
NO_WAY_METRES = 10_000_000
FARTHEST_FROM_ROAD_M = 2_000

# OSRM's answer to a table between origins and destinations, with durations and distances.
Answer = Mapping[str, Any]
Ask = Callable[[Sequence[Point], Sequence[Point]], Answer]
Measured = NDArray[np.float64]


def in_blocks(
    ask: Ask, origins: Sequence[Point], destinations: Sequence[Point], *, block: int
) -> Matrix:
    """The table from ``origins`` to ``destinations``, at most ``block`` of each in one question.

    OSRM allows as many pairs as its ``max-table-size`` squared. ROADS_REFUSED.
    """
    shape = len(origins), len(destinations)
    table = Matrix(np.empty(shape, np.int32), np.empty(shape, np.int32))
    for i, j in product(range(0, shape[0], block), range(0, shape[1], block)):
        rows, columns = slice(i, i + block), slice(j, j + block)
        answer = ask(origins[rows], destinations[columns])
        found = _read(answer, table.durations[rows, columns].shape)
        table.durations[rows, columns] = found.durations
        table.distances[rows, columns] = found.distances
    return table


def _read(answer: Answer, shape: tuple[int, int]) -> Matrix:
    try:
        durations, distances = _numbers(answer["durations"]), _numbers(answer["distances"])
        off_road = np.logical_or.outer(
            _is_off_road(answer["sources"]), _is_off_road(answer["destinations"])
        )
    except (KeyError, TypeError, ValueError) as error:
        raise RoadsRefused(reason="not a table of durations and distances") from error
    if not durations.shape == distances.shape == off_road.shape == shape:
        raise RoadsRefused(reason="a table of another size")
    no_way = np.isnan(durations) | np.isnan(distances) | off_road
    return Matrix(
        _whole(durations, no_way, NO_WAY_SECONDS), _whole(distances, no_way, NO_WAY_METRES)
    )


def _numbers(rows: Any) -> Measured:
    """``None``, for a pair without a way, becomes NaN."""
    return np.array([list(row) for row in rows], np.float64)


def _is_off_road(waypoints: Any) -> NDArray[np.bool_]:
    metres = [waypoint["distance"] for waypoint in waypoints]
    return np.array(metres, np.float64) > FARTHEST_FROM_ROAD_M


def _whole(values: Measured, no_way: NDArray[np.bool_], instead: int) -> NDArray[np.int32]:
    possible = np.where(no_way, instead, np.clip(values, 0, instead))
    return np.rint(possible).astype(np.int32)
