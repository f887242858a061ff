from dataclasses import replace

import pytest

from logistics.routing.errors import BadProblem
from logistics.routing.problem import Break, Load, Stop, Vehicle
from logistics.routing.screen import LARGEST, Cause, screen
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_stop, a_van

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
        (a_stop(1, latest=9 * HOUR), Cause.WINDOW_UNREACHABLE),
        (a_stop(1, latest=0), Cause.WINDOW_UNREACHABLE),
        (a_stop(1, earliest=18 * HOUR), Cause.OUTSIDE_HOURS),
        (a_stop(1, service_seconds=9 * HOUR), Cause.OUTSIDE_HOURS),
    ],
)
def test_a_stop_nobody_could_serve_is_parked_with_its_cause(stop: Stop, cause: Cause) -> None:
    screened = screen(a_problem([stop, GOOD]))
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
        (a_van(break_=Break(19 * HOUR, 20 * HOUR, 60)), Cause.BREAK_OUTSIDE_SHIFT),
        (a_van(break_=Break(17 * HOUR, 18 * HOUR, 2 * HOUR)), Cause.BREAK_OUTSIDE_SHIFT),
        (a_van(break_=Break(12 * HOUR, 13 * HOUR, -1)), Cause.NUMBER_OUT_OF_RANGE),
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
    van = a_van(break_=Break(8 * HOUR, 18 * HOUR, 30 * MINUTE))
    screened = screen(a_problem([GOOD], [van]))
    expected = Break(9 * HOUR, 17 * HOUR + 30 * MINUTE, 30 * MINUTE)
    assert screened.problem.vehicles[0].break_ == expected


@pytest.mark.parametrize("field", ["durations", "distances"])
@pytest.mark.parametrize(
    "matrix", [[], [[0] * 10] * 9, [[0] * 9] * 10, [[-1] * 10] * 10, [[LARGEST + 1] * 10] * 10]
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
