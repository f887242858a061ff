"""Where each location is drawn."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistics.routing.instance import Instance
from logistics.routing.problem import Matrix

# The picture's own units.
WIDTH = 1_000
LEAST_HEIGHT, MOST_HEIGHT = 560, 1_250
MARGIN = 44
# So many locations are laid out by each other; more of them, by these.
LANDMARKS = 500
# A road that is closed takes "forever"; it would press everything else into one dot.
LONGEST_IN_MEDIANS = 10

Place = tuple[float, float]


@dataclass(frozen=True)
class Places:
    """``at``: x to the right and y down, by location. ``by_durations``: the file has no
    coordinates; how far apart two places are is about how long it takes between them."""

    at: list[Place]
    height: int
    by_durations: bool


def places(instance: Instance) -> Places:
    found = instance.coordinates
    if found is None:
        return _framed(laid_out(instance.problem.durations), by_durations=True)
    return _framed(np.array(found, dtype=float).reshape(-1, 2), by_durations=False)


def laid_out(durations: Matrix) -> NDArray[np.float64]:
    """(locations, 2): classical multidimensional scaling, the way there and back averaged.

    Locations beyond the landmarks are put where their durations to the landmarks say.
    """
    if len(durations) < 2:
        return np.zeros((len(durations), 2))
    times = np.asarray(durations, dtype=float)
    times = (times + times.T) / 2
    times = np.minimum(times, LONGEST_IN_MEDIANS * np.median(times) or np.inf)
    landmarks = np.unique(np.linspace(0, len(times) - 1, LANDMARKS).astype(int))
    squares = times[:, landmarks] ** 2
    among = squares[landmarks]
    means = among.mean(axis=0)
    centred = -(among - means - means[:, None] + among.mean()) / 2
    values, vectors = np.linalg.eigh(centred)
    values, vectors = values[-2:][::-1], vectors[:, -2:][:, ::-1]
    # A vector's sign is free: the same file is drawn the same way on every machine.
    vectors = vectors * np.where(vectors[np.abs(vectors).argmax(axis=0), range(2)] < 0, -1, 1)
    lengths = np.sqrt(np.maximum(values, 0))
    inverse = np.divide(1, lengths, out=np.zeros(2), where=lengths > 1e-9 * max(lengths[0], 1e-9))
    found: NDArray[np.float64] = -(squares - means) @ vectors * inverse / 2
    return found


def _framed(points: NDArray[np.float64], *, by_durations: bool) -> Places:
    """In the middle of a picture of a height that suits the points."""
    if not len(points):
        return Places([], LEAST_HEIGHT, by_durations)
    lowest = points.min(axis=0)
    wide, high = points.max(axis=0) - lowest
    shape = high / wide if wide else float(high > 0)
    height = round(min(MOST_HEIGHT, max(LEAST_HEIGHT, WIDTH * shape)))
    room = np.array([WIDTH, height]) - 2 * MARGIN
    scale = min(
        (room[axis] / extent for axis, extent in enumerate((wide, high)) if extent), default=1.0
    )
    spare = (room - np.array([wide, high]) * scale) / 2
    x, y = ((points - lowest) * scale + spare + MARGIN).T
    at = [(float(a), float(b)) for a, b in zip(x, height - y, strict=True)]
    return Places(at, height, by_durations)


def beside_each_other(locations: Sequence[int], at: Sequence[Place], radius: float) -> list[Place]:
    """A place for each visit; several at one location stand around it."""
    seen: dict[Place, int] = {}
    found = []
    for location in locations:
        x, y = at[location]
        rank = seen.get((x, y), 0)
        seen[x, y] = rank + 1
        angle = rank * np.pi / 3
        ring = 2.2 * radius * -(-rank // 6)
        found.append((x + ring * float(np.cos(angle)), y + ring * float(np.sin(angle))))
    return found
