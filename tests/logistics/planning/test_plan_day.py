from datetime import time, timedelta
from itertools import pairwise

import pytest
from django.db import connection
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.planning import queries
from logistics.planning.models import Plan, PlanException, Route, StopTask
from tests.builders.logistics import (
    HOMES,
    NOW,
    SATURDAY,
    a_consignment,
    a_day,
    a_depot,
    a_draft,
    a_shift,
    a_vehicle,
)

pytestmark = pytest.mark.django_db


def tasks_of(plan: Plan) -> list[StopTask]:
    return list(StopTask.objects.filter(stop__route__plan=plan).order_by("pk"))


def test_every_home_is_served_and_nothing_is_wrong() -> None:
    plan = a_draft(a_day(homes=6, shifts=2))

    assert plan.status == "draft"
    assert len(tasks_of(plan)) == 6
    assert not plan.exceptions.exists()
    assert queries.plan_violations(plan) == []
    assert (plan.engine != "", plan.seed, plan.made_at) == (True, 1, NOW)
    assert plan.road_matrix == "straight_line 2023-12"


def test_a_draft_changes_no_consignment() -> None:
    a_draft(a_day(homes=3))

    assert set(Consignment.objects.values_list("status", flat=True)) == {"requested"}


def test_routes_keep_to_their_shift_and_take_their_break() -> None:
    depot = a_depot()
    shift = a_shift(depot=depot, break_at=time(12))
    for number in range(5):
        a_consignment(depot=depot, point=HOMES[number], start=time(11), end=time(15))
    route = a_draft(depot).routes.get()

    assert shift.starts_at <= route.leaves_at < route.back_at <= shift.ends_at
    assert shift.break_starts_at is not None
    assert route.break_at is not None
    late = route.break_at - shift.break_starts_at
    assert timedelta(0) <= late <= timedelta(hours=1)


def test_stops_are_numbered_in_driving_order() -> None:
    route = a_draft(a_day(homes=5)).routes.get()
    stops = list(route.stops.all())

    assert [stop.position for stop in stops] == [1, 2, 3, 4, 5]
    assert all(a.leaves_at <= b.arrives_at for a, b in pairwise(stops))
    assert [stop.load_grams_after for stop in stops] == [20_000, 15_000, 10_000, 5_000, 0]


def test_a_box_and_last_months_books_share_a_stop() -> None:
    depot = a_depot()
    a_shift(depot=depot)
    door = {"depot": depot, "address": "효원로 1"}
    box = a_consignment(**door, weight_grams=4_000)
    books = a_consignment(**door, kind="collect", weight_grams=2_000, label="책 1상자")
    stop = a_draft(depot).routes.get().stops.get()

    assert {task.consignment_id for task in stop.tasks.all()} == {box.pk, books.pk}
    assert stop.load_grams_after == 2_000


def test_a_van_that_comes_early_rings_when_the_promised_time_begins() -> None:
    depot = a_depot()
    a_shift(depot=depot)
    a_consignment(depot=depot, start=time(10), end=time(11))
    later = a_consignment(depot=depot, start=time(15), end=time(16))
    first, second = a_draft(depot).routes.get().stops.all()

    assert first.begins_at == first.arrives_at
    assert second.arrives_at < second.begins_at == later.earliest_at


def test_what_no_van_can_carry_is_left_out_with_its_cause() -> None:
    depot = a_depot()
    a_shift(depot=depot, vehicle=a_vehicle(depot=depot, chilled=False))
    served = a_consignment(depot=depot)
    too_heavy = a_consignment(depot=depot, weight_grams=900_001)
    too_cold = a_consignment(depot=depot, chilled=True)
    too_early = a_consignment(depot=depot, start=time(5), end=time(6))
    plan = a_draft(depot)

    assert [task.consignment for task in tasks_of(plan)] == [served]
    assert {e.consignment: e.cause for e in plan.exceptions.all()} == {
        too_heavy: "NO_VEHICLE_FITS",
        too_cold: "NEEDS_CHILLED",
        too_early: "WINDOW_UNREACHABLE",
    }
    assert queries.plan_violations(plan) == []


