"""A straight road from the depot: location n lies n minutes and n kilometres on."""

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from logistics.routing.problem import (
    Break,
    Load,
    Problem,
    SpeedBand,
    SpeedProfile,
    Stop,
    Transfer,
    Vehicle,
    Window,
    Wish,
)
from logistics.routing.schedule import solution_of
from logistics.routing.solution import Solution

MINUTE = 60
HOUR = 3_600


def the_road(length: int = 10, *, unit: int) -> list[list[int]]:
    return [[abs(a - b) * unit for b in range(length)] for a in range(length)]


def a_stop(location: int = 1, **changes: object) -> Stop:
    """Ten kilos and ten litres, any time, five minutes."""
    stop = Stop(
        name=f"stop {location}",
        location=location,
        deliver=Load(10_000, 10_000),
        latest=24 * HOUR,
        service_seconds=5 * MINUTE,
    )
    return replace(stop, **changes)  # type: ignore[arg-type]


def a_van(**changes: object) -> Vehicle:
    """A hundred kilos and litres, from 9 to 18 o'clock, no break, not chilled."""
    van = Vehicle(
        name="van",
        start=0,
        end=0,
        capacity=Load(100_000, 100_000),
        earliest=9 * HOUR,
        latest=18 * HOUR,
    )
    return replace(van, **changes)  # type: ignore[arg-type]


def a_problem(
    stops: Sequence[Stop] = (), vans: Sequence[Vehicle] = (), **changes: object
) -> Problem:
    problem = Problem(
        stops=stops or [a_stop(1), a_stop(2)],
        vehicles=vans or [a_van()],
        durations=the_road(unit=MINUTE),
        distances=the_road(unit=1_000),
    )
    return replace(problem, **changes)  # type: ignore[arg-type]


def a_solution(problem: Problem, *orders: list[int]) -> Solution:
    """The plan in which vehicle n drives the n-th order; everything in it is right."""
    solution = solution_of(
        problem,
        dict(enumerate(orders)),
        engine="by hand",
        seconds=0.0,
        first_feasible_seconds=0.0,
    )
    assert solution is not None
    return solution


def plain(problem: Problem) -> dict[str, object]:
    """The problem's fields to compare: arrays do not answer ``==`` with one truth."""
    told = {field.name: getattr(problem, field.name) for field in fields(problem)}
    matrices = {name: np.asarray(told[name]).tolist() for name in ("durations", "distances")}
    lists = {name: list(told[name]) for name in ("stops", "vehicles", "transfers", "speeds")}
    return told | matrices | lists


def loads(most: int) -> st.SearchStrategy[Load]:
    return st.builds(Load, st.integers(0, most), st.integers(0, most))


def windows(first: int = 0, last: int = 500) -> st.SearchStrategy[tuple[int, int]]:
    """Mostly sound, sometimes empty."""
    return st.tuples(st.integers(first, last), st.integers(first, last)).map(
        lambda pair: pair if pair[0] % 7 == 0 else (min(pair), max(pair))
    )


@st.composite
def stops(draw: st.DrawFn, locations: int) -> Stop:
    earliest, latest = draw(windows())
    return Stop(
        name="s",
        location=draw(st.integers(0, locations)),  # sometimes one too far
        deliver=draw(loads(12)),
        collect=draw(loads(8)),
        earliest=earliest,
        latest=latest,
        service_seconds=draw(st.integers(0, 20)),
        penalty=draw(st.none() | st.integers(0, 300)),
        chilled=draw(st.booleans()),
    )


@st.composite
def vans(draw: st.DrawFn, locations: int) -> Vehicle:
    earliest, latest = draw(windows())
    rests = st.builds(lambda span, seconds: Break(*span, seconds), windows(), st.integers(0, 60))
    return Vehicle(
        name="v",
        start=draw(st.integers(0, locations - 1)),
        end=draw(st.integers(0, locations - 1)),
        capacity=draw(loads(30)),
        earliest=earliest,
        latest=latest,
        breaks=tuple(draw(st.lists(rests, max_size=2))),
        fixed_cost=draw(st.sampled_from([0, 50])),
        chilled=draw(st.booleans()),
    )


@st.composite
def problems(draw: st.DrawFn) -> Problem:
    """Anything with square matrices; these need not be symmetric nor obey the triangle."""
    size = draw(st.integers(1, 6))
    row = st.lists(st.integers(0, 90), min_size=size, max_size=size)
    square = st.lists(row, min_size=size, max_size=size)
    return Problem(
        stops=draw(st.lists(stops(size), max_size=7)),
        vehicles=draw(st.lists(vans(size), max_size=4)),
        durations=draw(square),
        distances=draw(square),
        cost=draw(st.sampled_from(["duration", "distance"])),
    )


# Each is in half of the rich days, and there in half of the stops or vans.
FEATURES = [
    "aboard",
    "chilled",
    "clearance",
    "collect",
    "different_end",
    "fair",
    "hours",
    "locked",
    "penalty",
    "rates",
    "regular",
    "reloads",
    "rest",
    "skills",
    "speeds",
    "together",
    "transfers",
    "vehicle",
    "windows",
    "wish",
]


@dataclass(frozen=True)
class Chance:
    """What a rich day is drawn with."""

    draw: st.DrawFn
    features: set[str]

    def some(self, feature: str) -> bool:
        return feature in self.features and self.draw(st.booleans())

    def number(self, least: int, most: int) -> int:
        return self.draw(st.integers(least, most))

    def load(self, most: int) -> Load:
        ml = self.number(0, most)
        return Load(self.number(0, most), ml, self.number(0, ml))


