"""What a plan of the day's queue says. Seconds of the day throughout."""

from dataclasses import dataclass
from enum import StrEnum


class LeftOut(StrEnum):
    """Why a car is not in the plan."""

    SERVED = "SERVED"
    MISSED = "MISSED"
    # Not here half an hour after its slot; once it comes it is planned.
    OVERDUE = "OVERDUE"
    NO_STAFF_LEFT = "NO_STAFF_LEFT"
    NO_LANE_LEFT = "NO_LANE_LEFT"


@dataclass(frozen=True, slots=True)
class Preparation:
    """``car`` is a booking's reference, ``preparer`` a number from 1."""

    car: str
    preparer: int
    begins: int
    ends: int


@dataclass(frozen=True, slots=True)
class Visit:
    """``arrives`` is when the car came or, not here yet, when it is expected."""

    car: str
    lane: int
    arrives: int
    called: int
    ends: int

    @property
    def wait_seconds(self) -> int:
        return self.called - self.arrives


@dataclass(frozen=True, slots=True)
class Cost:
    """What a plan is chosen by, smaller is better. Each part is in seconds (``moved`` in drivers)
    and counts a car by the chance that it comes; ``total`` weighs them. ``long_seconds`` are those
    that somebody waits beyond the longest acceptable wait, ``late_seconds`` beyond the slot's end.
    """

    waiting_seconds: int
    long_seconds: int
    late_seconds: int
    standing_seconds: int
    uneven_seconds: int
    moved: int
    total: int


@dataclass(frozen=True, slots=True)
class QueuePlan:
    """From second ``now`` on. Preparations are in order of beginning, visits in order of call.

    ``by`` names what found it: the dispatch rule or CP-SAT.
    """

    now: int
    preparations: tuple[Preparation, ...]
    visits: tuple[Visit, ...]
    left_out: dict[str, LeftOut]
    cost: Cost
    by: str
