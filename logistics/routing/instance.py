"""A problem as a file holds it, and what is said when the file is wrong."""

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
    """``cost_unit``: how many of the plan's cost are 1 in the file's (10 where it uses tenths).

    ``clock``: times are seconds; else they are in that unit too. ``coordinates``: (x, y) by
    location, x to the east and y to the north, where the file has them. ``ignored``: limits in the
    file that the problem cannot say, so that a plan may exceed them.
    """

    name: str
    problem: Problem
    cost_unit: int = 1
    clock: bool = True
    coordinates: list[tuple[float, float]] | None = None
    ignored: tuple[str, ...] = ()

    def shown_cost(self, cost: int) -> int | float:
        return cost if self.cost_unit == 1 else cost / self.cost_unit
