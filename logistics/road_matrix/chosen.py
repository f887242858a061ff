"""The source of durations and distances by road that ``settings.ROAD_MATRIX`` names."""

from typing import cast

from django.conf import settings
from django.utils.module_loading import import_string

from logistics.road_matrix.cached import Cached
from logistics.road_matrix.provider import RoadMatrix, RoadTable


def road_matrix() -> RoadMatrix:
    """The adapter itself, or where it is costly to ask (a ``RoadTable``) what remembers it."""
    adapter = import_string(settings.ROAD_MATRIX)()
    if not hasattr(adapter, "table"):
        return cast("RoadMatrix", adapter)
    return Cached(cast("RoadTable", adapter))
