"""Formulas of queueing theory, against values that are known."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.planning.queueing import cv2, erlang_c, lindley, mean_wait, wait_quantile


@pytest.mark.parametrize(
    ("servers", "offered", "share"),
    [
        (1, 0.5, 0.5),  # M/M/1: the load itself
        (2, 1.0, 1 / 3),
        (3, 2.0, 4 / 9),
        (5, 0.0, 0.0),
        (3, 3.0, 1.0),
    ],
)
def test_erlang_c(servers: int, offered: float, share: float) -> None:
    assert erlang_c(servers, offered) == pytest.approx(share)


def test_erlang_c_holds_for_a_hundred_servers() -> None:
    assert 0 < erlang_c(100, 90.0) < 1


def test_the_mean_wait_of_a_single_lane_at_random() -> None:
    # M/M/1 at a load of a half waits as long as one service takes.
    assert mean_wait(rate=0.005, service_seconds=100, servers=1) == pytest.approx(100)


def test_services_that_are_all_alike_halve_the_wait() -> None:
    # Pollaczek and Khinchine's formula for M/D/1.
    assert mean_wait(rate=0.005, service_seconds=100, servers=1, service_cv2=0.0) == pytest.approx(
        50
    )


def test_at_full_load_the_wait_has_no_end() -> None:
    assert mean_wait(rate=0.03, service_seconds=100, servers=3) == math.inf


def test_ninety_five_of_a_hundred_at_a_single_lane() -> None:
    # P(wait > t) = 0.5 exp(-t / 200).
    found = wait_quantile(0.95, rate=0.005, service_seconds=100, servers=1)
    assert found == pytest.approx(200 * math.log(10))


def test_where_few_wait_at_all_the_quantile_is_nothing() -> None:
    assert wait_quantile(0.95, rate=0.0001, service_seconds=100, servers=2) == 0.0


def test_variation() -> None:
    assert cv2([60, 180]) == pytest.approx(0.25)
    assert cv2([90, 90]) == 0.0


def test_lindley_by_hand() -> None:
    assert lindley([0, 10, 100, 110], [50, 50, 5, 5]) == [0, 40, 0, 0]
    assert lindley([], []) == []


@given(st.integers(1, 20), st.floats(0.01, 0.99), st.floats(0.01, 0.99))
def test_more_load_never_waits_less(servers: int, one: float, other: float) -> None:
    less, more = sorted([one, other])
    waits = [
        mean_wait(rate=load * servers / 100, service_seconds=100, servers=servers)
        for load in (less, more)
    ]
    assert waits[0] <= waits[1] + 1e-9
