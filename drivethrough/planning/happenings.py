"""What happens while a plan is being followed, and the day after it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import assert_never

from drivethrough.planning.day import CarInvalid, CarState, Day, LaneInvalid, Staff


@dataclass(frozen=True, slots=True)
class CarCame:
    """Early, late or in time; also a car that was given up."""

    car: str
    at: int


@dataclass(frozen=True, slots=True)
class CarDelayed:
    """It will come, but at another time than was thought."""

    car: str
    until: int


@dataclass(frozen=True, slots=True)
class CarMissing:
    """Given up: it will not come, or it left."""

    car: str


@dataclass(frozen=True, slots=True)
class LaneShut:
    lane: int


@dataclass(frozen=True, slots=True)
class LaneOpened:
    lane: int


@dataclass(frozen=True, slots=True)
class StaffChanged:
    """From ``since`` to the end of the day, whatever was planned."""

    since: int
    preparers: int


Happening = CarCame | CarDelayed | CarMissing | LaneShut | LaneOpened | StaffChanged


def after(day: Day, happened: Sequence[Happening]) -> Day:
    """The day with all of that, in this order. Raises QUEUE_CAR_INVALID or QUEUE_LANE_INVALID for
    what the day does not have, and for a car that can no longer do that."""
    for one in happened:
        day = _after(day, one)
    return day


def _after(day: Day, happening: Happening) -> Day:
    match happening:
        case CarCame(car, at):
            return _with_car(day, car, state=CarState.WAITING, arrival=at)
        case CarDelayed(car, until):
            return _with_car(day, car, state=CarState.EXPECTED, arrival=until)
        case CarMissing(car):
            return _with_car(day, car, state=CarState.MISSED, arrival=None)
        case LaneShut(lane):
            return _with_lane(day, lane, closed=True)
        case LaneOpened(lane):
            return _with_lane(day, lane, closed=False)
        case StaffChanged(since, preparers):
            earlier = tuple(entry for entry in day.staff if entry.since < since)
            return replace(day, staff=(*earlier, Staff(since, preparers)))
        case _:
            assert_never(happening)


def _with_car(day: Day, reference: str, *, state: CarState, arrival: int | None) -> Day:
    car = next((car for car in day.cars if car.reference == reference), None)
    if car is None:
        raise CarInvalid("reference", car=reference, value=reference)
    # Called to a lane and not coming forward, a car can still be given up.
    over = {CarState.SERVED} if state == CarState.MISSED else {CarState.SERVED, CarState.CALLED}
    if car.state in over:
        raise CarInvalid("state", car=reference, value=car.state)
    changed = replace(car, state=state, arrival=arrival, called=None)
    return replace(day, cars=tuple(changed if one is car else one for one in day.cars))


def _with_lane(day: Day, number: int, *, closed: bool) -> Day:
    if all(lane.number != number for lane in day.lanes):
        raise LaneInvalid("number", lane=number, value=number)
    changed = (
        replace(lane, closed=closed) if lane.number == number else lane for lane in day.lanes
    )
    return replace(day, lanes=tuple(changed))
