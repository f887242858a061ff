"""Square matrices by location. Straight distances are exact: no float decides a digit."""

import math
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import numpy as np
from numpy.typing import NDArray

from logistics.routing.instance import BadInstance, Malformed

# A full matrix of more would not fit a desk computer's memory.
MOST_LOCATIONS = 5_000
LARGEST = int(np.iinfo(np.int32).max)

Points = Sequence[tuple[Decimal, Decimal]]


def cut_distances(points: Points, unit: int, *, field: str) -> NDArray[np.int32]:
    """``unit`` times each straight distance, cut to a whole number."""
    return _straight(points, unit**2, lambda roots: roots, field)


def nearest_distances(points: Points, unit: int, *, field: str) -> NDArray[np.int32]:
    """``unit`` times each straight distance, to the nearest whole number, halves up."""
    return _straight(points, (2 * unit) ** 2, lambda roots: (roots + 1) // 2, field)


def square(numbers: list[int], size: int) -> NDArray[np.int32]:
    """``size`` rows of ``size`` numbers, none above ``LARGEST``."""
    return np.array(numbers, dtype=np.int32).reshape(size, size)


def _straight(points: Points, factor: int, whole: Any, field: str) -> NDArray[np.int32]:
    """``whole`` of the whole roots of ``factor`` times each squared distance."""
    grid = 10 ** max(-int(number.as_tuple().exponent) for point in points for number in point)
    xs, ys = ([int(point[axis] * grid) for point in points] for axis in (0, 1))
    widest = (max(xs) - min(xs)) ** 2 + (max(ys) - min(ys)) ** 2
    if math.isqrt(widest * factor // grid**2) > LARGEST:
        raise BadInstance(field, reason=Malformed.TOO_FAR, most=LARGEST)
    # Beyond 64 bits Python's own integers are slower, and as exact.
    kind: Any = np.int64 if widest * factor < 2**62 else object
    east, north = np.array(xs, dtype=kind), np.array(ys, dtype=kind)
    matrix = np.empty((len(points), len(points)), dtype=np.int32)
    for i in range(len(points)):
        squares = (east - east[i]) ** 2 + (north - north[i]) ** 2
        matrix[i] = whole(_roots(squares * factor // grid**2))
    return matrix


def _roots(numbers: NDArray[Any]) -> NDArray[Any]:
    """The whole part of each square root; a root of floats is at most 1 off below 2⁶²."""
    if numbers.dtype == object:
        exact: NDArray[Any] = np.frompyfunc(math.isqrt, 1, 1)(numbers)
        return exact
    roots: NDArray[Any] = np.sqrt(numbers).astype(np.int64)
    roots -= roots * roots > numbers
    roots += (roots + 1) * (roots + 1) <= numbers
    return roots