def test_a_day_without_vans_serves_nobody_and_says_so() -> None:
    plan = a_draft(a_day(homes=2, shifts=0))

    assert not plan.routes.exists()
    assert [e.cause for e in plan.exceptions.all()] == ["NO_VEHICLE", "NO_VEHICLE"]
    assert queries.plan_violations(plan) == []


def test_a_day_without_homes_is_an_empty_plan() -> None:
    plan = a_draft(a_day(homes=0))

    assert (plan.routes.count(), plan.exceptions.count(), plan.distance_m) == (0, 0, 0)
    assert queries.plan_violations(plan) == []


def test_only_this_depots_and_this_days_work_is_planned() -> None:
    depot = a_day(homes=1)
    a_consignment(depot=depot, on_date=SATURDAY + timedelta(days=1))
    called_off = a_consignment(depot=depot)
    consignments.cancel(owner_reference=called_off.owner_reference, kind="deliver", now=NOW)
    a_day(homes=2)

    assert len(tasks_of(a_draft(depot))) == 1


def test_the_same_day_and_seed_give_the_same_plan() -> None:
    depot = a_day(homes=8, shifts=2)
    first, second = a_draft(depot), a_draft(depot)

    def shape(plan: Plan) -> list[list[int]]:
        return [
            [stop.tasks.get().consignment_id for stop in route.stops.all()]
            for route in plan.routes.all()
        ]

    assert shape(first) == shape(second)
    assert (first.cost, first.fingerprint) == (second.cost, second.fingerprint)


def test_progress_is_passed_on() -> None:
    heard = []
    plan = a_draft(a_day(homes=5), on_progress=heard.append)

    assert heard[-1].cost == plan.cost
    assert heard[-1].unserved == 0


@pytest.mark.django_db(transaction=True)
def test_no_transaction_is_open_while_the_engine_thinks() -> None:
    inside: list[bool] = []
    a_draft(a_day(homes=5), on_progress=lambda _: inside.append(connection.in_atomic_block))

    assert inside
    assert not any(inside)


def test_distance_and_duration_are_those_of_the_routes() -> None:
    plan = a_draft(a_day(homes=6, shifts=2))
    routes = list(Route.objects.filter(plan=plan))

    assert plan.distance_m == sum(route.distance_m for route in routes) > 0
    assert plan.duration_seconds == sum(
        int((route.back_at - route.leaves_at).total_seconds()) for route in routes
    )


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["deliver", "collect"]),
            st.sampled_from(HOMES),
            st.integers(7, 18),  # opens, o'clock
            st.integers(1, 4),  # hours open
            st.sampled_from([1_000, 400_000, 950_000]),  # grams
            st.booleans(),  # chilled
            st.integers(1, 3),  # door
        ),
        max_size=10,
    )
)
def test_everything_is_either_served_or_left_out_for_a_cause(
    wishes: list[tuple[str, tuple[float, float], int, int, int, bool, int]],
) -> None:
    depot = a_depot()
    a_shift(depot=depot)
    a_shift(depot=depot, vehicle=a_vehicle(depot=depot, chilled=False), break_at=None)
    asked = {
        a_consignment(
            depot=depot,
            kind=kind,
            point=point,
            start=time(opens),
            end=time(opens + hours),
            weight_grams=grams,
            chilled=chilled,
            address=f"효원로 {door}",
        ).pk
        for kind, point, opens, hours, grams, chilled, door in wishes
    }
    plan = a_draft(depot)
    served = [task.consignment_id for task in tasks_of(plan)]
    left_out = list(PlanException.objects.filter(plan=plan).values_list("consignment", flat=True))

    assert sorted(served + left_out) == sorted(asked)
    assert all(plan.exceptions.values_list("cause", flat=True))
    assert queries.plan_violations(plan) == []
