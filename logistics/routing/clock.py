"""How long driving takes when, and when service may begin."""

from bisect import bisect_right

from logistics.routing.problem import Problem, SpeedProfile, Stop

# A matrix second driven at 100 percent.
WHOLE = 100


def profile_of(problem: Problem, vehicle: int) -> SpeedProfile:
    speed = problem.vehicles[vehicle].speed
    return () if speed is None else problem.speeds[speed]


def arrival(profile: SpeedProfile, leaves: int, seconds: int) -> int:
    """When a drive of so many matrix seconds is over."""
    return leaves + seconds if not profile else _driven(profile, leaves, seconds * WHOLE)


def arrival_with_rest(
    profile: SpeedProfile, leaves: int, seconds: int, rest_at: int, rest_seconds: int
) -> int:
    """The same, pausing at ``rest_at`` unless the drive is over by then."""
    straight = arrival(profile, leaves, seconds)
    if rest_at >= straight:
        return straight
    left = seconds * WHOLE - progress(profile, leaves, rest_at)
    return _driven(profile, rest_at + rest_seconds, left)


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
