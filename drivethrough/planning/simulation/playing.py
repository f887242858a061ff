"""A day played through in order of time (a discrete-event simulation)."""

import heapq
from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum

from drivethrough.planning.day import CarState, Day
from drivethrough.planning.prospects import OVERDUE_AFTER, free_again, ready_at
from drivethrough.planning.simulation.floor import Floor, Outcome, Policy

# The staff look at the board at least so often.
LOOK_EVERY = 60


@dataclass(frozen=True, slots=True)
class Truth:
    """What nobody knows beforehand: the second at which a car comes (None: never), and how long
    its preparation and hand-over really take."""

    comes: int | None
    preparation_seconds: int
    handover_seconds: int


class _Event(IntEnum):
    """In the order in which they count at one second."""

    LEAVES = 0
    PREPARED = 1
    COMES = 2
    LOOK = 3


def played(
    day: Day,
    truth: Mapping[str, Truth],
    policy: Policy,
    *,
    now: int,
    look_every: int | None = LOOK_EVERY,
) -> Outcome:
    """The rest of the day from ``now`` on, run by the policy.

    ``truth`` has every car that is not served yet; of what is in hand already, the rest takes as
    long as planned.
    """
    play = _Play(Floor(day, now), truth, policy)
    play.begin(look_every)
    play.run()
    floor = play.floor
    fetched = {service.car for service in floor.services}
    return Outcome(
        services=tuple(floor.services),
        unserved=tuple(floor.waiting),
        wasted=tuple(car for car in [*floor.ready, *floor.in_hand] if car not in fetched),
    )


class _Play:
    def __init__(self, floor: Floor, truth: Mapping[str, Truth], policy: Policy) -> None:
        self.floor, self.truth, self.policy = floor, truth, policy
        self.due: list[tuple[int, _Event, int, str]] = []
        self.pushed = 0
        self.begins: dict[str, int] = {}

    def begin(self, look_every: int | None) -> None:
        floor, now = self.floor, self.floor.now
        for reference in floor.in_hand:
            self._push(ready_at(floor.cars[reference], now) or now, _Event.PREPARED, reference)
        for reference in floor.at_lane.values():
            self.begins[reference] = floor.called[reference]
            self._push(free_again(floor.cars[reference], now), _Event.LEAVES, reference)
        for reference, car in floor.cars.items():
            comes = self.truth[reference].comes
            if car.state in (CarState.EXPECTED, CarState.MISSED) and comes is not None:
                self._push(max(comes, now), _Event.COMES, reference)
        changes = [entry.since for entry in floor.day.staff]
        changes += [lane.opens for lane in floor.day.lanes]
        if look_every is not None:
            last = max((car.slot_ends for car in floor.cars.values()), default=now)
            changes += range(now, last + OVERDUE_AFTER, look_every)
        for at in {now, *(change for change in changes if change > now)}:
            self._push(at, _Event.LOOK)

    def _push(self, at: int, event: _Event, reference: str = "") -> None:
        # The number keeps the order of what happens at one second.
        self.pushed += 1
        heapq.heappush(self.due, (at, event, self.pushed, reference))

    def run(self) -> None:
        while self.due:
            at = self.floor.now = self.due[0][0]
            while self.due and self.due[0][0] == at:
                _, event, _, reference = heapq.heappop(self.due)
                self._happens(event, reference)
            self._prepare()
            self._call()

    def _happens(self, event: _Event, reference: str) -> None:
        floor = self.floor
        if event == _Event.LEAVES:
            floor.car_leaves(reference, self.begins.pop(reference))
        elif event == _Event.PREPARED:
            floor.goods_are_ready(reference)
            if reference in floor.called:
                self._hand_over(reference)
        elif event == _Event.COMES:
            floor.car_comes(reference)

    def _prepare(self) -> None:
        floor = self.floor
        while floor.unprepared and floor.free_preparers() > 0:
            reference = self.policy.prepares(floor)
            if reference is None:
                return
            floor.begin_preparing(reference)
            ends = floor.now + self.truth[reference].preparation_seconds
            self._push(ends, _Event.PREPARED, reference)

    def _call(self) -> None:
        floor = self.floor
        while floor.waiting and floor.free_lanes():
            chosen = self.policy.calls(floor)
            if chosen is None:
                return
            reference, lane = chosen
            floor.call(reference, lane)
            if reference in floor.ready:
                self._hand_over(reference)

    def _hand_over(self, reference: str) -> None:
        self.begins[reference] = self.floor.now
        ends = self.floor.now + self.truth[reference].handover_seconds
        self._push(ends, _Event.LEAVES, reference)
