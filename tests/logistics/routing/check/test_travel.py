"""Driving, at the speed of its hour."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.check.travel import Driven, drive, legs
from logistics.routing.problem import Break, Load, SpeedBand, SpeedProfile
from logistics.routing.solution import RoutePlan
from tests.logistics.routing.check.judging import slowly_driven, spoilt
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_stop, a_van, windows


def test_driving_takes_as_long_as_the_hour_says() -> None:
    problem, plan = slowly_driven()
    assert violations(problem, plan) == []


def test_nobody_drives_faster_than_the_hour_allows() -> None:
    problem, plan = slowly_driven(arrivals=[9 * HOUR + 14 * MINUTE])
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]
    problem, plan = slowly_driven(ends=9 * HOUR + 31 * MINUTE)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, None, 15)]


def test_before_the_first_band_the_matrix_holds() -> None:
    problem, plan = slowly_driven()
    later = replace(problem, speeds=[(), (SpeedBand(9 * HOUR + 21 * MINUTE, 80),)])
    times = {"arrivals": [9 * HOUR + 9 * MINUTE], "ends": 9 * HOUR + 31 * MINUTE}
    assert violations(later, spoilt(plan, **times)) == []


def test_a_rest_splits_a_drive_where_it_is_taken() -> None:
    """Five minutes at half speed, a rest over the rush, then 6½ minutes at four fifths."""
    problem, plan = slowly_driven()
    van = a_van(speed=1, breaks=(Break(9 * HOUR, 10 * HOUR, 30 * MINUTE),))
    rested = replace(problem, vehicles=[van])
    arrives = 9 * HOUR + 35 * MINUTE + 8 * MINUTE + 8
    plan = spoilt(
        plan,
        breaks_at=(9 * HOUR + 5 * MINUTE,),
        arrivals=[arrives],
        leaves=[arrives + 5 * MINUTE],
        ends=arrives + 5 * MINUTE + 11 * MINUTE + 15,
    )
    assert violations(rested, plan) == []
    assert violations(rested, spoilt(plan, arrivals=[arrives - 1])) == [
        Violation(ViolationKind.TOO_FAST, 0, 0, 1)
    ]


BANDS = st.sets(st.integers(0, 60), max_size=3).flatmap(
    lambda changes: st.tuples(
        *(st.builds(SpeedBand, st.just(at), st.integers(1, 400)) for at in sorted(changes))
    )
)


@given(speed=BANDS, leaves=st.integers(0, 60), seconds=st.integers(0, 40), rest=windows(0, 90))
def test_a_drive_is_over_in_the_first_second_that_suffices(
    speed: SpeedProfile, leaves: int, seconds: int, rest: tuple[int, int]
) -> None:
    """Second by second: each one outside the rest adds the percent in force at it."""
    begin, end = min(rest), max(rest)
    driven, arrives = 0, leaves
    while driven < 100 * seconds:
        percent = max(
            (b.since, b.percent) for b in (SpeedBand(-1, 100), *speed) if b.since <= arrives
        )[1]
        driven += 0 if begin <= arrives < end else percent
        arrives += 1
    van = a_van(speed=0, breaks=(Break(begin, begin, end - begin),))
    problem = a_problem(
        [a_stop(1, service_seconds=0)],
        [van],
        durations=[[0, seconds], [0, 0]],
        distances=[[0, 0], [0, 0]],
        speeds=[speed],
    )
    route = RoutePlan(0, [0], [arrives], [arrives], [Load()], leaves, arrives, breaks_at=(begin,))
    found = drive(problem, route, next(legs(problem, route)))
    rested = max(0, min(arrives, end) - max(leaves, begin))
    assert found == Driven(arrives, arrives - leaves - rested, 0)
