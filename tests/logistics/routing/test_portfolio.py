"""The portfolio: routes recombined, days in parts, and members that fail."""

import random
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations, pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.routing import portfolio
from logistics.routing.budget import Budget
from logistics.routing.check import ViolationKind, violations
from logistics.routing.found import Best, Found
from logistics.routing.portfolio import Portfolio, decompose, sampling
from logistics.routing.portfolio.decompose import InParts, size_for
from logistics.routing.portfolio.mixing import Mixer
from logistics.routing.portfolio.part import part_of
from logistics.routing.portfolio.pool import PooledRoute
from logistics.routing.portfolio.recombine import Columns, recombined
from logistics.routing.portfolio.units import Unit, dealt, split, units_of
from logistics.routing.problem import Problem
from logistics.routing.ruin_recreate import RuinRecreate
from logistics.routing.screen import screen
from logistics.routing.solution import Progress, Solution
from tests.bench.routing import gyeonggi
from tests.logistics.routing.world import a_problem, a_stop, a_van, problems, rich_problems

STOPS = 6


def route(*stops: int, cost: int, kind: int = 0) -> PooledRoute:
    return PooledRoute(kind, stops, cost)


def mixed(
    now: Sequence[PooledRoute],
    pooled: Sequence[PooledRoute],
    *,
    left_out: dict[int, int] | None = None,
    vans: int = 9,
    groups: Sequence[Sequence[int]] = (),
) -> list[PooledRoute] | None:
    columns = Columns.of([*now, *pooled])
    return recombined(columns, now, left_out or {}, {0: vans}, groups, None, seed=0)


def test_cheaper_routes_over_the_same_stops_are_taken() -> None:
    now = [route(0, 1, cost=10), route(2, 3, cost=10)]
    better = [route(0, 2, cost=6), route(3, 1, cost=6)]
    assert mixed(now, better) == better


def test_nothing_cheaper_is_none() -> None:
    now = [route(0, 1, cost=10), route(2, 3, cost=10)]
    assert mixed(now, [route(0, 2, cost=6), route(1, 3, cost=15)]) is None


def test_no_more_routes_than_vans() -> None:
    now = [route(0, 1, cost=10)]
    assert mixed(now, [route(0, cost=3), route(1, cost=3)], vans=1) is None


def test_a_group_is_not_torn_apart() -> None:
    now = [route(0, 1, cost=10)]
    pooled = [route(0, cost=3), route(1, cost=3)]
    assert mixed(now, pooled) == pooled
    assert mixed(now, pooled, groups=[[0, 1]]) is None


def test_a_stop_dearer_than_its_penalty_is_left_out() -> None:
    now = [route(0, 1, cost=10)]
    assert mixed(now, [route(0, cost=3)], left_out={1: 5}) == [route(0, cost=3)]


@st.composite
def pools(draw: st.DrawFn) -> tuple[list[PooledRoute], list[PooledRoute]]:
    """(a plan for all stops, more routes)."""
    cuts = sorted(draw(st.sets(st.integers(1, STOPS - 1), max_size=3)))
    bounds = [0, *cuts, STOPS]
    costs = st.integers(1, 30)
    now = [route(*range(a, b), cost=draw(costs)) for a, b in pairwise(bounds)]
    stops = st.lists(st.integers(0, STOPS - 1), min_size=1, max_size=4, unique=True)
    known = {frozenset(r.stops) for r in now}
    others = draw(st.lists(stops, max_size=12, unique_by=frozenset))
    return now, [route(*of, cost=draw(costs)) for of in others if frozenset(of) not in known]


@given(pool=pools())
def test_what_is_recombined_is_the_cheapest_partition(
    pool: tuple[list[PooledRoute], list[PooledRoute]],
) -> None:
    now, others = pool
    routes = [*now, *others]
    cheapest = min(
        sum(r.cost for r in chosen)
        for size in range(1, STOPS + 1)
        for chosen in combinations(routes, size)
        if sorted(s for r in chosen for s in r.stops) == list(range(STOPS))
    )
    found = mixed(now, others) or now
    assert sum(r.cost for r in found) == cheapest


