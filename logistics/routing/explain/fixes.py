"""What to change so that a stop is served."""

from collections.abc import Iterator
from dataclasses import replace

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
from logistics.routing.explain.cheapest import overload
from logistics.routing.explain.places import Place, Plan
from logistics.routing.explain.told import Fix, Kind
from logistics.routing.problem import NOTHING, Problem, Vehicle
from logistics.routing.schedule import may_serve, scheduled
from logistics.routing.screen import LARGEST, screen
from logistics.routing.solution import Solution

MOST_FIXES = 3
STEP = 300
# Nobody waits longer than half a day, nobody drives on that long.
MOST_STEPS = 12 * 3_600 // STEP


def fixes_for(plan: Plan) -> tuple[Fix, ...]:
    """None to three, the gentlest kind first."""
    if as_it_is := _served(plan, "serve", MadeMust(plan.ends)):
        return (as_it_is,)
    kinds = (_widened(plan), _extended(plan), _instead(plan), _added(plan), _lighter(plan))
    return tuple(fix for fix in kinds if fix)[:MOST_FIXES]


def _served(plan: Plan, kind: Kind, change: Change) -> Fix | None:
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


def with_swapped_window(
    problem: Problem, solution: Solution, stop: int, emptied: list[int]
) -> Iterator[Fix]:
    """With the ends of the stop's own window, or of its transfer's, put right."""
    for s in emptied:
        change = WindowSwapped(s)
        screened = screen(change.apply(problem))
        if stop in screened.parked:
            continue
        plan = Plan.of(screened, solution, stop)
        if fix := _served(plan, "swap_window", change):
            yield fix


def _widened(plan: Plan) -> Fix | None:
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
    plan: Plan, s: int, window: int, side: str, most: int
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


def _extended(plan: Plan) -> Fix | None:
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


def _added(plan: Plan) -> Fix | None:
    """A copy of a vehicle for this stop alone, its shift moved no further than need be."""
    if plan.vehicles_of_the_group is not None:
        return None
    new = len(plan.day.vehicles)
    alone = Place(new, list(plan.ends), ())
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


def _moves(plan: Plan, van: Vehicle) -> set[int]:
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


def _instead(plan: Plan) -> Fix | None:
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


def _worth_less(plan: Plan) -> list[tuple[int, int]]:
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


def _lighter(plan: Plan) -> Fix | None:
    """As much of the delivery as the fullest place that holds the clock leaves room for."""
    found = []
    for place in plan.places:
        over = overload(plan.day, place)
        if over is None:
            continue
        left = plan.day.stops[plan.stop].deliver - over
        if left == NOTHING or min(left.grams, left.ml - left.chilled_ml, left.chilled_ml) < 0:
            continue
        if fix := plan.with_place(place, Lighter(plan.stop, left), "lighter"):
            found.append((-left.grams, -left.ml, fix.extra_cost, place.vehicle, fix))
    return min(found, key=lambda entry: entry[:4], default=(0, 0, 0, 0, None))[4]
