"""Solomon's and Homberger's text. Distances are cut to one decimal; all is kept in tenths."""

from decimal import Decimal

from logistics.routing.instance import BadInstance, Instance
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers.cells import decimal, scaled, whole
from logistics.routing.readers.matrices import MOST_LOCATIONS, cut_distances

TENTHS = 10

_tenths = scaled(TENTHS)


def parse(text: str, name: str) -> Instance:
    """The problem in the text; else ``BadInstance``."""
    lines = list(enumerate(text.splitlines(), start=1))
    fleet = _rows_after(lines, "VEHICLE", ("NUMBER", "CAPACITY"))[:1]
    if not fleet:
        raise BadInstance("VEHICLE", reason="no line with NUMBER and CAPACITY")
    number, cells = fleet[0]
    count, capacity = _row(number, cells, ("NUMBER", "CAPACITY"))
    fields = ("CUST NO.", "XCOORD.", "YCOORD.", "DEMAND", "READY TIME", "DUE DATE", "SERVICE TIME")
    found: list[tuple[Decimal, Decimal, int, int, int, int]] = []
    for line, cells in _rows_after(lines, "CUSTOMER", fields):
        if len(found) == MOST_LOCATIONS:
            raise BadInstance("CUSTOMER", line, reason=f"more than {MOST_LOCATIONS} rows")
        found.append(_customer(line, cells, fields, expected=len(found)))
    if len(found) < 2:
        raise BadInstance("CUSTOMER", reason="needs the depot and at least one customer")
    points = [(x, y) for x, y, *_ in found]
    matrix = cut_distances(points, TENTHS, field="CUSTOMER")
    stops = [
        Stop(str(i), i, Load(demand), earliest=ready, latest=due, service_seconds=service)
        for i, (_, _, demand, ready, due, service) in enumerate(found)
    ][1:]
    _, _, _, opens, closes, _ = found[0]
    # More vans than customers would never be used.
    vehicles = [
        Vehicle(f"van {number}", 0, 0, Load(capacity), earliest=opens, latest=closes)
        for number in range(1, min(count, len(stops)) + 1)
    ]
    return Instance(
        name,
        Problem(stops, vehicles, matrix, matrix, "distance"),
        cost_unit=TENTHS,
        clock=False,
        coordinates=[(float(x), float(y)) for x, y in points],
    )


def _rows_after(
    lines: list[tuple[int, str]], heading: str, fields: tuple[str, ...]
) -> list[tuple[int, list[str]]]:
    """(line number, cells) of the rows under a heading and its line of column names."""
    words = {line.strip(): position for position, (_, line) in reversed(list(enumerate(lines)))}
    if heading not in words:
        raise BadInstance(heading, reason="heading not found")
    first_word = fields[0].split()[0]
    found = []
    for number, line in lines[words[heading] + 1 :]:
        cells = line.split()
        if not cells or cells[0].startswith(first_word):
            continue
        if cells == ["CUSTOMER"]:
            break
        found.append((number, cells))
    return found


def _row(line: int, cells: list[str], fields: tuple[str, ...]) -> list[int]:
    _check_columns(line, cells, fields)
    return [whole(field, cell, line) for field, cell in zip(fields, cells, strict=True)]


def _customer(
    line: int, cells: list[str], fields: tuple[str, ...], *, expected: int
) -> tuple[Decimal, Decimal, int, int, int, int]:
    """x, y, demand, then ready, due and service time in tenths."""
    _check_columns(line, cells, fields)
    if whole(fields[0], cells[0], line) != expected:
        raise BadInstance(fields[0], line, reason=f"{cells[0]} where {expected} was due")
    x, y = (decimal(fields[i], cells[i], line) for i in (1, 2))
    demand = whole(fields[3], cells[3], line)
    ready, due, service = (_tenths(fields[i], cells[i], line) for i in (4, 5, 6))
    return x, y, demand, ready, due, service


def _check_columns(line: int, cells: list[str], fields: tuple[str, ...]) -> None:
    if len(cells) != len(fields):
        reason = f"{len(cells)} columns instead of {len(fields)}"
        raise BadInstance(fields[min(len(cells), len(fields) - 1)], line, reason=reason)