@given(problem=rich_problems(), many=st.integers(1, 6))
def test_parts_share_out_every_stop_and_vehicle_once(problem: Problem, many: int) -> None:
    problem = screen(problem).problem
    plan = RuinRecreate().solve(problem, Budget(iterations=3), seed=0)
    found = Found(0, 0, {route.vehicle: route.stops for route in plan.routes})
    chance = random.Random(0)
    units = units_of(problem, found)
    if not units:
        return
    parts = split(problem, units, many, chance)
    vans = dealt(problem, parts, chance)
    stops = [s for part in parts for unit in part for s in unit.stops]
    assert sorted(stops) == list(range(len(problem.stops)))
    assert sorted(v for of in vans for v in of) == list(range(len(problem.vehicles)))
    assert len(parts) == min(many, len(units))
    for part in parts:
        inside = {s for unit in part for s in unit.stops}
        assert all((t.pickup in inside) == (t.delivery in inside) for t in problem.transfers)


@given(many=st.integers(1, 12), seed=st.integers(0, 1_000))
def test_parts_of_single_stops_differ_by_two_at_most(many: int, seed: int) -> None:
    problem = gyeonggi.day(60).problem
    units = units_of(problem, Found(0, 0, {}))
    sizes = [len(part) for part in split(problem, units, many, random.Random(seed))]
    assert max(sizes) - min(sizes) <= 2


def in_parts(problem: Problem, seed: int = 0, threads: int = 1) -> Solution:
    best = Best(problem, Budget(iterations=60, threads=threads))
    search = InParts(problem, seed, threads)
    search.construct(best)
    search.cool(best.budget, 0.0, 1.0, best)
    return best.solution()


def few_in_a_part(patch: pytest.MonkeyPatch) -> None:
    for name, value in {"FIRST_SIZE": 3, "SIZE": 3, "ROUTES": 1}.items():
        patch.setattr(decompose, name, value)


@given(problem=rich_problems())
@settings(max_examples=60)
def test_a_rich_day_in_parts_passes_the_check(problem: Problem) -> None:
    problem = screen(problem).problem
    with pytest.MonkeyPatch.context() as patch:
        few_in_a_part(patch)
        patch.setattr(decompose, "ROUNDS", 3)
        solution = in_parts(problem)
    broken = {found.kind for found in violations(problem, solution)}
    assert broken <= {ViolationKind.MUST_UNSERVED}
    assert sorted([*(s for r in solution.routes for s in r.stops), *solution.unserved]) == list(
        range(len(problem.stops))
    )


@given(problem=problems())
@settings(max_examples=20)
def test_parts_on_two_threads_give_the_same_plan_again(problem: Problem) -> None:
    problem = screen(problem).problem
    with pytest.MonkeyPatch.context() as patch:
        few_in_a_part(patch)
        plans = [in_parts(problem, threads=2) for _ in range(2)]
    assert [r.stops for r in plans[0].routes] == [r.stops for r in plans[1].routes]


@given(problem=rich_problems())
@settings(max_examples=20)
def test_two_searches_beside_each_other_give_the_same_checked_plan_again(problem: Problem) -> None:
    problem = screen(problem).problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "POOLED_SINCE", 0.0)
        patch.setattr(sampling, "ROUNDS_A_STOP", 1)
        budget = Budget(iterations=300, threads=2)
        first, again = (Portfolio().solve(problem, budget, seed=0) for _ in range(2))
    assert {v.kind for v in violations(problem, first)} <= {ViolationKind.MUST_UNSERVED}
    assert [r.stops for r in first.routes] == [r.stops for r in again.routes]


def test_the_second_search_finds_what_the_first_does_not() -> None:
    problem = gyeonggi.day(150).problem
    costs = {
        threads: [
            Portfolio().solve(problem, Budget(iterations=2_000, threads=threads), seed=seed).cost
            for seed in range(6)
        ]
        for threads in (1, 3)
    }
    assert sum(costs[3]) < sum(costs[1])


def test_neighbours_are_numbered_one_after_the_other() -> None:
    at = [0, 7, 3, 9, 1, 6]
    away = np.array([[abs(a - b) for b in at] for a in at], np.int32)
    problem = replace(
        a_problem([a_stop(n) for n in range(1, 6)], [a_van()]), durations=away, distances=away
    )
    part = part_of(problem, range(5), range(1))
    assert [at[problem.stops[s].location] for s in part.stops] == [1, 3, 6, 7, 9]
    there = Found(0, 0, {0: [0, 1, 2, 3, 4]})
    assert part.outside(part.inside(there)).orders == there.orders


