"""Why a stop is not served, what serving it would take, and what to change so that it is."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import combinations_with_replacement
from typing import Literal

from logistics.routing.changes import (
    Change,
    ExtraVehicle,
    LeftOut,
    Lighter,
    MadeMust,
    ShiftExtended,
    WindowSwapped,
    WindowWidened,
    windows_of,
)
from logistics.routing.check import ViolationKind, violations
from logistics.routing.errors import StopNotUnserved
from logistics.routing.problem import NOTHING, Load, Problem, Stop, Vehicle, Window
from logistics.routing.schedule import (
    driving_cost,
    loads_after,
    may_serve,
    plan_cost,
    route_cost,
    scheduled,
    solution_of,
)
from logistics.routing.screen import BAD_DATA, LARGEST, Cause, Screened, screen
from logistics.routing.solution import RoutePlan, Solution

Kind = Literal[
    "serve",
    "swap_window",
    "widen_window",
    "extend_shift",
    "add_vehicle",
    "leave_out",
    "lighter",
]

MOST_FIXES = 3
STEP = 300
# Nobody waits longer than half a day, nobody drives on that long.
MOST_STEPS = 12 * 3_600 // STEP


@dataclass(frozen=True, slots=True)
class CheapestInsertion:
    """The cheapest place for the stop when nobody minds waiting. Where there is one without
    overload and overtime, only among these.

    It comes between the stops ``after`` and ``before`` (None: the depot) of ``vehicle``, takes
    ``extra_seconds`` more on the road (by the matrix) and costs ``extra_cost`` more, the penalty
    saved not counted. ``late`` gives by stop how many seconds too late its service then begins.
    ``overtime`` (s) is how much too long the vehicle is out, ``overload`` by how much it is too
    full at the worst, None if it is not. Of a transfer both ends are put in.
    """

    vehicle: int
    after: int | None
    before: int | None
    extra_seconds: int
    extra_cost: int
    late: dict[int, int] = field(default_factory=dict)
    overtime: int = 0
    overload: Load | None = None


@dataclass(frozen=True, slots=True)
class Fix:
    """One change with which the stop is served and nothing else moves: ``order`` (vehicle → its
    stops) is the plan as it was with the stop put in, driven with ``reloads`` (vehicle → positions,
    as in ``RoutePlan``). ``extra_cost`` is what that plan costs more; less than nothing where a
    penalty is saved.
    """

    kind: Kind
    change: Change
    order: dict[int, list[int]]
    reloads: dict[int, tuple[int, ...]]
    extra_cost: int

    def apply(self, problem: Problem) -> Problem:
        """The problem changed so that ``order`` can be driven."""
        return self.change.apply(problem)


@dataclass(frozen=True, slots=True)
class Explanation:
    """``cause`` is a ``screen.Cause``. ``cheapest`` is None where no vehicle may serve the stop;
    ``fixes`` are none to three, the gentlest kind first."""

    stop: int
    cause: str
    cheapest: CheapestInsertion | None
    fixes: tuple[Fix, ...]


def explain(
    problem: Problem, solution: Solution, stop: int, *, spare: Sequence[Vehicle] | None = None
) -> Explanation:
    """Why ``solution`` does not serve ``stop``, and what would.

    ``spare``: the kinds of which one more vehicle could be sent, none before its own hours; else
    it is one like any that goes out, on whatever hours suit. Every fix was scheduled and checked. A
    stop whose data are wrong has none, but where the ends of a window are the wrong way round.
    Raises ``StopNotUnserved`` and, as ``solve`` does, ``BadProblem``.
    """
    if stop not in solution.unserved or stop not in range(len(problem.stops)):
        raise StopNotUnserved("stop", value=stop)
    screened = screen(problem)
    cause = screened.parked.get(stop) or solution.causes.get(stop, Cause.NO_ROOM_LEFT)
    plan = _Plan.of(screened, solution, stop, spare)
    if any(screened.parked.get(end) in BAD_DATA for end in _ends(problem, stop)):
        return Explanation(stop, cause, None, ())
    emptied = [s for s in plan.ends if screened.parked.get(s) == Cause.WINDOW_EMPTY]
    if emptied:
        fixes = tuple(_swapped(problem, solution, stop, emptied))
        return Explanation(stop, cause, None, fixes[:MOST_FIXES])
    return Explanation(stop, cause, _cheapest(plan), _fixes(plan))


@dataclass(frozen=True, slots=True)
class _Place:
    """A vehicle's day with the stop put in."""

    vehicle: int
    stops: list[int]
    reloads: tuple[int, ...]


