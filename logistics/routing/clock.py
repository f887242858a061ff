"""How long driving takes when, and when service may begin."""

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from logistics.routing.problem import Break, Problem, SpeedProfile, Stop

# A matrix second driven at 100 percent.
WHOLE = 100


def profile_of(problem: Problem, vehicle: int) -> SpeedProfile:
    speed = problem.vehicles[vehicle].speed
    return () if speed is None else problem.speeds[speed]


def arrival(profile: SpeedProfile, leaves: int, seconds: int) -> int:
    """When a drive of so many matrix seconds is over."""
    return leaves + seconds if not profile else _driven(profile, leaves, seconds * WHOLE)


@dataclass(frozen=True, slots=True)
class Drive:
    """``ready`` is after the last rest, ``seconds`` are spent driving."""

    arrives: int
    ready: int
    seconds: int
    rests_at: tuple[int, ...] = ()


def drive(
    profile: SpeedProfile, leaves: int, seconds: int, rests: Sequence[Break] = ()
) -> Drive | None:
    """A drive of so many matrix seconds with these rests, each as early as may be: on the way, or
    at the door once it is over. None where one would begin too late."""
    if not rests:
        arrives = arrival(profile, leaves, seconds)
        return Drive(arrives, arrives, arrives - leaves)
    begun = rested(leaves, rests)
    if begun is None:
        return None
    since, left, paused = leaves, seconds * WHOLE, 0
    arrives = _driven(profile, since, left)
    for rest, at in zip(rests, begun, strict=True):
        if at < arrives:
            left -= progress(profile, since, at)
            since = at + rest.seconds
            paused += rest.seconds
            arrives = _driven(profile, since, left)
    ready = max(arrives, begun[-1] + rests[-1].seconds)
    return Drive(arrives, ready, arrives - leaves - paused, begun)


def rested(since: int, rests: Iterable[Break]) -> tuple[int, ...] | None:
    """When each rest begins, one after the other as early as may be; None where one is too late."""
    now, begun = since, []
    for rest in rests:
        at = max(now, rest.earliest)
        if at > rest.latest:
            return None
        begun.append(at)
        now = at + rest.seconds
    return tuple(begun)


def progress(profile: SpeedProfile, since: int, until: int) -> int:
    """Hundredths of matrix seconds driven between two moments."""
    done, at = 0, since
    while at < until:
        percent, changes = _band(profile, at)
        upto = until if changes is None else min(until, changes)
        done += (upto - at) * percent
        at = upto
    return done


def begins(stop: Stop, ready: int) -> int | None:
    """When service can begin at the earliest, or None if it is too late."""
    at = max(stop.earliest, ready)
    if stop.windows:
        at = min(
            (max(at, w.earliest) for w in stop.windows if max(at, w.earliest) <= w.latest),
            default=stop.latest + 1,
        )
    return at if at <= stop.latest else None


def begins_by(stop: Stop, latest: int) -> int:
    """When service can begin at the latest, but not after ``latest``; there must be such a time."""
    by = min(stop.latest, latest)
    return max((min(by, w.latest) for w in stop.windows if w.earliest <= by), default=by)


def _driven(profile: SpeedProfile, leaves: int, hundredths: int) -> int:
    left, at = hundredths, leaves
    while left > 0:
        percent, changes = _band(profile, at)
        needed = -(-left // percent)
        if changes is None or at + needed <= changes:
            return at + needed
        left -= (changes - at) * percent
        at = changes
    return at


def _band(profile: SpeedProfile, at: int) -> tuple[int, int | None]:
    """The percent in force and when the next band begins."""
    number = bisect_right(profile, at, key=lambda band: band.since)
    percent = profile[number - 1].percent if number else WHOLE
    return percent, profile[number].since if number < len(profile) else None
