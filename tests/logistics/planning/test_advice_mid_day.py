"""What is stored beside each consignment that a draft for a day under way leaves out."""

from datetime import datetime, time, timedelta
from typing import Any

import pytest

from logistics.fleet.models import Shift
from logistics.network.models import Depot
from logistics.planning.advice import advise
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, PlanException, StopTask
from logistics.planning.replanning import VANS_HAVE_LEFT, WINDOW_PASSED
from logistics.seoul_time import moment, seconds_into
from tests.builders.logistics import (
    HOMES,
    SATURDAY,
    a_consignment,
    a_departure,
    a_published_plan,
    a_replan,
    a_stop_report,
    two_vans_one_left,
)

pytestmark = pytest.mark.django_db

TEN = moment(SATURDAY, time(10))
MINUTE = timedelta(minutes=1)
NOW = TEN + 8 * MINUTE


def a_van_under_way() -> tuple[Depot, Shift]:
    """Left at ten with four boxes; the first is handed over."""
    plan = a_published_plan()
    route = plan.routes.select_related("shift__driver").get()
    a_departure(route, now=TEN)
    first = StopTask.objects.filter(stop__route=route).order_by("stop__position")[0]
    a_stop_report(first, at=TEN + 5 * MINUTE)
    return plan.depot, route.shift


def advice(draft: Plan) -> dict[str, Any]:
    """Of the only consignment that is left out."""
    advise(draft)
    told = PlanException.objects.get(plan=draft).advice
    assert told is not None
    return told


def until(shift: Shift, at: datetime) -> None:
    Shift.objects.filter(pk=shift.pk).update(ends_at=at, break_starts_at=None)


def a_shift_too_short() -> tuple[Depot, Shift, Plan]:
    """What is aboard for the last door no longer fits into the driver's hours."""
    depot, shift = a_van_under_way()
    until(shift, TEN + 600 * MINUTE)
    whole = a_replan(depot, now=NOW)
    until(shift, whole.routes.get().back_at - MINUTE)
    return depot, shift, a_replan(depot, now=NOW)


def test_a_driver_who_would_stay_longer_brings_what_is_aboard() -> None:
    depot, shift, draft = a_shift_too_short()
    [fix] = advice(draft)["fixes"]
    assert (fix["kind"], fix["shift"]) == ("extend_shift", shift.reference)
    until(shift, moment(SATURDAY, time(0)) + timedelta(seconds=fix["until"]))
    assert not a_replan(depot, now=NOW).exceptions.exists()


def test_doors_are_counted_on_from_those_behind_the_van() -> None:
    _depot, shift, draft = a_shift_too_short()
    place = advice(draft)["cheapest"]
    # One is done, the van drives to the second: nothing comes before that.
    assert (place["shift"], place["after"] >= 2) == (shift.reference, True)
    assert place["overtime"] > 0


def test_goods_at_the_depot_could_go_with_one_more_van_from_now_on() -> None:
    depot, shift = a_van_under_way()
    a_consignment(depot=depot, point=HOMES[5])
    draft = a_replan(depot, now=NOW)
    assert draft.exceptions.get().cause == VANS_HAVE_LEFT
    assert advice(draft) == {
        "cheapest": None,
        "fixes": [
            {
                "kind": "add_vehicle",
                "shift": shift.reference,
                "earliest": seconds_into(SATURDAY, NOW),
                "latest": 18 * 3_600,
            }
        ],
    }


def test_a_window_that_is_over_would_have_to_be_longer() -> None:
    plan, _first, second = two_vans_one_left(homes=4)
    a_consignment(depot=plan.depot, point=HOMES[5], start=time(9), end=time(10))
    draft = a_replan(plan.depot, now=NOW)
    assert draft.exceptions.get().cause == WINDOW_PASSED
    told = advice(draft)
    assert told["cheapest"]["shift"] == second.reference
    widened = told["fixes"][0]
    assert (widened["kind"], widened["earliest"]) == ("widen_window", 9 * 3_600)
    assert widened["latest"] > seconds_into(SATURDAY, NOW)


def test_what_a_stopped_van_carries_nobody_can_bring() -> None:
    plan, first, _second = two_vans_one_left()
    draft = a_replan(plan.depot, now=NOW, choices=Choices(stopped={first.reference: ""}))
    advise(draft)
    told = [exception.advice for exception in draft.exceptions.all()]
    assert told == [{"cheapest": None, "fixes": []}] * len(told) != []


def test_once_a_door_is_reported_on_a_draft_says_the_cause_alone() -> None:
    _depot, _shift, draft = a_shift_too_short()
    task = StopTask.objects.filter(stop__route__plan=draft.replaces, status="pending")
    a_stop_report(task.order_by("stop__position")[0], at=NOW + MINUTE)
    advise(draft)
    assert draft.exceptions.get().advice is None
