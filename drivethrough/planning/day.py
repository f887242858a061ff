"""A drive-through's day as the planner sees it. Every time is a whole second of the business day.

A ``Day`` that exists is one that can be planned: what cannot be meant is refused when it is made.
"""

from collections import Counter
from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from drivethrough.errors import DrivethroughError
from drivethrough.planning.punctuality import OBSERVED, Punctuality

END_OF_DAY = 86_400


class CarInvalid(DrivethroughError):
    """A car that cannot be planned: ``field`` is its field; data ``car``, ``value``."""

    code = "QUEUE_CAR_INVALID"


class LaneInvalid(DrivethroughError):
    """A lane that cannot be planned with: ``field`` is its field; data ``lane``, ``value``."""

    code = "QUEUE_LANE_INVALID"


class StaffInvalid(DrivethroughError):
    """Staff that cannot be planned with: ``field`` is its field; data ``value``."""

    code = "QUEUE_STAFF_INVALID"


class CarState(StrEnum):
    """The same words as the queue's own."""

    EXPECTED = "expected"
    WAITING = "waiting"
    CALLED = "called"  # at a lane, being served
    SERVED = "served"
    MISSED = "missed"  # given up, until it comes after all


@dataclass(frozen=True, slots=True)
class Car:
    """One booking's car and its goods. Seconds of the day unless a name says how long.

    ``arrival`` is when it came; of an expected car when it was asked or said to come, or None:
    any time of its slot. ``ready`` is since when its goods stand ready; ``preparing`` since when
    somebody prepares them. ``lane`` is the one its driver was told, or stands at; ``called`` since
    when. ``fresh_seconds`` is how long its goods may stand before they go into the car; None, as
    long as need be. ``handover_seconds`` last from the call until the lane is free again. ``lanes``
    are the numbers of those that can serve it; None, any.
    """

    reference: str
    slot_begins: int
    slot_ends: int
    preparation_seconds: int
    handover_seconds: int
    state: CarState = CarState.EXPECTED
    arrival: int | None = None
    preparing: int | None = None
    ready: int | None = None
    lane: int | None = None
    called: int | None = None
    fresh_seconds: int | None = None
    lanes: frozenset[int] | None = None

    def __post_init__(self) -> None:
        for field, least in _LEAST.items():
            value = getattr(self, field)
            if not _whole(value, least) and not (value is None and field in _MAY_BE_UNKNOWN):
                raise self._invalid(field)
        if self.slot_ends <= self.slot_begins:
            raise self._invalid("slot_ends")
        if self.lanes is not None and not self.lanes:
            raise CarInvalid("lanes", car=self.reference, value=[])
        if self.state in _HERE and self.arrival is None:
            raise self._invalid("arrival")
        if self.state == CarState.CALLED:
            self._check_called()

    def _check_called(self) -> None:
        if self.lane is None:
            raise self._invalid("lane")
        if self.called is None or self.called < (self.arrival or 0):
            raise self._invalid("called")

    def _invalid(self, field: str) -> CarInvalid:
        return CarInvalid(field, car=self.reference, value=getattr(self, field))

    @property
    def is_here(self) -> bool:
        return self.state in _HERE

    def fits(self, lane: int) -> bool:
        return self.lanes is None or lane in self.lanes


_LEAST = {
    "slot_begins": 0,
    "slot_ends": 0,
    "preparation_seconds": 0,
    "handover_seconds": 1,
    "arrival": 0,
    "preparing": 0,
    "ready": 0,
    "lane": 1,
    "called": 0,
    "fresh_seconds": 0,
}
_MAY_BE_UNKNOWN = {"arrival", "preparing", "ready", "lane", "called", "fresh_seconds"}
_HERE = {CarState.WAITING, CarState.CALLED}


@dataclass(frozen=True, slots=True)
class Lane:
    """Calls cars in [opens, closes); what it has called it serves to the end. A ``closed`` lane
    calls nobody any more."""

    number: int
    opens: int = 0
    closes: int = END_OF_DAY
    closed: bool = False

    def __post_init__(self) -> None:
        for field, least in {"number": 1, "opens": 0, "closes": 0}.items():
            if not _whole(getattr(self, field), least):
                raise self._invalid(field)
        if self.closes <= self.opens:
            raise self._invalid("closes")

    def _invalid(self, field: str) -> LaneInvalid:
        return LaneInvalid(field, lane=self.number, value=getattr(self, field))


@dataclass(frozen=True, slots=True)
class Staff:
    """From ``since`` on so many orders can be begun side by side. What is begun is finished."""

    since: int
    preparers: int

    def __post_init__(self) -> None:
        for field in ("since", "preparers"):
            if not _whole(getattr(self, field), 0):
                raise StaffInvalid(field, value=getattr(self, field))


@dataclass(frozen=True, slots=True)
class Day:
    """``staff`` is in order of time; before its first entry nobody prepares."""

    cars: tuple[Car, ...]
    lanes: tuple[Lane, ...]
    staff: tuple[Staff, ...]
    punctuality: Punctuality = OBSERVED

    def __post_init__(self) -> None:
        for reference in _repeated(car.reference for car in self.cars):
            raise CarInvalid("reference", car=reference, value=reference)
        for number in _repeated(lane.number for lane in self.lanes):
            raise LaneInvalid("number", lane=number, value=number)
        numbers = {lane.number for lane in self.lanes}
        at_lanes = [car for car in self.cars if car.state == CarState.CALLED]
        for car in at_lanes:
            if car.lane not in numbers:
                raise CarInvalid("lane", car=car.reference, value=car.lane)
        # Two cars at one lane: whoever stands there second.
        for number in _repeated(car.lane for car in at_lanes):
            second = [car for car in at_lanes if car.lane == number][1]
            raise CarInvalid("lane", car=second.reference, value=number)
        since = [entry.since for entry in self.staff]
        if since != sorted(set(since)):
            raise StaffInvalid("since", value=since)

    def preparers(self, at: int) -> int:
        """How many may prepare at that second."""
        found = 0
        for entry in self.staff:
            if entry.since > at:
                break
            found = entry.preparers
        return found


def _whole(value: object, least: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= least


def _repeated(values: Iterable[Hashable]) -> list[Hashable]:
    return [value for value, times in Counter(values).items() if times > 1]
