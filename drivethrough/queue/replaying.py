"""What a site's day comes to when everything that was seen at it is put in the order of its time.

Tablets that were without a network tell late, doubled and in any order; the result depends on what
happened and when, never on when it was told.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum


class Kind(StrEnum):
    """In the order in which things of one moment count."""

    ARRIVED = "arrived"
    CALLED = "called"
    LEFT = "left"
    SERVED = "served"


class Outcome(StrEnum):
    COUNTS = "counts"
    NOTHING_NEW = "nothing_new"
    CALLED_BEFORE = "called_before"  # the car stood at, or was on its way to, another lane
    LANE_TAKEN = "lane_taken"  # another car was at that lane
    SERVED_BEFORE = "served_before"


@dataclass(frozen=True)
class Happened:
    """``car`` and ``lane`` are row numbers; a lane is said with a call only."""

    key: str
    kind: Kind
    car: int
    at: datetime
    lane: int | None = None


@dataclass(frozen=True)
class CarThen:
    """``arrived_at`` is None for a car that was only ever said not to have come."""

    status: str = "expected"
    arrived_at: datetime | None = None
    ended_at: datetime | None = None
    missed: bool = False
    served_key: str | None = None


@dataclass(frozen=True)
class CallThen:
    key: str
    car: int
    lane: int
    called_at: datetime
    ended_at: datetime | None = None


@dataclass(frozen=True)
class Said:
    """What became of one report, and the call that stood against it, if one did."""

    outcome: Outcome
    against: CallThen | None = None


@dataclass
class Replayed:
    events: list[Happened]
    cars: dict[int, CarThen] = field(default_factory=dict)
    calls: dict[str, CallThen] = field(default_factory=dict)
    said: dict[tuple[Kind, str], Said] = field(default_factory=dict)


ORDER = list(Kind)


def replay(events: Iterable[Happened]) -> Replayed:
    """First by time wins: a car is called to one lane, a lane has one car, goods leave once."""
    day = Replayed(sorted(events, key=lambda e: (e.at, ORDER.index(e.kind), e.key)))
    for event in day.events:
        car = day.cars.setdefault(event.car, CarThen())
        day.said[event.kind, event.key] = _take(day, car, event)
    return day


def _take(day: Replayed, car: CarThen, event: Happened) -> Said:
    if car.status == "served":
        return Said(Outcome.SERVED_BEFORE)
    if event.kind == Kind.ARRIVED:
        return _arrive(day, car, event)
    if event.kind == Kind.CALLED:
        return _call(day, car, event)
    return _end(day, car, event)


def _arrive(day: Replayed, car: CarThen, event: Happened) -> Said:
    if car.status in ("waiting", "called"):
        return Said(Outcome.NOTHING_NEW)
    day.cars[event.car] = replace(car, status="waiting", arrived_at=event.at, ended_at=None)
    return Said(Outcome.COUNTS)


def _call(day: Replayed, car: CarThen, event: Happened) -> Said:
    """Who calls a car has seen it, scanned or not."""
    if event.lane is None:
        raise ValueError(event)
    open_calls = [call for call in day.calls.values() if call.ended_at is None]
    of_car = next((call for call in open_calls if call.car == event.car), None)
    if of_car is not None:
        same = of_car.lane == event.lane
        return Said(Outcome.NOTHING_NEW if same else Outcome.CALLED_BEFORE, of_car)
    at_lane = next((call for call in open_calls if call.lane == event.lane), None)
    if at_lane is not None:
        if car.status != "waiting":
            _arrive(day, car, event)
        return Said(Outcome.LANE_TAKEN, at_lane)
    here = car.arrived_at if car.status == "waiting" else event.at
    day.cars[event.car] = replace(car, status="called", arrived_at=here, ended_at=None)
    day.calls[event.key] = CallThen(event.key, event.car, event.lane, event.at)
    return Said(Outcome.COUNTS)


def _end(day: Replayed, car: CarThen, event: Happened) -> Said:
    served = event.kind == Kind.SERVED
    if not served and car.status == "left":
        return Said(Outcome.NOTHING_NEW)
    for call in list(day.calls.values()):
        if call.car == event.car and call.ended_at is None:
            day.calls[call.key] = replace(call, ended_at=event.at)
    day.cars[event.car] = CarThen(
        status="served" if served else "left",
        arrived_at=car.arrived_at or (event.at if served else None),
        ended_at=event.at,
        missed=car.missed or not served,
        served_key=event.key if served else None,
    )
    return Said(Outcome.COUNTS)
