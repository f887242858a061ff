"""The port for durations and distances by road. ``ROAD_MATRIX`` names the adapter."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

Point = tuple[float, float]


@dataclass(frozen=True)
class Matrix:
    """Square, in the order of the points: whole seconds and metres, 0 from a point to itself."""

    durations: list[list[int]]
    distances: list[list[int]]


class RoadMatrix(Protocol):
    """``name`` changes whenever the answers may: plans remember what they were reckoned with."""

    name: str

    def matrix(self, points: Sequence[Point]) -> Matrix:
        """Durations and distances between all ``points`` (lat, lon)."""
        ...


def road_matrix() -> RoadMatrix:
    """The adapter that ``settings.ROAD_MATRIX`` names."""
    adapter: RoadMatrix = import_string(settings.ROAD_MATRIX)()
    return adapter
