"""The door: plan a day's queue from one second on, and plan it anew when something has happened."""

import time
from collections.abc import Sequence
from dataclasses import dataclass, replace

from drivethrough.planning.day import Car, CarState, Day
from drivethrough.planning.happenings import Happening, after
from drivethrough.planning.prospects import Prospect, prospects
from drivethrough.planning.queue_plan import QueuePlan
from drivethrough.planning.rule import Orders, dispatched
from drivethrough.planning.timing import timed

BY_RULE, BY_CP_SAT = "rule", "cp-sat"
# What is planned exactly: the calls of so many seconds.
EXACTLY_SECONDS = 4_500
# So many cars at a time, and the next time from so many cars on.
WINDOW, STEP = 8, 4
# CP-SAT's deterministic seconds for one such window, and for all.
WINDOW_EFFORT, EFFORT = 0.01, 1.0


def plan(
    day: Day,
    *,
    now: int,
    seconds: float | None = 1.5,
    effort: float = EFFORT,
    seed: int = 0,
    before: QueuePlan | None = None,
    exactly_seconds: int = EXACTLY_SECONDS,
) -> QueuePlan:
    """The order of preparation, and each car's lane and second of call, from ``now`` on.

    By the dispatch rule, or by the order of the plan ``before`` where that is better now, and from
    there by CP-SAT for the calls within ``exactly_seconds``. Always the best found so far: with
    ``seconds`` of 0 the rule's. Without ``seconds`` only ``effort`` ends the search, in CP-SAT's
    deterministic seconds, and the same seed gives the same plan. Never raises for a ``Day`` that
    exists.
    """
    ends = None if seconds is None else time.monotonic() + seconds
    found, left_out = prospects(day, now)
    best = timed(day, now, found, left_out, dispatched(day, now, found), by=BY_RULE)
    if before is not None:
        again = timed(day, now, found, left_out, _as_before(found, before), by=before.by)
        best = min(best, again, key=_rank)
    by_reference = {one.reference: one for one in found}
    first = 0
    while effort > 0 and (ends is None or time.monotonic() < ends):
        # CP-SAT takes a third of a second to load, and only planners need it.
        from drivethrough.planning.solver import Limits, improved

        next_calls = [
            by_reference[visit.car]
            for visit in best.visits
            if visit.car in by_reference and visit.called < now + exactly_seconds
        ]
        window = next_calls[first : first + WINDOW]
        if not window:
            break
        left = None if ends is None else max(0.01, ends - time.monotonic())
        better = improved(day, now, window, best, Limits(left, min(effort, WINDOW_EFFORT)), seed)
        effort -= better.effort
        first += STEP
        if better.orders is not None:
            exact = timed(
                day, now, found, left_out, better.orders, by=BY_CP_SAT, lanes=better.lanes
            )
            best = min(best, exact, key=_rank)
    return best


@dataclass(frozen=True, slots=True)
class Moved:
    """A car of both plans whose lane or minute of call is another now. Calls in seconds."""

    car: str
    lane_before: int
    lane_now: int
    called_before: int
    called_now: int


@dataclass(frozen=True, slots=True)
class Replanned:
    day: Day
    plan: QueuePlan
    moved: tuple[Moved, ...]


def replan(
    day: Day,
    before: QueuePlan,
    happened: Sequence[Happening] = (),
    *,
    now: int,
    seconds: float | None = 1.5,
    effort: float = EFFORT,
    seed: int = 0,
) -> Replanned:
    """The rest of the day after what happened. ``day`` is as it stands now but for that.

    Whoever waits has been shown the lane of the plan ``before`` and is sent to another only where
    that is worth it. Raises what ``happenings.after`` raises.
    """
    told = _with_lanes_told(after(day, happened), before)
    anew = plan(told, now=now, seconds=seconds, effort=effort, seed=seed, before=before)
    return Replanned(told, anew, _moved(before, anew))


def _with_lanes_told(day: Day, before: QueuePlan) -> Day:
    lanes = {visit.car: visit.lane for visit in before.visits}

    def told(car: Car) -> Car:
        if car.state != CarState.WAITING or car.lane is not None:
            return car
        return replace(car, lane=lanes.get(car.reference))

    return replace(day, cars=tuple(told(car) for car in day.cars))


def _moved(before: QueuePlan, anew: QueuePlan) -> tuple[Moved, ...]:
    earlier = {visit.car: visit for visit in before.visits}
    both = [(earlier[visit.car], visit) for visit in anew.visits if visit.car in earlier]
    return tuple(
        Moved(then.car, then.lane, now_.lane, then.called, now_.called)
        for then, now_ in both
        if (then.lane, then.called // 60) != (now_.lane, now_.called // 60)
    )


def _rank(found: QueuePlan) -> tuple[int, int]:
    """Nobody is left out so that the others wait less."""
    return len(found.left_out), found.cost.total


def _as_before(found: list[Prospect], before: QueuePlan) -> Orders:
    """The earlier plan's orders; whoever is not in them comes last, by when they are expected."""
    begins = {done.car: done.begins for done in before.preparations}
    calls = {visit.car: visit.called for visit in before.visits}
    unready = [one for one in found if one.ready is None]
    last = max([before.now, *begins.values(), *calls.values()])
    return Orders(
        tuple(
            one.reference
            for one in sorted(
                unready, key=lambda one: begins.get(one.reference, last + one.release)
            )
        ),
        tuple(
            one.reference
            for one in sorted(found, key=lambda one: calls.get(one.reference, last + one.arrives))
        ),
    )
