"""At which minute of its slot each car is asked to come."""

from collections.abc import Mapping
from itertools import groupby

from drivethrough.planning.day import Car, CarState, Day


def suggested_minutes(day: Day) -> Mapping[str, int]:
    """A second on the full minute for every expected car, inside its slot.

    The cars of a slot are spread over it, in order of booking, as far apart as their hand-overs
    take: lanes then have even work all through the slot, whatever their number.
    """
    expected = [car for car in day.cars if car.state == CarState.EXPECTED]
    by_slot = sorted(expected, key=_slot)
    found: dict[str, int] = {}
    for _, group in groupby(by_slot, key=_slot):
        found |= _spread(list(group))
    return found


def _slot(car: Car) -> tuple[int, int]:
    return car.slot_begins, car.slot_ends


def _spread(cars: list[Car]) -> dict[str, int]:
    total = sum(car.handover_seconds for car in cars)
    found = {}
    before = 0
    for car in cars:
        # The middle of its share of the slot's work.
        half = 2 * before + car.handover_seconds
        second = car.slot_begins + (car.slot_ends - car.slot_begins) * half // (2 * total)
        found[car.reference] = max(car.slot_begins, second // 60 * 60)
        before += car.handover_seconds
    return found
