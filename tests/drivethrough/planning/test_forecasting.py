"""How many cars will wait, minute by minute."""

from hypothesis import given
from hypothesis import strategies as st

from drivethrough.planning.day import Lane
from drivethrough.planning.forecasting import forecast
from tests.drivethrough.planning.world import MINUTE, SLOT, TEN, a_car, a_day, any_day, here


def test_cars_that_wait_are_seen_waiting_until_they_are_called() -> None:
    # Hand-overs of about two minutes each at one lane.
    day = a_day([here(r) for r in "ABC"], lanes=(Lane(1),))
    found = forecast(day, now=TEN, runs=5)
    assert found[0].at == TEN
    assert [minute.mean for minute in found[:2]] == [2.0, 2.0]
    assert found[-1].mean == 0.0


def test_an_empty_day_has_nobody_waiting() -> None:
    assert [minute.mean for minute in forecast(a_day(), now=TEN, runs=2)] == [0.0]


def test_cars_that_are_expected_fill_the_queue_in_their_slot() -> None:
    booked = [a_car(f"C{number}", ready=TEN - 600) for number in range(20)]
    found = forecast(a_day(booked, lanes=(Lane(1),)), now=TEN - SLOT, runs=5)
    before = max(minute.mean for minute in found if minute.at < TEN - MINUTE)
    during = max(minute.mean for minute in found if TEN <= minute.at < TEN + SLOT)
    assert before == 0.0
    assert during > 1


@given(st.integers(0, 10**6), st.integers(0, 8))
def test_the_average_lies_within_what_is_possible(seed: int, many: int) -> None:
    day, now = any_day(seed, many)
    for minute in forecast(day, now=now, runs=3, seed=seed):
        assert 0 <= minute.mean <= many
        assert 0 <= minute.high <= many
