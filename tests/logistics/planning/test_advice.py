"""What is stored beside each consignment that a plan leaves out."""

from datetime import time

import pytest

from logistics.planning.advice import ITSELF, advise
from logistics.planning.as_planned import as_planned
from logistics.planning.models import Plan, PlanException
from tests.builders.logistics import HOMES, a_consignment, a_day, a_depot, a_draft, a_shift

pytestmark = pytest.mark.django_db

HOUR = 3_600


def a_full_van() -> Plan:
    """A van for one box, and two boxes."""
    depot = a_depot()
    shift = a_shift(depot=depot)
    shift.vehicle.capacity_grams = 5_000
    shift.vehicle.save()
    for point in HOMES[:2]:
        a_consignment(depot=depot, point=point)
    return a_draft(depot)


def test_a_stored_plan_is_the_solution_of_its_day() -> None:
    plan = a_draft(a_day(homes=6, shifts=2))
    replayed = as_planned(plan)
    assert replayed is not None
    _, solution = replayed
    assert (solution.cost, len(solution.routes)) == (plan.cost, plan.routes.count())


def test_once_the_day_has_changed_there_is_nothing_to_explain() -> None:
    plan = a_full_van()
    a_consignment(depot=plan.depot)
    advise(plan)
    assert as_planned(plan) is None
    assert PlanException.objects.get().advice is None


def test_a_full_van_is_told_by_how_much_and_that_one_more_would_do() -> None:
    plan = a_full_van()
    shift = plan.routes.get().shift
    advise(plan)
    advice = PlanException.objects.get().advice
    assert advice["cheapest"]["shift"] == shift.reference
    assert (advice["cheapest"]["over_grams"], advice["cheapest"]["late"]) == (5_000, [])
    assert {advice["cheapest"]["after"], advice["cheapest"]["before"]} == {1, None}
    assert advice["fixes"] == [
        {
            "kind": "add_vehicle",
            "shift": shift.reference,
            "earliest": 9 * HOUR,
            "latest": 18 * HOUR,
        }
    ]


def test_who_would_be_late_is_named_by_the_place_on_the_route() -> None:
    depot = a_depot()
    a_shift(depot=depot, break_at=None)
    for point in (HOMES[0], HOMES[-1]):
        a_consignment(depot=depot, point=point, start=time(9), end=time(9, 4))
    plan = a_draft(depot)
    advise(plan)
    advice = PlanException.objects.get().advice
    [[late, seconds]] = advice["cheapest"]["late"]
    assert late in (ITSELF, 1)
    assert seconds > 0
    widened = advice["fixes"][0]
    assert (widened["kind"], widened["latest"] - widened["earliest"] > 240) == (
        "widen_window",
        True,
    )


def test_without_time_the_cause_stands_alone() -> None:
    plan = a_full_van()
    advise(plan, seconds=0.0)
    assert PlanException.objects.get().advice is None


def test_what_no_van_may_serve_has_no_place() -> None:
    depot = a_depot()
    a_shift(depot=depot).vehicle.__class__.objects.update(chilled=False)
    a_consignment(depot=depot, chilled=True)
    plan = a_draft(depot)
    advise(plan)
    assert PlanException.objects.get().advice == {"cheapest": None, "fixes": []}
