"""Why each car is called when it is: coded reasons with their facts, no words.

Told from the plan alone, so they hold for any plan, whoever made it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from drivethrough.planning.day import Car, CarState, Day
from drivethrough.planning.queue_plan import LeftOut, QueuePlan, Visit


class Why(StrEnum):
    """Data of each in brackets; seconds of the day."""

    AT_LANE = "AT_LANE"  # (lane, since)
    AT_ONCE = "AT_ONCE"  # here, and nothing to wait for (lane)
    WHEN_IT_COMES = "WHEN_IT_COMES"  # not here yet (expected)
    WAITS_FOR_PREPARATION = (
        "WAITS_FOR_PREPARATION"  # (ready, begins, before: whose goods come first)
    )
    LANES_NOT_OPEN = "LANES_NOT_OPEN"  # (until)
    LANES_TAKEN = "LANES_TAKEN"  # (lanes, until: the first is free)
    GIVES_WAY = "GIVES_WAY"  # a lane was free for it before (to: who was called instead)
    KEEPS_LANE = "KEEPS_LANE"  # another lane was free, but its driver was told this one (lane)
    LANE_SAVED = "LANE_SAVED"  # a lane was free, but kept for who comes in a moment (lane)
    SERVED = "SERVED"
    MISSED = "MISSED"
    OVERDUE = "OVERDUE"  # not here yet (slot_ends)
    NO_STAFF_LEFT = "NO_STAFF_LEFT"
    NO_LANE_LEFT = "NO_LANE_LEFT"


@dataclass(frozen=True, slots=True)
class Reason:
    why: Why
    data: Mapping[str, int | list[int] | list[str]] = field(default_factory=dict)


def reasons(day: Day, plan: QueuePlan) -> dict[str, list[Reason]]:
    """For each car of the day what it waits for, in order of time; of most cars one thing."""
    cars = {car.reference: car for car in day.cars}
    told = {visit.car: _visit(day, plan, cars[visit.car], visit) for visit in plan.visits}
    for reference, cause in plan.left_out.items():
        data = {"slot_ends": cars[reference].slot_ends} if cause == LeftOut.OVERDUE else {}
        told[reference] = [Reason(Why(cause), data)]
    return told


def _visit(day: Day, plan: QueuePlan, car: Car, visit: Visit) -> list[Reason]:
    if car.state == CarState.CALLED:
        return [Reason(Why.AT_LANE, {"lane": visit.lane, "since": visit.called})]
    found = [] if car.is_here else [Reason(Why.WHEN_IT_COMES, {"expected": visit.arrives})]
    since = max(plan.now, visit.arrives)
    ready = _ready(plan, car)
    if ready > since:
        found.append(_preparation(plan, car))
        since = ready
    found += _for_lanes(day, plan, car, visit, since)
    return found or [Reason(Why.AT_ONCE, {"lane": visit.lane})]


def _ready(plan: QueuePlan, car: Car) -> int:
    if car.ready is not None:
        return car.ready
    return next((done.ends for done in plan.preparations if done.car == car.reference), 0)


def _preparation(plan: QueuePlan, car: Car) -> Reason:
    own = next(done for done in plan.preparations if done.car == car.reference)
    before = [
        done.car
        for done in plan.preparations
        if plan.now < done.ends <= own.begins and done.preparer == own.preparer
    ]
    return Reason(
        Why.WAITS_FOR_PREPARATION, {"ready": own.ends, "begins": own.begins, "before": before}
    )


def _for_lanes(day: Day, plan: QueuePlan, car: Car, visit: Visit, since: int) -> list[Reason]:
    """Why it is not called at ``since``, when it is here and its goods are ready."""
    if visit.called <= since:
        return []
    fitting = [lane for lane in day.lanes if car.fits(lane.number) and not lane.closed]
    calling = {lane.number: lane for lane in fitting}
    at_lanes = {car.reference for car in day.cars if car.state == CarState.CALLED}
    frees = {
        number: free
        for number, lane in calling.items()
        if lane.opens <= since and (free := _free_from(plan, at_lanes, number, since)) < lane.closes
    }
    if not frees:
        return [Reason(Why.LANES_NOT_OPEN, {"until": visit.called})]
    found = []
    first = min(frees.values())
    if first > since:
        taken = sorted(number for number, free in frees.items() if free > since)
        found.append(Reason(Why.LANES_TAKEN, {"lanes": taken, "until": min(first, visit.called)}))
    instead = [
        other.car
        for other in plan.visits
        if first <= other.called < visit.called
        and other.lane in frees
        and other.car not in at_lanes
    ]
    if instead:
        found.append(Reason(Why.GIVES_WAY, {"to": instead}))
    elif first < visit.called:
        why = Why.KEEPS_LANE if car.lane == visit.lane else Why.LANE_SAVED
        found.append(Reason(why, {"lane": visit.lane}))
    return found


def _free_from(plan: QueuePlan, at_lanes: set[str], lane: int, at: int) -> int:
    """When the lane is done with the car it serves at that second."""
    serving = [
        visit.ends
        for visit in plan.visits
        if visit.lane == lane and visit.ends > at and (visit.called < at or visit.car in at_lanes)
    ]
    return max(serving, default=at)
