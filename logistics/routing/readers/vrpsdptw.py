"""Text of the VRPSPDTW benchmark (Liu, Tang and Yao), whose rows have commas: every node with what
is delivered and collected, every pair of nodes with its distance and its time.

Distances, times and costs are kept to the nearest thousandth, as in Wang and Chen's own files, and
loads to the nearest millionth. A vehicle costs ``DISPATCHINGCOST``, a distance of 1 ``UNITCOST``.
"""

from dataclasses import dataclass

import numpy as np

from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.problem import Load, Matrix, Problem, Stop, Vehicle
from logistics.routing.readers.cells import rounded, whole
from logistics.routing.readers.matrices import LARGEST, MOST_LOCATIONS
from logistics.routing.readers.sections import Sections, cut_up

NODES, PAIRS = "NODE_SECTION", "DISTANCETIME_SECTION"
SECTIONS = {NODES, PAIRS, "DEPOT_SECTION"}
THOUSANDTHS = 1_000
LOAD_PARTS = 10**6
UNSAID = -1

thousandths = rounded(THOUSANDTHS)
load = rounded(LOAD_PARTS)


@dataclass(frozen=True)
class _Node:
    deliver: Load
    collect: Load
    earliest: int
    latest: int
    service: int


def parse(text: str, name: str) -> Instance:
    """The problem in the text; else ``BadInstance``."""
    file = cut_up(text, known=SECTIONS)
    size = file.number("DIMENSION")
    if not 2 <= size <= MOST_LOCATIONS:
        line, _ = file.keyword("DIMENSION")
        raise BadInstance(
            "DIMENSION", line, reason=Malformed.NOT_BETWEEN, least=2, most=MOST_LOCATIONS
        )
    _check_depot(file)
    depot, *customers = _nodes(file, size)
    stops = [
        Stop(
            name=str(location),
            location=location,
            deliver=node.deliver,
            collect=node.collect,
            earliest=node.earliest,
            latest=node.latest,
            service_seconds=node.service,
        )
        for location, node in enumerate(customers, start=1)
    ]
    distances, durations = _matrices(file, size)
    return Instance(
        name,
        Problem(stops, _vehicles(file, depot, len(stops)), durations, distances, "distance"),
        cost_unit=THOUSANDTHS,
        clock=False,
    )


def _check_depot(file: Sections) -> None:
    """Customers are the nodes after node 0."""
    for line, cells in file.rows.get("DEPOT_SECTION", [])[:1]:
        if cells[0] != "0":
            raise BadInstance(
                "DEPOT_SECTION",
                line,
                reason=Malformed.NOT_IN_TURN,
                found=cells[0][:20],
                needed=0,
            )


def _nodes(file: Sections, size: int) -> list[_Node]:
    columns = load, load, thousandths, thousandths, thousandths
    return [
        _Node(Load(deliver), Load(collect), earliest, latest, service)
        for deliver, collect, earliest, latest, service in file.by_number(
            NODES, size, *columns, first=0
        )
    ]


def _vehicles(file: Sections, depot: _Node, customers: int) -> list[Vehicle]:
    unit_cost = file.number("UNITCOST", thousandths) if "UNITCOST" in file.keywords else THOUSANDTHS
    return [
        Vehicle(
            f"van {number}",
            0,
            0,
            Load(file.number("CAPACITY", load)),
            earliest=depot.earliest,
            latest=depot.latest,
            fixed_cost=file.number("DISPATCHINGCOST", thousandths),
            # Of the price in thousandths, so many for each 1,000 thousandths of distance.
            per_km=None if unit_cost == THOUSANDTHS else unit_cost,
        )
        # More vans than customers would never be used.
        for number in range(1, min(file.number("VEHICLES"), customers) + 1)
    ]


def _matrices(file: Sections, size: int) -> tuple[Matrix, Matrix]:
    """Distances and times. A node is at 0 from itself, whether or not the file says so."""
    both = np.full((2, size, size), UNSAID, dtype=np.int32)
    for line, cells in file.rows.get(PAIRS, []):
        if len(cells) != 4:
            raise BadInstance(
                PAIRS, line, reason=Malformed.WRONG_COLUMNS, found=len(cells), needed=4
            )
        origin, destination = (whole(PAIRS, cell, line) for cell in cells[:2])
        if max(origin, destination) >= size or both[0, origin, destination] != UNSAID:
            raise BadInstance(
                PAIRS,
                line,
                reason=Malformed.UNKNOWN_OR_TWICE,
                found=f"{origin},{destination}",
            )
        for kind, cell in enumerate(cells[2:]):
            number = thousandths(PAIRS, cell, line)
            if number > LARGEST:
                raise BadInstance(PAIRS, line, reason=Malformed.TOO_FAR, most=LARGEST)
            both[kind, origin, destination] = number
    both[:, range(size), range(size)] = 0
    missing = int((both[0] == UNSAID).sum())
    if missing:
        needed = size * (size - 1)
        raise BadInstance(
            PAIRS, reason=Malformed.WRONG_COUNT, found=needed - missing, needed=needed
        )
    return both[0], both[1]