@st.composite
def rich_problems(draw: st.DrawFn, always: frozenset[str] = frozenset()) -> Problem:
    """Small days with any of ``FEATURES``, some ``always``, that can mostly be planned; the screen
    lets most of every day through. Matrices are asymmetric and obey no triangle."""
    drawn = {feature for feature in FEATURES if draw(st.booleans())}
    chance = Chance(draw, drawn | always)
    size, fleet = chance.number(2, 10), chance.number(1, 3)
    square = arrays(np.int32, (size, size), elements=st.integers(0, 60), fill=st.nothing())
    stops = [_rich_stop(chance, size, fleet) for _ in range(chance.number(1, 7))]
    speeds = [_rich_speed(chance) for _ in range(2)] if "speeds" in chance.features else []
    order = draw(st.permutations(range(len(stops))))
    return Problem(
        stops=stops,
        vehicles=[_rich_van(chance, size, order[v::fleet], v) for v in range(fleet)],
        durations=draw(square),
        distances=draw(square),
        cost=draw(st.sampled_from(["duration", "distance"])),
        transfers=_rich_transfers(chance, len(stops)),
        speeds=speeds,
        unfair_cost=chance.number(0, 5) if "fair" in chance.features else 0,
    )


def _rich_stop(chance: Chance, size: int, fleet: int) -> Stop:
    earliest = chance.number(0, 400)
    latest = earliest + chance.number(200, 1_500)
    begin, end = earliest + chance.number(0, 90), latest - chance.number(0, 90)
    regular = chance.number(0, fleet - 1) if chance.some("regular") else None
    return Stop(
        name="s",
        location=chance.number(0, size - 1),
        deliver=chance.load(12),
        collect=chance.load(8) if chance.some("collect") else Load(),
        earliest=earliest,
        latest=latest,
        service_seconds=chance.number(0, 40),
        penalty=chance.number(0, 400) if chance.some("penalty") else None,
        chilled=chance.some("chilled"),
        windows=(Window(0, begin), Window(end, 9_999)) if chance.some("windows") else (),
        wish=Wish(begin, begin + 60, chance.number(0, 3)) if chance.some("wish") else None,
        skills=frozenset({"lift"}) if chance.some("skills") else frozenset(),
        clearance_cm=210 if chance.some("clearance") else None,
        vehicle=chance.number(0, fleet - 1) if chance.some("vehicle") else None,
        regular=regular,
        stranger_cost=0 if regular is None else chance.number(0, 90),
        together=chance.draw(st.sampled_from(["a", "b"])) if chance.some("together") else "",
    )


def _rich_van(chance: Chance, size: int, may_lock: list[int], v: int) -> Vehicle:
    # The first can go anywhere.
    start = chance.number(0, size - 1)
    earliest = chance.number(0, 100)
    rates = chance.some("rates")
    reloads = chance.number(1, 2) if chance.some("reloads") else 0
    room = 25 if reloads else 60
    return Vehicle(
        name="v",
        start=start,
        end=chance.number(0, size - 1) if chance.some("different_end") else start,
        capacity=Load(room, room, room - 5),
        earliest=earliest,
        latest=earliest + chance.number(1_500, 4_000),
        breaks=_rich_breaks(chance) if chance.some("rest") else (),
        fixed_cost=chance.draw(st.sampled_from([0, 50])),
        chilled=v == 0 or not chance.some("chilled"),
        skills=frozenset() if v and chance.some("skills") else frozenset({"lift", "stairs"}),
        height_cm=230 if v and chance.some("clearance") else 200,
        max_seconds=chance.number(400, 2_500) if chance.some("hours") else None,
        per_km=chance.number(0, 2_000) if rates else None,
        per_hour=chance.number(0, 9_000) if rates and chance.draw(st.booleans()) else None,
        fair_seconds=chance.number(0, 400) if chance.some("fair") else None,
        locked=tuple(may_lock[: chance.number(1, 2)]) if chance.some("locked") else (),
        aboard=chance.load(9) if chance.some("aboard") else Load(),
        reloads=reloads,
        reload_seconds=chance.number(0, 40) if reloads else 0,
        speed=chance.number(0, 1) if chance.some("speeds") else None,
    )


def _rich_breaks(chance: Chance) -> tuple[Break, ...]:
    """One to three; their windows may overlap, and mostly each can wait for the one before."""
    breaks = []
    earliest = chance.number(100, 900)
    for _ in range(chance.number(1, 3)):
        latest = earliest + chance.number(200, 600)
        breaks.append(Break(earliest, latest, chance.number(0, 90)))
        earliest += chance.number(0, 700)
    return tuple(breaks)


def _rich_speed(chance: Chance) -> SpeedProfile:
    changes = sorted(chance.draw(st.sets(st.integers(0, 1_500), max_size=4)))
    return tuple(SpeedBand(since, chance.number(30, 200)) for since in changes)


def _rich_transfers(chance: Chance, stops: int) -> list[Transfer]:
    order = chance.draw(st.permutations(range(stops)))
    pairs = zip(order[::2], order[1::2], strict=False)
    return [Transfer(a, b, chance.load(10)) for a, b in pairs if chance.some("transfers")]
