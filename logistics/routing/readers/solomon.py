"""Solomon's and Homberger's text, and Wang and Chen's (2012), where stops deliver and collect.

By their custom, distances are cut to one decimal in the former, all in tenths; in the latter they
are to the nearest thousandth, and each vehicle costs 2000 since the fewest vehicles come first.
"""

from dataclasses import dataclass, replace
from decimal import Decimal

from logistics.routing.instance import BadInstance, Instance, Malformed
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers.cells import decimal, scaled, whole
from logistics.routing.readers.matrices import MOST_LOCATIONS, cut_distances, nearest_distances


@dataclass(frozen=True)
class _Format:
    """``unit``: how many of the numbers kept are 1 in the file. The last of ``fleet`` are a number
    of vehicles and what one carries; ``demands`` stand between place and times of a customer."""

    heading: str
    fleet: tuple[str, ...]
    demands: tuple[str, ...]
    unit: int
    fixed_cost: int

    @property
    def columns(self) -> tuple[str, ...]:
        place, times = ("CUST NO.", "XCOORD.", "YCOORD."), ("READY TIME", "DUE DATE")
        return (*place, *self.demands, *times, "SERVICE TIME")


SOLOMON = _Format("VEHICLE", ("NUMBER", "CAPACITY"), ("DEMAND",), unit=10, fixed_cost=0)
WANG_CHEN = _Format(
    "CUSTOMER VEHICLE",
    ("NUMBER of customers", "NUMBER of vehicles", "CAPACITY"),
    ("DDEMAND", "PDEMAND"),
    unit=1_000,
    fixed_cost=2_000,
)


@dataclass(frozen=True)
class _Customer:
    """Times are in the units kept."""

    place: tuple[Decimal, Decimal]
    deliver: Load
    collect: Load
    ready: int
    due: int
    service: int


def parse(text: str, name: str) -> Instance:
    """The problem in the text; else ``BadInstance``."""
    lines = list(enumerate(text.splitlines(), start=1))
    both_ways = any("PDEMAND" in line.split() for _, line in lines)
    return _parsed(WANG_CHEN if both_ways else SOLOMON, lines, name)


def _parsed(form: _Format, lines: list[tuple[int, str]], name: str) -> Instance:
    fleet = _rows_after(lines, form.heading, form.fleet)[:1]
    if not fleet:
        raise BadInstance(form.heading, reason=Malformed.MISSING)
    number, cells = fleet[0]
    *customers, count, capacity = _row(number, cells, form.fleet)
    found: list[_Customer] = []
    for line, cells in _rows_after(lines, "CUSTOMER", form.columns):
        if len(found) == MOST_LOCATIONS:
            raise BadInstance("CUSTOMER", line, reason=Malformed.TOO_MANY, most=MOST_LOCATIONS)
        found.append(_customer(form, line, cells, expected=len(found)))
    if len(found) < 2:
        raise BadInstance("CUSTOMER", reason=Malformed.NO_CUSTOMER)
    if customers and customers[0] != len(found) - 1:
        raise BadInstance(
            form.fleet[0],
            number,
            reason=Malformed.WRONG_COUNT,
            found=len(found) - 1,
            needed=customers[0],
        )
    points = [customer.place for customer in found]
    distances = cut_distances if form is SOLOMON else nearest_distances
    matrix = distances(points, form.unit, field="CUSTOMER")
    depot, *rest = found
    stops = [
        Stop(
            str(i),
            i,
            customer.deliver,
            customer.collect,
            earliest=customer.ready,
            latest=customer.due,
            service_seconds=customer.service,
        )
        for i, customer in enumerate(rest, start=1)
    ]
    vehicle = Vehicle("", 0, 0, Load(capacity), earliest=depot.ready, latest=depot.due)
    # More vans than customers would never be used.
    vehicles = [
        replace(vehicle, name=f"van {number}", fixed_cost=form.fixed_cost * form.unit)
        for number in range(1, min(count, len(stops)) + 1)
    ]
    return Instance(
        name,
        Problem(stops, vehicles, matrix, matrix, "distance"),
        cost_unit=form.unit,
        clock=False,
        coordinates=[(float(x), float(y)) for x, y in points],
    )


def _rows_after(
    lines: list[tuple[int, str]], heading: str, fields: tuple[str, ...]
) -> list[tuple[int, list[str]]]:
    """(line number, cells) of the rows under a heading and its line of column names."""
    words = {
        " ".join(line.split()): position for position, (_, line) in reversed(list(enumerate(lines)))
    }
    if heading not in words:
        raise BadInstance(heading, reason=Malformed.MISSING)
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


def _customer(form: _Format, line: int, cells: list[str], *, expected: int) -> _Customer:
    fields = form.columns
    _check_columns(line, cells, fields)
    if whole(fields[0], cells[0], line) != expected:
        raise BadInstance(
            fields[0], line, reason=Malformed.NOT_IN_TURN, found=cells[0], needed=expected
        )
    x, y = (decimal(fields[i], cells[i], line) for i in (1, 2))
    demands = [whole(field, cells[i], line) for i, field in enumerate(form.demands, start=3)]
    deliver, collect = Load(demands[0]), Load(sum(demands[1:]))
    time = scaled(form.unit)
    ready, due, service = (time(fields[i], cells[i], line) for i in (-3, -2, -1))
    return _Customer((x, y), deliver, collect, ready, due, service)


def _check_columns(line: int, cells: list[str], fields: tuple[str, ...]) -> None:
    if len(cells) != len(fields):
        raise BadInstance(
            fields[min(len(cells), len(fields) - 1)],
            line,
            reason=Malformed.WRONG_COLUMNS,
            found=len(cells),
            needed=len(fields),
        )
