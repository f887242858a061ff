"""What the model knows: insertion is kept out, so that every plan is OR-Tools' own."""

from dataclasses import replace

import pytest

from logistics.routing import ortools_engine
from logistics.routing.budget import Budget
from logistics.routing.insertion import rank
from logistics.routing.ortools_engine import OrTools
from logistics.routing.problem import (
    Break,
    Load,
    Problem,
    SpeedBand,
    Stop,
    Transfer,
    Vehicle,
    Window,
    Wish,
)
from logistics.routing.solution import Progress, Solution
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van

# Another van like it that is dearer to use.
DEAR = 10 * MINUTE
HALF_FULL = Load(60_000, 60_000)


@pytest.fixture(autouse=True)
def nothing_planned_before(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ortools_engine, "first_plan", lambda problem, *_: a_solution(problem))


def planned(problem: Problem) -> Solution:
    told: list[Progress] = []
    solution = OrTools().solve(problem, Budget(iterations=40), seed=0, on_progress=told.append)
    assert OrTools().handles(problem)
    assert told[-1].rank == rank(problem, solution)
    return solution


def orders(solution: Solution) -> dict[int, list[int]]:
    return {route.vehicle: route.stops for route in solution.routes}


def test_service_begins_inside_one_of_several_windows() -> None:
    windows = (Window(9 * HOUR, 9 * HOUR), Window(15 * HOUR, 16 * HOUR))
    problem = a_problem([a_stop(1, windows=windows), a_stop(5, latest=10 * HOUR)])
    solution = planned(problem)
    assert orders(solution) == {0: [1, 0]}
    assert solution.routes[0].leaves[1] == 15 * HOUR + 5 * MINUTE


def test_windows_out_of_order_and_overlapping_close_only_the_rest() -> None:
    windows = (Window(50, 60), Window(10, 30), Window(20, 40), Window(9, 8))
    assert ortools_engine._closed(Stop("s", 1, earliest=0, latest=70, windows=windows)) == [
        (0, 9),
        (41, 49),
        (61, 70),
    ]


def test_a_detour_is_driven_for_a_promised_time() -> None:
    through = a_van(end=9)
    stops = [a_stop(1), a_stop(5)]
    assert orders(planned(a_problem(stops, [through]))) == {0: [0, 1]}
    stops[1] = a_stop(5, wish=Wish(0, 9 * HOUR + 5 * MINUTE, cost=10))
    solution = planned(a_problem(stops, [through]))
    assert (orders(solution), solution.cost) == ({0: [1, 0]}, 17 * MINUTE)


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
    needs: dict[str, object], cheap: dict[str, object], fitting: dict[str, object]
) -> None:
    vans = [a_van(**cheap), a_van(fixed_cost=DEAR, **fitting)]
    assert orders(planned(a_problem([a_stop(1)], vans))) == {0: [0]}
    assert orders(planned(a_problem([a_stop(1, **needs)], vans))) == {1: [0]}


@pytest.mark.parametrize(("stranger_cost", "van"), [(DEAR - 1, 0), (DEAR + 1, 1)])
def test_the_regular_van_comes_if_a_stranger_would_cost_more(stranger_cost: int, van: int) -> None:
    stop = a_stop(1, regular=1, stranger_cost=stranger_cost)
    solution = planned(a_problem([stop], [a_van(), a_van(fixed_cost=DEAR)]))
    assert orders(solution) == {van: [0]}
    assert solution.cost == 2 * MINUTE + min(stranger_cost, DEAR)


def from_both_ends() -> list[Vehicle]:
    return [a_van(), a_van(start=9, end=9)]


def test_each_van_serves_what_is_near_its_own_depot() -> None:
    problem = a_problem([a_stop(8), a_stop(1)], from_both_ends())
    assert orders(planned(problem)) == {0: [1], 1: [0]}


def test_a_group_is_served_by_one_van() -> None:
    stops = [a_stop(8, together="lee"), a_stop(1, together="lee")]
    solution = planned(a_problem(stops, from_both_ends()))
    assert [sorted(route.stops) for route in solution.routes] == [[0, 1]]
    assert solution.cost == 16 * MINUTE


def test_one_of_a_group_is_left_out_rather_than_served_by_another_van() -> None:
    stops = [a_stop(8, together="lee", penalty=5 * MINUTE), a_stop(1, together="lee")]
    solution = planned(a_problem(stops, from_both_ends()))
    assert (orders(solution), solution.unserved) == ({0: [1]}, [0])


def test_a_transfer_is_taken_up_before_it_is_set_down() -> None:
    through = a_van(end=9)
    stops = [a_stop(1), a_stop(8)]
    assert orders(planned(a_problem(stops, [through]))) == {0: [0, 1]}
    problem = a_problem(stops, [through], transfers=[Transfer(1, 0, Load(1_000))])
    assert orders(planned(problem)) == {0: [1, 0]}


def test_a_transfer_stays_in_one_van() -> None:
    stops = [a_stop(8), a_stop(1)]
    problem = a_problem(stops, from_both_ends(), transfers=[Transfer(0, 1, Load(1_000))])
    assert list(orders(planned(problem)).values()) == [[0, 1]]


