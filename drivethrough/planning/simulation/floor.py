"""What the staff of a simulated shop see and do."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from drivethrough.planning.day import Car, CarState, Day


@dataclass(frozen=True, slots=True)
class Service:
    """One car served. ``begins`` is when the hand-over does: after the call where the goods were
    not ready by then. Seconds of the day."""

    car: str
    lane: int
    came: int
    ready: int
    called: int
    begins: int
    ends: int

    @property
    def wait_seconds(self) -> int:
        return self.begins - self.came

    @property
    def standing_seconds(self) -> int:
        """How long the goods stood."""
        return self.begins - self.ready


class Policy(Protocol):
    """How a shop is run. Asked again and again at each moment, until there is nothing to do."""

    def prepares(self, floor: "Floor") -> str | None:
        """Whose goods a free preparer begins with now: one of ``floor.unprepared``, or nobody's."""
        ...

    def calls(self, floor: "Floor") -> tuple[str, int] | None:
        """Who of ``floor.waiting`` comes now to which of its ``free_lanes_for``, or nobody."""
        ...


class Floor:
    """``unprepared`` is in order of booking, ``waiting`` in order of arrival; ``in_hand``,
    ``ready`` and ``called`` say since when, ``at_lane`` who stands where."""

    def __init__(self, day: Day, now: int) -> None:
        self.day, self.now = day, now
        self.cars = {car.reference: car for car in day.cars if car.state != CarState.SERVED}
        self.unprepared: dict[str, Car] = {}
        self.in_hand: dict[str, int] = {}
        self.ready: dict[str, int] = {}
        self.waiting: dict[str, int] = {}
        self.at_lane: dict[int, str] = {}
        self.called: dict[str, int] = {}
        self.came: dict[str, int] = {}
        self.services: list[Service] = []
        self.handed_over_seconds = {lane.number: 0 for lane in day.lanes}
        for car in self.cars.values():
            self._place_goods(car)
            if car.is_here:
                self.came[car.reference] = car.arrival or 0
            if car.state == CarState.CALLED and car.lane is not None:
                self.at_lane[car.lane] = car.reference
                self.called[car.reference] = car.called or 0
        here = [car for car in self.cars.values() if car.state == CarState.WAITING]
        for car in sorted(here, key=lambda car: car.arrival or 0):
            self.waiting[car.reference] = car.arrival or 0

    def _place_goods(self, car: Car) -> None:
        if car.ready is not None:
            self.ready[car.reference] = car.ready
        elif car.state == CarState.CALLED:
            # As the planner takes it: a called car has its goods.
            self.ready[car.reference] = car.called or 0
        elif car.preparation_seconds == 0:
            self.ready[car.reference] = self.now
        elif car.preparing is not None:
            self.in_hand[car.reference] = car.preparing
        else:
            self.unprepared[car.reference] = car

    def free_lanes(self) -> list[int]:
        """Those that may call now."""
        return [
            lane.number
            for lane in self.day.lanes
            if lane.number not in self.at_lane
            and not lane.closed
            and lane.opens <= self.now < lane.closes
        ]

    def free_lanes_for(self, reference: str) -> list[int]:
        return [lane for lane in self.free_lanes() if self.cars[reference].fits(lane)]

    def free_preparers(self) -> int:
        return self.day.preparers(self.now) - len(self.in_hand)

    def as_day(self, until: int) -> Day:
        """What a planner may know, of the cars not served yet whose slot begins before ``until``
        or that are here."""
        near = [
            self._as_car(car)
            for reference, car in self.cars.items()
            if car.slot_begins < until or reference in self.came
        ]
        return replace(self.day, cars=tuple(near))

    def _as_car(self, car: Car) -> Car:
        reference = car.reference
        known: dict[str, object] = {
            "preparing": self.in_hand.get(reference),
            "ready": self.ready.get(reference),
        }
        if reference in self.waiting:
            known |= {"state": CarState.WAITING, "arrival": self.waiting[reference]}
        elif reference in self.called:
            lane = next(number for number, at in self.at_lane.items() if at == reference)
            known |= {
                "state": CarState.CALLED,
                "arrival": self.came[reference],
                "lane": lane,
                "called": self.called[reference],
            }
        return replace(car, **known)  # type: ignore[arg-type]

    # What happens, and what the staff do.

    def car_comes(self, reference: str) -> None:
        self.waiting[reference] = self.came[reference] = self.now

    def begin_preparing(self, reference: str) -> None:
        del self.unprepared[reference]
        self.in_hand[reference] = self.now

    def goods_are_ready(self, reference: str) -> None:
        del self.in_hand[reference]
        self.ready[reference] = self.now

    def call(self, reference: str, lane: int) -> None:
        del self.waiting[reference]
        self.at_lane[lane] = reference
        self.called[reference] = self.now

    def car_leaves(self, reference: str, begins: int) -> None:
        lane = next(number for number, at in self.at_lane.items() if at == reference)
        del self.at_lane[lane]
        self.handed_over_seconds[lane] += self.now - begins
        self.services.append(
            Service(
                car=reference,
                lane=lane,
                came=self.came[reference],
                ready=self.ready[reference],
                called=self.called.pop(reference),
                begins=begins,
                ends=self.now,
            )
        )
        del self.cars[reference]


@dataclass(frozen=True, slots=True)
class Outcome:
    """``services`` in order of leaving. ``unserved`` came and were not served, ``wasted`` were
    prepared and never fetched."""

    services: Sequence[Service]
    unserved: Sequence[str]
    wasted: Sequence[str]
