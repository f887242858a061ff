"""What a re-plan means for orders, books and the people who wait."""

from datetime import datetime, time, timedelta
from uuid import uuid4

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus
from logistics.consignments.models import Consignment
from logistics.fleet.models import Shift
from logistics.planning import replanning
from logistics.planning.actions import PlanStale
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, StopTask
from logistics.seoul_time import moment
from storefront.journeys import cancel_order, plan_routes, replan_routes
from storefront.journeys.record_stop import StopReport, depart, record
from storefront.notices.models import Notice
from tests.builders import journeys
from tests.builders.journeys import TOMORROW, Mall, a_report, the_route
from tests.builders.logistics import a_replan, a_shift

pytestmark = pytest.mark.django_db

NOON = moment(TOMORROW, time(12))
LATER = moment(TOMORROW, time(14, 40))


def a_van_on_the_road() -> tuple[Mall, Fulfilment]:
    """Spinach for one door, aboard since noon."""
    mall = journeys.a_mall()
    order = journeys.a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    journeys.a_published_plan(mall)
    route = the_route(mall)
    depart(
        route_reference=route.reference,
        driver_reference=mall.shift.driver.reference,
        now=NOON,
    )
    return mall, order.fulfilments.get()


def nobody_opened(mall: Mall, part: Fulfilment) -> None:
    report = a_report(part.reference, "failed", reason="absent")
    record(report=report, driver_reference=mall.shift.driver.reference, received_at=LATER)


def again(mall: Mall, part: Fulfilment) -> Plan:
    failed = Consignment.objects.get(owner_reference=part.reference)
    return a_replan(mall.depot, now=LATER, choices=Choices(again=frozenset({failed.reference})))


def status(part: Fulfilment) -> str:
    part.refresh_from_db()
    return part.status


def test_a_door_tried_again_is_on_its_way_again_and_not_given_back() -> None:
    mall, part = a_van_on_the_road()
    nobody_opened(mall, part)
    assert status(part) == FulfilmentStatus.UNDELIVERED
    plan_routes.publish(plan=again(mall, part), now=LATER)

    assert status(part) == FulfilmentStatus.OUT


def test_handing_over_at_the_second_attempt_ends_the_part() -> None:
    mall, part = a_van_on_the_road()
    nobody_opened(mall, part)
    plan = plan_routes.publish(plan=again(mall, part), now=LATER)
    task = StopTask.objects.get(stop__route__plan=plan, attempt=2)
    report = a_report_of(task, LATER + timedelta(hours=1))
    record(
        report=report,
        driver_reference=mall.shift.driver.reference,
        received_at=LATER + timedelta(hours=1),
    )

    assert status(part) == FulfilmentStatus.HANDED_OVER


def a_report_of(task: StopTask, at: datetime) -> StopReport:
    return StopReport(
        event_id=uuid4(), task_reference=task.reference, kind="delivered", happened_at=at
    )


def test_what_was_given_back_meanwhile_is_not_tried_again() -> None:
    mall, part = a_van_on_the_road()
    nobody_opened(mall, part)
    draft = again(mall, part)
    cancel_order.cancel_part(fulfilment=part, reason="undelivered", now=LATER)

    with pytest.raises(PlanStale):
        plan_routes.publish(plan=draft, now=LATER)
    assert status(part) == FulfilmentStatus.CANCELLED


def test_what_a_stopped_van_carries_waits_at_the_undelivered_desk() -> None:
    mall, part = a_van_on_the_road()
    a_shift(depot=mall.depot, on_date=TOMORROW)
    draft = a_replan(mall.depot, now=LATER, choices=Choices(stopped={mall.shift.reference: ""}))
    plan_routes.publish(plan=draft, now=LATER)

    assert status(part) == FulfilmentStatus.UNDELIVERED
    assert Consignment.objects.get().failure == "van_stopped"


def test_whoever_is_moved_far_is_told_once() -> None:
    mall, part = a_van_on_the_road()
    late = moment(TOMORROW, time(16, 30))
    draft = a_replan(mall.depot, now=late)
    for _ in range(2):
        plan_routes.publish(plan=Plan.objects.get(pk=draft.pk), now=late)
    [notice] = Notice.objects.filter(kind="arrival_moved")

    assert notice.user_reference == part.order.customer.user_reference
    assert notice.facts == {"before": "14:00", "after": "16:30"}


def test_whoever_is_hardly_moved_is_not_told() -> None:
    mall, _ = a_van_on_the_road()
    draft = a_replan(mall.depot, now=NOON + timedelta(minutes=5))
    plan_routes.publish(plan=draft, now=NOON + timedelta(minutes=6))

    assert not Notice.objects.filter(kind="arrival_moved").exists()


def test_publishing_a_new_plan_needs_no_shift_of_its_own() -> None:
    mall, _ = a_van_on_the_road()
    draft = a_replan(mall.depot, now=LATER)

    assert not replanning.is_stale(draft)
    Shift.objects.filter(pk=mall.shift.pk).update(ends_at=moment(TOMORROW, time(17)))
    assert replanning.is_stale(draft)


def test_a_draft_that_was_asked_for_says_what_would_serve_what_it_leaves_out() -> None:
    mall, _part = a_van_on_the_road()
    journeys.a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    draft = replan_routes.replan(
        depot_code=mall.depot.code,
        choices=Choices(),
        key="k-1",
        seed=1,
        now=LATER,
        cancelled=lambda: True,
    )
    told = draft.exceptions.get().advice
    assert told is not None
    assert [fix["kind"] for fix in told["fixes"]][-1:] == ["add_vehicle"]
