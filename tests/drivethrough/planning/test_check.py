"""The judge: a plan made wrong in one way is found out in that way."""

from dataclasses import replace

import pytest

from drivethrough.planning.check import ViolationKind, violations
from drivethrough.planning.day import CarState, Day, Lane, Staff
from drivethrough.planning.planner import plan
from drivethrough.planning.queue_plan import LeftOut, Preparation, QueuePlan, Visit
from tests.drivethrough.planning.world import MINUTE, SLOT, TEN, a_car, a_day, at_lane, here

# C is at lane 2; A is called at once, B when its goods are ready; D has been given up.
DAY = a_day(
    [
        here("A"),
        here("B", ready=None),
        at_lane("C", lane=2, called=TEN - MINUTE),
        a_car("D", state=CarState.MISSED),
        here("E", ready=None, preparing=TEN - MINUTE, came=TEN - 600),
        here("F", lanes=frozenset({1})),
    ],
    lanes=(Lane(1), Lane(2), Lane(3, closed=True), Lane(4, opens=TEN + SLOT)),
    staff=(Staff(0, 2), Staff(TEN + SLOT, 0)),
)
GOOD = plan(DAY, now=TEN, seconds=0)


def kinds(day: Day, found: QueuePlan) -> list[str]:
    return [violation.kind for violation in violations(day, found)]


def with_visit(car: str, **changes: object) -> QueuePlan:
    visits = [replace(v, **changes) if v.car == car else v for v in GOOD.visits]  # type: ignore[arg-type]
    return replace(GOOD, visits=tuple(visits))


def with_preparation(car: str, **changes: object) -> QueuePlan:
    done = [replace(d, **changes) if d.car == car else d for d in GOOD.preparations]  # type: ignore[arg-type]
    return replace(GOOD, preparations=tuple(done))


def without(car: str) -> QueuePlan:
    return replace(GOOD, visits=tuple(visit for visit in GOOD.visits if visit.car != car))


def test_a_good_plan_has_nothing_wrong() -> None:
    assert violations(DAY, GOOD) == []


def at(second: int, car: str, lane: int, *, arrives: int = TEN) -> QueuePlan:
    """The good plan with this call instead."""
    return with_visit(car, lane=lane, arrives=arrives, called=second, ends=second + 2 * MINUTE)


LATER = TEN + 20 * MINUTE


@pytest.mark.parametrize(
    ("kind", "broken"),
    [
        (ViolationKind.CAR_FORGOTTEN, without("A")),
        (ViolationKind.CAR_TWICE, replace(GOOD, visits=(*GOOD.visits, GOOD.visits[-1]))),
        (ViolationKind.CAR_TWICE, replace(GOOD, left_out=GOOD.left_out | {"A": LeftOut.MISSED})),
        (ViolationKind.CAR_UNKNOWN, replace(GOOD, left_out=GOOD.left_out | {"Z": LeftOut.MISSED})),
        (ViolationKind.WRONG_CAUSE, replace(GOOD, left_out={"D": LeftOut.SERVED})),
        (ViolationKind.LANE_UNKNOWN, with_visit("A", lane=9)),
        (ViolationKind.LANE_SHUT, at(LATER, "A", 3)),
        (ViolationKind.LANE_SHUT, at(LATER, "A", 4)),
        (ViolationKind.LANE_UNFIT, at(LATER, "F", 2)),
        (ViolationKind.LANE_TAKEN, at(TEN, "A", 2)),
        (ViolationKind.SENT_AWAY, with_visit("C", lane=1)),
        (ViolationKind.SENT_AWAY, with_visit("C", called=TEN)),
        (ViolationKind.CALLED_IN_THE_PAST, at(TEN - 1, "A", 1)),
        (ViolationKind.CALLED_BEFORE_ARRIVAL, with_visit("A", arrives=TEN + 1)),
        (ViolationKind.ARRIVAL_WRONG, with_visit("A", arrives=TEN - 1)),
        (ViolationKind.HANDOVER_WRONG, with_visit("A", ends=TEN + MINUTE)),
        (ViolationKind.CALLED_BEFORE_READY, at(TEN + 179, "B", 1)),
        (ViolationKind.NOT_PREPARED, replace(GOOD, preparations=GOOD.preparations[:1])),
        (ViolationKind.PREPARATION_WRONG, with_preparation("B", ends=TEN + MINUTE)),
        (ViolationKind.BROKEN_OFF, with_preparation("E", begins=TEN)),
        (ViolationKind.BROKEN_OFF, replace(GOOD, preparations=GOOD.preparations[1:])),
        (ViolationKind.PREPARER_TAKEN, with_preparation("B", preparer=1)),
        (
            ViolationKind.BEGUN_IN_THE_PAST,
            with_preparation("B", begins=TEN - 1, ends=TEN + 3 * MINUTE - 1),
        ),
        (
            ViolationKind.TOO_FEW_STAFF,
            with_preparation("B", begins=TEN + SLOT, ends=TEN + SLOT + 3 * MINUTE),
        ),
        (
            ViolationKind.PREPARED_TWICE,
            replace(
                GOOD,
                preparations=(*GOOD.preparations, Preparation("A", 3, LATER, LATER + 3 * MINUTE)),
            ),
        ),
        (ViolationKind.OUT_OF_ORDER, replace(GOOD, visits=GOOD.visits[::-1])),
    ],
)
def test_what_is_wrong_is_named(kind: ViolationKind, broken: QueuePlan) -> None:
    assert kind in kinds(DAY, broken)


def test_a_car_given_up_is_not_called() -> None:
    called = Visit("D", 1, LATER, LATER, LATER + 2 * MINUTE)
    found = replace(GOOD, left_out={}, visits=(*GOOD.visits, called))
    assert ViolationKind.WRONG_CAUSE in kinds(DAY, found)


def test_a_car_that_could_be_called_is_not_left_out_for_want_of_a_lane() -> None:
    found = replace(without("A"), left_out=GOOD.left_out | {"A": LeftOut.NO_LANE_LEFT})
    assert kinds(DAY, found) == [ViolationKind.WRONG_CAUSE]


def test_a_car_is_not_overdue_during_its_slot() -> None:
    day = a_day([a_car()])
    found = replace(plan(day, now=TEN, seconds=0), visits=(), left_out={"A": LeftOut.OVERDUE})
    assert ViolationKind.WRONG_CAUSE in kinds(day, found)


def test_an_expected_car_comes_in_the_future() -> None:
    day = a_day([a_car(ready=TEN)])
    (visit,) = plan(day, now=TEN, seconds=0).visits
    now = replace(visit, arrives=TEN, called=visit.called)
    found = replace(plan(day, now=TEN, seconds=0), visits=(now,))
    assert kinds(day, found) == [ViolationKind.ARRIVAL_WRONG]


def test_every_kind_of_violation_has_a_test() -> None:
    marks = test_what_is_wrong_is_named.pytestmark  # type: ignore[attr-defined]
    assert {kind for kind, _ in marks[0].args[1]} == set(ViolationKind)
