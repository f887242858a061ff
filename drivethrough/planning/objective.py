"""What a plan costs: the one place that says what is wanted, and how much."""

from collections.abc import Sequence
from dataclasses import dataclass

from drivethrough.planning.day import Day
from drivethrough.planning.prospects import CERTAIN, Prospect
from drivethrough.planning.queue_plan import Cost, Preparation, Visit

# Of the cars not here yet, so many have come by ``Prospect.early``: one in five.
EARLY_ONES = 5
# Seconds that nobody should wait longer than.
LONG_WAIT = 900


@dataclass(frozen=True, slots=True)
class Weights:
    """What a second of each costs, and a driver sent to another lane."""

    waiting: int
    long: int
    late: int
    standing: int
    uneven: int
    moved: int


# Two minutes of waiting are worth not sending somebody elsewhere.
WEIGHTS = Weights(waiting=10, long=20, late=20, standing=20, uneven=1, moved=1_200)


def cost_of(
    day: Day,
    now: int,
    found: Sequence[Prospect],
    preparations: Sequence[Preparation],
    visits: Sequence[Visit],
) -> Cost:
    """Cars that are already being served cost nothing more."""
    ready = {done.car: done.ends for done in preparations}
    visited = {visit.car: visit for visit in visits}
    waiting = long = late = standing = moved = 0
    for one in found:
        visit = visited.get(one.reference)
        if visit is None:
            continue
        since = ready.get(one.reference, one.ready or 0)
        waits = visit.called - one.arrives
        waiting += one.weight * waits
        long += one.weight * max(0, waits - LONG_WAIT)
        if one.reference in ready and not one.car.is_here:
            waiting += one.weight * max(0, since - one.early) // EARLY_ONES
        late += one.weight * max(0, visit.called - due(one))
        if one.car.fresh_seconds is not None:
            standing += one.weight * max(0, visit.called - since - one.car.fresh_seconds)
        moved += one.car.lane is not None and may_keep(day, one) and visit.lane != one.car.lane
    waiting, long, late, standing = (part // CERTAIN for part in (waiting, long, late, standing))
    uneven = _uneven(day, now, visits)
    total = (
        WEIGHTS.waiting * waiting
        + WEIGHTS.long * long
        + WEIGHTS.late * late
        + WEIGHTS.standing * standing
        + WEIGHTS.uneven * uneven
        + WEIGHTS.moved * moved
    )
    return Cost(waiting, long, late, standing, uneven, moved, total)


def due(one: Prospect) -> int:
    """From when on the shop is late: the slot's end, or when the car comes if that is later."""
    return max(one.car.slot_ends, one.arrives)


def may_keep(day: Day, one: Prospect) -> bool:
    """Whether the lane its driver was told still calls, and can serve it."""
    told = [lane for lane in day.lanes if lane.number == one.car.lane and not lane.closed]
    return any(one.car.fits(lane.number) for lane in told)


def levelled(day: Day, now: int) -> list[int]:
    """The lanes that share the work: those that call now."""
    return [
        lane.number for lane in day.lanes if not lane.closed and lane.opens <= now < lane.closes
    ]


def _uneven(day: Day, now: int, visits: Sequence[Visit]) -> int:
    """By how much the busiest of the lanes that call now works longer than the idlest."""
    works = dict.fromkeys(levelled(day, now), 0)
    for visit in visits:
        if visit.lane in works:
            works[visit.lane] += visit.ends - max(visit.called, now)
    return max(works.values(), default=0) - min(works.values(), default=0)
