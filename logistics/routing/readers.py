"""Routing problems from files: Solomon/Homberger text, VRPLIB with a full matrix, our own JSON."""

import math
import re
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from logistics.routing import json_format
from logistics.routing.instance import BadInstance, Instance, whole
from logistics.routing.problem import Load, Problem, Stop, Vehicle

# A full matrix of more would not fit a desk computer's memory.
MOST_LOCATIONS = 5_000
# Solomon's distances and times are kept in tenths.
TENTHS = 10
NO_TIME_LIMIT = 10**9


def read(path: Path) -> Instance:
    """The file's problem, whichever of the three formats it is in; else ``BadInstance``."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise BadInstance("file", reason=error.strerror or "cannot be read") from error
    except UnicodeDecodeError as error:
        raise BadInstance("file", reason="is not UTF-8 text") from error
    return parse(text, name=path.stem)


def parse(text: str, *, name: str = "") -> Instance:
    """As ``read``, from the file's text."""
    if text.lstrip().startswith("{"):
        return json_format.parse(text, name=name)
    if re.search(r"^\s*(DIMENSION|EDGE_WEIGHT_TYPE)\s*:", text, re.MULTILINE):
        return _vrplib(text, name)
    return _solomon(text, name)


def _solomon(text: str, name: str) -> Instance:
    lines = list(enumerate(text.splitlines(), start=1))
    fleet = _rows_after(lines, "VEHICLE", ("NUMBER", "CAPACITY"))[:1]
    if not fleet:
        raise BadInstance("VEHICLE", reason="no line with NUMBER and CAPACITY")
    number, cells = fleet[0]
    count, capacity = _row(number, cells, ("NUMBER", "CAPACITY"))
    fields = ("CUST NO.", "XCOORD.", "YCOORD.", "DEMAND", "READY TIME", "DUE DATE", "SERVICE TIME")
    rows: list[tuple[Decimal, Decimal, int, int, int, int]] = []
    for line, cells in _rows_after(lines, "CUSTOMER", fields):
        if len(rows) == MOST_LOCATIONS:
            raise BadInstance("CUSTOMER", line, reason=f"more than {MOST_LOCATIONS} rows")
        rows.append(_solomon_row(line, cells, fields, expected=len(rows)))
    if len(rows) < 2:
        raise BadInstance("CUSTOMER", reason="needs the depot and at least one customer")
    matrix = _straight([(x, y) for x, y, *_ in rows])
    stops = [
        Stop(str(i), i, Load(demand), earliest=ready, latest=due, service_seconds=service)
        for i, (_, _, demand, ready, due, service) in enumerate(rows)
    ][1:]
    _, _, _, opens, closes, _ = rows[0]
    vehicles = _alike(count, len(stops), capacity, opens, closes)
    return Instance(name, Problem(stops, vehicles, matrix, matrix, "distance"), TENTHS)


def _rows_after(
    lines: list[tuple[int, str]], heading: str, fields: tuple[str, ...]
) -> list[tuple[int, list[str]]]:
    """(line number, cells) of the rows under a heading and its line of column names."""
    words = {line.strip(): position for position, (_, line) in reversed(list(enumerate(lines)))}
    if heading not in words:
        raise BadInstance(heading, reason="heading not found")
    first_word = fields[0].split()[0]
    rows = []
    for number, line in lines[words[heading] + 1 :]:
        cells = line.split()
        if not cells or cells[0].startswith(first_word):
            continue
        if cells == ["CUSTOMER"]:
            break
        rows.append((number, cells))
    return rows


def _row(line: int, cells: list[str], fields: tuple[str, ...]) -> list[int]:
    if len(cells) != len(fields):
        reason = f"{len(cells)} columns instead of {len(fields)}"
        raise BadInstance(fields[min(len(cells), len(fields) - 1)], line, reason=reason)
    return [whole(field, cell, line) for field, cell in zip(fields, cells, strict=True)]


def _solomon_row(
    line: int, cells: list[str], fields: tuple[str, ...], *, expected: int
) -> tuple[Decimal, Decimal, int, int, int, int]:
    """x, y, demand, then ready, due and service time in tenths."""
    if len(cells) != len(fields):
        reason = f"{len(cells)} columns instead of {len(fields)}"
        raise BadInstance(fields[min(len(cells), len(fields) - 1)], line, reason=reason)
    if whole(fields[0], cells[0], line) != expected:
        raise BadInstance(fields[0], line, reason=f"{cells[0]} where {expected} was due")
    x, y = (_decimal(field, cells[i], line) for i, field in ((1, fields[1]), (2, fields[2])))
    demand = whole(fields[3], cells[3], line)
    ready, due, service = (_tenths(fields[i], cells[i], line) for i in (4, 5, 6))
    return x, y, demand, ready, due, service


def _decimal(field: str, cell: str, line: int) -> Decimal:
    if not re.fullmatch(r"-?[0-9]{1,7}(\.[0-9]{1,6})?", cell):
        raise BadInstance(field, line, reason=f"{cell[:20]!r} is not a number")
    return Decimal(cell)


def _tenths(field: str, cell: str, line: int) -> int:
    tenths = _decimal(field, cell, line) * TENTHS
    if tenths < 0 or tenths != int(tenths):
        raise BadInstance(field, line, reason=f"{cell} is negative or finer than a tenth")
    return int(tenths)


