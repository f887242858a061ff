"""How long driving takes: with the van's speed at each hour, reloads and rests on the way.

``N(t)`` counts hundredths of a matrix second driven until ``t``: it grows by the percent in force.
A drive of ``d`` matrix seconds from ``t`` on is over at the first whole second ``t'`` at which
``N(t') - N(t) >= 100 * d``, rests not counted.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from logistics.routing.problem import Problem, SpeedProfile, Vehicle
from logistics.routing.solution import RoutePlan

Rest = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Leg:
    """From one stop, or the start, to ``stop``, or the end where that is None.

    ``path`` are the locations passed: two, or three with a reload in between.
    """

    stop: int | None
    leaves: int
    path: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Driven:
    """``arrives`` at the earliest; ``seconds`` of these are driving, ``reloading`` loading."""

    arrives: int
    seconds: int
    reloading: int


def legs(problem: Problem, route: RoutePlan) -> Iterator[Leg]:
    van = problem.vehicles[route.vehicle]
    here, leaves = van.start, route.starts
    for position, s in enumerate(route.stops):
        there = problem.stops[s].location
        by = (van.start,) if position in route.reloads else ()
        yield Leg(s, leaves, (here, *by, there))
        here, leaves = there, route.leaves[position]
    yield Leg(None, leaves, (here, van.end))


def drive(problem: Problem, route: RoutePlan, leg: Leg) -> Driven:
    """The leg as soon as can be: a reload begins on coming in, but where a rest is due first."""
    van = problem.vehicles[route.vehicle]
    profile = () if van.speed is None else problem.speeds[van.speed]
    rests = rests_of(van, route)
    clock, driving, reloading = leg.leaves, 0, 0
    for number, (a, b) in enumerate(pairwise(leg.path)):
        if number:
            clock = _over((), clock, van.reload_seconds, rests)
            reloading += van.reload_seconds
        arrives = _over(profile, clock, int(problem.durations[a, b]), rests)
        driving += arrives - clock - resting(rests, clock, arrives)
        clock = arrives
    return Driven(clock, driving, reloading)


def rests_of(van: Vehicle, route: RoutePlan) -> list[Rest]:
    """From when to when the driver rests, each time."""
    return [(at, at + due.seconds) for due, at in zip(van.breaks, route.breaks_at, strict=False)]


def resting(rests: Sequence[Rest], since: int, until: int) -> int:
    """Seconds of the rests that lie between two moments."""
    return sum(max(0, min(until, ends) - max(since, begins)) for begins, ends in rests)


def _over(profile: SpeedProfile, leaves: int, seconds: int, rests: Sequence[Rest]) -> int:
    clock, left = leaves, 100 * seconds
    for begins, ends in sorted(rests):
        if resting([(begins, ends)], clock, _reached(profile, clock, left)):
            left -= _progress(profile, clock, max(clock, begins))
            clock = ends
    return _reached(profile, clock, left)


def _reached(profile: SpeedProfile, leaves: int, hundredths: int) -> int:
    """The first whole second at which so much is driven."""
    left = hundredths
    for since, until, percent in _bands(profile):
        begin = max(leaves, since) if since is not None else leaves
        if until is not None and until <= begin:
            continue
        needed = -(-left // percent)
        if until is None or begin + needed <= until:
            return begin + needed
        left -= (until - begin) * percent
    raise AssertionError("the last band never ends")


def _progress(profile: SpeedProfile, begin: int, end: int) -> int:
    """Hundredths driven between two moments."""
    done = 0
    for since, until, percent in _bands(profile):
        first = begin if since is None else max(begin, since)
        last = end if until is None else min(end, until)
        done += max(0, last - first) * percent
    return done


def _bands(profile: SpeedProfile) -> Iterator[tuple[int | None, int | None, int]]:
    """(since, until, percent); None is for ever."""
    starts = [None, *(band.since for band in profile)]
    ends = [*(band.since for band in profile), None]
    percents = [100, *(band.percent for band in profile)]
    yield from zip(starts, ends, percents, strict=True)
