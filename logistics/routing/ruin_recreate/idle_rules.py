"""Rules that bind nobody, taken out: without them a route's clock is reckoned much faster."""

from collections.abc import Sequence
from dataclasses import replace

from logistics.routing.problem import Break, Problem, SpeedProfile, Stop, Vehicle, Window


def without_idle_rules(problem: Problem) -> Problem:
    """The same plans at the same cost."""
    return replace(
        problem,
        stops=[_stop(stop) for stop in problem.stops],
        vehicles=[_vehicle(van, problem.speeds) for van in problem.vehicles],
    )


def _stop(stop: Stop) -> Stop:
    windows = _apart(stop.windows)
    earliest, latest = stop.earliest, stop.latest
    if len(windows) == 1:
        earliest, latest = max(earliest, windows[0].earliest), min(latest, windows[0].latest)
        windows = ()
    wish = stop.wish
    if wish and (not wish.cost or (wish.earliest <= earliest and wish.latest >= latest)):
        wish = None
    if (windows, wish, earliest, latest) == (
        stop.windows,
        stop.wish,
        stop.earliest,
        stop.latest,
    ):
        return stop
    return replace(stop, windows=windows, wish=wish, earliest=earliest, latest=latest)


def _apart(windows: tuple[Window, ...]) -> tuple[Window, ...]:
    """Windows that leave no second between them are one."""
    found: list[Window] = []
    for window in sorted(windows, key=lambda w: (w.earliest, w.latest)):
        if found and window.earliest <= found[-1].latest + 1:
            latest = max(found[-1].latest, window.latest)
            found[-1] = Window(found[-1].earliest, latest)
        else:
            found.append(window)
    return tuple(found)


def _vehicle(van: Vehicle, speeds: Sequence[SpeedProfile]) -> Vehicle:
    shift = van.latest - van.earliest
    fair = van.fair_seconds
    steady = van.speed is not None and all(band.percent == 100 for band in speeds[van.speed])
    return replace(
        van,
        breaks=() if all(_is_idle(rest, van) for rest in van.breaks) else van.breaks,
        fair_seconds=None if fair is not None and fair >= shift else fair,
        max_seconds=None if van.max_seconds and van.max_seconds >= shift else van.max_seconds,
        speed=None if steady else van.speed,
    )


def _is_idle(rest: Break, van: Vehicle) -> bool:
    """It takes no time and can be taken before leaving."""
    return rest.seconds == 0 and rest.earliest <= van.earliest <= rest.latest
