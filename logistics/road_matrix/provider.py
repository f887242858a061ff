"""The port for durations and distances by road; ``chosen`` has the adapter in use."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

Point = tuple[float, float]
Whole = NDArray[np.int32]


@dataclass(frozen=True)
class Matrix:
    """Whole seconds and metres, C-contiguous, one row per origin and one column per destination.

    From ``RoadMatrix.matrix``: square, in the order of the points, 0 from a point to itself.
    """

    durations: Whole
    distances: Whole


class RoadMatrix(Protocol):
    """``name`` changes whenever the answers may: plans remember what they were reckoned with."""

    @property
    def name(self) -> str:
        """At most 40 letters."""
        ...

    def matrix(self, points: Sequence[Point]) -> Matrix:
        """Durations and distances between all ``points`` (lat, lon)."""
        ...


class RoadTable(Protocol):
    """A source that is costly to ask. ``chosen`` has its answers remembered (``cached``)."""

    @property
    def name(self) -> str:
        """As ``RoadMatrix.name``: what is remembered under another name is forgotten."""
        ...

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
        """Durations and distances from ``origins`` to ``destinations`` (lat, lon)."""
        ...
