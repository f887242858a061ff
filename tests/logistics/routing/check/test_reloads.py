"""Loading again at the depot."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Break
from tests.logistics.routing.check.judging import spoilt, twice_loaded, with_transfer
from tests.logistics.routing.world import HOUR, MINUTE


def test_a_van_that_loads_again_carries_each_load_alone() -> None:
    problem, plan = twice_loaded()
    assert violations(problem, plan) == []


def test_a_van_loads_again_only_as_often_as_it_may() -> None:
    problem, plan = twice_loaded(reloads=0)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_MANY_RELOADS, 0, None, 1)]


def test_loading_again_takes_its_time() -> None:
    problem, plan = twice_loaded(reload_seconds=10 * MINUTE + 3)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, 1, 3)]


def test_the_detour_to_load_again_is_paid() -> None:
    problem, plan = twice_loaded()
    assert violations(problem, replace(plan, cost=4 * MINUTE)) == [
        Violation(ViolationKind.COST_WRONG, by=2 * MINUTE)
    ]


def test_a_rest_may_be_taken_where_the_van_loads_again() -> None:
    late = {"arrivals": [9 * HOUR + MINUTE, 9 * HOUR + 49 * MINUTE], "breaks_at": (9 * HOUR + 420,)}
    late["leaves"] = [9 * HOUR + 6 * MINUTE, 9 * HOUR + 54 * MINUTE]
    problem, plan = twice_loaded(breaks=(Break(9 * HOUR, 10 * HOUR, 30 * MINUTE),))
    plan = spoilt(plan, **late, ends=9 * HOUR + 56 * MINUTE)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[9 * HOUR + MINUTE, 9 * HOUR + 49 * MINUTE - 1])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 1, 1)]


def test_a_reload_begins_and_ends_a_trip() -> None:
    problem, plan = twice_loaded()
    for reloads in (0, 1), (2,), (1, 1), (-1,):
        assert violations(problem, spoilt(plan, reloads=reloads)) == [
            Violation(ViolationKind.MALFORMED, route=0)
        ]


def test_nothing_that_is_moved_is_aboard_while_loading_again() -> None:
    problem, plan = twice_loaded()
    assert violations(with_transfer(problem, 0, 1), plan) == [
        Violation(ViolationKind.TRANSFER_OVER_RELOAD, 0, 0, 1)
    ]