def _straight(places: list[tuple[Decimal, Decimal]]) -> list[list[int]]:
    """Straight distances cut (not rounded) to one decimal, exactly, in tenths."""
    fine = any(x % 1 or y % 1 for x, y in places)
    scale = 10**6 if fine else 1
    points = [(int(x * scale), int(y * scale)) for x, y in places]
    return [
        [
            math.isqrt(((x - u) * (x - u) + (y - v) * (y - v)) * TENTHS**2 // scale**2)
            for u, v in points
        ]
        for x, y in points
    ]


def _alike(count: int, customers: int, capacity: int, opens: int, closes: int) -> list[Vehicle]:
    """Equal vans at location 0. More vans than customers would never be used."""
    return [
        Vehicle(f"van {number}", 0, 0, Load(capacity), earliest=opens, latest=closes)
        for number in range(1, min(count, customers) + 1)
    ]


@dataclass
class _Sections:
    """A VRPLIB file cut up: keyword → (line, value), section → [(line, cells)]."""

    keywords: dict[str, tuple[int, str]]
    rows: dict[str, list[tuple[int, list[str]]]]


KNOWN_SECTIONS = {
    "EDGE_WEIGHT_SECTION",
    "NODE_COORD_SECTION",
    "DEMAND_SECTION",
    "DEPOT_SECTION",
    "SERVICE_TIME_SECTION",
    "TIME_WINDOW_SECTION",
}


def _vrplib(text: str, name: str) -> Instance:
    sections = _sections(text)
    for keyword, wanted in (
        ("EDGE_WEIGHT_TYPE", "EXPLICIT"),
        ("EDGE_WEIGHT_FORMAT", "FULL_MATRIX"),
    ):
        line, value = sections.keywords.get(keyword, (None, "missing"))
        if value != wanted:
            raise BadInstance(keyword, line, reason=f"{value} instead of {wanted}")
    size = _number(sections, "DIMENSION")
    if not 2 <= size <= MOST_LOCATIONS:
        line, _ = sections.keywords["DIMENSION"]
        raise BadInstance("DIMENSION", line, reason=f"{size} is not in 2..{MOST_LOCATIONS}")
    _check_depot(sections)
    matrix = _matrix(sections, size)
    demands = _by_node(sections, "DEMAND_SECTION", size, columns=1)
    services = _by_node(sections, "SERVICE_TIME_SECTION", size, columns=1, default=[0])
    windows = _by_node(sections, "TIME_WINDOW_SECTION", size, columns=2, default=[0, NO_TIME_LIMIT])
    stops = [
        Stop(
            name=str(i),
            location=i,
            deliver=Load(demands[i][0]),
            earliest=windows[i][0],
            latest=windows[i][1],
            service_seconds=services[i][0],
        )
        for i in range(1, size)
    ]
    count = _number(sections, "VEHICLES") if "VEHICLES" in sections.keywords else len(stops)
    vehicles = _alike(
        count, len(stops), _number(sections, "CAPACITY"), windows[0][0], windows[0][1]
    )
    return Instance(name, Problem(stops, vehicles, matrix, matrix, "duration"), 1)


def _sections(text: str) -> _Sections:
    found = _Sections({}, {})
    current: list[tuple[int, list[str]]] | None = None
    for number, line in enumerate(text.splitlines(), start=1):
        cells = line.split()
        if not cells:
            continue
        if cells[0] == "EOF":
            break
        if ":" in line:
            keyword, _, value = line.partition(":")
            found.keywords[keyword.strip()] = number, value.strip()
        elif cells[0].endswith("_SECTION"):
            if cells[0] not in KNOWN_SECTIONS:
                raise BadInstance(cells[0][:40], number, reason="section not understood")
            current = found.rows.setdefault(cells[0], [])
        elif current is None:
            raise BadInstance(cells[0][:40], number, reason="neither keyword nor section")
        else:
            current.append((number, cells))
    return found


def _number(sections: _Sections, keyword: str) -> int:
    if keyword not in sections.keywords:
        raise BadInstance(keyword, reason="missing")
    line, value = sections.keywords[keyword]
    return whole(keyword, value, line)


def _check_depot(sections: _Sections) -> None:
    """Routes start at node 1; customer numbers count from the node after it."""
    for line, cells in sections.rows.get("DEPOT_SECTION", []):
        if cells[0] not in ("1", "-1"):
            raise BadInstance("DEPOT_SECTION", line, reason=f"{cells[0][:20]} instead of node 1")


def _matrix(sections: _Sections, size: int) -> list[list[int]]:
    """The file may break its lines anywhere."""
    field = "EDGE_WEIGHT_SECTION"
    flat = [
        whole(field, cell, line) for line, cells in sections.rows.get(field, []) for cell in cells
    ]
    if len(flat) != size * size:
        raise BadInstance(field, reason=f"{len(flat)} numbers instead of {size * size}")
    return [flat[start : start + size] for start in range(0, size * size, size)]


def _by_node(
    sections: _Sections, section: str, size: int, *, columns: int, default: list[int] | None = None
) -> list[list[int]]:
    """The columns after the node number, by node. A missing section is ``default`` everywhere."""
    if section not in sections.rows and default is not None:
        return [default] * size
    by_node: dict[int, list[int]] = {}
    for line, cells in sections.rows.get(section, []):
        if len(cells) != columns + 1:
            reason = f"{len(cells)} columns instead of {columns + 1}"
            raise BadInstance(section, line, reason=reason)
        node, *values = (whole(section, cell, line) for cell in cells)
        if not 1 <= node <= size or node in by_node:
            raise BadInstance(section, line, reason=f"node {node} is unknown or named twice")
        by_node[node] = values
    if len(by_node) != size:
        raise BadInstance(section, reason=f"{len(by_node)} nodes instead of {size}")
    return [by_node[node] for node in range(1, size + 1)]