@dataclass(frozen=True)
class _Plan:
    """The mended day, what each vehicle drives in it, and the stops that must find a place: one, or
    both ends of a transfer, the pickup first."""

    day: Problem
    working: list[int]
    routes: dict[int, RoutePlan]
    unserved: list[int]
    stop: int
    ends: tuple[int, ...]
    spare: Sequence[Vehicle] | None = None

    @classmethod
    def of(
        cls,
        screened: Screened,
        solution: Solution,
        stop: int,
        spare: Sequence[Vehicle] | None = None,
    ) -> "_Plan":
        day = screened.mended()
        return cls(
            day,
            screened.vehicles,
            {route.vehicle: route for route in solution.routes},
            solution.unserved,
            stop,
            _ends(day, stop),
            spare,
        )

    @cached_property
    def places(self) -> list[_Place]:
        """Wherever a vehicle that may come could; loads and clock are not looked at."""
        allowed = self.vehicles_of_the_group
        vehicles = self.working if allowed is None else allowed
        return [
            place
            for v in vehicles
            if all(may_serve(self.day, v, s) for s in self.ends)
            for place in self.places_on(v, *self.driven(v))
        ]

    @cached_property
    def vehicles_of_the_group(self) -> list[int] | None:
        """Who serves those the stop must ride with; None if nobody does yet."""
        groups = {self.day.stops[s].together for s in self.ends} - {""}
        joined = [
            v
            for v, route in self.routes.items()
            if groups & {self.day.stops[s].together for s in route.stops}
        ]
        return joined or None

    def driven(self, v: int) -> tuple[list[int], tuple[int, ...]]:
        route = self.routes.get(v)
        return (route.stops, route.reloads) if route else ([], ())

    def places_on(self, v: int, stops: Sequence[int], reloads: tuple[int, ...]) -> Iterator[_Place]:
        first = len(self.day.vehicles[v].locked)
        positions = range(first, len(stops) + 1)
        for chosen in combinations_with_replacement(positions, len(self.ends)):
            order = list(stops)
            for s, position in reversed(list(zip(self.ends, chosen, strict=True))):
                order.insert(position, s)
            yield from (
                _Place(v, order, moved)
                for moved in dict.fromkeys((_moved(reloads, chosen, 0), _moved(reloads, chosen, 1)))
            )

    def with_place(self, place: _Place, change: Change, kind: Kind) -> Fix | None:
        """The fix, if the judge lets it pass."""
        changed = change.apply(self.day)
        if scheduled(changed, place.vehicle, place.stops, place.reloads) is None:
            return None
        order = {v: list(route.stops) for v, route in self.routes.items()}
        reloads = {v: route.reloads for v, route in self.routes.items()}
        order[place.vehicle], reloads[place.vehicle] = place.stops, place.reloads
        found = solution_of(
            changed, order, engine=kind, seconds=0.0, first_feasible_seconds=None, reloads=reloads
        )
        if found is None or self._broken(changed, found):
            return None
        before = plan_cost(self.day, list(self.routes.values()), self.unserved)
        return Fix(kind, change, order, reloads, found.cost - before)

    def as_new(self, v: int) -> Vehicle:
        """The vehicle without what is decided about its day."""
        return replace(self.day.vehicles[v], locked=(), aboard=NOTHING)

    def dearer_by(self, changed: Problem, route: RoutePlan) -> int:
        """What the vehicle's day costs more than before."""
        before = self.routes.get(route.vehicle)
        return route_cost(changed, route) - (route_cost(self.day, before) if before else 0)

    def _broken(self, changed: Problem, found: Solution) -> bool:
        left_out = ViolationKind.MUST_UNSERVED
        return any(
            wrong.kind != left_out or wrong.stop in self.ends
            for wrong in violations(changed, found)
        )


def _ends(problem: Problem, s: int) -> tuple[int, ...]:
    for transfer in problem.transfers:
        if s in (transfer.pickup, transfer.delivery):
            both = (transfer.pickup, transfer.delivery)
            return tuple(end for end in both if end in range(len(problem.stops)))
    return (s,)


def _moved(reloads: tuple[int, ...], chosen: Sequence[int], before: int) -> tuple[int, ...]:
    """The reloads' positions with stops put in; those put where one is come ``before`` it or, for
    0, behind it."""
    return tuple(
        r + sum(position < r or (position == r and before) for position in chosen) for r in reloads
    )


def _cheapest(plan: _Plan) -> CheapestInsertion | None:
    patient = replace(
        plan.day,
        stops=[_patient(stop) for stop in plan.day.stops],
        vehicles=[_boundless(van) for van in plan.day.vehicles],
    )
    by_time = replace(
        plan.day,
        cost="duration",
        vehicles=[replace(van, per_km=None, per_hour=None) for van in plan.day.vehicles],
    )
    found = [
        _insertion(plan, by_time, place, route)
        for place in plan.places
        if (route := scheduled(patient, place.vehicle, place.stops, place.reloads))
    ]
    return min(found, key=_least_trouble, default=None)


