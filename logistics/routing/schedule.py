"""Clock times, loads and costs of one ordered route, as early as its constraints allow."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from logistics.routing.clock import arrival, arrival_with_rest, begins, profile_of
from logistics.routing.problem import Load, Problem, SpeedProfile, Stop, Vehicle
from logistics.routing.solution import RoutePlan, Solution


def scheduled(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> RoutePlan | None:
    """The route with its times, or None when this vehicle cannot drive the stops in this order.

    It leaves just in time for its first stop; where its hours do not allow that, as late as lets
    it be back no later. A rest is taken where it lets the van be back soonest, then
    where the stops are served soonest.
    """
    van = problem.vehicles[vehicle]
    if not stops or tuple(stops[: len(van.locked)]) != tuple(van.locked):
        return None
    if len(reloads) > van.reloads or not all(may_serve(problem, vehicle, s) for s in stops):
        return None
    loads = loads_after(problem, vehicle, stops, reloads)
    if loads is None or not all(load.fits(van.capacity) for load in loads):
        return None
    path = _path(problem, vehicle, stops, reloads)
    rests = [NO_REST] if van.break_ is None else range(BEFORE_LEAVING, len(path) + 1)
    timed = [(found, rest) for rest in rests if (found := _earliest(path, rest))]
    timed.sort(key=lambda pair: (pair[0].ends, sum(pair[0].leaves)))
    best = next((late for pair in timed if (late := _left_late(path, *pair))), None)
    if best is None:
        return None
    return RoutePlan(
        vehicle=vehicle,
        stops=list(stops),
        arrivals=[best.arrivals[k] for k in path.of_stops],
        leaves=[best.leaves[k] for k in path.of_stops],
        loads_after=_leaving_stops(loads, reloads),
        starts=best.starts,
        ends=best.ends,
        break_at=best.rest_at,
        reloads=tuple(reloads),
        work_seconds=best.work,
    )


def may_serve(problem: Problem, vehicle: int, s: int) -> bool:
    """Whether the van has what the stop asks of it."""
    van, stop = problem.vehicles[vehicle], problem.stops[s]
    return (
        (van.chilled or not stop.chilled)
        and stop.skills <= van.skills
        and (stop.clearance_cm is None or van.height_cm <= stop.clearance_cm)
        and stop.vehicle in (None, vehicle)
    )


def loads_after(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> list[Load] | None:
    """What is aboard when leaving the depot, each stop, and (in between) each reload.

    None when a transfer is set down before it is taken up, not at all, or kept over a reload.
    """
    aboard_all_day = problem.vehicles[vehicle].aboard
    cuts = [0, *reloads, len(stops)]
    moved = {t.pickup: t.load for t in problem.transfers}
    found: list[Load] = []
    for begin, end in pairwise(cuts):
        segment = stops[begin:end]
        aboard = sum((problem.stops[s].deliver for s in segment), aboard_all_day)
        found.append(aboard)
        taken_up: set[int] = set()
        for s in segment:
            aboard = aboard - problem.stops[s].deliver + problem.stops[s].collect
            partner = problem.other_end.get(s)
            if s in moved:
                taken_up.add(s)
                aboard = aboard + moved[s]
            elif partner is not None:
                if partner not in taken_up:
                    return None
                taken_up.remove(partner)
                aboard = aboard - moved[partner]
            found.append(aboard)
        if taken_up:
            return None
    return found


def _leaving_stops(loads: list[Load], reloads: Sequence[int]) -> list[Load]:
    left_depot = {0, *(position + number for number, position in enumerate(reloads, start=1))}
    return [load for k, load in enumerate(loads) if k not in left_depot]


def driving_cost(
    problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int] = ()
) -> int:
    """Legs only, depot to depot."""
    van = problem.vehicles[vehicle]
    total, here = 0, van.start
    for position, s in enumerate(stops):
        if position in reloads:
            total += problem.leg_cost(vehicle, here, van.start)
            here = van.start
        total += problem.leg_cost(vehicle, here, problem.stops[s].location)
        here = problem.stops[s].location
    return total + problem.leg_cost(vehicle, here, van.end)


def route_cost(problem: Problem, route: RoutePlan) -> int:
    """Legs, the van itself, wishes not met, strangers at regulars' doors, unfair hours."""
    van = problem.vehicles[route.vehicle]
    total = van.fixed_cost + driving_cost(problem, route.vehicle, route.stops, route.reloads)
    for s, leaves in zip(route.stops, route.leaves, strict=True):
        stop = problem.stops[s]
        begin = leaves - stop.service_seconds
        if stop.wish:
            outside = max(0, stop.wish.earliest - begin, begin - stop.wish.latest)
            total += outside * stop.wish.cost
        if stop.regular not in (None, route.vehicle):
            total += stop.stranger_cost
    if van.fair_seconds is not None and problem.unfair_cost:
        total += problem.unfair_cost * max(0, route.work_seconds - van.fair_seconds)
    return total


def plan_cost(problem: Problem, routes: Sequence[RoutePlan], unserved: Sequence[int]) -> int:
    """Every route's cost and the penalties of the optional stops left out."""
    return sum(route_cost(problem, route) for route in routes) + sum(
        problem.stops[s].penalty or 0 for s in unserved
    )


