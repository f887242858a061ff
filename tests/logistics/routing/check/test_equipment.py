"""Who may come to a door."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from tests.logistics.routing.check.judging import judged, planned_for
from tests.logistics.routing.world import a_problem, a_stop, a_van


def test_chilled_goods_need_a_chilled_van() -> None:
    problem = a_problem([a_stop(1, chilled=True)])
    plan = planned_for(problem, replace(problem, vehicles=[a_van(chilled=True)]))
    assert violations(problem, plan) == [Violation(ViolationKind.NOT_CHILLED, 0, 0)]


def test_a_van_has_the_skills_that_a_stop_asks_for() -> None:
    stop = a_stop(1, skills=frozenset({"lift", "stairs"}))
    assert judged(stop, a_van(skills=frozenset({"lift", "cold"}))) == [
        Violation(ViolationKind.SKILL_MISSING, 0, 0, 1)
    ]
    assert judged(stop, a_van(skills=stop.skills)) == []


def test_a_van_passes_under_the_clearance() -> None:
    stop = a_stop(1, clearance_cm=210)
    assert judged(stop, a_van(height_cm=225)) == [Violation(ViolationKind.TOO_TALL, 0, 0, 15)]
    assert judged(stop, a_van(height_cm=210)) == []


def test_only_the_named_vehicle_may_come() -> None:
    assert judged(a_stop(1, vehicle=1), a_van()) == [
        Violation(ViolationKind.WRONG_VEHICLE, 0, 0, 1)
    ]
    assert judged(a_stop(1, vehicle=0), a_van()) == []
