"""The clock of one ordered route, everything as early as its constraints allow.

The van leaves just in time for its first stop; where its hours do not allow that, as late as lets
it be back no later. Breaks are placed where they let it be back soonest, then where the stops are
served soonest (by the sum of the times when services are over).

A break is placed on a leg, taken on the way or at the door; before leaving; or after coming back.
Which places are best is found leg by leg: of the placings that have taken as many breaks so far,
one that is later than another and has not served the stops sooner leads to nothing better.

Where a service then begins before the stop's wish, the route is timed a second time, its breaks on
the same legs: each such stop waits for its wish, as long as everything after it can still be kept,
windows, breaks, shift and longest duty. The cheaper of the two counts.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from logistics.routing.clock import begins, begins_by, drive, profile_of, rested
from logistics.routing.problem import Break, Problem, SpeedProfile, Stop, Vehicle

# The number of a leg stands for the way to that visit; this and the number of legs for the depot.
BEFORE_LEAVING = -1
# Of the placings with as many breaks so far only so many are kept, those that are on the soonest.
MOST_PLACINGS = 16


@dataclass(frozen=True, slots=True)
class Path:
    """Stops and reloads in order, with the matrix seconds to each and (last) to the end.

    ``of_stops`` are the positions of the stops among them.
    """

    van: Vehicle
    profile: SpeedProfile
    visits: list[Stop]
    drives: list[int]
    of_stops: list[int]
    unfair_cost: int


@dataclass(frozen=True, slots=True)
class Timed:
    """``arrivals`` and ``leaves`` run beside the path's visits; ``work`` is without waiting and
    resting (s)."""

    starts: int
    arrivals: list[int]
    leaves: list[int]
    ends: int
    breaks_at: tuple[int, ...]
    work: int


@dataclass(frozen=True, slots=True)
class _Placing:
    """``starts``: when it may leave. So far, services are over at ``clock`` and their ends add up
    to ``over``; ``legs`` has where each break was taken."""

    starts: int
    clock: int
    over: int
    legs: tuple[int, ...]


_Fronts = dict[int, list[_Placing]]


def path_of(problem: Problem, vehicle: int, stops: Sequence[int], reloads: Sequence[int]) -> Path:
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
    profile = profile_of(problem, vehicle)
    return Path(van, profile, visits, drives, of_stops, problem.unfair_cost)


def timed(path: Path) -> Timed | None:
    """None where the clock allows no such route."""
    placings = [_Placing(path.van.earliest, 0, 0, ())]
    if path.van.breaks:
        placings = sorted(_placings(path), key=lambda found: (found.clock, found.over))
    for found in placings:
        late = _left_late(path, found)
        if late:
            return _cheaper_waiting(path, late, found.legs)
    return None


def _placings(path: Path) -> Iterator[_Placing]:
    """Ways to take all breaks, by how many of them come before leaving: all first."""
    breaks = path.van.breaks
    for before in range(len(breaks), -1, -1):
        begun = rested(path.van.earliest, breaks[:before])
        if begun is None:
            continue
        start = begun[-1] + breaks[before - 1].seconds if begun else path.van.earliest
        fronts = {before: [_Placing(start, start, 0, (BEFORE_LEAVING,) * before)]}
        for leg in range(len(path.drives)):
            fronts = _after_leg(path, leg, fronts)
        after = len(path.drives)
        for taken, front in fronts.items():
            for found in front:
                legs = (*found.legs, *[after] * (len(breaks) - taken))
                if _rests_in_time(path.van, found.clock, breaks[taken:]) is not None:
                    yield _Placing(start, found.clock, found.over, legs)


def _rests_in_time(van: Vehicle, back: int, rests: Sequence[Break]) -> tuple[int, ...] | None:
    """When each of the rests after coming back begins; None if not all end within the shift."""
    begun = rested(back, rests)
    ends = begun[-1] + rests[-1].seconds if begun else back
    return begun if ends <= van.latest else None


def _after_leg(path: Path, leg: int, fronts: _Fronts) -> _Fronts:
    """By breaks taken, the placings once the leg and the visit at its end are over."""
    after: _Fronts = {}
    for taken in range(min(fronts), len(path.van.breaks) + 1):
        front: list[_Placing] = []
        # Who has rested before comes first: of equals, the first stays.
        for already in range(taken, min(fronts) - 1, -1):
            for placing in fronts.get(already, ()):
                found = _extended(path, leg, placing, path.van.breaks[already:taken])
                if found:
                    _keep(front, found)
        after[taken] = front
    return after


def _extended(path: Path, leg: int, found: _Placing, rests: Sequence[Break]) -> _Placing | None:
    driven = drive(path.profile, found.clock, path.drives[leg], rests)
    if driven is None:
        return None
    legs = (*found.legs, *[leg] * len(rests))
    if leg == len(path.visits):
        return _Placing(found.starts, driven.ready, found.over, legs)
    begin = begins(path.visits[leg], driven.ready)
    if begin is None:
        return None
    clock = begin + path.visits[leg].service_seconds
    return _Placing(found.starts, clock, found.over + clock, legs)


def _keep(front: list[_Placing], found: _Placing) -> None:
    """Adds it in order of ``clock``, unless another is as good, and drops what is no better."""
    at = bisect_right(front, found.clock, key=lambda other: other.clock)
    if at and front[at - 1].over <= found.over:
        return
    begin = at - 1 if at and front[at - 1].clock == found.clock else at
    end = at
    while end < len(front) and front[end].over >= found.over:
        end += 1
    front[begin:end] = [found]
    del front[MOST_PLACINGS:]


def _left_late(path: Path, placing: _Placing) -> Timed | None:
    """In time for the first stop; later only where the hours would not allow it."""
    legs = placing.legs
    earliest = _driven(path, placing.starts, legs)
    if earliest is None:
        return None
    begun = earliest.leaves[0]
    if 0 in legs or path.profile:
        late = _as_late(path, earliest, legs, begun)
    else:
        in_time = begun - path.visits[0].service_seconds - path.drives[0]
        late = _driven(path, in_time, legs) or earliest
    limit = path.van.max_seconds
    if limit is None or late.ends - late.starts <= limit:
        return late
    whenever = path.visits[0].latest + path.visits[0].service_seconds
    late = _as_late(path, late, legs, whenever)
    return late if late.ends - late.starts <= limit else None


def _as_late(path: Path, earliest: Timed, legs: tuple[int, ...], first_over: int) -> Timed:
    """Leaving as late as delays neither the end nor the first service beyond ``first_over``."""
    best, low, high = earliest, earliest.starts, first_over
    while low < high:
        middle = (low + high + 1) // 2
        found = _driven(path, middle, legs)
        if found and found.ends <= earliest.ends and found.leaves[0] <= first_over:
            best, low = found, middle
        else:
            high = middle - 1
    return best


def _cheaper_waiting(path: Path, early: Timed, legs: tuple[int, ...]) -> Timed:
    """The timing that waits for wishes, where that costs less."""
    if not _cost_of_wishes(path, early):
        return early
    begin_by = _begin_by(path, early.starts, legs)
    waiting = _driven(path, early.starts, legs, begin_by)
    if waiting is None:
        raise AssertionError("waited too long")
    if _cost(path, waiting) >= _cost(path, early):
        return early
    if 0 in legs or path.profile:
        return waiting
    in_time = waiting.leaves[0] - path.visits[0].service_seconds - path.drives[0]
    return _driven(path, in_time, legs, begin_by) or waiting


def _cost(path: Path, found: Timed) -> int:
    """What depends on the clock."""
    fair = path.van.fair_seconds
    unfair = 0 if fair is None else path.unfair_cost * max(0, found.work - fair)
    return unfair + _cost_of_wishes(path, found)


def _cost_of_wishes(path: Path, found: Timed) -> int:
    total = 0
    for stop, leaves in zip(path.visits, found.leaves, strict=True):
        if stop.wish:
            begin = leaves - stop.service_seconds
            outside = max(0, stop.wish.earliest - begin, begin - stop.wish.latest)
            total += outside * stop.wish.cost
    return total


def _begin_by(path: Path, start: int, legs: tuple[int, ...]) -> list[int]:
    """By when each service must begin, so that all that comes after can be kept."""
    van, breaks = path.van, path.van.breaks
    taken = sum(leg < len(path.drives) for leg in legs)
    by = van.latest if van.max_seconds is None else min(van.latest, start + van.max_seconds)
    resting = 0
    for rest in breaks[taken:]:
        by = min(by, rest.latest - resting)
        resting += rest.seconds
    by = min(by, van.latest - resting)
    found = []
    for leg in range(len(path.visits), 0, -1):
        stop, on_leg = path.visits[leg - 1], legs.count(leg)
        leaves_by = _leaves_by(path, leg, breaks[taken - on_leg : taken], start, by)
        by = begins_by(stop, leaves_by - stop.service_seconds)
        found.append(by)
        taken -= on_leg
    return found[::-1]


def _leaves_by(path: Path, leg: int, rests: Sequence[Break], low: int, ready_by: int) -> int:
    """When the leg can begin at the latest, ``low`` or after."""
    if not rests and not path.profile:
        return ready_by - path.drives[leg]
    high = ready_by
    while low < high:
        middle = (low + high + 1) // 2
        driven = drive(path.profile, middle, path.drives[leg], rests)
        if driven and driven.ready <= ready_by:
            low = middle
        else:
            high = middle - 1
    return low


def _driven(
    path: Path, start: int, legs: tuple[int, ...], begin_by: Sequence[int] = ()
) -> Timed | None:
    """The clock from ``start`` on, with each break on its leg. With ``begin_by`` each visit waits
    for its wish, but no longer than that."""
    breaks = path.van.breaks
    begun = rested(path.van.earliest, breaks[: legs.count(BEFORE_LEAVING)])
    if begun is None:
        return None
    clock, work = start, 0
    arrivals: list[int] = []
    leaves: list[int] = []
    for leg, seconds in enumerate(path.drives):
        rests = breaks[len(begun) : len(begun) + legs.count(leg)] if breaks else ()
        driven = drive(path.profile, clock, seconds, rests)
        if driven is None:
            return None
        begun += driven.rests_at
        work += driven.seconds
        if leg == len(path.visits):
            clock = driven.ready
            break
        begin = begins(path.visits[leg], driven.ready)
        if begin is None:
            return None
        if begin_by:
            begin = _waited(path.visits[leg], begin, begin_by[leg])
        arrivals.append(driven.arrives)
        clock = begin + path.visits[leg].service_seconds
        work += path.visits[leg].service_seconds
        leaves.append(clock)
    rests_after = _rests_in_time(path.van, clock, breaks[len(begun) :])
    if rests_after is None or clock > path.van.latest:
        return None
    return Timed(start, arrivals, leaves, clock, begun + rests_after, work)


def _waited(stop: Stop, begin: int, by: int) -> int:
    if not stop.wish or not stop.wish.cost or stop.wish.earliest <= begin:
        return begin
    until = begins(stop, min(stop.wish.earliest, by))
    return begin if until is None else until
