from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from logistics.routing.changes import (
    ExtraVehicle,
    LeftOut,
    Lighter,
    MadeMust,
    ShiftExtended,
    WindowSwapped,
    WindowWidened,
)
from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.errors import StopNotUnserved
from logistics.routing.explain import CheapestInsertion, Explanation, Fix, explain
from logistics.routing.problem import Load, Problem, Stop, Transfer, Window
from logistics.routing.schedule import plan_cost, scheduled, solution_of
from logistics.routing.screen import Cause, screen
from logistics.routing.solution import Solution
from logistics.routing.solver import solve
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_solution,
    a_stop,
    a_van,
    problems,
    rich_problems,
)


def told(problem: Problem, *orders: list[int], stop: int) -> Explanation:
    return explain(problem, a_solution(problem, *orders), stop)


def kinds(explanation: Explanation) -> list[str]:
    return [fix.kind for fix in explanation.fixes]


def changes(explanation: Explanation) -> list[object]:
    return [fix.change for fix in explanation.fixes]


def planned(fix: Fix, problem: Problem) -> Solution:
    found = solution_of(
        fix.apply(problem),
        fix.order,
        engine="by hand",
        seconds=0.0,
        first_feasible_seconds=None,
        reloads=fix.reloads,
    )
    assert found is not None
    return found


def worse_than_left_out(problem: Problem, solution: Solution) -> list[Violation]:
    left_out = ViolationKind.MUST_UNSERVED
    return [found for found in violations(problem, solution) if found.kind != left_out]


def assert_every_fix_works(problem: Problem, solution: Solution) -> None:
    # A lock that cannot be kept is broken before and after.
    mended = screen(problem).mended()
    for s in solution.unserved:
        for fix in explain(problem, solution, s).fixes:
            found = planned(fix, mended)
            assert s not in found.unserved
            assert worse_than_left_out(fix.apply(mended), found) == []
            left_out = fix.change.stop if isinstance(fix.change, LeftOut) else None
            now = {route.vehicle: route.stops for route in found.routes}
            for route in solution.routes:
                pinned = [x for x in route.stops if x != left_out]
                assert [x for x in now[route.vehicle] if x in pinned] == pinned


@given(problem=problems())
@settings(max_examples=200)
def test_every_fix_serves_the_stop_and_breaks_nothing(problem: Problem) -> None:
    assert_every_fix_works(problem, solve(problem, engine="insertion", iterations=2))


@given(problem=rich_problems())
@settings(max_examples=200)
def test_every_fix_serves_the_stop_on_a_rich_day_and_breaks_nothing(problem: Problem) -> None:
    assert_every_fix_works(problem, solve(problem, engine="insertion", iterations=2))


@given(problem=rich_problems(), engine=st.sampled_from(["insertion", "ruin_recreate"]))
@settings(max_examples=200)
def test_a_plan_that_took_optional_stops_for_musts_is_fixed_too(
    problem: Problem, engine: str
) -> None:
    small = [replace(van, capacity=Load(20, 20, 20)) for van in problem.vehicles]
    problem = replace(problem, vehicles=small)
    musts = replace(problem, stops=[replace(stop, penalty=None) for stop in problem.stops])
    planned = solve(musts, engine=engine, iterations=20)
    cost = plan_cost(problem, planned.routes, planned.unserved)
    assert_every_fix_works(problem, replace(planned, cost=cost))


@given(problem=problems())
def test_a_fix_changes_the_original_problem_alike(problem: Problem) -> None:
    solution = solve(problem, engine="insertion", iterations=2)
    for s in solution.unserved:
        for fix in explain(problem, solution, s).fixes:
            assert worse_than_left_out(fix.apply(problem), planned(fix, problem)) == []


@given(problem=problems())
@settings(max_examples=200)
def test_no_window_widened_by_five_minutes_less_would_do(problem: Problem) -> None:
    solution = solve(problem, engine="insertion", iterations=2)
    screened = screen(problem)
    for s in solution.unserved:
        for fix in explain(problem, solution, s).fixes:
            if not isinstance(fix.change, WindowWidened):
                continue
            less = fix.change.minutes * MINUTE - 5 * MINUTE
            for change in (WindowWidened(s, earlier=less), WindowWidened(s, later=less)):
                day = change.apply(screened.mended())
                for v in screened.vehicles:
                    stops = next((r.stops for r in solution.routes if r.vehicle == v), [])
                    for at in range(len(stops) + 1):
                        assert scheduled(day, v, [*stops[:at], s, *stops[at:]]) is None


def test_a_window_is_widened_by_no_more_than_it_must_rounded_up_to_five_minutes() -> None:
    # Ten minutes there, four minutes of it too late.
    far = a_stop(9, latest=9 * HOUR + 5 * MINUTE)
    explanation = told(a_problem([far]), stop=0)
    assert explanation.cause == Cause.WINDOW_UNREACHABLE
    assert explanation.fixes[0].change == WindowWidened(0, later=5 * MINUTE)


