"""What the model knows: insertion is kept out, so that every plan is PyVRP's own."""

from dataclasses import replace

import pytest

from logistics.routing import pyvrp_engine
from logistics.routing.budget import Budget
from logistics.routing.insertion import Insertion, rank
from logistics.routing.problem import (
    Break,
    Load,
    Problem,
    SpeedBand,
    Stop,
    Transfer,
    Window,
    Wish,
)
from logistics.routing.pyvrp_engine import PyVrp
from logistics.routing.solution import Progress, Solution
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van

# Another van like it that is dearer to use.
DEAR = 10 * MINUTE


@pytest.fixture
def nothing_planned_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyvrp_engine, "first_plan", lambda problem, *_: a_solution(problem))


def planned(problem: Problem) -> Solution:
    told: list[Progress] = []
    solution = PyVrp().solve(problem, Budget(iterations=60), seed=0, on_progress=told.append)
    assert PyVrp().handles(problem)
    assert told[-1].rank == rank(problem, solution)
    return solution


def orders(solution: Solution) -> dict[int, list[int]]:
    return {route.vehicle: route.stops for route in solution.routes}


def test_without_the_package_nothing_is_handled(monkeypatch: pytest.MonkeyPatch) -> None:
    assert PyVrp().handles(a_problem())
    monkeypatch.setattr(pyvrp_engine, "installed", lambda: False)
    assert not PyVrp().handles(a_problem())


def a_changed_stop(**changes: object) -> list[Stop]:
    return [a_stop(1, **changes), a_stop(2)]


@pytest.mark.parametrize(
    "problem",
    [
        a_problem(a_changed_stop(windows=(Window(0, 1), Window(4, 5)))),
        a_problem(a_changed_stop(wish=Wish(0, 1, cost=1))),
        a_problem(a_changed_stop(together="lee")),
        a_problem(transfers=[Transfer(0, 1, Load(1))]),
        a_problem(vans=[a_van(breaks=(Break(12 * HOUR, 13 * HOUR, HOUR),))]),
        a_problem(vans=[a_van(locked=(0,))]),
        a_problem(vans=[a_van(speed=0)], speeds=[(SpeedBand(0, 50),)]),
        a_problem(vans=[a_van(fair_seconds=HOUR)], unfair_cost=1),
    ],
    ids=["windows", "wish", "together", "transfer", "rest", "locked", "speed", "fair share"],
)
def test_it_says_what_it_cannot_plan(problem: Problem) -> None:
    assert not PyVrp().handles(problem)


def test_matrices_beyond_memory_are_left_to_others(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pyvrp_engine, "MOST_LEGS", 8)
    assert not PyVrp().handles(a_problem())


def test_the_insertion_plan_is_where_it_starts() -> None:
    stops = [a_stop(location, earliest=(9 + location) * HOUR) for location in range(1, 8)]
    problem = a_problem(stops, [a_van(fixed_cost=DEAR)] * 3)
    inserted = Insertion().solve(problem, Budget(iterations=1), seed=0)
    kept = PyVrp().solve(problem, Budget(iterations=0), seed=0)
    assert (orders(kept), kept.cost) == (orders(inserted), inserted.cost)


