"""A change tried beside a plan."""

from datetime import time
from typing import Any

import pytest

from logistics.consignments.models import Consignment
from logistics.fleet.models import Shift
from logistics.planning import what_if
from logistics.planning.actions import PlanStale
from logistics.planning.models import Plan, Route, WhatIf, WhatIfKind
from logistics.planning.what_if import ChangeRange, ChangeUnknown, DayUnderWay
from logistics.seoul_time import moment
from tests.builders.logistics import (
    NOW,
    SATURDAY,
    a_consignment,
    a_day,
    a_draft,
    a_published_plan,
    a_replan,
    a_shift,
    two_vans_one_left,
)

pytestmark = pytest.mark.django_db

HOUR = 3_600


def tried(plan: Plan, kind: WhatIfKind, **facts: Any) -> dict[str, Any]:
    asked = what_if.ask(plan=plan, kind=kind, facts=facts, now=NOW)
    what_if.try_out(asked, seconds=0.2, now=lambda: NOW)
    asked.refresh_from_db()
    assert asked.finished_at == NOW
    return asked.result


def a_van_plan(homes: int = 3) -> Plan:
    return a_draft(a_day(homes=homes))


def the_shift(plan: Plan) -> str:
    return plan.routes.get().shift.reference


def some_consignment(plan: Plan) -> str:
    return Consignment.objects.filter(depot=plan.depot).earliest("pk").reference


def test_without_its_only_van_a_day_loses_every_delivery() -> None:
    plan = a_van_plan()
    result = tried(plan, WhatIfKind.VAN_OUT, shift=the_shift(plan))
    assert (result["before"]["served"], result["after"]["served"]) == (3, 0)
    assert sorted(result["lost"]) == sorted(Consignment.objects.values_list("reference", flat=True))
    assert [(one["before"]["stops"], one["after"]) for one in result["routes"]] == [(3, None)]


def test_a_van_that_is_out_is_out_on_all_its_shifts() -> None:
    depot = a_day(homes=3, shifts=0)
    morning = a_shift(depot=depot, end=time(13), break_at=None)
    a_shift(depot=depot, vehicle=morning.vehicle, start=time(13), break_at=None)
    plan = a_draft(depot)
    result = tried(plan, WhatIfKind.VAN_OUT, shift=morning.reference)
    assert result["after"]["served"] == 0


def test_a_driver_who_is_ill_from_the_start_does_not_go_out() -> None:
    plan = a_van_plan()
    shift = the_shift(plan)
    result = tried(plan, WhatIfKind.DRIVER_ILL, shift=shift, since=9 * HOUR)
    assert result["after"]["routes"] == 0


def test_boxes_next_door_are_served_too() -> None:
    result = tried(a_van_plan(), WhatIfKind.MORE_BOXES, count=5)
    assert (result["before"]["served"], result["after"]["served"]) == (3, 8)
    assert (result["lost"], result["won"], result["moved"]) == ([], [], 0)
    [before], [after] = result["drawn"]["before"], result["drawn"]["after"]
    assert (len(before["points"]), len(after["points"])) == (3, 8)
    assert {tuple(p) for p in after["points"]} == {tuple(p) for p in before["points"]}


def test_a_window_nobody_can_keep_loses_the_delivery() -> None:
    plan = a_van_plan()
    asked_for = some_consignment(plan)
    window = {"earliest": 5 * HOUR, "latest": 6 * HOUR}
    result = tried(plan, WhatIfKind.WINDOW_MOVED, consignment=asked_for, **window)
    assert result["lost"] == [asked_for]


def test_a_stop_left_out_costs_nothing() -> None:
    plan = a_van_plan()
    dropped = some_consignment(plan)
    result = tried(plan, WhatIfKind.STOP_OUT, consignment=dropped)
    assert result["lost"] == [dropped]
    assert result["after"]["cost"] <= result["before"]["cost"]


def test_nothing_of_the_day_changes() -> None:
    plan = a_van_plan()
    before = _whole_day()
    tried(plan, WhatIfKind.VAN_OUT, shift=the_shift(plan))
    assert _whole_day() == before


def _whole_day() -> list[list[dict[str, Any]]]:
    return [list(model.objects.values()) for model in (Plan, Route, Shift, Consignment)]


@pytest.mark.parametrize(
    ("kind", "facts", "refusal"),
    [
        (WhatIfKind.VAN_OUT, {"shift": "SHF-OTHER"}, ChangeUnknown),
        (WhatIfKind.STOP_OUT, {"consignment": "CON-OTHER"}, ChangeUnknown),
        (WhatIfKind.MORE_BOXES, {"count": 0}, ChangeRange),
        (WhatIfKind.MORE_BOXES, {"count": 101}, ChangeRange),
        (WhatIfKind.WINDOW_MOVED, {"consignment": "", "earliest": 2, "latest": 1}, ChangeRange),
    ],
)
def test_what_the_day_does_not_have_is_refused(
    kind: WhatIfKind, facts: dict[str, Any], refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        what_if.ask(plan=a_van_plan(), kind=kind, facts=facts, now=NOW)
    assert not WhatIf.objects.exists()


def test_a_day_that_has_changed_is_planned_first() -> None:
    plan = a_van_plan()
    asked = what_if.ask(plan=plan, kind=WhatIfKind.MORE_BOXES, facts={"count": 1}, now=NOW)
    a_consignment(depot=plan.depot)
    with pytest.raises(PlanStale):
        what_if.try_out(asked, seconds=0.2, now=lambda: NOW)
    with pytest.raises(PlanStale):
        what_if.ask(plan=plan, kind=WhatIfKind.MORE_BOXES, facts={"count": 1}, now=NOW)


def test_a_plan_in_force_is_compared_with_its_promises() -> None:
    plan = a_published_plan(homes=3)
    result = tried(plan, WhatIfKind.STOP_OUT, consignment=some_consignment(plan))
    assert (result["before"]["served"], result["after"]["served"]) == (3, 2)


def test_a_plan_in_force_is_not_compared_once_a_van_has_left() -> None:
    plan, first, _ = two_vans_one_left()
    with pytest.raises(DayUnderWay):
        what_if.ask(plan=plan, kind=WhatIfKind.VAN_OUT, facts={"shift": first.reference}, now=NOW)


def test_a_draft_of_a_day_under_way_is_not_compared() -> None:
    plan, *_ = two_vans_one_left()
    draft = a_replan(plan.depot, now=moment(SATURDAY, time(10, 20)))
    with pytest.raises(DayUnderWay):
        what_if.ask(plan=draft, kind=WhatIfKind.MORE_BOXES, facts={"count": 1}, now=NOW)


def test_tried_twice_is_tried_once() -> None:
    plan = a_van_plan()
    asked = what_if.ask(plan=plan, kind=WhatIfKind.MORE_BOXES, facts={"count": 1}, now=NOW)
    told: list[object] = []
    for _ in range(2):
        what_if.try_out(asked, seconds=0.2, now=lambda: NOW, on_progress=told.append)
        told.append("end")
    assert told.index("end") == len(told) - 2