def test_the_cheapest_insertion_names_its_neighbours_and_whom_it_makes_late() -> None:
    # In between, the last stop's turn comes at 9:13; behind it, the new one's at 9:14.
    first, new = a_stop(1), a_stop(2, latest=9 * HOUR + 7 * MINUTE)
    last = a_stop(3, latest=9 * HOUR + 8 * MINUTE)
    explanation = told(a_problem([first, new, last]), [0, 2], stop=1)
    assert explanation.cheapest == CheapestInsertion(
        vehicle=0, after=0, before=2, extra_seconds=0, extra_cost=0, late={2: 5 * MINUTE}
    )


def test_the_cheapest_insertion_tells_the_overload_where_no_van_has_room() -> None:
    heavy = a_stop(1, deliver=Load(100_007, 10))
    explanation = told(a_problem([heavy]), stop=0)
    assert explanation.cheapest is not None
    assert explanation.cheapest.overload == Load(7, 0)


def test_the_cheapest_insertion_tells_the_overtime_where_no_shift_is_long_enough() -> None:
    long = a_stop(1, service_seconds=9 * HOUR)
    explanation = told(a_problem([long]), stop=0)
    assert explanation.cheapest is not None
    assert explanation.cheapest.overtime == 2 * MINUTE


def test_a_shift_is_extended_until_the_van_is_back() -> None:
    explanation = told(a_problem([a_stop(1, service_seconds=9 * HOUR)]), stop=0)
    assert explanation.cause == Cause.OUTSIDE_HOURS
    assert changes(explanation) == [ShiftExtended(0, 18 * HOUR + 5 * MINUTE)]


def test_what_is_too_heavy_comes_lighter() -> None:
    explanation = told(a_problem([a_stop(1, deliver=Load(100_007, 10))]), stop=0)
    assert changes(explanation) == [Lighter(0, Load(100_000, 10))]


def test_another_van_like_the_first_serves_what_found_no_room() -> None:
    van = a_van(capacity=Load(10_000, 10_000), locked=(0,))
    explanation = told(a_problem([a_stop(1), a_stop(2)], [van]), [0], stop=1)
    assert changes(explanation) == [ExtraVehicle(replace(van, locked=()))]
    assert explanation.fixes[0].order == {0: [0], 1: [1]}


def test_another_van_comes_on_a_shift_that_is_in_time() -> None:
    early = a_stop(1, latest=7 * HOUR)
    explanation = told(a_problem([early]), stop=0)
    moved = a_van(earliest=6 * HOUR + 55 * MINUTE, latest=15 * HOUR + 55 * MINUTE)
    assert changes(explanation)[-1] == ExtraVehicle(moved)


def test_the_optional_stop_of_the_least_penalty_makes_room() -> None:
    van = a_van(capacity=Load(20_000, 20_000))
    stops = [a_stop(1, penalty=50), a_stop(2, penalty=40), a_stop(3, penalty=90)]
    explanation = told(a_problem(stops, [van]), [0, 1], stop=2)
    assert LeftOut(1) in changes(explanation)


def test_no_stop_of_a_higher_penalty_is_left_out_instead() -> None:
    van = a_van(capacity=Load(10_000, 10_000))
    stops = [a_stop(1, penalty=50), a_stop(2, penalty=50)]
    assert "leave_out" not in kinds(told(a_problem(stops, [van]), [0], stop=1))


def test_a_stop_dearer_than_its_penalty_need_only_be_made_a_must() -> None:
    problem = a_problem([a_stop(1), a_stop(9, penalty=1)])
    explanation = told(problem, [0], stop=1)
    assert changes(explanation) == [MadeMust((1,))]
    assert explanation.fixes[0].extra_cost == 16 * MINUTE - 1


def test_the_ends_of_an_empty_window_are_swapped() -> None:
    stop = a_stop(1, earliest=12 * HOUR, latest=10 * HOUR)
    explanation = told(a_problem([stop]), stop=0)
    assert (explanation.cause, explanation.cheapest) == (Cause.WINDOW_EMPTY, None)
    assert changes(explanation) == [WindowSwapped(0)]


@pytest.mark.parametrize(
    ("stop", "cause"),
    [
        (a_stop(99), Cause.LOCATION_UNKNOWN),
        (a_stop(1, deliver=Load(-1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, chilled=True), Cause.NEEDS_CHILLED),
        (a_stop(1, vehicle=7), Cause.NOT_ALLOWED_VEHICLE),
    ],
)
def test_what_only_other_data_or_vans_could_mend_has_no_fix(stop: Stop, cause: Cause) -> None:
    assert told(a_problem([stop]), stop=0) == Explanation(0, cause, None, ())


def test_both_ends_of_a_transfer_are_put_in() -> None:
    stops = [a_stop(1), a_stop(2, latest=9 * HOUR), a_stop(3)]
    problem = a_problem(stops, transfers=[Transfer(2, 1, Load(1))])
    explanation = told(problem, [0], stop=1)
    assert explanation.fixes[0].kind == "widen_window"
    assert explanation.fixes[0].order == {0: [2, 1, 0]}


def test_of_several_windows_the_nearest_is_widened() -> None:
    windows = (Window(0, 8 * HOUR), Window(20 * HOUR, 21 * HOUR))
    explanation = told(a_problem([a_stop(1, windows=windows)]), stop=0)
    assert explanation.fixes[0].change == WindowWidened(0, later=65 * MINUTE)


def test_a_served_stop_is_not_explained() -> None:
    with pytest.raises(StopNotUnserved):
        told(a_problem([a_stop(1)]), [0], stop=0)