def solution_of(
    problem: Problem,
    orders: dict[int, list[int]],
    *,
    engine: str,
    seconds: float,
    first_feasible_seconds: float | None,
    reloads: dict[int, tuple[int, ...]] | None = None,
) -> Solution | None:
    """A solution from vehicle → ordered stops (and where it reloads); None when an order cannot be
    driven."""
    routes = []
    for vehicle, stops in sorted(orders.items()):
        if not stops:
            continue
        route = scheduled(problem, vehicle, stops, (reloads or {}).get(vehicle, ()))
        if route is None:
            return None
        routes.append(route)
    served = {s for route in routes for s in route.stops}
    unserved = [s for s in range(len(problem.stops)) if s not in served]
    return Solution(
        routes=routes,
        unserved=unserved,
        cost=plan_cost(problem, routes, unserved),
        engine=engine,
        seconds=seconds,
        first_feasible_seconds=first_feasible_seconds,
    )


@dataclass(frozen=True, slots=True)
class _Path:
    """Stops and reloads in order, with the matrix seconds to each and (last) to the end.

    ``of_stops`` are the positions of the stops among them.
    """

    van: Vehicle
    profile: SpeedProfile
    visits: list[Stop]
    drives: list[int]
    of_stops: list[int]

    def __len__(self) -> int:
        return len(self.drives)


@dataclass(frozen=True, slots=True)
class _Timed:
    starts: int
    arrivals: list[int]
    leaves: list[int]
    ends: int
    rest_at: int | None
    work: int


# Where the rest is taken: on the leg of that number, or one of these; ``len(path)`` is after the
# last leg, back at the depot.
BEFORE_LEAVING = -1
NO_REST = -2


def _path(problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int]) -> _Path:
    van = problem.vehicles[vehicle]
    reload = Stop(
        "reload",
        van.start,
        earliest=van.earliest,
        latest=van.latest,
        service_seconds=van.reload_seconds,
    )
    visits: list[Stop] = []
    of_stops: list[int] = []
    for position, s in enumerate(stops):
        if position in reloads:
            visits.append(reload)
        of_stops.append(len(visits))
        visits.append(problem.stops[s])
    places = [van.start, *(visit.location for visit in visits), van.end]
    drives = [int(problem.durations[a, b]) for a, b in pairwise(places)]
    return _Path(van, profile_of(problem, vehicle), visits, drives, of_stops)


def _earliest(path: _Path, rest: int) -> _Timed | None:
    start = path.van.earliest
    if rest == BEFORE_LEAVING and path.van.break_:
        start = max(start, path.van.break_.earliest) + path.van.break_.seconds
    return _driven(path, start, rest)


def _left_late(path: _Path, earliest: _Timed, rest: int) -> _Timed | None:
    """In time for the first stop; later only where the hours would not allow it."""
    begun = earliest.leaves[0]
    if rest == 0 or path.profile:
        late = _as_late(path, earliest, rest, begun)
    else:
        in_time = begun - path.visits[0].service_seconds - path.drives[0]
        late = _driven(path, in_time, rest) or earliest
    limit = path.van.max_seconds
    if limit is None or late.ends - late.starts <= limit:
        return late
    whenever = path.visits[0].latest + path.visits[0].service_seconds
    late = _as_late(path, late, rest, whenever)
    return late if late.ends - late.starts <= limit else None


def _as_late(path: _Path, earliest: _Timed, rest: int, first_over: int) -> _Timed:
    """Leaving as late as delays neither the end nor the first service beyond ``first_over``."""
    best, low, high = earliest, earliest.starts, first_over
    while low < high:
        middle = (low + high + 1) // 2
        found = _driven(path, middle, rest)
        if found and found.ends <= earliest.ends and found.leaves[0] <= first_over:
            best, low = found, middle
        else:
            high = middle - 1
    return best


def _driven(path: _Path, start: int, rest: int) -> _Timed | None:
    """The clock from ``start`` on, everything as early as may be."""
    pause = path.van.break_
    rest_at = None
    if rest == BEFORE_LEAVING and pause:
        rest_at = max(path.van.earliest, pause.earliest)
        if rest_at > pause.latest:
            return None
    clock, work = start, 0
    arrivals: list[int] = []
    leaves: list[int] = []
    for k, seconds in enumerate(path.drives):
        arrives = ready = arrival(path.profile, clock, seconds)
        work += arrives - clock
        if rest == k and pause:
            rest_at = max(clock, pause.earliest)
            if rest_at > pause.latest:
                return None
            rested = rest_at + pause.seconds
            work -= arrives - clock
            arrives = arrival_with_rest(path.profile, clock, seconds, rest_at, pause.seconds)
            work += arrives - clock - (pause.seconds if rest_at < arrives else 0)
            ready = max(arrives, rested)
        if k == len(path.visits):
            clock = ready
            break
        begin = begins(path.visits[k], ready)
        if begin is None:
            return None
        arrivals.append(arrives)
        clock = begin + path.visits[k].service_seconds
        work += path.visits[k].service_seconds
        leaves.append(clock)
    if rest == len(path) and pause:
        rest_at = max(clock, pause.earliest)
        if rest_at > pause.latest or rest_at + pause.seconds > path.van.latest:
            return None
    if clock > path.van.latest:
        return None
    return _Timed(start, arrivals, leaves, clock, rest_at, work)
