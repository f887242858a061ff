from datetime import time, timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from logistics.consignments import actions as consignments
from logistics.planning import actions, queries
from logistics.planning.models import Route, StopTask
from tests.builders.logistics import (
    NOW,
    SATURDAY,
    a_consignment,
    a_day,
    a_depot,
    a_draft,
    a_driver,
    a_published_plan,
    a_route,
    a_shift,
    a_task,
)

pytestmark = pytest.mark.django_db


def test_the_plan_in_force_goes_before_a_newer_draft() -> None:
    depot = a_day()
    assert queries.plan_for(depot, SATURDAY) is None
    draft = a_draft(depot)
    assert queries.plan_for(depot, SATURDAY) == draft
    assert queries.plan(draft.reference) == draft
    actions.publish(plan=draft, now=NOW)
    a_draft(depot)
    assert queries.plan_for(depot, SATURDAY) == draft


def test_a_board_without_a_plan_shows_what_waits() -> None:
    depot = a_day(homes=2)
    board = queries.day_board(depot, SATURDAY)

    assert (board.plan, board.published, board.routes, board.stale) == (None, None, [], False)
    assert board.counts["requested"] == 2
    assert len(board.unplanned) == 2
    assert len(board.shifts) == 1


def test_a_board_shows_the_newest_draft_beside_the_plan_in_force() -> None:
    published = a_published_plan(homes=2)
    late = a_consignment(depot=published.depot)
    assert queries.day_board(published.depot, SATURDAY).unplanned == [late]
    draft = a_draft(published.depot)
    board = queries.day_board(published.depot, SATURDAY)

    assert (board.plan, board.published) == (draft, published)
    assert (board.unplanned, board.stale) == ([], False)
    assert board.counts == {
        "requested": 1,
        "planned": 2,
        "out": 0,
        "moved": 0,
        "failed": 0,
        "cancelled": 0,
    }


def test_a_board_says_when_its_draft_is_stale() -> None:
    draft = a_draft(a_day(homes=2))
    new = a_consignment(depot=draft.depot)
    board = queries.day_board(draft.depot, SATURDAY)

    assert board.stale
    assert board.unplanned == [new]


def test_a_board_lists_what_is_left_out() -> None:
    depot = a_day(homes=1)
    heavy = a_consignment(depot=depot, weight_grams=900_001)
    a_draft(depot)
    [exception] = queries.day_board(depot, SATURDAY).exceptions

    assert (exception.consignment, exception.cause) == (heavy, "NO_VEHICLE_FITS")


@pytest.mark.parametrize(("homes", "shifts"), [(2, 1), (9, 3)])
def test_a_board_costs_the_same_whatever_its_size(
    homes: int, shifts: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    plan = a_published_plan(homes=homes, shifts=shifts)

    with django_assert_num_queries(9):
        board = queries.day_board(plan.depot, SATURDAY)
        seen = [
            (route.shift.driver.full_name, route.shift.vehicle.name, task.consignment.label)
            for route in board.routes
            for stop in route.stops.all()
            for task in stop.tasks.all()
        ]
    assert len(seen) == homes


@pytest.mark.parametrize("homes", [1, 8])
def test_a_drivers_page_costs_three_queries(
    homes: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    own = a_route(homes=homes)

    with django_assert_num_queries(3):
        route = queries.route_for_driver(own.shift.driver.reference, SATURDAY)
        assert route == own
        stop = queries.next_stop(route)
        assert stop is not None
        assert [task.consignment.contact_name for task in stop.tasks.all()] == ["김영희"]
        assert len(queries.loading_list(route)) == homes


def test_a_driver_sees_only_their_own_route_of_a_published_plan() -> None:
    plan = a_published_plan(homes=4, shifts=1)
    other = a_published_plan(homes=4, shifts=1)
    stranger = a_driver(depot=plan.depot)
    own = plan.routes.select_related("shift__driver").get()
    driver = own.shift.driver.reference

    assert queries.routes_for_driver(driver, SATURDAY) == [own]
    assert queries.routes_for_driver(stranger.reference, SATURDAY) == []
    assert queries.route_for_driver(driver, SATURDAY + timedelta(days=1)) is None
    assert other.routes.get() not in queries.routes_for_driver(driver, SATURDAY)


def test_a_draft_is_no_drivers_business() -> None:
    route = a_draft(a_day()).routes.select_related("shift__driver").get()

    assert queries.route_for_driver(route.shift.driver.reference, SATURDAY) is None


def test_what_brings_an_owners_goods_is_the_visit_of_the_plan_in_force() -> None:
    depot = a_day(homes=1)
    draft = a_draft(depot)
    task = StopTask.objects.get(stop__route__plan=draft)
    owner = task.consignment.owner_reference
    assert queries.task_in_force(owner) is None

    actions.publish(plan=draft, now=NOW)
    found = queries.task_in_force(owner)
    assert found == task
    assert queries.task_in_force("FUL-NOBODYS") is None


def test_what_is_fetched_from_an_owner_brings_nothing() -> None:
    task = a_task(kind="collect")
    assert queries.task_in_force(task.consignment.owner_reference) is None


def test_the_evening_route_follows_the_morning_one() -> None:
    depot = a_depot()
    driver = a_driver(depot=depot)
    for start, end in [(time(9), time(14)), (time(15), time(21))]:
        a_shift(depot=depot, driver=driver, start=start, end=end, break_at=None)
        a_consignment(depot=depot, start=start, end=end)
    actions.publish(plan=a_draft(depot), now=NOW)
    morning, evening = queries.routes_for_driver(driver.reference, SATURDAY)

    assert queries.route_for_driver(driver.reference, SATURDAY) == morning
    StopTask.objects.filter(stop__route=morning).update(status="done")
    assert queries.route_for_driver(driver.reference, SATURDAY) == evening
    StopTask.objects.filter(stop__route=evening).update(status="failed")
    assert queries.route_for_driver(driver.reference, SATURDAY) == evening


def test_the_next_stop_is_the_first_with_something_to_do() -> None:
    route = a_route(homes=3)
    first, second, third = route.stops.all()
    StopTask.objects.filter(stop=first).update(status="done")
    called_off = second.tasks.get().consignment
    consignments.cancel(owner_reference=called_off.owner_reference, kind="deliver", now=NOW)

    sheet = queries.route_sheet(route.reference)
    assert queries.next_stop(sheet) == third
    StopTask.objects.filter(stop=third).update(status="failed")
    assert queries.next_stop(queries.route_sheet(route.reference)) is None


def test_the_last_stop_is_loaded_first() -> None:
    route = a_route(homes=4)
    driven = [task for stop in route.stops.all() for task in stop.tasks.all()]

    assert queries.loading_list(queries.route_sheet(route.reference)) == driven[::-1]


def test_collections_and_what_was_called_off_are_not_loaded() -> None:
    depot = a_day(homes=2)
    a_consignment(depot=depot, kind="collect")
    plan = actions.publish(plan=a_draft(depot), now=NOW)
    called_off = StopTask.objects.filter(consignment__kind="deliver").earliest("pk").consignment
    consignments.cancel(owner_reference=called_off.owner_reference, kind="deliver", now=NOW)
    loading = queries.loading_list(queries.route_sheet(plan.routes.get().reference))

    assert len(loading) == 1
    assert loading[0].consignment != called_off


def test_an_unknown_route_is_refused() -> None:
    with pytest.raises(queries.RouteUnknown):
        queries.route_sheet("RTE-NOSUCH")

    assert not Route.objects.exists()
