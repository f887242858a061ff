"""Two orders become a plan: everything as early as it can be, one after the other."""

from collections.abc import Mapping, Sequence

from drivethrough.planning.day import Car, CarState, Day, Lane
from drivethrough.planning.objective import WEIGHTS, cost_of
from drivethrough.planning.prospects import Prospect, free_again, in_hand, ready_at
from drivethrough.planning.queue_plan import LeftOut, Preparation, QueuePlan, Visit
from drivethrough.planning.rule import Orders, needed_lanes


def timed(
    day: Day,
    now: int,
    found: Sequence[Prospect],
    left_out: Mapping[str, LeftOut],
    orders: Orders,
    *,
    by: str,
    lanes: Mapping[str, int] | None = None,
) -> QueuePlan:
    """The plan of these orders; ``lanes`` are kept where they are given and call anybody then.

    Whoever is not in the order of calls, or for whom there is no lane or nobody to prepare any
    more, is left out with that cause.
    """
    known = {one.reference: one for one in found}
    preparations, ready = _prepared(day, now, known, orders.preparing)
    at_lanes = _Lanes(day, now, found)
    visits = [_visit_under_way(car, now) for car in day.cars if car.state == CarState.CALLED]
    missing = dict(left_out)
    called = dict.fromkeys([*orders.calling, *known])
    for reference in called:
        one = known[reference]
        if reference not in ready:
            missing[reference] = LeftOut.NO_STAFF_LEFT
            continue
        since = max(now, one.arrives, ready[reference])
        visit = at_lanes.called(one, since, (lanes or {}).get(reference))
        if visit is None:
            missing[reference] = LeftOut.NO_LANE_LEFT
        else:
            visits.append(visit)
    visits.sort(key=lambda visit: (visit.called, visit.lane))
    return QueuePlan(
        now=now,
        preparations=tuple(preparations),
        visits=tuple(visits),
        left_out=missing,
        cost=cost_of(day, now, found, preparations, visits),
        by=by,
    )


def _prepared(
    day: Day, now: int, known: Mapping[str, Prospect], order: Sequence[str]
) -> tuple[list[Preparation], dict[str, int]]:
    """Also when everybody's goods are ready."""
    ready = {one.reference: one.ready for one in known.values() if one.ready is not None}
    done = [
        Preparation(car.reference, number, car.preparing, ready_at(car, now) or now)
        for number, car in enumerate(in_hand(day), start=1)
        if car.preparing is not None
    ]
    last = now
    for reference in order:
        one = known[reference]
        begins = _begins(day, done, max(last, one.release))
        if begins is None:
            continue
        last = begins
        taken = {earlier.preparer for earlier in done if earlier.ends > begins}
        number = next(n for n in range(1, len(taken) + 2) if n not in taken)
        ends = begins + one.car.preparation_seconds
        done.append(Preparation(reference, number, begins, ends))
        ready[reference] = ends
    return done, ready


def _begins(day: Day, done: Sequence[Preparation], since: int) -> int | None:
    """The first second from ``since`` on with a preparer free; None when there is none any more."""
    running = [earlier.ends for earlier in done if earlier.ends > since]
    moments = [entry.since for entry in day.staff if entry.since > since]
    for at in sorted({since, *moments, *running}):
        if sum(ends > at for ends in running) < day.preparers(at):
            return at
    return None


def _visit_under_way(car: Car, now: int) -> Visit:
    called = car.called or 0
    return Visit(car.reference, car.lane or 0, car.arrival or called, called, free_again(car, now))


class _Lanes:
    """From when on each lane is free, and how long it works."""

    def __init__(self, day: Day, now: int, found: Sequence[Prospect]) -> None:
        self.needed = needed_lanes(found)
        self.lanes = [lane for lane in day.lanes if not lane.closed]
        self.free_from = {lane.number: max(now, lane.opens) for lane in day.lanes}
        self.works = {lane.number: 0 for lane in day.lanes}
        for car in day.cars:
            if car.state == CarState.CALLED and car.lane is not None:
                self.free_from[car.lane] = max(self.free_from[car.lane], free_again(car, now))
                self.works[car.lane] = free_again(car, now) - now

    def called(self, one: Prospect, since: int, kept: int | None) -> Visit | None:
        """On the lane that costs least, or the one kept; None when all lanes are shut by then."""
        fitting = [lane for lane in self.lanes if one.car.fits(lane.number)]
        able = [lane for lane in fitting if self._from(lane, since) < lane.closes]
        able = [lane for lane in able if lane.number == kept] or able
        if not able:
            return None
        told = {lane.number for lane in able if lane.number == one.car.lane}
        chosen = min(able, key=lambda lane: self._cost(lane, since, told)).number
        called = max(since, self.free_from[chosen])
        ends = called + one.car.handover_seconds
        self.free_from[chosen] = ends
        self.works[chosen] += one.car.handover_seconds
        return Visit(one.reference, chosen, one.arrives, called, ends)

    def _from(self, lane: Lane, since: int) -> int:
        return max(since, self.free_from[lane.number])

    def _cost(self, lane: Lane, since: int, told: set[int]) -> tuple[int, int, int, int]:
        moved = WEIGHTS.moved if told and lane.number not in told else 0
        worth = WEIGHTS.waiting * self._from(lane, since) + moved
        return worth, self.needed[lane.number], self.works[lane.number], lane.number