def _least_trouble(found: CheapestInsertion) -> tuple[bool, bool, int, int, int]:
    late = sum(found.late.values())
    return found.overload is not None, found.overtime > 0, found.extra_cost, late, found.vehicle


def _insertion(plan: _Plan, by_time: Problem, place: _Place, route: RoutePlan) -> CheapestInsertion:
    day, v = plan.day, place.vehicle
    van, before = day.vehicles[v], plan.routes.get(v)
    on_the_road = driving_cost(by_time, v, place.stops, place.reloads)
    if before:
        on_the_road -= driving_cost(by_time, v, before.stops, before.reloads)
    duty = route.ends - route.starts
    too_long = 0 if van.max_seconds is None else duty - van.max_seconds
    at = place.stops.index(plan.stop)
    return CheapestInsertion(
        vehicle=v,
        after=place.stops[at - 1] if at else None,
        before=place.stops[at + 1] if at + 1 < len(place.stops) else None,
        extra_seconds=on_the_road,
        extra_cost=plan.dearer_by(day, route),
        late=_late(day, route),
        overtime=max(0, route.ends - van.latest, too_long),
        overload=_overload(day, place),
    )


def _late(day: Problem, route: RoutePlan) -> dict[int, int]:
    late = {}
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        stop = day.stops[s]
        too_late = leaves - stop.service_seconds - windows_of(stop)[-1].latest
        if too_late > 0:
            late[s] = too_late
    return late


def _overload(day: Problem, place: _Place) -> Load | None:
    capacity = day.vehicles[place.vehicle].capacity
    aboard = loads_after(day, place.vehicle, place.stops, place.reloads)
    if aboard is None:
        return None
    over = [load - capacity for load in aboard]
    worst = Load(
        max(0, *(load.grams for load in over)),
        max(0, *(load.ml for load in over)),
        max(0, *(load.chilled_ml for load in over)),
    )
    return None if worst == NOTHING else worst


def _patient(stop: Stop) -> Stop:
    """As if its last window never closed."""
    windows = windows_of(stop)
    if not windows:
        return stop
    return replace(
        stop, latest=LARGEST, windows=(*windows[:-1], Window(windows[-1].earliest, LARGEST))
    )


def _boundless(van: Vehicle) -> Vehicle:
    room = Load(LARGEST, LARGEST, LARGEST)
    return replace(van, latest=LARGEST, max_seconds=None, capacity=room)


def _fixes(plan: _Plan) -> tuple[Fix, ...]:
    if as_it_is := _served(plan, "serve", MadeMust(plan.ends)):
        return (as_it_is,)
    kinds = (_widened(plan), _extended(plan), _instead(plan), _added(plan), _lighter(plan))
    return tuple(fix for fix in kinds if fix)[:MOST_FIXES]


def _served(plan: _Plan, kind: Kind, change: Change) -> Fix | None:
    """With the change and the cheapest place that then holds."""
    changed = change.apply(plan.day)
    found = []
    for place in plan.places:
        route = scheduled(changed, place.vehicle, place.stops, place.reloads)
        if route:
            found.append((plan.dearer_by(changed, route), place))
    for _, place in sorted(found, key=lambda entry: entry[0]):
        if fix := plan.with_place(place, change, kind):
            return fix
    return None


def _swapped(problem: Problem, solution: Solution, stop: int, emptied: list[int]) -> Iterator[Fix]:
    for s in emptied:
        change = WindowSwapped(s)
        screened = screen(change.apply(problem))
        if stop in screened.parked:
            continue
        plan = _Plan.of(screened, solution, stop)
        if fix := _served(plan, "swap_window", change):
            yield fix


def _widened(plan: _Plan) -> Fix | None:
    """The fewest steps by which one window of one end must open earlier or close later."""
    best: tuple[int, Change] | None = None
    for s in sorted(plan.ends, key=lambda end: end != plan.stop):
        for window in range(len(windows_of(plan.day.stops[s]))):
            for side in ("later", "earlier"):
                most = best[0] - 1 if best else MOST_STEPS
                change = _least_widening(plan, s, window, side, most)
                best = change or best
    return _served(plan, "widen_window", best[1]) if best else None


def _least_widening(
    plan: _Plan, s: int, window: int, side: str, most: int
) -> tuple[int, Change] | None:
    def change(steps: int) -> WindowWidened:
        return WindowWidened(s, window=window, **{side: steps * STEP})

    # What holds with so many steps holds with more.
    places, low, high = plan.places, 1, most
    best = None
    while low <= high:
        middle = high if best is None else (low + high) // 2
        changed = change(middle).apply(plan.day)
        hold = [p for p in places if scheduled(changed, p.vehicle, p.stops, p.reloads)]
        if not hold:
            if best is None:
                return None
            low = middle + 1
            continue
        best, places, high = (middle, change(middle)), hold, middle - 1
    return best


