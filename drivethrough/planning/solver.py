"""A few cars at a time exactly, by CP-SAT, while the rest of the plan stays as it is.

Preparations share the preparers (a cumulative constraint), calls share the lanes (no two on one).
One worker, a seed and a limit of deterministic time: the same question gets the same answer, unless
the clock runs out first.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from drivethrough.planning.day import CarState, Day
from drivethrough.planning.objective import EARLY_ONES, LONG_WAIT, WEIGHTS, due, levelled, may_keep
from drivethrough.planning.prospects import CERTAIN, Prospect, free_again, in_hand
from drivethrough.planning.queue_plan import QueuePlan, Visit
from drivethrough.planning.rule import Orders


@dataclass(frozen=True, slots=True)
class Limits:
    """``seconds`` of the clock, or None, and ``effort`` in CP-SAT's deterministic seconds."""

    seconds: float | None
    effort: float


@dataclass(frozen=True, slots=True)
class Found:
    """What CP-SAT would do instead, and the deterministic seconds that this took; no orders where
    it found nothing in time."""

    orders: Orders | None
    lanes: Mapping[str, int]
    effort: float


def improved(
    day: Day, now: int, window: Sequence[Prospect], start: QueuePlan, limits: Limits, seed: int
) -> Found:
    """Better times and lanes for the cars of ``window``, all of which ``start`` calls."""
    return _Model(day, now, window, start).solved(limits, seed)


