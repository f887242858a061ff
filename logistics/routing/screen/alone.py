"""Each stop alone, and each transfer as the pair it is: whether any vehicle could serve it."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace

from logistics.routing.problem import Problem, Stop, Transfer, Vehicle, Window, Wish
from logistics.routing.schedule import loads_after, scheduled
from logistics.routing.screen.cause import (
    LARGEST,
    LARGEST_RATE,
    Cause,
    in_range,
    load_in_range,
    times_in_range,
)

EQUIPMENT: tuple[tuple[Cause, Callable[[Stop, Vehicle], bool]], ...] = (
    (Cause.NEEDS_CHILLED, lambda stop, van: van.chilled or not stop.chilled),
    (Cause.NEEDS_SKILL, lambda stop, van: stop.skills <= van.skills),
    (
        Cause.TOO_TALL,
        lambda stop, van: stop.clearance_cm is None or van.height_cm <= stop.clearance_cm,
    ),
)


def parked(problem: Problem) -> dict[int, Cause]:
    """By stop, why no vehicle of the problem, none of them locked, can serve it."""
    kinds = _kinds_of_vehicle(problem)
    wrong = {s: cause for s, stop in enumerate(problem.stops) if (cause := _wrong(problem, stop))}
    found = dict(_wrong_transfers(problem)) | wrong
    pairs = [t for t in problem.transfers if not {t.pickup, t.delivery} & found.keys()]
    paired = {end for t in problem.transfers for end in (t.pickup, t.delivery)}
    for transfer in pairs:
        ends = [problem.stops[transfer.pickup], problem.stops[transfer.delivery]]
        moved = [Transfer(0, 1, transfer.load)]
        if cause := _unservable(replace(problem, stops=ends, transfers=moved), kinds):
            found |= {transfer.pickup: cause, transfer.delivery: cause}
    for s, stop in enumerate(problem.stops):
        if s in found:
            continue
        if s not in paired:
            cause = _unservable(replace(problem, stops=[stop], transfers=[]), kinds)
        else:
            cause = Cause.PARTNER_PARKED if problem.other_end[s] in wrong else None
        if cause:
            found[s] = cause
    return found


def _wrong(problem: Problem, stop: Stop) -> Cause | None:
    """What is wrong with the stop itself, whoever came."""
    if not 0 <= stop.location < len(problem.durations):
        return Cause.LOCATION_UNKNOWN
    if not _sane_numbers(stop):
        return Cause.NUMBER_OUT_OF_RANGE
    wishes_nothing = stop.wish is not None and stop.wish.earliest > stop.wish.latest
    if stop.earliest > stop.latest or wishes_nothing:
        return Cause.WINDOW_EMPTY
    if stop.windows and not with_real_windows(stop).windows:
        return Cause.WINDOW_EMPTY
    return None


def with_real_windows(stop: Stop) -> Stop:
    """The windows in order of time, without those that are empty or outside the hull."""
    windows = [
        w for w in stop.windows if max(w.earliest, stop.earliest) <= min(w.latest, stop.latest)
    ]
    return replace(stop, windows=tuple(sorted(windows, key=lambda w: (w.earliest, w.latest))))


def _sane_numbers(stop: Stop) -> bool:
    spans: list[Window | Wish] = [*stop.windows, *([stop.wish] if stop.wish else [])]
    times = [time for span in spans for time in (span.earliest, span.latest)]
    return (
        load_in_range(stop.deliver)
        and load_in_range(stop.collect)
        and in_range(stop.service_seconds, stop.penalty, stop.clearance_cm, stop.stranger_cost)
        and in_range(stop.wish.cost if stop.wish else None, most=LARGEST_RATE)
        and times_in_range(stop.earliest, stop.latest, *times)
    )


def _wrong_transfers(problem: Problem) -> Iterator[tuple[int, Cause]]:
    """Stops of a transfer that is none: with itself, with no stop, or one of two at a stop."""
    named = Counter(end for t in problem.transfers for end in (t.pickup, t.delivery))
    stops = range(len(problem.stops))
    for transfer in problem.transfers:
        ends = transfer.pickup, transfer.delivery
        if not all(end in stops and named[end] == 1 for end in ends):
            cause = Cause.TRANSFER_WRONG
        elif not load_in_range(transfer.load):
            cause = Cause.NUMBER_OUT_OF_RANGE
        else:
            continue
        yield from ((end, cause) for end in ends if end in stops)


def _kinds_of_vehicle(problem: Problem) -> list[int]:
    """One vehicle of each kind: a hundred equal vans need one look."""
    seen: dict[Vehicle, int] = {}
    for v, van in enumerate(problem.vehicles):
        seen.setdefault(replace(van, name=""), v)
    return list(seen.values())


def _unservable(alone: Problem, kinds: list[int]) -> Cause | None:
    """Why no vehicle can serve all stops of ``alone`` in this order."""
    if not kinds:
        return Cause.NO_VEHICLE
    named = {stop.vehicle for stop in alone.stops if stop.vehicle is not None}
    allowed = [v for v in (named or kinds) if named <= {v} and v in range(len(alone.vehicles))]
    if not allowed:
        return Cause.NOT_ALLOWED_VEHICLE
    for cause, suits in EQUIPMENT:
        allowed = [
            v for v in allowed if all(suits(stop, alone.vehicles[v]) for stop in alone.stops)
        ]
        if not allowed:
            return cause
    roomy = [v for v in allowed if _holds(alone, v)]
    if not roomy:
        return Cause.NO_VEHICLE_FITS
    order = range(len(alone.stops))
    if any(scheduled(alone, v, order) for v in roomy):
        return None
    tireless = replace(alone, vehicles=[_tireless(van) for van in alone.vehicles])
    in_time = any(scheduled(tireless, v, order) for v in roomy)
    return Cause.OUTSIDE_HOURS if in_time else Cause.WINDOW_UNREACHABLE


def _holds(alone: Problem, vehicle: int) -> bool:
    loads = loads_after(alone, vehicle, range(len(alone.stops))) or []
    return all(load.fits(alone.vehicles[vehicle].capacity) for load in loads)


def _tireless(van: Vehicle) -> Vehicle:
    """As if the shift never ended and nobody rested."""
    return replace(van, latest=1_000 * LARGEST, breaks=(), max_seconds=None)