@given(problem=rich_problems())
@settings(max_examples=40)
def test_a_recombined_rich_day_passes_the_check(problem: Problem) -> None:
    problem = screen(problem).problem
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(sampling, "POOLED_SINCE", 0.0)
        patch.setattr(sampling, "ROUNDS_A_STOP", 1)
        solution = Portfolio().solve(problem, Budget(iterations=1_500), seed=0)
    broken = {found.kind for found in violations(problem, solution)}
    assert broken <= {ViolationKind.MUST_UNSERVED}


def test_what_is_recombined_is_told_by_its_name() -> None:
    problem = gyeonggi.day(150).problem
    told: list[Progress] = []
    for seed in range(8):
        Portfolio().solve(problem, Budget(iterations=9_000), seed=seed, on_progress=told.append)
    assert {said.engine for said in told} == {"ruin_recreate", "recombine"}


def test_a_large_day_is_told_of_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(portfolio, "LARGE", 3)
    told: list[Progress] = []
    problem = a_problem([a_stop(n) for n in range(1, 9)], [a_van(), a_van()])
    solution = Portfolio().solve(problem, Budget(iterations=50), seed=0, on_progress=told.append)
    assert {said.engine for said in told} == {"decompose"}
    assert solution.engine == "portfolio"
    assert violations(problem, solution) == []


@given(problem=rich_problems())
@settings(max_examples=40)
def test_a_rich_day_recombined_from_parts_passes_the_check(problem: Problem) -> None:
    problem = screen(problem).problem
    with pytest.MonkeyPatch.context() as patch:
        few_in_a_part(patch)
        patch.setattr(portfolio, "LARGE", 3)
        patch.setattr(sampling, "POOLED_SINCE", 0.0)
        patch.setattr(sampling, "ROUNDS_A_STOP", 1)
        solution = Portfolio().solve(problem, Budget(iterations=1_500), seed=0)
    broken = {found.kind for found in violations(problem, solution)}
    assert broken <= {ViolationKind.MUST_UNSERVED}


def test_parts_get_enough_routes_and_few_enough_stops(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decompose, "SIZE", 10)
    monkeypatch.setattr(decompose, "ROUTES", 4)
    short = Found(0, 0, {0: [0, 1], 1: [2, 3], 2: []})
    long = Found(0, 0, {0: [0, 1, 2], 1: [3, 4, 5, 6]})
    assert (size_for(short), size_for(long)) == (10, 14)


@pytest.mark.parametrize(("threads", "parts"), [(1, 5), (2, 4), (3, 6), (4, 4), (5, 5), (16, 5)])
def test_every_thread_has_as_many_parts_while_there_are_enough(
    monkeypatch: pytest.MonkeyPatch, threads: int, parts: int
) -> None:
    monkeypatch.setattr(decompose, "FIRST_SIZE", 13)
    cut: list[int] = []

    def noted(*of: Any) -> list[list[Unit]]:
        found = split(*of)
        cut.append(len(found))
        return found

    monkeypatch.setattr(decompose, "split", noted)
    problem = gyeonggi.day(60).problem
    InParts(problem, 0, threads).construct(Best(problem, Budget(iterations=1, threads=threads)))
    assert cut == [parts]


def test_a_day_of_many_short_routes_is_searched_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    few_in_a_part(monkeypatch)
    told: list[Progress] = []
    problem = gyeonggi.day(60).problem
    Portfolio().solve(problem, Budget(iterations=5_000), seed=0, on_progress=told.append)
    assert told[0].engine == "ruin_recreate"
    assert {said.engine for said in told[1:]} <= {"decompose", "recombine"}
    assert len(told) > 1


def test_where_recombining_fails_the_plan_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(Mixer, "mixed", broken)
    problem = a_problem([a_stop(n) for n in range(1, 9)], [a_van(), a_van()])
    solution = Portfolio().solve(problem, Budget(iterations=50), seed=0)
    assert violations(problem, solution) == []
    assert solution.unserved == []
