"""Each vehicle alone: whether it can go out at all."""

from collections.abc import Sequence
from dataclasses import replace

from logistics.routing.problem import Break, Problem, SpeedProfile, Vehicle
from logistics.routing.screen.cause import (
    LARGEST_RATE,
    MOST_BREAKS,
    Cause,
    in_range,
    load_in_range,
    times_in_range,
)

SLOWEST, FASTEST = 1, 400


def idle(problem: Problem, van: Vehicle) -> Cause | None:
    size = len(problem.durations)
    if not (0 <= van.start < size and 0 <= van.end < size):
        return Cause.LOCATION_UNKNOWN
    if not _sane_numbers(van) or not _sane_speed(van, problem.speeds):
        return Cause.NUMBER_OUT_OF_RANGE
    if van.earliest >= van.latest:
        return Cause.SHIFT_EMPTY
    if any(_contradictory([rest], van) for rest in van.breaks):
        return Cause.BREAK_OUTSIDE_SHIFT
    if _contradictory(van.breaks, van):
        return Cause.BREAKS_OVERLAP
    return None


def with_real_breaks(van: Vehicle) -> Vehicle:
    """Each break's window narrowed to when it fits the shift and the breaks before and after it."""
    return replace(van, breaks=tuple(_narrowed(van.breaks, van)))


def _contradictory(rests: Sequence[Break], van: Vehicle) -> bool:
    return any(rest.earliest > rest.latest for rest in _narrowed(rests, van))


def _narrowed(rests: Sequence[Break], van: Vehicle) -> list[Break]:
    """Each rest begins after those before it and leaves time for those after it."""
    begins, ends, soonest, latest = [], [], van.earliest, van.latest
    for rest in rests:
        begins.append(max(soonest, rest.earliest))
        soonest = begins[-1] + rest.seconds
    for rest in reversed(rests):
        ends.append(min(rest.latest, latest - rest.seconds))
        latest = ends[-1]
    return [
        Break(earliest, latest, rest.seconds)
        for rest, earliest, latest in zip(rests, begins, reversed(ends), strict=True)
    ]


def _sane_numbers(van: Vehicle) -> bool:
    rests = [rest.seconds for rest in van.breaks]
    lengths = *rests, van.max_seconds, van.fair_seconds, van.reload_seconds
    times = [time for rest in van.breaks for time in (rest.earliest, rest.latest)]
    return (
        load_in_range(van.capacity)
        and load_in_range(van.aboard)
        and in_range(van.fixed_cost, van.height_cm, van.reloads, *lengths)
        and in_range(van.per_km, van.per_hour, most=LARGEST_RATE)
        and len(van.breaks) <= MOST_BREAKS
        and times_in_range(van.earliest, van.latest, *times)
    )


def _sane_speed(van: Vehicle, speeds: Sequence[SpeedProfile]) -> bool:
    if van.speed is None:
        return True
    if not 0 <= van.speed < len(speeds):
        return False
    bands = speeds[van.speed]
    since = [band.since for band in bands]
    percents = [band.percent for band in bands]
    in_order = since == sorted(set(since)) and times_in_range(*since)
    return in_order and all(SLOWEST <= percent <= FASTEST for percent in percents)
