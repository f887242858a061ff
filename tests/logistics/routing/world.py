"""A straight road from the depot: location n lies n minutes and n kilometres on."""

from collections.abc import Sequence
from dataclasses import fields, replace

import numpy as np
from hypothesis import strategies as st

from logistics.routing.problem import Break, Load, Problem, Stop, Vehicle
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
    rest_from, rest_until = draw(windows())
    rest = Break(rest_from, rest_until, draw(st.integers(0, 60)))
    return Vehicle(
        name="v",
        start=draw(st.integers(0, locations - 1)),
        end=draw(st.integers(0, locations - 1)),
        capacity=draw(loads(30)),
        earliest=earliest,
        latest=latest,
        break_=draw(st.none() | st.just(rest)),
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
