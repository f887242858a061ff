"""A problem as a file holds it, and what is said when the file is wrong."""

from dataclasses import dataclass
from enum import StrEnum

from logistics.routing.errors import RoutingError
from logistics.routing.problem import Problem


class Malformed(StrEnum):
    """What is wrong with a file, and after it the facts that ``BadInstance.data`` then has."""

    # The file as a whole.
    NO_FILE = "NO_FILE"
    UNREADABLE = "UNREADABLE"
    NOT_UTF8 = "NOT_UTF8"
    NOT_JSON = "NOT_JSON"  # column
    TOO_DEEP = "TOO_DEEP"

    # What is missing, too much or not known.
    MISSING = "MISSING"
    NOT_UNDERSTOOD = "NOT_UNDERSTOOD"
    NO_CUSTOMER = "NO_CUSTOMER"
    NO_SUCH_DEPOT = "NO_SUCH_DEPOT"  # vehicle, depot
    TOO_MANY = "TOO_MANY"  # most
    WRONG_COLUMNS = "WRONG_COLUMNS"  # found, needed
    WRONG_COUNT = "WRONG_COUNT"  # found, needed
    NOT_IN_TURN = "NOT_IN_TURN"  # found, needed
    UNKNOWN_OR_TWICE = "UNKNOWN_OR_TWICE"  # found

    # A single value.
    NOT_WHOLE = "NOT_WHOLE"  # found
    NOT_A_NUMBER = "NOT_A_NUMBER"  # found
    NOT_FROM_ZERO = "NOT_FROM_ZERO"  # found
    TOO_FINE = "TOO_FINE"  # found, parts
    TOO_FAR = "TOO_FAR"  # most
    NOT_BETWEEN = "NOT_BETWEEN"  # least, most
    NOT_ONE_OF = "NOT_ONE_OF"  # found, choices
    NOT_OBJECT = "NOT_OBJECT"
    NOT_LIST = "NOT_LIST"
    NOT_TEXT = "NOT_TEXT"
    NOT_TRUTH = "NOT_TRUTH"
    MIXED_PLACES = "MIXED_PLACES"


class BadInstance(RoutingError):
    """A malformed file. ``field`` and ``data["line"]`` (None where no line is at fault) say where,
    ``data["reason"]`` what, and the rest of ``data`` its facts."""

    code = "BAD_INSTANCE"

    def __init__(
        self, field: str, line: int | None = None, *, reason: Malformed, **facts: object
    ) -> None:
        super().__init__(field, line=line, reason=reason, **facts)


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
