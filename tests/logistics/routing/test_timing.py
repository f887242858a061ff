"""The clock of one route, held against every way to place its rests and the compiled clock."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import combinations_with_replacement

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from logistics.routing.clock import begins, drive, rested
from logistics.routing.problem import NOTHING, Problem
from logistics.routing.ruin_recreate.encoding import encoded, fresh_state, laid, routes_of
from logistics.routing.ruin_recreate.engine import Run
from logistics.routing.ruin_recreate.kernel import BIG, COST
from logistics.routing.schedule import route_cost, scheduled
from logistics.routing.screen import screen
from logistics.routing.timing import Path, path_of, timed
from tests.logistics.routing.world import rich_problems


@st.composite
def drives(draw: st.DrawFn) -> tuple[Problem, int, list[int]]:
    """A day of which only the clock matters, a vehicle, and some of the stops in any order."""
    day = screen(draw(rich_problems(always=frozenset({"rest"})))).problem
    assume(day.stops and day.vehicles)
    v = draw(st.integers(0, len(day.vehicles) - 1))
    order = draw(st.permutations(range(len(day.stops))))[: draw(st.integers(1, 5))]
    stops = [
        replace(s, deliver=NOTHING, collect=NOTHING, skills=frozenset(), vehicle=None)
        for s in day.stops
    ]
    stops = [replace(s, chilled=False, clearance_cm=None) for s in stops]
    vans = [replace(van, locked=(), reloads=0) for van in day.vehicles]
    return replace(day, stops=stops, vehicles=vans, transfers=()), v, order


def every_way(path: Path) -> Iterator[tuple[int, int]]:
    """(back at, sum of the times when services are over), whichever legs the rests are on."""
    legs = range(-1, len(path.drives) + 1)
    for chosen in combinations_with_replacement(legs, len(path.van.breaks)):
        yield from _one_way(path, chosen)


def _one_way(path: Path, chosen: tuple[int, ...]) -> Iterator[tuple[int, int]]:
    rests = {
        leg: [rest for rest, on in zip(path.van.breaks, chosen, strict=True) if on == leg]
        for leg in range(-1, len(path.drives) + 1)
    }
    clock, over = path.van.earliest, 0
    begun = rested(clock, rests[-1])
    if begun is None:
        return
    for rest, at in zip(rests[-1], begun, strict=True):
        clock = at + rest.seconds
    for leg, seconds in enumerate(path.drives):
        driven = drive(path.profile, clock, seconds, rests[leg])
        if driven is None:
            return
        clock = driven.ready
        if leg < len(path.visits):
            begin = begins(path.visits[leg], clock)
            if begin is None:
                return
            clock = begin + path.visits[leg].service_seconds
            over += clock
    last = rests[len(path.drives)]
    after = rested(clock, last)
    if after is None or clock > path.van.latest:
        return
    if not after or after[-1] + last[-1].seconds <= path.van.latest:
        yield clock, over


@given(drives())
@settings(max_examples=200)
def test_rests_are_where_the_van_is_back_soonest_and_then_serves_soonest(
    given_drive: tuple[Problem, int, list[int]],
) -> None:
    day, v, order = given_drive
    van = replace(day.vehicles[v], max_seconds=None)
    stops = [replace(stop, wish=None) for stop in day.stops]
    path = path_of(replace(day, vehicles=[van], stops=stops), 0, order, ())
    route = timed(path)
    found = route and (route.ends, sum(route.leaves))
    assert found == min(every_way(path), default=None)


@given(drives())
@settings(max_examples=200)
def test_the_compiled_clock_drives_what_the_plain_one_does(
    given_drive: tuple[Problem, int, list[int]],
) -> None:
    day, v, order = given_drive
    day = replace(day, vehicles=[day.vehicles[v]])
    encoding = encoded(day)
    state = fresh_state(encoding.data, 0)
    laid(encoding, state, {0: order}, {})
    route = scheduled(day, 0, order)
    orders, _ = routes_of(encoding, state.after)
    if day.vehicles[0].max_seconds is None:
        assert orders == ({0: order} if route else {})
    if orders:
        assert route is not None
        left_out = sum(
            BIG if stop.penalty is None else stop.penalty
            for s, stop in enumerate(day.stops)
            if s not in order
        )
        assert state.numbers[COST] == route_cost(day, route) + left_out


@given(drives(), st.integers(1, 9))
@settings(max_examples=200)
def test_a_duty_without_other_rules_is_reckoned_as_the_plain_clock_does(
    given_drive: tuple[Problem, int, list[int]], tenths: int
) -> None:
    """Laid as a route, and put together stop by stop."""
    day, v, order = given_drive
    van = replace(day.vehicles[v], breaks=(), speed=None, fair_seconds=None)
    duty = (van.latest - van.earliest) * tenths // 10
    day = replace(day, vehicles=[replace(van, max_seconds=max(1, duty))], unfair_cost=0)
    day = replace(day, stops=[replace(s, windows=(), wish=None, together="") for s in day.stops])
    encoding = encoded(day)
    state = fresh_state(encoding.data, 0)
    laid(encoding, state, {0: order}, {})
    assert routes_of(encoding, state.after)[0] == ({0: order} if scheduled(day, 0, order) else {})
    run = Run(day, 0)
    run.construct()
    driven = run.current().orders.get(0, [])
    assert not driven or scheduled(day, 0, driven)