def _extended(plan: _Plan) -> Fix | None:
    tireless = replace(
        plan.day,
        vehicles=[replace(van, latest=LARGEST) for van in plan.day.vehicles],
    )
    found = []
    for place in plan.places:
        v = place.vehicle
        route = scheduled(tireless, v, place.stops, place.reloads)
        latest = plan.day.vehicles[v].latest
        if route and latest < route.ends <= latest + MOST_STEPS * STEP:
            until = -(-route.ends // STEP) * STEP
            found.append((until - latest, plan.dearer_by(plan.day, route), v, until, place))
    for _, _, v, until, place in sorted(found, key=lambda entry: entry[:4]):
        if fix := plan.with_place(place, ShiftExtended(v, until), "extend_shift"):
            return fix
    return None


def _added(plan: _Plan) -> Fix | None:
    """A copy of a vehicle for this stop alone, its shift moved no further than need be."""
    if plan.vehicles_of_the_group is not None:
        return None
    new = len(plan.day.vehicles)
    alone = _Place(new, list(plan.ends), ())
    found = []
    sent = map(plan.as_new, reversed(plan.working)) if plan.spare is None else plan.spare
    kinds = {replace(van, name=""): van for van in sent}
    for van in kinds.values():
        moves = _moves(plan, van)
        for move in sorted(moves if plan.spare is None else {0, *_later(moves)}, key=abs):
            copy = _on_other_shift(van, move)
            if fix := plan.with_place(alone, ExtraVehicle(copy), "add_vehicle"):
                found.append((abs(move), fix.extra_cost, copy.name, fix))
                break
    return min(found, key=lambda entry: entry[:3], default=(0, 0, "", None))[3]


def _moves(plan: _Plan, van: Vehicle) -> set[int]:
    """By how much its shift might move: not at all, or to be in time for the first stop."""
    first = plan.day.stops[plan.ends[0]]
    driving = int(plan.day.durations[van.start, first.location])
    moments = [at for w in windows_of(first) for at in (w.earliest, w.latest)]
    return {0, *((at - driving) // STEP * STEP - van.earliest for at in moments)}


def _later(moves: set[int]) -> set[int]:
    return {move for move in moves if move > 0}


def _on_other_shift(van: Vehicle, move: int) -> Vehicle:
    return replace(
        van,
        earliest=van.earliest + move,
        latest=van.latest + move,
        breaks=tuple(
            replace(rest, earliest=rest.earliest + move, latest=rest.latest + move)
            for rest in van.breaks
        ),
    )


def _instead(plan: _Plan) -> Fix | None:
    """In place of the optional stop that is missed least."""
    for s, v in _worth_less(plan):
        if not all(may_serve(plan.day, v, end) for end in plan.ends):
            continue
        for place in plan.places_on(v, *_without(*plan.driven(v), s)):
            if fix := plan.with_place(place, LeftOut(s), "leave_out"):
                return fix
    return None


def _without(
    stops: list[int], reloads: tuple[int, ...], s: int
) -> tuple[list[int], tuple[int, ...]]:
    """The route less one stop, and less the reload that then would be for nothing."""
    at = stops.index(s)
    moved = dict.fromkeys(r - (at < r) for r in reloads)
    rest = [other for other in stops if other != s]
    return rest, tuple(r for r in moved if 0 < r < len(rest))


def _worth_less(plan: _Plan) -> list[tuple[int, int]]:
    """Served stops (with their vehicles) that may be left out at less than these, cheapest first;
    locked stops and those of transfers stay."""
    penalties = [plan.day.stops[s].penalty for s in plan.ends]
    worth = None if None in penalties else sum(penalty or 0 for penalty in penalties)
    allowed = plan.vehicles_of_the_group
    found = [
        (penalty, s, v)
        for v, route in plan.routes.items()
        if allowed is None or v in allowed
        for s in route.stops[len(plan.day.vehicles[v].locked) :]
        if (penalty := plan.day.stops[s].penalty) is not None
        and (worth is None or penalty < worth)
        and s not in plan.day.other_end
    ]
    return [(s, v) for _, s, v in sorted(found)]


def _lighter(plan: _Plan) -> Fix | None:
    """As much of the delivery as the fullest place that holds the clock leaves room for."""
    found = []
    for place in plan.places:
        over = _overload(plan.day, place)
        if over is None:
            continue
        left = plan.day.stops[plan.stop].deliver - over
        if left == NOTHING or min(left.grams, left.ml - left.chilled_ml, left.chilled_ml) < 0:
            continue
        if fix := plan.with_place(place, Lighter(plan.stop, left), "lighter"):
            found.append((-left.grams, -left.ml, fix.extra_cost, place.vehicle, fix))
    return min(found, key=lambda entry: entry[:4], default=(0, 0, 0, 0, None))[4]
