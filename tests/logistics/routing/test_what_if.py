from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given

from logistics.routing.changes import MoreStops, StopDropped
from logistics.routing.errors import BadChange
from logistics.routing.insertion import rank
from logistics.routing.problem import Problem
from logistics.routing.screen import Cause
from logistics.routing.solver import solve
from logistics.routing.what_if import (
    Comparison,
    DriverIll,
    ExtraVehicle,
    Figures,
    VehicleOut,
    WindowMoved,
    what_if,
)
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_solution,
    a_stop,
    a_van,
    problems,
    rich_problems,
    the_road,
)

if TYPE_CHECKING:
    from logistics.routing.solution import Progress


def compared(problem: Problem, *changes: object) -> Comparison:
    """Both stops of a day on the first van, then the change."""
    before = a_solution(problem, [0, 1])
    return what_if(problem, before, *changes, iterations=2, engine="insertion")  # type: ignore[arg-type]


def two_vans() -> Problem:
    return a_problem([a_stop(1), a_stop(2)], [a_van(), a_van()])


def assert_one_more_van_is_no_loss(problem: Problem) -> None:
    before = solve(problem, engine="insertion", iterations=8)
    extra = ExtraVehicle(a_van(latest=9 * HOUR + 1))
    both = what_if(problem, before, extra, iterations=1, engine="insertion")
    assert rank(both.problem, both.after) <= rank(problem, before)


@given(problem=problems())
def test_one_more_vehicle_never_makes_the_plan_worse(problem: Problem) -> None:
    assert_one_more_van_is_no_loss(problem)


@given(problem=rich_problems())
def test_one_more_vehicle_never_makes_a_rich_day_worse(problem: Problem) -> None:
    assert_one_more_van_is_no_loss(problem)


def test_without_a_change_the_figures_stay() -> None:
    both = compared(two_vans())
    # Two minutes out, two minutes back; five minutes at each door, at the first one at 9:01.
    expected = Figures(
        cost=4 * MINUTE,
        routes=1,
        served=2,
        unserved=0,
        driving_seconds=4 * MINUTE,
        metres=4_000,
        latest_back=9 * HOUR + 14 * MINUTE,
    )
    assert (both.figures_before, both.figures_after) == (expected, expected)
    assert (both.moved, both.lost, both.won) == ({}, [], [])


def test_when_a_vehicle_is_out_another_takes_its_stops() -> None:
    assert compared(two_vans(), VehicleOut(0)).moved == {0: (0, 1), 1: (0, 1)}


def test_when_the_only_vehicle_is_out_its_stops_are_lost() -> None:
    both = compared(a_problem(), VehicleOut(0))
    assert both.lost == [0, 1]
    assert both.after.causes == {0: Cause.NO_VEHICLE, 1: Cause.NO_VEHICLE}
    assert both.figures_after.latest_back is None


def test_an_ill_driver_serves_only_what_lets_him_be_back() -> None:
    both = compared(a_problem(), DriverIll(0, 9 * HOUR + 7 * MINUTE))
    assert both.lost == [1]


def test_a_driver_ill_before_the_shift_does_not_go_out() -> None:
    assert compared(two_vans(), DriverIll(0, 9 * HOUR)).moved == {0: (0, 1), 1: (0, 1)}


def test_more_stops_are_won() -> None:
    assert compared(a_problem(), MoreStops((a_stop(3),))).won == [2]


def test_more_stops_may_bring_their_own_matrices() -> None:
    larger = MoreStops(
        (a_stop(11),), np.array(the_road(12, unit=MINUTE)), np.array(the_road(12, unit=1_000))
    )
    both = compared(a_problem(), larger)
    assert (both.won, both.figures_after.metres) == ([2], 22_000)


def test_a_moved_window_can_lose_its_stop() -> None:
    both = compared(a_problem(), WindowMoved(1, 0, 8 * HOUR))
    assert both.lost == [1]
    assert both.after.causes == {1: Cause.WINDOW_UNREACHABLE}


@pytest.mark.parametrize(
    ("change", "field"),
    [
        (VehicleOut(5), "vehicle"),
        (DriverIll(-1, 0), "vehicle"),
        (WindowMoved(2, 0, 1), "stop"),
        (MoreStops((), np.zeros((1, 1)), np.zeros((1, 1))), "durations"),
        (MoreStops((), durations=np.zeros((20, 20))), "distances"),
    ],
)
def test_a_change_of_what_is_not_there_is_refused(change: object, field: str) -> None:
    with pytest.raises(BadChange) as refused:
        compared(a_problem(), change)
    assert refused.value.field == field


def test_a_stop_that_is_dropped_costs_nothing() -> None:
    both = compared(two_vans(), StopDropped(1))
    assert (both.lost, both.figures_after.served) == ([1], 1)
    assert both.figures_after.cost == 2 * MINUTE


def test_what_if_can_be_cancelled_and_tells_how_far_it_is() -> None:
    told: list[Progress] = []
    problem = two_vans()
    both = what_if(
        problem,
        a_solution(problem, [0, 1]),
        VehicleOut(0),
        seconds=120.0,
        on_progress=told.append,
        cancelled=lambda: True,
    )
    assert both.figures_after.served == 2
    assert (told[-1].engine, both.after.engine) == ("ruin_recreate", "portfolio")
    assert both.after.seconds < 120
