"""Real roads with the table that OSRM gives for them; see ATTRIBUTION.md."""

import csv
from pathlib import Path

import numpy as np

from logistics.road_matrix.provider import Matrix, Point

FOLDER = Path(__file__).parent
EXTRACT = FOLDER / "roads.osm.pbf"
VERSION = "2023-12-18"


def points() -> list[Point]:
    return [(float(row["lat"]), float(row["lon"])) for row in _rows("points.csv")]


def expected() -> Matrix:
    """Between the ``points``, rounded to whole seconds and metres."""
    told = [(float(row["duration_s"]), float(row["distance_m"])) for row in _rows("table.csv")]
    size = len(points())
    durations, distances = np.rint(told).astype(np.int32).T.reshape(2, size, size)
    return Matrix(durations, distances)


def _rows(name: str) -> list[dict[str, str]]:
    with (FOLDER / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