def test_transfers_that_do_not_fit_together_are_driven_one_by_one() -> None:
    stops = [a_stop(location, deliver=Load()) for location in (1, 2, 8, 9)]
    transfers = [Transfer(0, 2, HALF_FULL), Transfer(1, 3, HALF_FULL)]
    solution = planned(a_problem(stops, transfers=transfers))
    assert orders(solution) in ({0: [0, 2, 1, 3]}, {0: [1, 3, 0, 2]})


def test_both_ends_of_a_transfer_are_left_out_where_one_alone_would_be_worth_it() -> None:
    stops = [a_stop(9, penalty=MINUTE), a_stop(1, penalty=10 * MINUTE)]
    assert orders(planned(a_problem(stops))) == {0: [1]}
    problem = a_problem(stops, transfers=[Transfer(0, 1, Load(1_000))])
    assert planned(problem).unserved == [0, 1]


def test_each_van_pays_its_own_price_for_the_road() -> None:
    dear, cheap = a_van(per_km=1_000, per_hour=60), a_van(per_km=100, per_hour=120)
    solution = planned(a_problem([a_stop(9)], [dear, cheap]))
    assert orders(solution) == {1: [0]}
    assert solution.cost == 2 * (9 * 100 + 9 * 2)


def test_morning_and_evening_are_two_vans_where_hours_are_limited() -> None:
    stops = [a_stop(1, latest=10 * HOUR), a_stop(1, earliest=17 * HOUR)]
    vans = [a_van(fixed_cost=DEAR), a_van(fixed_cost=DEAR)]
    assert len(orders(planned(a_problem(stops, vans)))) == 1
    limited = [replace(van, max_seconds=4 * HOUR) for van in vans]
    assert len(orders(planned(a_problem(stops, limited)))) == 2


def test_a_van_with_limited_hours_may_leave_later() -> None:
    stops = [a_stop(1), a_stop(2, earliest=15 * HOUR)]
    solution = planned(a_problem(stops, [a_van(max_seconds=HOUR)]))
    assert solution.unserved == []


def test_locked_stops_come_first_in_their_order() -> None:
    stops = [a_stop(1), a_stop(5), a_stop(8)]
    through = a_van(end=9)
    assert orders(planned(a_problem(stops, [through]))) == {0: [0, 1, 2]}
    assert orders(planned(a_problem(stops, [replace(through, locked=(2, 0))]))) == {0: [2, 0, 1]}


def test_what_is_aboard_all_day_takes_room() -> None:
    vans = [a_van(aboard=Load(95_000)), a_van(fixed_cost=DEAR)]
    assert orders(planned(a_problem([a_stop(1)], vans))) == {1: [0]}


def test_the_cold_compartment_has_room_of_its_own() -> None:
    van = a_van(capacity=Load(100_000, 100_000, 10_000), chilled=True)
    cold = a_stop(1, deliver=Load(10_000, 10_000, 8_000), chilled=True)
    assert len(orders(planned(a_problem([cold, cold], [van, van])))) == 2


def test_work_is_shared_where_more_than_a_fair_share_costs_more() -> None:
    vans = [a_van(fixed_cost=DEAR, fair_seconds=10 * MINUTE)] * 2
    stops = [a_stop(1), a_stop(1)]
    assert len(orders(planned(a_problem(stops, vans, unfair_cost=1)))) == 1
    solution = planned(a_problem(stops, vans, unfair_cost=100))
    assert (len(solution.routes), solution.cost) == (2, 2 * DEAR + 4 * MINUTE)


def test_a_day_with_everything_in_it_is_planned_whole() -> None:
    stops = [
        a_stop(1, skills=frozenset({"stairs"}), wish=Wish(0, 12 * HOUR, cost=1)),
        a_stop(2, windows=(Window(9 * HOUR, 11 * HOUR), Window(14 * HOUR, 16 * HOUR))),
        a_stop(3, together="lee", regular=0, stranger_cost=50),
        a_stop(4, together="lee"),
        a_stop(5, collect=Load(5_000)),
        a_stop(6, vehicle=1),
    ]
    rest = Break(12 * HOUR, 13 * HOUR, 30 * MINUTE)
    van = a_van(breaks=(rest,), skills=frozenset({"stairs"}), max_seconds=8 * HOUR)
    vans = [replace(van, locked=(2,), per_km=100), replace(van, start=9, fair_seconds=HOUR)]
    problem = a_problem(stops, vans, transfers=[Transfer(4, 0, Load(2_000))], unfair_cost=2)
    assert planned(problem).unserved == []


def test_several_rests_are_taken_one_after_the_other() -> None:
    rests = (
        Break(10 * HOUR, 11 * HOUR, 30 * MINUTE),
        Break(10 * HOUR, 15 * HOUR, 30 * MINUTE),
    )
    stops = [a_stop(place, earliest=(8 + place) * HOUR) for place in range(1, 8)]
    assert planned(a_problem(stops, [a_van(breaks=rests)])).unserved == []


@pytest.mark.parametrize(
    "problem",
    [
        a_problem(vans=[a_van(reloads=1)]),
        a_problem(vans=[a_van(speed=0)], speeds=[(SpeedBand(0, 50),)]),
        a_problem([a_stop(1)] * (ortools_engine.MOST_STOPS + 1)),
        a_problem(vans=[a_van(latest=10**9, breaks=(Break(0, 10**8, 60),))]),
    ],
    ids=["loading again", "changing speeds", "too many stops", "years with a rest"],
)
def test_it_says_what_it_cannot_plan(problem: Problem) -> None:
    assert not OrTools().handles(problem)
