"""VRPLIB text, with the sections that LKH-3 adds for goods taken along and PyVRP for many depots.

Weights and times are kept in 1/``SCALE`` of the file's unit. Without that keyword it is 1000 for
``EXACT_2D``, as LKH-3 says, and for ``MDVRPTW``, whose best known costs are thousandths; else 1.
Coordinates give straight distances to the nearest such part.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers.cells import decimal, scaled, whole
from logistics.routing.readers.matrices import (
    LARGEST,
    MOST_LOCATIONS,
    Points,
    nearest_distances,
    square,
)
from logistics.routing.readers.sections import Sections, cut_up

COORDINATES = "NODE_COORD_SECTION"
NO_TIME_LIMIT = 10**9
THOUSANDTHS = 1_000
FINEST_SCALE = 10**6
# Types whose rows of PICKUP_AND_DELIVERY_SECTION end with amounts; elsewhere these are siblings.
BOTH_WAYS = ("VRPSPD", "VRPSPDTW", "VRPSDPTW", "VRPMPD", "VRPMPDTW")


@dataclass(frozen=True)
class _Node:
    deliver: int
    collect: int
    earliest: int
    latest: int
    service: int


def parse(text: str, name: str) -> Instance:
    """The problem in the text; else ``BadInstance``."""
    file = cut_up(text)
    size, scale = _size(file), _scale(file)
    depots = _depots(file, size)
    explicit = _is_explicit(file)
    points = None if explicit and COORDINATES not in file.rows else _points(file, size)
    if explicit or points is None:
        matrix = _matrix(file, size, scale)
    else:
        matrix = nearest_distances(points, scale, field=COORDINATES)
    nodes = _nodes(file, size, scale)
    stops = [
        Stop(
            name=str(location),
            location=location,
            deliver=Load(node.deliver),
            collect=Load(node.collect),
            earliest=node.earliest,
            latest=node.latest,
            service_seconds=node.service,
        )
        for location, node in enumerate(nodes)
    ][depots:]
    vehicles, ignored = _vehicles(file, nodes, depots, scale)
    timed = explicit and "TIME_WINDOW_SECTION" in file.rows
    return Instance(
        name,
        Problem(stops, vehicles, matrix, matrix, "duration" if timed else "distance"),
        cost_unit=scale,
        clock=timed,
        coordinates=[(float(x), float(y)) for x, y in points] if points else None,
        ignored=ignored,
    )


def _size(file: Sections) -> int:
    size = file.number("DIMENSION")
    if not 2 <= size <= MOST_LOCATIONS:
        line, _ = file.keyword("DIMENSION")
        raise BadInstance(
            "DIMENSION", line, reason=Malformed.NOT_BETWEEN, least=2, most=MOST_LOCATIONS
        )
    return size


def _scale(file: Sections) -> int:
    if "SCALE" not in file.keywords:
        fine = file.keyword("EDGE_WEIGHT_TYPE")[1] == "EXACT_2D"
        return THOUSANDTHS if fine or file.keyword("TYPE")[1] == "MDVRPTW" else 1
    scale = file.number("SCALE")
    if not 1 <= scale <= FINEST_SCALE:
        line, _ = file.keyword("SCALE")
        raise BadInstance("SCALE", line, reason=Malformed.NOT_BETWEEN, least=1, most=FINEST_SCALE)
    return scale


def _is_explicit(file: Sections) -> bool:
    if file.one_of("EDGE_WEIGHT_TYPE", ("EXPLICIT", "EUC_2D", "EXACT_2D")) != "EXPLICIT":
        return False
    file.one_of("EDGE_WEIGHT_FORMAT", ("FULL_MATRIX",))
    return True


def _depots(file: Sections, size: int) -> int:
    """How many nodes are depots: the first ones, so that customers are those after them."""
    named = 0
    for line, cells in file.rows.get("DEPOT_SECTION", []):
        if cells[0] == "-1":
            break
        if cells[0] != str(named + 1):
            raise BadInstance(
                "DEPOT_SECTION",
                line,
                reason=Malformed.NOT_IN_TURN,
                found=cells[0][:20],
                needed=named + 1,
            )
        named += 1
    if named >= size:
        raise BadInstance("DEPOT_SECTION", reason=Malformed.NO_CUSTOMER)
    return max(1, named)


def _points(file: Sections, size: int) -> Points:
    return [(x, y) for x, y in file.by_number(COORDINATES, size, decimal, decimal)]


def _matrix(file: Sections, size: int, scale: int) -> NDArray[np.int32]:
    """The file may break its lines anywhere."""
    field = "EDGE_WEIGHT_SECTION"
    flat = []
    for line, cells in file.rows.get(field, []):
        flat += [whole(field, cell, line) * scale for cell in cells]
        if max(flat[-len(cells) :]) > LARGEST:
            raise BadInstance(field, line, reason=Malformed.TOO_FAR, most=LARGEST)
    if len(flat) != size * size:
        raise BadInstance(field, reason=Malformed.WRONG_COUNT, found=len(flat), needed=size * size)
    return square(flat, size)


def _nodes(file: Sections, size: int, scale: int) -> list[_Node]:
    time = scaled(scale)
    if "PICKUP_AND_DELIVERY_SECTION" not in file.rows:
        demands = file.by_number("DEMAND_SECTION", size, whole)
        services = file.by_number("SERVICE_TIME_SECTION", size, time, default=[0])
        windows = file.by_number(
            "TIME_WINDOW_SECTION", size, time, time, default=[0, NO_TIME_LIMIT]
        )
        return [
            _Node(demands[i][0], 0, windows[i][0], windows[i][1], services[i][0])
            for i in range(size)
        ]
    file.one_of("TYPE", BOTH_WAYS)
    columns = whole, time, time, time, whole, whole
    return [
        _Node(deliver, collect, earliest, latest, service)
        for _, earliest, latest, service, collect, deliver in file.by_number(
            "PICKUP_AND_DELIVERY_SECTION", size, *columns
        )
    ]


def _vehicles(
    file: Sections, nodes: list[_Node], depots: int, scale: int
) -> tuple[list[Vehicle], tuple[str, ...]]:
    """The vans, and the limits of the file that no ``Vehicle`` can say."""
    homes = _homes(file, depots, customers=len(nodes) - depots)
    capacity = Load(file.number("CAPACITY"))
    span = max(nodes[home].latest - nodes[home].earliest for home in range(depots))
    longest = _limit(file, "DISTANCE", scale, span)
    # Only where nobody ever waits does a longest route say when it must be back.
    waiting = any(node.earliest for node in nodes)
    vehicles = [
        Vehicle(
            f"van {number}",
            home,
            home,
            capacity,
            earliest=nodes[home].earliest,
            latest=min(
                nodes[home].latest,
                nodes[home].earliest + (span if longest is None or waiting else longest),
            ),
            max_seconds=_limit(file, "VEHICLES_MAX_DURATION", scale, span),
        )
        for number, home in enumerate(homes, start=1)
    ]
    return vehicles, ("DISTANCE",) if longest is not None and waiting else ()


def _limit(file: Sections, key: str, scale: int, span: int) -> int | None:
    """How long a route may be or last. 0 is no limit, nor is what no van has the hours for."""
    limit = file.number(key, scaled(scale)) if key in file.keywords else 0
    return limit if 0 < limit < span else None


def _homes(file: Sections, depots: int, customers: int) -> list[int]:
    """Each van's depot as a location."""
    section = "VEHICLES_DEPOT_SECTION"
    if section in file.rows:
        found = file.by_number(section, file.number("VEHICLES"), whole)
        for number, (depot,) in enumerate(found, start=1):
            if not 1 <= depot <= depots:
                raise BadInstance(
                    section, reason=Malformed.NO_SUCH_DEPOT, vehicle=number, depot=depot
                )
        return [depot - 1 for (depot,) in found]
    if depots > 1:
        raise BadInstance(section, reason=Malformed.MISSING)
    count = file.number("VEHICLES") if "VEHICLES" in file.keywords else customers
    # More vans than customers would never be used.
    return [0] * min(count, customers)
