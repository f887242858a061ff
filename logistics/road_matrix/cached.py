"""Remembers what a costly source of road durations has answered, pair by pair, in the database.

A place is a point rounded to a hundred-thousandth of a degree, about a metre, and the source is
asked about that rounded point: so an answer is the same whether it was remembered or not.
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from django.db import transaction
from numpy.typing import NDArray

from logistics.road_matrix.models import RoadRow
from logistics.road_matrix.provider import Matrix, Point, RoadTable, Whole

DEGREE = 100_000
# One number for a place: its latitude's in front of its longitude's.
SHIFT = 1_000 * DEGREE
WAY = np.dtype([("destination", "<i8"), ("seconds", "<i4"), ("metres", "<i4")])
UNKNOWN = -1
# A row that would grow beyond this keeps only what was asked last: it is always read whole.
MOST_DESTINATIONS = 10_000
# A question costs more than a pair: what is unknown in more pieces than this is asked as one.
MOST_QUESTIONS = 16
ROWS_A_STATEMENT = 200

Places = NDArray[np.int64]
Positions = NDArray[np.intp]
Ways = NDArray[Any]


class Cached:
    """A ``RoadMatrix`` in front of a ``RoadTable``, under the same name.

    The source is asked outside any transaction of ours. Two who ask at once both ask the source,
    and the later one's rows stay.
    """

    def __init__(self, source: RoadTable) -> None:
        self.source = source

    @property
    def name(self) -> str:
        return self.source.name

    def matrix(self, points: Sequence[Point]) -> Matrix:
        """As ``RoadMatrix.matrix``; raises what the source raises."""
        places, of_point = np.unique(places_of(points), return_inverse=True)
        name = self.name
        stored = _stored(name, places)
        known = _between(places, stored)
        unknown = known.durations == UNKNOWN
        for origins, destinations in questions(unknown):
            answer = self.source.table(points_of(places[origins]), points_of(places[destinations]))
            pairs = np.ix_(origins, destinations)
            known.durations[pairs], known.distances[pairs] = answer.durations, answer.distances
        for table in (known.durations, known.distances):
            np.fill_diagonal(table, 0)
        if unknown.any():
            _forget_older(name)
            _store(name, _rows(places, stored, known, unknown.any(axis=1)))
        return Matrix(_spread(known.durations, of_point), _spread(known.distances, of_point))


def places_of(points: Sequence[Point]) -> Places:
    lat, lon = np.rint(np.array(points, np.float64).reshape(-1, 2).T * DEGREE).astype(np.int64)
    places: Places = lat * SHIFT + lon
    return places


def points_of(places: Places) -> list[Point]:
    lat = (places + SHIFT // 2) // SHIFT
    lon = places - lat * SHIFT
    return list(zip((lat / DEGREE).tolist(), (lon / DEGREE).tolist(), strict=True))


def questions(unknown: NDArray[np.bool_]) -> Iterator[tuple[Positions, Positions]]:
    """Origins and destinations whose tables hold all that is unknown, and little else."""
    alike: dict[bytes, list[int]] = defaultdict(list)
    for origin in np.flatnonzero(unknown.any(axis=1)).tolist():
        alike[unknown[origin].tobytes()].append(origin)
    if len(alike) > MOST_QUESTIONS:
        yield np.flatnonzero(unknown.any(axis=1)), np.flatnonzero(unknown.any(axis=0))
        return
    for origins in alike.values():
        yield np.array(origins), np.flatnonzero(unknown[origins[0]])


def _stored(name: str, places: Places) -> dict[int, Ways]:
    rows = RoadRow.objects.filter(provider=name, origin__in=places.tolist())
    return {origin: np.frombuffer(ways, WAY) for origin, ways in rows.values_list("origin", "ways")}


def _between(places: Places, stored: dict[int, Ways]) -> Matrix:
    """What is stored of the ways between ``places`` (ascending); the rest is UNKNOWN."""
    shape = len(places), len(places)
    known = Matrix(np.full(shape, UNKNOWN, np.int32), np.full(shape, UNKNOWN, np.int32))
    for origin, place in enumerate(places.tolist()):
        if place not in stored:
            continue
        ways = stored[place]
        at = np.minimum(np.searchsorted(places, ways["destination"]), len(places) - 1)
        wanted = places[at] == ways["destination"]
        known.durations[origin, at[wanted]] = ways["seconds"][wanted]
        known.distances[origin, at[wanted]] = ways["metres"][wanted]
    return known


def _rows(
    places: Places, stored: dict[int, Ways], known: Matrix, changed: NDArray[np.bool_]
) -> Iterator[tuple[int, Ways]]:
    """The changed rows, with the ways that were stored in them to elsewhere."""
    for origin in np.flatnonzero(changed):
        place = int(places[origin])
        ways = np.empty(len(places), WAY)
        ways["destination"] = places
        ways["seconds"], ways["metres"] = known.durations[origin], known.distances[origin]
        if place in stored:
            elsewhere = stored[place][~np.isin(stored[place]["destination"], places)]
            if len(ways) + len(elsewhere) <= MOST_DESTINATIONS:
                ways = np.concatenate([ways, elsewhere])
        yield place, ways


@transaction.atomic
def _forget_older(name: str) -> None:
    """What is known under other names. A transaction of its own, and one that never waits: another
    process may still plan with the older data, and locks held into ``_store`` would meet its own.
    """
    older = RoadRow.objects.exclude(provider=name).select_for_update(skip_locked=True)
    RoadRow.objects.filter(pk__in=older.values("pk")).delete()


def _store(name: str, rows: Iterator[tuple[int, Ways]]) -> None:
    """In ascending order of origins, so that two who store at once wait for each other at most."""
    RoadRow.objects.bulk_create(
        (RoadRow(provider=name, origin=place, ways=ways.tobytes()) for place, ways in rows),
        batch_size=ROWS_A_STATEMENT,
        update_conflicts=True,
        unique_fields=["provider", "origin"],
        update_fields=["ways"],
    )


def _spread(table: Whole, of_point: Positions) -> Whole:
    """From places to points: points at one place have one row and one column each."""
    return np.ascontiguousarray(table[np.ix_(of_point, of_point)])
