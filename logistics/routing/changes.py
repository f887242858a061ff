"""What may be changed about a day. Each change gives a new problem and keeps every position."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from logistics.routing.errors import BadChange
from logistics.routing.problem import Load, Matrix, Problem, Stop, Vehicle, Window, Wish

T = TypeVar("T")


class Change(Protocol):
    """A stop or vehicle is a position in the problem's lists; ``apply`` raises ``BadChange`` where
    it is none. Added stops and vehicles come last, so what was there keeps its position."""

    def apply(self, problem: Problem) -> Problem: ...


@dataclass(frozen=True, slots=True)
class VehicleOut:
    """The vehicle stays in the yard all day; what was locked for it is free."""

    vehicle: int

    def apply(self, problem: Problem) -> Problem:
        van = _at(problem.vehicles, self.vehicle, "vehicle")
        return _with_vehicle(problem, self.vehicle, replace(van, latest=van.earliest, locked=()))


@dataclass(frozen=True, slots=True)
class DriverIll:
    """The vehicle must be back by ``since`` (s); from the start of its shift on or before, it does
    not go out."""

    vehicle: int
    since: int

    def apply(self, problem: Problem) -> Problem:
        van = _at(problem.vehicles, self.vehicle, "vehicle")
        if self.since <= van.earliest:
            return VehicleOut(self.vehicle).apply(problem)
        latest = min(van.latest, self.since)
        return _with_vehicle(problem, self.vehicle, replace(van, latest=latest))


@dataclass(frozen=True, slots=True)
class MoreStops:
    """``stops`` come last. ``durations`` (s) and ``distances`` (m), where given, replace the
    problem's own: square, at least as large, the locations so far first. ``BadChange`` if one is
    given without the other or is smaller."""

    stops: tuple[Stop, ...]
    durations: Matrix | None = None
    distances: Matrix | None = None

    def apply(self, problem: Problem) -> Problem:
        more = replace(problem, stops=[*problem.stops, *self.stops])
        if self.durations is None and self.distances is None:
            return more
        if self.durations is None or self.distances is None:
            raise BadChange("distances" if self.distances is None else "durations", missing=True)
        rows, before = len(self.durations), len(problem.durations)
        if rows < before:
            raise BadChange("durations", rows=rows, least=before)
        return replace(more, durations=self.durations, distances=self.distances)


@dataclass(frozen=True, slots=True)
class WindowMoved:
    """Service at the stop begins in [earliest, latest] (s) and in no other window."""

    stop: int
    earliest: int
    latest: int

    def apply(self, problem: Problem) -> Problem:
        stop = _at(problem.stops, self.stop, "stop")
        moved = replace(stop, earliest=self.earliest, latest=self.latest, windows=())
        return _with_stop(problem, self.stop, moved)


@dataclass(frozen=True, slots=True)
class ExtraVehicle:
    """One vehicle more, the last of the list."""

    vehicle: Vehicle

    def apply(self, problem: Problem) -> Problem:
        return replace(problem, vehicles=[*problem.vehicles, self.vehicle])


@dataclass(frozen=True, slots=True)
class WindowWidened:
    """One of the stop's windows opens ``earlier`` and closes ``later`` (s). ``window`` counts
    ``windows_of`` the stop."""

    stop: int
    earlier: int = 0
    later: int = 0
    window: int = 0

    @property
    def minutes(self) -> int:
        return (self.earlier + self.later) // 60

    def apply(self, problem: Problem) -> Problem:
        stop = _at(problem.stops, self.stop, "stop")
        windows = list(windows_of(stop))
        old = _at(windows, self.window, "window")
        windows[self.window] = Window(old.earliest - self.earlier, old.latest + self.later)
        wider = replace(
            stop,
            earliest=min(window.earliest for window in windows),
            latest=max(window.latest for window in windows),
            windows=tuple(windows) if len(windows) > 1 else (),
        )
        return _with_stop(problem, self.stop, wider)


@dataclass(frozen=True, slots=True)
class WindowSwapped:
    """Of every window and wish of the stop that ends before it begins, the two ends swapped."""

    stop: int

    def apply(self, problem: Problem) -> Problem:
        stop = _at(problem.stops, self.stop, "stop")
        wish = stop.wish
        swapped = replace(
            stop,
            earliest=min(stop.earliest, stop.latest),
            latest=max(stop.earliest, stop.latest),
            windows=tuple(Window(*sorted((w.earliest, w.latest))) for w in stop.windows),
            wish=wish
            and Wish(min(wish.earliest, wish.latest), max(wish.earliest, wish.latest), wish.cost),
        )
        return _with_stop(problem, self.stop, swapped)


@dataclass(frozen=True, slots=True)
class ShiftExtended:
    """The vehicle may be back as late as ``until`` (s)."""

    vehicle: int
    until: int

    def apply(self, problem: Problem) -> Problem:
        van = _at(problem.vehicles, self.vehicle, "vehicle")
        return _with_vehicle(problem, self.vehicle, replace(van, latest=self.until))


@dataclass(frozen=True, slots=True)
class Lighter:
    """The stop is brought only ``deliver``; the rest has to come another day."""

    stop: int
    deliver: Load

    def apply(self, problem: Problem) -> Problem:
        stop = _at(problem.stops, self.stop, "stop")
        return _with_stop(problem, self.stop, replace(stop, deliver=self.deliver))


@dataclass(frozen=True, slots=True)
class MadeMust:
    """The stops are served whatever that costs: their penalty is None."""

    stops: tuple[int, ...]

    def apply(self, problem: Problem) -> Problem:
        for s in self.stops:
            stop = _at(problem.stops, s, "stop")
            problem = _with_stop(problem, s, replace(stop, penalty=None))
        return problem


@dataclass(frozen=True, slots=True)
class StopDropped:
    """The stop is not to be served today, and that costs nothing."""

    stop: int

    def apply(self, problem: Problem) -> Problem:
        stop = _at(problem.stops, self.stop, "stop")
        never = replace(stop, earliest=1, latest=0, windows=(), penalty=0)
        return _with_stop(problem, self.stop, never)


@dataclass(frozen=True, slots=True)
class LeftOut:
    """The optional stop is not served. That is allowed already: the problem stays the same."""

    stop: int

    def apply(self, problem: Problem) -> Problem:
        _at(problem.stops, self.stop, "stop")
        return problem


def windows_of(stop: Stop) -> tuple[Window, ...]:
    """When service may begin, in order of time: the windows as far as they lie in the hull."""
    hull = Window(stop.earliest, stop.latest)
    return tuple(sorted(_clipped(stop.windows or (hull,), hull), key=lambda w: w.earliest))


def _clipped(windows: Sequence[Window], hull: Window) -> Iterator[Window]:
    for window in windows:
        earliest = max(window.earliest, hull.earliest)
        latest = min(window.latest, hull.latest)
        if earliest <= latest:
            yield Window(earliest, latest)


def _at(items: Sequence[T], position: int, field: str) -> T:
    if position not in range(len(items)):
        raise BadChange(field, value=position, known=len(items))
    return items[position]


def _with_stop(problem: Problem, s: int, stop: Stop) -> Problem:
    return replace(problem, stops=[*problem.stops[:s], stop, *problem.stops[s + 1 :]])


def _with_vehicle(problem: Problem, v: int, van: Vehicle) -> Problem:
    return replace(problem, vehicles=[*problem.vehicles[:v], van, *problem.vehicles[v + 1 :]])
