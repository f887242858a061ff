"""The independent judge of a plan: shares no code with what makes plans and counts again."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

from drivethrough.planning.day import Car, CarState, Day
from drivethrough.planning.queue_plan import LeftOut, Preparation, QueuePlan, Visit


class ViolationKind(StrEnum):
    CAR_UNKNOWN = "car_unknown"
    CAR_TWICE = "car_twice"
    CAR_FORGOTTEN = "car_forgotten"
    WRONG_CAUSE = "wrong_cause"
    LANE_UNKNOWN = "lane_unknown"
    LANE_SHUT = "lane_shut"
    LANE_UNFIT = "lane_unfit"
    LANE_TAKEN = "lane_taken"
    SENT_AWAY = "sent_away"
    CALLED_IN_THE_PAST = "called_in_the_past"
    CALLED_BEFORE_ARRIVAL = "called_before_arrival"
    CALLED_BEFORE_READY = "called_before_ready"
    ARRIVAL_WRONG = "arrival_wrong"
    HANDOVER_WRONG = "handover_wrong"
    PREPARATION_WRONG = "preparation_wrong"
    BEGUN_IN_THE_PAST = "begun_in_the_past"
    BROKEN_OFF = "broken_off"
    PREPARED_TWICE = "prepared_twice"
    NOT_PREPARED = "not_prepared"
    PREPARER_TAKEN = "preparer_taken"
    TOO_FEW_STAFF = "too_few_staff"
    OUT_OF_ORDER = "out_of_order"


@dataclass(frozen=True, slots=True)
class Violation:
    """``by`` is how much too much or too early: seconds, or preparers too few."""

    kind: ViolationKind
    car: str = ""
    lane: int | None = None
    by: int = 0


def violations(day: Day, plan: QueuePlan) -> list[Violation]:
    """Everything wrong with the plan; an empty list means that it can be followed as it stands."""
    broken = list(_everybody_once(day, plan))
    if broken:
        return broken
    cars = {car.reference: car for car in day.cars}
    found = [*_causes(day, cars, plan), *_in_order(plan)]
    for visit in plan.visits:
        found += _visit(day, cars[visit.car], visit, plan.now)
    found += _lanes(plan)
    found += _preparations(day, cars, plan)
    found += _goods(cars, plan)
    return found


def _everybody_once(day: Day, plan: QueuePlan) -> Iterator[Violation]:
    known = {car.reference for car in day.cars}
    lanes = {lane.number for lane in day.lanes}
    planned = Counter([*(visit.car for visit in plan.visits), *plan.left_out])
    prepared = Counter(done.car for done in plan.preparations)
    for reference in planned | prepared:
        if reference not in known:
            yield Violation(ViolationKind.CAR_UNKNOWN, reference)
    for reference in sorted(known):
        if planned[reference] == 0:
            yield Violation(ViolationKind.CAR_FORGOTTEN, reference)
        if planned[reference] > 1:
            yield Violation(ViolationKind.CAR_TWICE, reference)
        if prepared[reference] > 1:
            yield Violation(ViolationKind.PREPARED_TWICE, reference)
    for visit in plan.visits:
        if visit.lane not in lanes:
            yield Violation(ViolationKind.LANE_UNKNOWN, visit.car, visit.lane)


_STATES = {
    LeftOut.SERVED: {CarState.SERVED},
    LeftOut.MISSED: {CarState.MISSED},
    LeftOut.OVERDUE: {CarState.EXPECTED},
    LeftOut.NO_STAFF_LEFT: {CarState.EXPECTED, CarState.WAITING},
    LeftOut.NO_LANE_LEFT: {CarState.EXPECTED, CarState.WAITING},
}


def _causes(day: Day, cars: dict[str, Car], plan: QueuePlan) -> Iterator[Violation]:
    for reference, cause in plan.left_out.items():
        car = cars[reference]
        too_soon = cause == LeftOut.OVERDUE and plan.now <= car.slot_ends
        needless = (cause == LeftOut.NO_STAFF_LEFT and car.ready is not None) or (
            cause == LeftOut.NO_LANE_LEFT and _could_be_called(day, car, plan)
        )
        if car.state not in _STATES[cause] or too_soon or needless:
            yield Violation(ViolationKind.WRONG_CAUSE, reference)
    for visit in plan.visits:
        if cars[visit.car].state in (CarState.SERVED, CarState.MISSED):
            yield Violation(ViolationKind.WRONG_CAUSE, visit.car)


def _could_be_called(day: Day, car: Car, plan: QueuePlan) -> bool:
    """A car that is here, its goods ready, and a lane that would be free for it before it shuts."""
    done = {one.car: one.ends for one in plan.preparations}
    ready = done.get(car.reference, 0 if car.preparation_seconds == 0 else None)
    ready = ready if car.ready is None else car.ready
    if car.state != CarState.WAITING or ready is None:
        return False
    for lane in day.lanes:
        busy = [visit.ends for visit in plan.visits if visit.lane == lane.number]
        free = max(plan.now, ready, lane.opens, *busy)
        if free < lane.closes and not lane.closed and car.fits(lane.number):
            return True
    return False


def _in_order(plan: QueuePlan) -> Iterator[Violation]:
    for earlier, later in pairwise(plan.visits):
        if later.called < earlier.called:
            yield Violation(ViolationKind.OUT_OF_ORDER, later.car, by=earlier.called - later.called)


def _visit(day: Day, car: Car, visit: Visit, now: int) -> Iterator[Violation]:
    if car.state == CarState.CALLED:
        if (visit.lane, visit.called) != (car.lane, car.called):
            yield Violation(ViolationKind.SENT_AWAY, car.reference, visit.lane)
        if visit.ends < now:
            yield Violation(ViolationKind.HANDOVER_WRONG, car.reference, by=now - visit.ends)
        return
    lane = next(lane for lane in day.lanes if lane.number == visit.lane)
    if lane.closed or not lane.opens <= visit.called < lane.closes:
        yield Violation(ViolationKind.LANE_SHUT, car.reference, visit.lane)
    if not car.fits(visit.lane):
        yield Violation(ViolationKind.LANE_UNFIT, car.reference, visit.lane)
    if visit.called < now:
        yield Violation(ViolationKind.CALLED_IN_THE_PAST, car.reference, by=now - visit.called)
    if visit.called < visit.arrives:
        early = visit.arrives - visit.called
        yield Violation(ViolationKind.CALLED_BEFORE_ARRIVAL, car.reference, by=early)
    here_wrong = car.state == CarState.WAITING and visit.arrives != car.arrival
    if here_wrong or (car.state == CarState.EXPECTED and visit.arrives <= now):
        yield Violation(ViolationKind.ARRIVAL_WRONG, car.reference)
    wrong = visit.ends - visit.called - car.handover_seconds
    if wrong:
        yield Violation(ViolationKind.HANDOVER_WRONG, car.reference, by=abs(wrong))


def _lanes(plan: QueuePlan) -> Iterator[Violation]:
    for lane in sorted({visit.lane for visit in plan.visits}):
        here = sorted((v for v in plan.visits if v.lane == lane), key=lambda v: (v.called, v.ends))
        for earlier, later in pairwise(here):
            if later.called < earlier.ends:
                over = earlier.ends - later.called
                yield Violation(ViolationKind.LANE_TAKEN, later.car, lane, over)


def _preparations(day: Day, cars: dict[str, Car], plan: QueuePlan) -> Iterator[Violation]:
    for done in plan.preparations:
        car = cars[done.car]
        if car.preparing is not None:
            # In hand: it goes on, and may take longer than thought.
            if done.begins != car.preparing or done.ends < plan.now:
                yield Violation(ViolationKind.BROKEN_OFF, done.car)
            continue
        if car.ready is not None:
            yield Violation(ViolationKind.PREPARED_TWICE, done.car)
        if done.begins < plan.now:
            late = plan.now - done.begins
            yield Violation(ViolationKind.BEGUN_IN_THE_PAST, done.car, by=late)
        wrong = done.ends - done.begins - car.preparation_seconds
        if wrong:
            yield Violation(ViolationKind.PREPARATION_WRONG, done.car, by=abs(wrong))
        side_by_side = sum(d.begins <= done.begins < d.ends for d in plan.preparations)
        missing = side_by_side - day.preparers(done.begins)
        if missing > 0:
            yield Violation(ViolationKind.TOO_FEW_STAFF, done.car, by=missing)
    yield from _preparers(plan)


def _preparers(plan: QueuePlan) -> Iterator[Violation]:
    def in_time(done: Preparation) -> tuple[int, int]:
        return done.begins, done.ends

    for preparer in sorted({done.preparer for done in plan.preparations}):
        mine = sorted((d for d in plan.preparations if d.preparer == preparer), key=in_time)
        for earlier, later in pairwise(mine):
            if later.begins < earlier.ends:
                over = earlier.ends - later.begins
                yield Violation(ViolationKind.PREPARER_TAKEN, later.car, by=over)


def _goods(cars: dict[str, Car], plan: QueuePlan) -> Iterator[Violation]:
    """Nobody is called whose goods are not ready; what is in hand is not forgotten."""
    done = {one.car: one.ends for one in plan.preparations}
    for visit in plan.visits:
        car = cars[visit.car]
        if car.state == CarState.CALLED or car.preparation_seconds == 0:
            continue
        ready = done.get(visit.car) if car.ready is None else car.ready
        if ready is None:
            yield Violation(ViolationKind.NOT_PREPARED, visit.car)
        elif visit.called < ready:
            yield Violation(ViolationKind.CALLED_BEFORE_READY, visit.car, by=ready - visit.called)
    for car in cars.values():
        under_way = car.preparing is not None and car.ready is None
        if under_way and car.state != CarState.SERVED and car.reference not in done:
            yield Violation(ViolationKind.BROKEN_OFF, car.reference)
