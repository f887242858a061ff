"""What is known of vans and places decides who goes where."""

from typing import Any

import pytest

from logistics.consignments.models import Consignment
from logistics.fleet.models import Driver, Vehicle
from logistics.network.models import Depot
from logistics.planning.models import Plan, StopTask
from logistics.planning.problem_builder import van_of
from logistics.planning.queries import day_board, plan_violations
from logistics.routing.problem import Load
from tests.builders.logistics import (
    HOMES,
    SATURDAY,
    a_consignment,
    a_day,
    a_depot,
    a_draft,
    a_shift,
    a_vehicle,
)

pytestmark = pytest.mark.django_db


def two_vans(**second: Any) -> tuple[Depot, Vehicle]:
    """One van like any other, and one of which more is known."""
    depot = a_depot()
    a_shift(depot=depot, vehicle=a_vehicle(depot=depot, height_cm=280))
    van = a_vehicle(depot=depot, **{"height_cm": 280} | second)
    a_shift(depot=depot, vehicle=van)
    return depot, van


def who_goes(plan: Plan) -> list[Vehicle]:
    tasks = StopTask.objects.filter(stop__route__plan=plan).order_by("pk")
    return [task.stop.route.shift.vehicle for task in tasks]


def ask(consignment: Consignment, **needs: Any) -> None:
    Consignment.objects.filter(pk=consignment.pk).update(**needs)


@pytest.mark.parametrize(
    ("van", "needs"),
    [
        ({"height_cm": 205}, {"clearance_cm": 210}),
        ({"equipment": ["stairs_trolley"]}, {"equipment": ["stairs_trolley"]}),
    ],
)
def test_only_a_van_that_suits_the_place_goes_there(
    van: dict[str, Any], needs: dict[str, Any]
) -> None:
    depot, suits = two_vans(**van)
    ask(a_consignment(depot=depot), **needs)
    draft = a_draft(depot)

    assert who_goes(draft) == [suits]
    assert plan_violations(draft) == []


@pytest.mark.parametrize(
    ("needs", "cause"),
    [
        ({"clearance_cm": 210}, "TOO_TALL"),
        ({"equipment": ["two_people"]}, "NEEDS_SKILL"),
    ],
)
def test_where_no_van_suits_the_cause_is_said(needs: dict[str, Any], cause: str) -> None:
    depot, _ = two_vans()
    ask(a_consignment(depot=depot), **needs)

    assert [e.cause for e in a_draft(depot).exceptions.all()] == [cause]


def test_a_cold_compartment_holds_no_more_than_it_holds() -> None:
    depot = a_depot()
    a_shift(depot=depot, vehicle=a_vehicle(depot=depot, chilled_ml=50_000))
    for number in range(3):
        a_consignment(depot=depot, point=HOMES[number], chilled=True, chilled_ml=20_000)
    draft = a_draft(depot)

    assert (len(who_goes(draft)), draft.exceptions.count()) == (2, 1)
    assert plan_violations(draft) == []


def test_a_driver_is_back_in_time() -> None:
    depot = a_day(homes=6)
    Driver.objects.update(most_minutes=60)
    Consignment.objects.update(service_seconds=900)
    draft = a_draft(depot)

    assert all(route.duration_seconds <= 3_600 for route in draft.routes.all())
    assert draft.exceptions.exists()
    assert plan_violations(draft) == []


def test_the_cheaper_van_goes() -> None:
    depot, cheap = two_vans(won_per_km=100, won_per_hour=10_000)
    Vehicle.objects.exclude(pk=cheap.pk).update(won_per_km=900, won_per_hour=30_000)
    a_consignment(depot=depot)

    assert who_goes(a_draft(depot)) == [cheap]


def test_won_become_seconds_of_driving() -> None:
    depot = a_depot()
    shift = a_shift(depot=depot, vehicle=a_vehicle(depot=depot, won_per_km=500))
    van = van_of(shift, SATURDAY)

    # An hour is worth 20,000 won, and of this van's own hours nothing is known.
    assert (van.per_km, van.per_hour) == (90, 3_600)


def test_a_van_of_which_nothing_is_said_plans_as_before() -> None:
    van = van_of(a_shift(depot=a_depot()), SATURDAY)

    assert van.capacity == Load(900_000, 6_000_000, 6_000_000)
    assert (van.height_cm, van.skills, van.max_seconds) == (0, frozenset(), None)
    assert (van.per_km, van.per_hour) == (None, None)


def test_describing_a_van_makes_a_draft_stale() -> None:
    depot = a_day(homes=1)
    a_draft(depot)
    assert not day_board(depot, SATURDAY).stale
    Vehicle.objects.update(height_cm=250)

    assert day_board(depot, SATURDAY).stale


def test_slow_roads_make_a_longer_day() -> None:
    depot = a_day(homes=4)
    usual = a_draft(depot)
    depot.speeds = [[0, 50]]
    depot.save()
    slow = a_draft(depot)
    driven = [sum(r.duration_seconds for r in plan.routes.all()) for plan in (usual, slow)]

    assert driven[1] > driven[0]
    assert plan_violations(slow) == []


def test_a_plan_is_judged_by_the_speeds_it_was_made_with() -> None:
    depot = a_day(homes=3)
    depot.speeds = [[0, 50]]
    depot.save()
    draft = a_draft(depot)
    depot.speeds = []
    depot.save()

    assert plan_violations(draft) == []
