"""How many cars a slot should take."""

import math
from dataclasses import replace

import pytest

from drivethrough.planning.capacity import (
    Crew,
    NothingMeasured,
    cars_by_formula,
    suggest_capacity,
)
from drivethrough.planning.punctuality import OBSERVED
from tests.drivethrough.planning.world import PUNCTUAL

EVERYBODY = replace(OBSERVED, missing_share=0.0)
ONE_LANE = Crew(lanes=1, preparers=20, punctuality=EVERYBODY)
ALL_ALIKE = [100]


def test_the_formula_gives_the_known_answer_for_one_lane() -> None:
    # M/M/1 with services of 100 s: P(wait > t) = load exp(-t (1 - load) / 100). For a load of a
    # half, nine cars in 1,800 s, that is 5 % at 200 ln 10 = 460.5 s.
    exponential_enough = [round(-100 * math.log(1 - (n + 0.5) / 2_000)) for n in range(2_000)]
    crew = ONE_LANE
    assert cars_by_formula(exponential_enough, crew, 462) == 9
    assert cars_by_formula(exponential_enough, crew, 455) == 8


def test_services_that_are_all_alike_allow_more() -> None:
    assert cars_by_formula(ALL_ALIKE, ONE_LANE, 461) > 9


def test_no_formula_loads_lanes_fully() -> None:
    # Eighteen hand-overs of 100 s fill a slot.
    assert cars_by_formula(ALL_ALIKE, ONE_LANE, 10**6) == 17


def test_staff_that_prepares_slowly_is_the_limit() -> None:
    crew = Crew(lanes=4, preparers=1)
    found = suggest_capacity(
        handover_seconds=[60], preparation_seconds=[300], crew=crew, wanted_p95=3_600
    )
    # Six preparations of five minutes in half an hour.
    assert (found.cars, found.by_staff, found.limited_by) == (6, 6, "staff")


def test_a_wish_for_hardly_any_wait_is_the_limit_otherwise() -> None:
    crew = Crew(lanes=1, preparers=4)
    measured = {"handover_seconds": [60, 120, 180], "preparation_seconds": [60]}
    short = suggest_capacity(**measured, crew=crew, wanted_p95=60)
    long = suggest_capacity(**measured, crew=crew, wanted_p95=300)
    assert (short.limited_by, long.limited_by) == ("wait", "wait")
    assert short.cars < long.cars
    assert short.p95_wait <= 60
    assert long.p95_wait <= 300


def test_the_same_question_gets_the_same_answer() -> None:
    crew = Crew(lanes=1, preparers=2, punctuality=PUNCTUAL)
    once, again = (
        suggest_capacity(
            handover_seconds=[90, 150], preparation_seconds=[60], crew=crew, wanted_p95=120
        )
        for _ in range(2)
    )
    assert once == again


@pytest.mark.parametrize("field", ["handover_seconds", "preparation_seconds"])
@pytest.mark.parametrize("measured", [[], [0, 0]])
def test_without_measured_times_nothing_is_suggested(field: str, measured: list[int]) -> None:
    known = {"handover_seconds": [60], "preparation_seconds": [60]} | {field: measured}
    with pytest.raises(NothingMeasured) as refused:
        suggest_capacity(**known, crew=ONE_LANE, wanted_p95=60)
    assert refused.value.field == field
