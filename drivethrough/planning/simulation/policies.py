"""Ways of running the shop."""

from functools import partial

from drivethrough.planning.day import Car
from drivethrough.planning.planner import plan
from drivethrough.planning.prospects import Prospect, expected, soonest_release, waiting
from drivethrough.planning.queue_plan import QueuePlan
from drivethrough.planning.rule import mean_preparation, next_to_call, next_to_prepare
from drivethrough.planning.simulation.floor import Floor

# A slot's orders are begun so long before it: one slot, so that at full load all can be ready.
LEAD_SECONDS = 1_800
# Cars of slots that begin later are not thought of yet.
SOON_SECONDS = 3_600


class FixedSlots:
    """First come, first served, as it is customary: goods are prepared slot by slot in order of
    booking, from ``lead_seconds`` before the slot on; cars are called in order of arrival to the
    first free lane and wait there if their goods are not ready. Who is first and needs another lane
    lets the next go."""

    def __init__(self, lead_seconds: int = LEAD_SECONDS) -> None:
        self.lead_seconds = lead_seconds

    def prepares(self, floor: Floor) -> str | None:
        first = min(floor.unprepared.values(), key=lambda car: car.slot_begins)
        begun = first.slot_begins - self.lead_seconds <= floor.now
        return first.reference if begun else None

    def calls(self, floor: Floor) -> tuple[str, int] | None:
        for reference in floor.waiting:
            lanes = floor.free_lanes_for(reference)
            if lanes and self.may_come_forward(floor, reference):
                return reference, lanes[0]
        return None

    def may_come_forward(self, floor: Floor, reference: str) -> bool:
        return True


class FixedSlotsReadyOnly(FixedSlots):
    """The same, but no lane is blocked: whoever's goods are not ready is passed over."""

    def may_come_forward(self, floor: Floor, reference: str) -> bool:
        return reference in floor.ready


class Dispatching:
    """Ours by the dispatch rule alone: goods by who may come soonest, whoever is here first; short
    hand-overs first until somebody has waited long; the lane that has worked least."""

    def __init__(self) -> None:
        self.known: tuple[Floor, dict[str, int]] | None = None

    def prepares(self, floor: Floor) -> str | None:
        soonest = self._soonest(floor)
        thought_of = [
            car
            for reference, car in floor.unprepared.items()
            if reference in floor.came or soonest[reference] <= floor.now
        ]
        unprepared = list(filter(None, map(partial(_prospect, floor), thought_of)))
        chosen = next_to_prepare(unprepared, floor.now, mean_preparation(unprepared))
        return chosen.reference if chosen else None

    def _soonest(self, floor: Floor) -> dict[str, int]:
        """From when on each car is worth a thought: most of the day's are not, most of the time."""
        if self.known is None or self.known[0] is not floor:
            punctuality = floor.day.punctuality
            found = {ref: soonest_release(punctuality, car) for ref, car in floor.cars.items()}
            self.known = floor, found
        return self.known[1]

    def calls(self, floor: Floor) -> tuple[str, int] | None:
        able = [
            waiting(floor.cars[reference], came, floor.now, floor.ready[reference])
            for reference, came in floor.waiting.items()
            if reference in floor.ready and floor.free_lanes_for(reference)
        ]
        chosen = next_to_call(able, floor.now)
        if chosen is None:
            return None
        free = floor.free_lanes_for(chosen.reference)
        lane = min(free, key=lambda lane: floor.handed_over_seconds[lane])
        return chosen.reference, lane


def _prospect(floor: Floor, car: Car) -> Prospect | None:
    """None where it is too late for the car."""
    came = floor.came.get(car.reference)
    if came is not None:
        return waiting(car, came, floor.now, None)
    return expected(floor.day.punctuality, car, floor.now)


class Replanning:
    """Ours in full: whenever somebody could do something, the next hour is planned anew."""

    def __init__(self, *, exactly_seconds: int = 300, effort: float = 0.02, seed: int = 0) -> None:
        self.exactly_seconds, self.effort, self.seed = exactly_seconds, effort, seed
        self.planned: tuple[Floor, QueuePlan] | None = None

    def prepares(self, floor: Floor) -> str | None:
        for done in self._plan(floor).preparations:
            if done.begins == floor.now and done.car in floor.unprepared:
                return done.car
        return None

    def calls(self, floor: Floor) -> tuple[str, int] | None:
        free = floor.free_lanes()
        for visit in self._plan(floor).visits:
            if visit.called == floor.now and visit.car in floor.waiting and visit.lane in free:
                return visit.car, visit.lane
        return None

    def _plan(self, floor: Floor) -> QueuePlan:
        """One plan for each moment; no clock in it, so that a day always goes the same way."""
        before = None
        if self.planned is not None and self.planned[0] is floor:
            before = self.planned[1]
            if before.now == floor.now:
                return before
        found = plan(
            floor.as_day(until=floor.now + SOON_SECONDS),
            now=floor.now,
            seconds=None,
            effort=self.effort,
            seed=self.seed,
            before=before,
            exactly_seconds=self.exactly_seconds,
        )
        self.planned = floor, found
        return found
