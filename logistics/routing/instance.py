"""A problem as a file holds it, and what is said when the file is wrong."""

import re
from dataclasses import dataclass

from logistics.routing.errors import RoutingError
from logistics.routing.problem import Problem


class BadInstance(RoutingError):
    """A malformed file. ``field`` and ``data["line"]`` (None where no line is at fault) say where,
    ``data["reason"]`` what."""

    code = "BAD_INSTANCE"

    def __init__(self, field: str, line: int | None = None, *, reason: str) -> None:
        super().__init__(field, line=line, reason=reason)

    def __str__(self) -> str:
        where = f"line {self.data['line']}, " if self.data["line"] else ""
        return f"{where}{self.field}: {self.data['reason']}"


@dataclass(frozen=True)
class Instance:
    """``cost_unit``: how many of the plan's cost are 1 in the file's (10 where it uses tenths)."""

    name: str
    problem: Problem
    cost_unit: int = 1

    def shown_cost(self, cost: int) -> int | float:
        return cost if self.cost_unit == 1 else cost / self.cost_unit


def whole(field: str, cell: str, line: int | None) -> int:
    """A whole number not below 0 of at most 12 digits."""
    if not re.fullmatch(r"[0-9]{1,12}", cell):
        raise BadInstance(field, line, reason=f"{cell[:20]!r} is not a whole number from 0")
    return int(cell)
