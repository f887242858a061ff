from dataclasses import replace

import pytest
from hypothesis import given

from logistics.routing.check import violations
from logistics.routing.errors import BadProblem
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
from logistics.routing.screen import LARGEST, Cause, Screened, screen
from logistics.routing.screen.cause import LARGEST_RATE
from logistics.routing.solution import Solution
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_stop,
    a_van,
    plain,
    rich_problems,
)

GOOD = a_stop(1)


@pytest.mark.parametrize(
    ("stop", "cause"),
    [
        (a_stop(10), Cause.LOCATION_UNKNOWN),
        (a_stop(-1), Cause.LOCATION_UNKNOWN),
        (a_stop(1, deliver=Load(-1, 0)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, latest=LARGEST + 1), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, penalty=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, earliest=11, latest=10), Cause.WINDOW_EMPTY),
        (a_stop(1, chilled=True), Cause.NEEDS_CHILLED),
        (a_stop(1, deliver=Load(100_001, 0)), Cause.NO_VEHICLE_FITS),
        (a_stop(1, collect=Load(0, 100_001)), Cause.NO_VEHICLE_FITS),
        (a_stop(1, deliver=Load(0, 0, 1)), Cause.NO_VEHICLE_FITS),
        (a_stop(1, latest=9 * HOUR), Cause.WINDOW_UNREACHABLE),
        (a_stop(1, latest=0), Cause.WINDOW_UNREACHABLE),
        (a_stop(1, earliest=18 * HOUR), Cause.OUTSIDE_HOURS),
        (a_stop(1, service_seconds=9 * HOUR), Cause.OUTSIDE_HOURS),
        (a_stop(1, deliver=Load(0, 0, -1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, clearance_cm=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, stranger_cost=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, windows=(Window(0, LARGEST + 1),)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, wish=Wish(-LARGEST - 1, 0, 1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, wish=Wish(0, 1, -1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, wish=Wish(0, 1, LARGEST_RATE + 1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_stop(1, wish=Wish(1, 0, 1)), Cause.WINDOW_EMPTY),
        (a_stop(1, windows=(Window(1, 0),)), Cause.WINDOW_EMPTY),
        (a_stop(1, earliest=7, windows=(Window(0, 6),)), Cause.WINDOW_EMPTY),
        (a_stop(1, windows=(Window(0, 9 * HOUR),)), Cause.WINDOW_UNREACHABLE),
        (a_stop(1, skills=frozenset({"lift"})), Cause.NEEDS_SKILL),
        (a_stop(1, clearance_cm=0), Cause.TOO_TALL),
        (a_stop(1, clearance_cm=189), Cause.TOO_TALL),
        (a_stop(1, vehicle=1), Cause.NOT_ALLOWED_VEHICLE),
        (a_stop(1, vehicle=-1), Cause.NOT_ALLOWED_VEHICLE),
    ],
)
def test_a_stop_nobody_could_serve_is_parked_with_its_cause(stop: Stop, cause: Cause) -> None:
    screened = screen(a_problem([stop, GOOD], [a_van(height_cm=190)]))
    assert screened.parked == {0: cause}
    assert screened.problem.stops == [GOOD]
    assert screened.stops == [1]


@pytest.mark.parametrize(
    ("van", "cause"),
    [
        (a_van(start=10), Cause.LOCATION_UNKNOWN),
        (a_van(end=-1), Cause.LOCATION_UNKNOWN),
        (a_van(capacity=Load(-1, 0)), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(earliest=18 * HOUR), Cause.SHIFT_EMPTY),
        (a_van(breaks=(Break(19 * HOUR, 20 * HOUR, 60),)), Cause.BREAK_OUTSIDE_SHIFT),
        (a_van(breaks=(Break(17 * HOUR, 18 * HOUR, 2 * HOUR),)), Cause.BREAK_OUTSIDE_SHIFT),
        (a_van(breaks=(Break(12 * HOUR, 13 * HOUR, -1),)), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(breaks=(Break(12 * HOUR, 13 * HOUR, 60),) * 5), Cause.NUMBER_OUT_OF_RANGE),
        (
            a_van(breaks=(Break(12 * HOUR, 13 * HOUR, HOUR), Break(9 * HOUR, 12 * HOUR, 60))),
            Cause.BREAKS_OVERLAP,
        ),
        (a_van(breaks=(Break(12 * HOUR, 18 * HOUR, 3 * HOUR + 1),) * 2), Cause.BREAKS_OVERLAP),
        (a_van(capacity=Load(0, 0, -1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(aboard=Load(-1)), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(height_cm=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(max_seconds=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(fair_seconds=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(reloads=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(reload_seconds=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(per_km=LARGEST_RATE + 1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(per_hour=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(speed=-1), Cause.NUMBER_OUT_OF_RANGE),
        (a_van(speed=0), Cause.NUMBER_OUT_OF_RANGE),
    ],
)
def test_a_van_that_cannot_work_stays_in_the_yard(van: Vehicle, cause: Cause) -> None:
    screened = screen(a_problem([GOOD], [van, a_van()]))
    assert screened.idle == {0: cause}
    assert screened.vehicles == [1]
    assert screened.parked == {}


def test_without_any_van_every_stop_is_parked() -> None:
    screened = screen(a_problem([GOOD], [a_van(earliest=18 * HOUR)]))
    assert screened.parked == {0: Cause.NO_VEHICLE}


def test_two_vans_that_fail_for_different_reasons_together_park_the_stop() -> None:
    big_but_warm = a_van(capacity=Load(10**6, 10**6))
    cold_but_small = a_van(chilled=True, capacity=Load(1, 1))
    screened = screen(a_problem([a_stop(1, chilled=True)], [big_but_warm, cold_but_small]))
    assert screened.parked == {0: Cause.NO_VEHICLE_FITS}


def test_a_break_window_is_narrowed_to_the_shift() -> None:
    van = a_van(breaks=(Break(8 * HOUR, 18 * HOUR, 30 * MINUTE),))
    screened = screen(a_problem([GOOD], [van]))
    expected = Break(9 * HOUR, 17 * HOUR + 30 * MINUTE, 30 * MINUTE)
    assert screened.problem.vehicles[0].breaks == (expected,)


def test_the_windows_of_several_breaks_leave_time_for_each_other() -> None:
    van = a_van(breaks=(Break(10 * HOUR, 20 * HOUR, HOUR), Break(9 * HOUR, 16 * HOUR, HOUR)))
    screened = screen(a_problem([GOOD], [van]))
    assert screened.problem.vehicles[0].breaks == (
        Break(10 * HOUR, 15 * HOUR, HOUR),
        Break(11 * HOUR, 16 * HOUR, HOUR),
    )


@pytest.mark.parametrize(
    "profile",
    [
        (SpeedBand(0, 0),),
        (SpeedBand(0, 401),),
        (SpeedBand(LARGEST + 1, 100),),
        (SpeedBand(2, 100), SpeedBand(1, 100)),
        (SpeedBand(1, 100), SpeedBand(1, 90)),
    ],
)
def test_only_the_vans_of_a_bad_speed_profile_stay_in_the_yard(profile: SpeedProfile) -> None:
    good = (SpeedBand(0, 1), SpeedBand(1, 400))
    vans = [a_van(speed=1), a_van(speed=0), a_van()]
    screened = screen(a_problem([GOOD], vans, speeds=[good, profile]))
    assert screened.idle == {0: Cause.NUMBER_OUT_OF_RANGE}


def test_windows_are_put_in_order_without_those_that_cannot_be_met() -> None:
    late, early, gone = Window(15 * HOUR, 99 * HOUR), Window(0, 9 * HOUR), Window(1, 0)
    stop = a_stop(1, windows=(late, Window(25 * HOUR, 26 * HOUR), gone, early))
    assert screen(a_problem([stop])).problem.stops[0].windows == (early, late)


def test_a_stop_whose_only_vehicle_is_idle_is_parked() -> None:
    vans = [a_van(earliest=18 * HOUR), a_van()]
    screened = screen(a_problem([a_stop(1, vehicle=0), a_stop(1, vehicle=1)], vans))
    assert screened.parked == {0: Cause.NOT_ALLOWED_VEHICLE}
    assert screened.problem.stops[0].vehicle == 0


def test_a_stop_is_judged_by_its_only_vehicle() -> None:
    vans = [a_van(), a_van(capacity=Load(1, 1))]
    screened = screen(a_problem([a_stop(1, vehicle=1)], vans))
    assert screened.parked == {0: Cause.NO_VEHICLE_FITS}


def moving(stops: list[Stop], *transfers: Transfer) -> Screened:
    return screen(a_problem(stops, transfers=transfers))


def test_both_ends_of_a_wrong_transfer_are_parked() -> None:
    two = [a_stop(1), a_stop(2), a_stop(3)]
    wrong = Cause.TRANSFER_WRONG
    assert moving(two, Transfer(0, 3, Load())).parked == {0: wrong}
    assert moving(two, Transfer(-1, 1, Load())).parked == {1: wrong}
    assert moving(two, Transfer(1, 1, Load())).parked == {1: wrong}
    twice = moving(two, Transfer(0, 1, Load()), Transfer(1, 2, Load()))
    assert twice.parked == {0: wrong, 1: wrong, 2: wrong}
    out = moving(two, Transfer(0, 1, Load(-1)))
    assert out.parked == {0: Cause.NUMBER_OUT_OF_RANGE, 1: Cause.NUMBER_OUT_OF_RANGE}


def test_a_stop_whose_partner_is_parked_is_parked_too() -> None:
    screened = moving([a_stop(1), a_stop(99), a_stop(2)], Transfer(0, 1, Load()))
    assert screened.parked == {0: Cause.PARTNER_PARKED, 1: Cause.LOCATION_UNKNOWN}
    assert (screened.problem.transfers, screened.stops) == ([], [2])


def test_a_transfer_is_judged_as_the_pair_it_is() -> None:
    heavy = moving([a_stop(1), a_stop(2)], Transfer(0, 1, Load(90_001)))
    assert heavy.parked == {0: Cause.NO_VEHICLE_FITS, 1: Cause.NO_VEHICLE_FITS}
    first, last = a_stop(1, earliest=12 * HOUR), a_stop(2, latest=12 * HOUR)
    assert moving([last, first], Transfer(0, 1, Load())).parked == {}
    late = moving([first, last], Transfer(0, 1, Load())).parked
    assert late == {0: Cause.WINDOW_UNREACHABLE, 1: Cause.WINDOW_UNREACHABLE}
    apart = [a_stop(1, vehicle=0), a_stop(2, vehicle=1)]
    vans = screen(a_problem(apart, [a_van(), a_van()], transfers=[Transfer(0, 1, Load())]))
    assert vans.parked == {0: Cause.NOT_ALLOWED_VEHICLE, 1: Cause.NOT_ALLOWED_VEHICLE}


def locking(stops: list[Stop], *locked: tuple[int, ...], **changes: object) -> Screened:
    return screen(a_problem(stops, [a_van(locked=prefix) for prefix in locked], **changes))


def kept(screened: Screened) -> list[tuple[int, ...]]:
    return [van.locked for van in screened.problem.vehicles]


def test_sound_locks_are_kept() -> None:
    screened = locking([a_stop(1), a_stop(2), a_stop(3)], (2, 0), (1,))
    assert (kept(screened), screened.unlocked) == ([(2, 0), (1,)], {})


def test_a_lock_names_each_stop_once_and_only_what_can_be_served() -> None:
    stops = [a_stop(99), a_stop(1), a_stop(2)]
    screened = locking(stops, (0, 7, -1, 2, 2, 1), (1,), ())
    # Without the parked one, the others count from 0.
    assert kept(screened) == [(1, 0), (), ()]
    assert screened.unlocked == {0: Cause.LOCKED_WRONG, 1: Cause.LOCKED_WRONG}
    assert screened.parked == {0: Cause.LOCATION_UNKNOWN}


def test_a_locked_stop_that_comes_too_late_is_planned_like_any_other() -> None:
    stops = [a_stop(1, earliest=12 * HOUR), a_stop(2, latest=11 * HOUR), a_stop(3)]
    screened = locking(stops, (0, 1, 2), ())
    assert (kept(screened), screened.stops) == ([(0, 2), ()], [0, 1, 2])
    assert screened.unlocked == {0: Cause.LOCKED_WRONG}


def test_what_belongs_together_is_locked_to_one_vehicle() -> None:
    stops = [a_stop(1, together="a"), a_stop(2, together="a"), a_stop(3), a_stop(4)]
    moved = [Transfer(2, 3, Load(1))]
    assert kept(locking(stops, (0, 2), (1, 3), transfers=moved)) == [(0, 2), ()]


def test_a_delivery_is_locked_only_behind_its_pickup() -> None:
    stops, moved = [a_stop(1), a_stop(2)], [Transfer(0, 1, Load(1))]
    assert kept(locking(stops, (1, 0), transfers=moved)) == [(0,)]
    assert kept(locking(stops, (0, 1), transfers=moved)) == [(0, 1)]


def test_a_pickup_is_locked_only_where_its_delivery_can_follow() -> None:
    stops = [a_stop(1), a_stop(2, earliest=12 * HOUR), a_stop(3, latest=10 * HOUR)]
    moved = [Transfer(0, 2, Load(1))]
    assert kept(locking(stops, (0, 1), transfers=moved)) == [(0,)]
    assert kept(locking(stops, (1, 0), transfers=moved)) == [(1,)]


def test_locks_of_an_idle_van_bind_nobody() -> None:
    idle = a_van(locked=(0,), earliest=18 * HOUR)
    screened = screen(a_problem([a_stop(1)], [idle, a_van(locked=(0,))]))
    assert (kept(screened), screened.unlocked) == ([(0,)], {})


def test_a_regular_that_is_idle_is_paid_for_whoever_comes() -> None:
    stops = [a_stop(99, regular=0), a_stop(1, regular=0, stranger_cost=7), a_stop(1, regular=1)]
    problem = a_problem(stops, [a_van(earliest=18 * HOUR), a_van()])
    screened = screen(problem)
    assert [stop.regular for stop in screened.problem.stops] == [None, 0]
    plan = screened.restore(planned(screened.problem, {0: [0, 1]}))
    assert plan.cost == 2 * MINUTE + 7
    assert [found.kind for found in violations(problem, plan)] == ["must_unserved"]


def planned(problem: Problem, orders: dict[int, list[int]]) -> Solution:
    found = solution_of(problem, orders, engine="by hand", seconds=0.0, first_feasible_seconds=None)
    assert found is not None
    return found


def test_every_position_is_renumbered_and_restored() -> None:
    stops = [a_stop(99), *(a_stop(n, vehicle=2, regular=2) for n in (1, 2, 3))]
    vans = [a_van(start=99), a_van(), a_van(locked=(3,), reloads=1)]
    problem = a_problem(stops, vans, transfers=[Transfer(1, 2, Load(5))])
    screened = screen(problem)
    found = screened.problem
    assert [(stop.vehicle, stop.regular) for stop in found.stops] == [(1, 1)] * 3
    assert found.transfers == [Transfer(0, 1, Load(5))]
    assert [van.locked for van in found.vehicles] == [(), (2,)]
    inner = solution_of(
        found,
        {1: [2, 0, 1]},
        reloads={1: (1,)},
        engine="by hand",
        seconds=0.0,
        first_feasible_seconds=None,
    )
    assert inner is not None
    plan = screened.restore(inner)
    assert [(r.vehicle, r.stops, r.reloads) for r in plan.routes] == [(2, [3, 1, 2], (1,))]
    assert [found.kind for found in violations(problem, plan)] == ["must_unserved"]


@given(problem=rich_problems())
def test_what_the_screen_lets_through_is_sound_as_it_stands(problem: Problem) -> None:
    screened = screen(problem)
    again = screen(screened.problem)
    assert (again.parked, again.idle, again.unlocked) == ({}, {}, {})
    assert plain(again.problem) == plain(screened.problem)


@pytest.mark.parametrize("cost", [-1, LARGEST_RATE + 1])
def test_a_bad_price_of_unfair_hours_is_refused(cost: int) -> None:
    with pytest.raises(BadProblem) as refused:
        screen(a_problem(unfair_cost=cost))
    assert refused.value.field == "unfair_cost"


@pytest.mark.parametrize("field", ["durations", "distances"])
@pytest.mark.parametrize(
    "matrix",
    [
        [],
        [[0] * 10] * 9,
        [[0] * 9] * 10,
        [[-1] * 10] * 10,
        [[2**31] * 10] * 10,
        [[0] * 10] * 9 + [[0] * 9],
        [[[0]]],
        [0] * 10,
    ],
)
def test_matrices_that_do_not_belong_together_are_refused(
    field: str, matrix: list[list[int]]
) -> None:
    problem = replace(a_problem(), **{field: matrix})  # type: ignore[arg-type]
    if field == "durations" and not matrix:
        problem = replace(problem, distances=[[0]])
    with pytest.raises(BadProblem) as refused:
        screen(problem)
    assert refused.value.code == "BAD_PROBLEM"
    assert refused.value.field in (field, "distances")