@pytest.mark.usefixtures("nothing_planned_before")
class TestTheModel:
    def test_windows_decide_the_order(self) -> None:
        stops = [a_stop(1), a_stop(5, latest=9 * HOUR + 5 * MINUTE)]
        solution = planned(a_problem(stops, [a_van(end=9)]))
        assert (orders(solution), solution.cost) == ({0: [1, 0]}, 17 * MINUTE)

    def test_load_is_kept_below_capacity_between_stops_not_only_in_total(self) -> None:
        full = Load(20_000, 20_000)
        fetch = a_stop(1, deliver=Load(), collect=full)
        problem = a_problem([fetch, a_stop(2, deliver=full)], [a_van(capacity=full)])
        assert orders(planned(problem)) == {0: [1, 0]}

    def test_the_cold_compartment_has_room_of_its_own(self) -> None:
        van = a_van(capacity=Load(100_000, 100_000, 10_000), chilled=True)
        cold = a_stop(1, deliver=Load(10_000, 10_000, 8_000), chilled=True)
        assert len(orders(planned(a_problem([cold, cold], [van, van])))) == 2

    @pytest.mark.parametrize(
        ("needs", "cheap", "fitting"),
        [
            ({"skills": frozenset({"stairs"})}, {}, {"skills": frozenset({"stairs", "lift"})}),
            ({"clearance_cm": 210}, {"height_cm": 250}, {"height_cm": 210}),
            ({"chilled": True}, {}, {"chilled": True}),
            ({"vehicle": 1}, {}, {}),
        ],
    )
    def test_a_stop_gets_a_van_that_has_what_it_needs(
        self, needs: dict[str, object], cheap: dict[str, object], fitting: dict[str, object]
    ) -> None:
        vans = [a_van(**cheap), a_van(fixed_cost=DEAR, **fitting)]
        assert orders(planned(a_problem([a_stop(1)], vans))) == {0: [0]}
        assert orders(planned(a_problem([a_stop(1, **needs)], vans))) == {1: [0]}

    @pytest.mark.parametrize(("stranger_cost", "van"), [(DEAR - 1, 0), (DEAR + 1, 1)])
    def test_the_regular_van_comes_if_a_stranger_would_cost_more(
        self, stranger_cost: int, van: int
    ) -> None:
        stop = a_stop(1, regular=1, stranger_cost=stranger_cost)
        solution = planned(a_problem([stop], [a_van(), a_van(fixed_cost=DEAR)]))
        assert orders(solution) == {van: [0]}
        assert solution.cost == 2 * MINUTE + min(stranger_cost, DEAR)

    def test_each_van_serves_what_is_near_its_own_depot(self) -> None:
        vans = [a_van(), a_van(start=9, end=9)]
        assert orders(planned(a_problem([a_stop(8), a_stop(1)], vans))) == {0: [1], 1: [0]}

    def test_each_van_pays_its_own_price_for_the_road(self) -> None:
        dear, cheap = a_van(per_km=1_000, per_hour=60), a_van(per_km=100, per_hour=120)
        solution = planned(a_problem([a_stop(9)], [dear, cheap]))
        assert orders(solution) == {1: [0]}
        assert solution.cost == 2 * (9 * 100 + 9 * 2)

    def test_morning_and_evening_are_two_vans_where_hours_are_limited(self) -> None:
        stops = [a_stop(1, latest=10 * HOUR), a_stop(1, earliest=17 * HOUR)]
        vans = [a_van(fixed_cost=DEAR)] * 2
        assert len(orders(planned(a_problem(stops, vans)))) == 1
        limited = [replace(van, max_seconds=4 * HOUR) for van in vans]
        assert len(orders(planned(a_problem(stops, limited)))) == 2

    def test_what_is_aboard_all_day_takes_room(self) -> None:
        vans = [a_van(aboard=Load(95_000)), a_van(fixed_cost=DEAR)]
        assert orders(planned(a_problem([a_stop(1)], vans))) == {1: [0]}

    def test_a_full_van_loads_again(self) -> None:
        full = a_stop(2, deliver=Load(100_000))
        solution = planned(a_problem([full, full], [a_van(reloads=1, reload_seconds=600)]))
        route = solution.routes[0]
        assert (sorted(route.stops), route.reloads) == ([0, 1], (1,))
        assert (solution.cost, route.ends - route.starts) == (8 * MINUTE, 28 * MINUTE)

    def test_an_optional_stop_is_left_out_when_it_costs_more_than_its_penalty(self) -> None:
        stops = [a_stop(1, penalty=10 * MINUTE), a_stop(9, penalty=10 * MINUTE)]
        solution = planned(a_problem(stops))
        assert (solution.unserved, solution.cost) == ([1], 12 * MINUTE)

    def test_a_full_day_leaves_out_the_optional_before_the_must(self) -> None:
        one_load = a_van(capacity=Load(10_000, 10_000))
        solution = planned(a_problem([a_stop(1, penalty=10**9), a_stop(9)], [one_load]))
        assert orders(solution) == {0: [1]}

    def test_a_shift_may_begin_before_the_clock(self) -> None:
        stops = [a_stop(1, earliest=-HOUR, latest=-HOUR), a_stop(2)]
        solution = planned(a_problem(stops, [a_van(earliest=-2 * HOUR)]))
        assert solution.unserved == []
