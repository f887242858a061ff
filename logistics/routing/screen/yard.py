"""Each vehicle alone: whether it can go out at all."""

from collections.abc import Sequence
from dataclasses import replace

from logistics.routing.problem import Break, Problem, SpeedProfile, Vehicle
from logistics.routing.screen.cause import (
    LARGEST_RATE,
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
    if van.break_ and (real := with_real_break(van).break_) and real.earliest > real.latest:
        return Cause.BREAK_OUTSIDE_SHIFT
    return None


def with_real_break(van: Vehicle) -> Vehicle:
    """The break's window narrowed to the part in which it also fits the shift."""
    rest = van.break_
    if rest is None:
        return van
    latest = min(rest.latest, van.latest - rest.seconds)
    return replace(
        van, break_=Break(max(rest.earliest, van.earliest), latest, seconds=rest.seconds)
    )


def _sane_numbers(van: Vehicle) -> bool:
    rest = van.break_ or Break(0, 0, 0)
    lengths = rest.seconds, van.max_seconds, van.fair_seconds, van.reload_seconds
    return (
        load_in_range(van.capacity)
        and load_in_range(van.aboard)
        and in_range(van.fixed_cost, van.height_cm, van.reloads, *lengths)
        and in_range(van.per_km, van.per_hour, most=LARGEST_RATE)
        and times_in_range(van.earliest, van.latest, rest.earliest, rest.latest)
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
