"""What an explanation says."""

from dataclasses import dataclass, field
from typing import Literal

from logistics.routing.changes import Change
from logistics.routing.problem import Load, Problem

Kind = Literal[
    "serve",
    "swap_window",
    "widen_window",
    "extend_shift",
    "add_vehicle",
    "leave_out",
    "lighter",
]


@dataclass(frozen=True, slots=True)
class CheapestInsertion:
    """The cheapest place for the stop when nobody minds waiting. Where there is one without
    overload and overtime, only among these.

    It comes between the stops ``after`` and ``before`` (None: the depot) of ``vehicle``, takes
    ``extra_seconds`` more on the road (by the matrix) and costs ``extra_cost`` more, the penalty
    saved not counted. ``late`` gives by stop how many seconds too late its service then begins.
    ``overtime`` (s) is how much too long the vehicle is out, ``overload`` by how much it is too
    full at the worst, None if it is not. Of a transfer both ends are put in.
    """

    vehicle: int
    after: int | None
    before: int | None
    extra_seconds: int
    extra_cost: int
    late: dict[int, int] = field(default_factory=dict)
    overtime: int = 0
    overload: Load | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """One change with which the stop is served and nothing else moves: ``order`` (vehicle → its
    stops) is the plan as it was with the stop put in, driven with ``reloads`` (vehicle → positions,
    as in ``RoutePlan``). ``extra_cost`` is what that plan costs more; less than nothing where a
    penalty is saved.
    """

    kind: Kind
    change: Change
    order: dict[int, list[int]]
    reloads: dict[int, tuple[int, ...]]
    extra_cost: int

    def apply(self, problem: Problem) -> Problem:
        """The problem changed so that ``order`` can be driven."""
        return self.change.apply(problem)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``cause`` is a ``screen.Cause``. ``cheapest`` is None where no vehicle may serve the stop;
    ``fixes`` are none to three, the gentlest kind first."""

    stop: int
    cause: str
    cheapest: CheapestInsertion | None
    fixes: tuple[Fix, ...]