class _Model:
    def __init__(self, day: Day, now: int, window: Sequence[Prospect], start: QueuePlan) -> None:
        self.day, self.now, self.window, self.start = day, now, window, start
        self.model = cp_model.CpModel()
        self.visits = {visit.car: visit for visit in start.visits}
        self.prepared = {done.car: done for done in start.preparations}
        free = {one.reference for one in window if one.ready is None}
        self.fixed = [done for done in start.preparations if done.car not in free]
        self.end = self._latest()
        self.begins: dict[str, cp_model.IntVar] = {}
        self.calls: dict[str, cp_model.IntVar] = {}
        self.on: dict[tuple[str, int], cp_model.IntVar] = {}
        self.costs: list[tuple[cp_model.LinearExprT, int]] = []
        for one in window:
            self._add(one)
        self._share_preparers()
        self._share_lanes()
        self._level()
        self.model.minimize(
            cp_model.LinearExpr.weighted_sum(
                [what for what, _ in self.costs], [rate for _, rate in self.costs]
            )
        )

    def _latest(self) -> int:
        """By then everything of the window can be over, whatever the order."""
        last = max(self.visits[one.reference].ends for one in self.window)
        hands = max(one.car.handover_seconds for one in self.window)
        return last + 2 * hands + 1_800

    def _add(self, one: Prospect) -> None:
        visit = self.visits[one.reference]
        first = max(self.now, one.arrives, one.ready or 0)
        call = self.model.new_int_var(first, self.end, "")
        self.calls[one.reference] = call
        self.model.add_hint(call, visit.called)
        # Thousandths are kept until here, so that the sum is in whole numbers.
        self._cost(call, WEIGHTS.waiting * one.weight)
        self._cost_beyond(call, due(one), visit.called, WEIGHTS.late * one.weight)
        patient = one.arrives + LONG_WAIT
        self._cost_beyond(call, patient, visit.called, WEIGHTS.long * one.weight)
        if one.ready is None:
            self._add_preparation(one, call)
        elif one.car.fresh_seconds is not None:
            stale = one.ready + one.car.fresh_seconds
            self._cost_beyond(call, stale, visit.called, WEIGHTS.standing * one.weight)
        self._add_lanes(one, visit)

    def _add_preparation(self, one: Prospect, call: cp_model.IntVar) -> None:
        begins = self.model.new_int_var(max(self.now, one.release), self.end, "")
        self.begins[one.reference] = begins
        planned = self.prepared[one.reference]
        self.model.add_hint(begins, planned.begins)
        ready = begins + one.car.preparation_seconds
        self.model.add(call >= ready)
        if not one.car.is_here:
            rate = WEIGHTS.waiting * one.weight // EARLY_ONES
            self._cost_beyond(ready, one.early, planned.ends, rate)
        if one.car.fresh_seconds is not None:
            called = self.visits[one.reference].called
            self._cost_beyond(
                call - ready,
                one.car.fresh_seconds,
                called - planned.ends,
                WEIGHTS.standing * one.weight,
            )

    def _add_lanes(self, one: Prospect, visit: Visit) -> None:
        able = []
        for lane in self.day.lanes:
            if lane.closed or lane.closes <= self.now or not one.car.fits(lane.number):
                continue
            uses = self.model.new_bool_var("")
            self.on[one.reference, lane.number] = uses
            self.model.add_hint(uses, visit.lane == lane.number)
            self.model.add(self.calls[one.reference] < lane.closes).only_enforce_if(uses)
            able.append(uses)
            if one.car.lane not in (None, lane.number) and may_keep(self.day, one):
                self._cost(uses, WEIGHTS.moved * CERTAIN)
        self.model.add_exactly_one(able)

    def _cost(self, what: cp_model.LinearExprT, rate: int) -> None:
        self.costs.append((what, rate))

    def _cost_beyond(self, what: cp_model.LinearExprT, limit: int, hint: int, rate: int) -> None:
        """Every second of ``what`` beyond the limit."""
        beyond = self.model.new_int_var(0, self.end, "")
        self.model.add(beyond >= what - limit)
        self.model.add_hint(beyond, max(0, hint - limit))
        self._cost(beyond, rate)

    def _share_preparers(self) -> None:
        most = max((entry.preparers for entry in self.day.staff), default=0)
        intervals = [
            self.model.new_fixed_size_interval_var(
                self.begins[one.reference], one.car.preparation_seconds, ""
            )
            for one in self.window
            if one.reference in self.begins
        ]
        demands = [1] * len(intervals)
        for done in self.fixed:
            begins, ends = max(done.begins, self.now), min(done.ends, self.end)
            if begins < ends:
                intervals.append(self.model.new_fixed_size_interval_var(begins, ends - begins, ""))
                demands.append(1)
        for begins, ends, absent in self._absences(most):
            intervals.append(self.model.new_fixed_size_interval_var(begins, ends - begins, ""))
            demands.append(absent)
        self.model.add_cumulative(intervals, demands, most)

    def _absences(self, most: int) -> list[tuple[int, int, int]]:
        """[begins, ends) with so many preparers fewer than the day's most."""
        steps = [self.now, *(e.since for e in self.day.staff if self.now < e.since < self.end)]
        spans = zip(steps, [*steps[1:], self.end], strict=True)
        return [
            (a, b, most - self.day.preparers(a)) for a, b in spans if self.day.preparers(a) < most
        ]

    def _share_lanes(self) -> None:
        taken = {
            car.lane: free_again(car, self.now)
            for car in self.day.cars
            if car.state == CarState.CALLED
        }
        inside = {one.reference for one in self.window}
        for lane in self.day.lanes:
            since = max(self.now, lane.opens, taken.get(lane.number, 0))
            intervals = [
                self.model.new_fixed_size_interval_var(v.called, v.ends - v.called, "")
                for v in self.start.visits
                if v.lane == lane.number and v.car not in inside and v.called >= since
            ]
            intervals += [
                self.model.new_optional_fixed_size_interval_var(
                    self.calls[one.reference], one.car.handover_seconds, uses, ""
                )
                for one in self.window
                if (uses := self.on.get((one.reference, lane.number))) is not None
            ]
            if since > self.now:
                intervals.append(
                    self.model.new_fixed_size_interval_var(self.now, since - self.now, "")
                )
            self.model.add_no_overlap(intervals)

    def _level(self) -> None:
        lanes = levelled(self.day, self.now)
        if len(lanes) < 2:
            return
        works = []
        for lane in lanes:
            inside = [one for one in self.window if (one.reference, lane) in self.on]
            uses = [self.on[one.reference, lane] for one in inside]
            seconds = [one.car.handover_seconds for one in inside]
            fixed = self._works_outside(lane)
            works.append(cp_model.LinearExpr.weighted_sum(uses, seconds) + fixed)
        limit = sum(visit.ends - visit.called for visit in self.start.visits) + self.end
        most, least = (self.model.new_int_var(0, limit, "") for _ in range(2))
        for work in works:
            self.model.add(most >= work)
            self.model.add(least <= work)
        self._cost(most, WEIGHTS.uneven * CERTAIN)
        self._cost(least, -WEIGHTS.uneven * CERTAIN)

    def _works_outside(self, lane: int) -> int:
        inside = {one.reference for one in self.window}
        others = [v for v in self.start.visits if v.lane == lane and v.car not in inside]
        return sum(visit.ends - max(visit.called, self.now) for visit in others)

    def solved(self, limits: Limits, seed: int) -> Found:
        cp = cp_model.CpSolver()
        cp.parameters.num_workers = 1
        cp.parameters.random_seed = seed
        # Bounds by linear relaxation cost more here than they save.
        cp.parameters.linearization_level = 0
        cp.parameters.max_deterministic_time = limits.effort
        if limits.seconds is not None:
            cp.parameters.max_time_in_seconds = limits.seconds
        status = cp.solve(self.model)
        effort = cp.deterministic_time
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Found(None, {}, effort)
        begins = {done.car: done.begins for done in self.start.preparations}
        begins |= {reference: cp.value(var) for reference, var in self.begins.items()}
        calls = {visit.car: visit.called for visit in self.start.visits}
        calls |= {reference: cp.value(var) for reference, var in self.calls.items()}
        lanes = {visit.car: visit.lane for visit in self.start.visits}
        lanes |= {car: lane for (car, lane), uses in self.on.items() if cp.boolean_value(uses)}
        return Found(self._orders(begins, calls), lanes, effort)

    def _orders(self, begins: Mapping[str, int], calls: Mapping[str, int]) -> Orders:
        """What is in hand already is in no order."""
        prepared = {car.reference for car in in_hand(self.day)}
        to_prepare = [done.car for done in self.start.preparations if done.car not in prepared]
        under_way = {car.reference for car in self.day.cars if car.state == CarState.CALLED}
        to_call = [visit.car for visit in self.start.visits if visit.car not in under_way]
        return Orders(
            tuple(sorted(to_prepare, key=lambda car: begins[car])),
            tuple(sorted(to_call, key=lambda car: calls[car])),
        )
