"""The dispatch rule: who is prepared next and who is called next, as things stand.

Preparation goes by apparent tardiness cost (Vepsalainen and Morton, 1987), due when the car comes:
the short orders of those who are here first, then whoever may come soonest. Calls go by highest
response ratio (Brinch Hansen, 1971) with a head start: short hand-overs first, until somebody has
waited long.
"""

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from drivethrough.planning.day import CarState, Day
from drivethrough.planning.prospects import CERTAIN, Prospect, free_again, in_hand, ready_at

# How far ahead urgency looks, in mean preparations.
LOOK_AHEAD = 2.0
# As if everybody had waited so long already: the larger, the more the short hand-overs count.
HEAD_START = 300


@dataclass(frozen=True, slots=True)
class Orders:
    """References in the order in which they are prepared, and called."""

    preparing: tuple[str, ...]
    calling: tuple[str, ...]


def urgency(prospect: Prospect, at: int, mean_preparation: float) -> float:
    seconds = prospect.car.preparation_seconds
    slack = max(0, prospect.early - seconds - at)
    worth = prospect.weight / CERTAIN / seconds
    return worth * math.exp(-slack / (LOOK_AHEAD * mean_preparation))


def response_ratio(prospect: Prospect, at: int) -> float:
    return (at - prospect.arrives + HEAD_START) / prospect.car.handover_seconds


def next_to_prepare(
    unprepared: Iterable[Prospect], at: int, mean_preparation: float
) -> Prospect | None:
    """Of those that may be begun by now, at a tie the one given first."""
    begun = [one for one in unprepared if one.release <= at]
    return max(begun, key=lambda one: urgency(one, at, mean_preparation), default=None)


def next_to_call(able: Iterable[Prospect], at: int) -> Prospect | None:
    """Of those that are here and whose goods are ready, at a tie the one given first."""
    return max(able, key=lambda one: response_ratio(one, at), default=None)


def mean_preparation(found: Sequence[Prospect]) -> float:
    seconds = [one.car.preparation_seconds for one in found if one.ready is None]
    return max(1.0, sum(seconds) / max(1, len(seconds)))


def needed_lanes(found: Sequence[Prospect]) -> Counter[int]:
    """By number, how many cars can be served at this lane and not at every other."""
    return Counter(number for one in found for number in one.car.lanes or ())


def dispatched(day: Day, now: int, found: Sequence[Prospect]) -> Orders:
    """The rule followed from now to the end of the day, everybody coming when expected."""
    return _Dispatch(day, now, found).run()


class _Dispatch:
    def __init__(self, day: Day, now: int, found: Sequence[Prospect]) -> None:
        self.day = day
        self.mean = mean_preparation(found)
        self.unprepared = {one.reference: one for one in found if one.ready is None}
        self.uncalled = {one.reference: one for one in found}
        self.ready = {one.reference: one.ready for one in found if one.ready is not None}
        self.running = [ready_at(car, now) or now for car in in_hand(day)]
        self.free_from = {lane.number: max(now, lane.opens) for lane in day.lanes}
        for car in day.cars:
            if car.state == CarState.CALLED and car.lane is not None:
                self.free_from[car.lane] = max(self.free_from[car.lane], free_again(car, now))
        self.moments = {
            now,
            *(one.release for one in found),
            *(one.arrives for one in found if one.arrives > now),
            *self.ready.values(),
            *self.running,
            *self.free_from.values(),
            *(entry.since for entry in day.staff if entry.since > now),
        }
        # The lanes that few cars need are filled first, so that the others are free for those.
        needed = needed_lanes(found)
        self.lanes = sorted(day.lanes, key=lambda lane: needed[lane.number])
        self.preparing: list[str] = []
        self.calling: list[str] = []

    def run(self) -> Orders:
        due = sorted(self.moments)
        while due and self.uncalled:
            at = heapq.heappop(due)
            while due and due[0] == at:
                heapq.heappop(due)
            for later in self._begun(at) + self._called(at):
                heapq.heappush(due, later)
        return Orders(tuple(self.preparing), tuple(self.calling))

    def _begun(self, at: int) -> list[int]:
        """When the preparations begun now will end."""
        self.running = [ends for ends in self.running if ends > at]
        ends = []
        while len(self.running) < self.day.preparers(at):
            chosen = next_to_prepare(self.unprepared.values(), at, self.mean)
            if chosen is None:
                break
            del self.unprepared[chosen.reference]
            ends.append(at + chosen.car.preparation_seconds)
            self.running.append(ends[-1])
            self.ready[chosen.reference] = ends[-1]
            self.preparing.append(chosen.reference)
        return ends

    def _called(self, at: int) -> list[int]:
        """When the lanes that call now will be free again."""
        able = {
            reference: one
            for reference, one in self.uncalled.items()
            if one.arrives <= at and self.ready.get(reference, at + 1) <= at
        }
        frees = []
        for lane in self.lanes:
            if lane.closed or self.free_from[lane.number] > at or at >= lane.closes:
                continue
            fitting = [one for one in able.values() if one.car.fits(lane.number)]
            chosen = next_to_call(fitting, at)
            if chosen is None:
                continue
            del able[chosen.reference], self.uncalled[chosen.reference]
            frees.append(at + chosen.car.handover_seconds)
            self.free_from[lane.number] = frees[-1]
            self.calling.append(chosen.reference)
        return frees
