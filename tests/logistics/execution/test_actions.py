from datetime import datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from logistics.consignments import actions as consignments
from logistics.consignments.models import Consignment
from logistics.execution import actions, queries
from logistics.execution.actions import EventResult
from logistics.execution.models import StopEvent
from logistics.planning.models import Plan, Route, StopTask
from tests.builders.logistics import (
    NOW,
    a_day,
    a_draft,
    a_driver,
    a_route,
    a_task,
    driver_of,
)

pytestmark = pytest.mark.django_db

TEN = NOW + timedelta(hours=11, minutes=30)  # Saturday 10:00 in Seoul
ELEVEN = TEN + timedelta(hours=1)


def report(task: StopTask, kind: str = "delivered", **facts: Any) -> EventResult:
    defaults: dict[str, Any] = {
        "event_id": uuid4(),
        "driver_reference": driver_of(task),
        "happened_at": TEN,
        "received_at": TEN + timedelta(minutes=5),
    }
    return actions.record_stop_event(task_reference=task.reference, kind=kind, **defaults | facts)


def depart(route: Route, now: datetime = TEN) -> actions.Departure:
    return actions.depart(
        route_reference=route.reference, driver_reference=route.shift.driver.reference, now=now
    )


def state_of(task: StopTask) -> tuple[Any, ...]:
    task.refresh_from_db()
    consignment = Consignment.objects.get(pk=task.consignment_id)
    return (
        task.status,
        task.changed_at,
        task.reason,
        consignment.status,
        consignment.ended_at,
        consignment.failure,
    )


def test_leaving_the_depot_puts_the_route_out() -> None:
    route = a_route(homes=3)
    departure = depart(route)

    assert departure.route.departed_at == TEN
    assert [c.status for c in departure.consignments] == ["out"] * 3
    assert not departure.repeat


def test_leaving_twice_is_leaving_once() -> None:
    route = a_route(homes=2)
    first, second = depart(route), depart(route, ELEVEN)

    assert second.repeat
    assert second.route.departed_at == TEN
    assert second.consignments == first.consignments


def test_what_was_called_off_stays_at_the_depot() -> None:
    route = a_route(homes=2)
    called_off = Consignment.objects.earliest("pk")
    consignments.cancel(owner_reference=called_off.owner_reference, kind="deliver", now=NOW)

    assert called_off not in depart(route).consignments
    called_off.refresh_from_db()
    assert called_off.status == "cancelled"


def test_another_driver_cannot_leave_with_the_route() -> None:
    route = a_route()
    stranger = a_driver(depot=route.shift.depot)

    with pytest.raises(actions.RouteUnknown):
        actions.depart(
            route_reference=route.reference, driver_reference=stranger.reference, now=TEN
        )

    route.refresh_from_db()
    assert route.departed_at is None
    assert set(Consignment.objects.values_list("status", flat=True)) == {"planned"}


def test_nobody_leaves_on_a_draft() -> None:
    route = a_draft(a_day()).routes.select_related("shift__driver").get()

    with pytest.raises(actions.RouteUnknown):
        depart(route)


def test_a_delivery_is_moved_at_the_drivers_time() -> None:
    task = a_task()
    result = report(task, "delivered")

    assert (result.applied, result.repeat, result.conflict) == (True, False, False)
    assert result.task.consignment.status == "moved"
    assert state_of(task) == ("done", TEN, "", "moved", TEN, "")


def test_a_failed_visit_keeps_its_reason() -> None:
    task = a_task(kind="collect")
    report(task, "failed", reason="absent", note="내일 오전 희망")

    assert state_of(task) == ("failed", TEN, "absent", "failed", TEN, "absent")
    assert StopEvent.objects.get().note == "내일 오전 희망"


def test_the_same_event_twice_counts_once() -> None:
    task, event_id = a_task(), uuid4()
    first = report(task, event_id=event_id)
    again = report(task, event_id=event_id, received_at=ELEVEN)

    assert (first.applied, first.repeat) == (True, False)
    assert (again.applied, again.repeat) == (True, True)
    assert StopEvent.objects.get().received_at == TEN + timedelta(minutes=5)


def test_an_event_id_stands_for_one_report_only() -> None:
    task, event_id = a_task(), uuid4()
    report(task, event_id=event_id)

    with pytest.raises(actions.EventIdReused):
        report(task, "failed", reason="absent", event_id=event_id)
    with pytest.raises(actions.EventIdReused):
        report(a_task(), event_id=event_id)

    assert StopEvent.objects.count() == 1
    assert state_of(task)[0] == "done"


def test_a_driver_may_correct_a_report() -> None:
    task = a_task()
    report(task, "failed", reason="absent")
    result = report(task, "delivered", happened_at=ELEVEN)

    assert result.applied
    assert state_of(task) == ("done", ELEVEN, "", "moved", ELEVEN, "")


def test_a_late_report_is_kept_but_undoes_nothing() -> None:
    task = a_task()
    report(task, "delivered", happened_at=ELEVEN)
    result = report(task, "failed", reason="absent", happened_at=TEN)

    assert (result.applied, result.repeat) == (False, False)
    assert state_of(task) == ("done", ELEVEN, "", "moved", ELEVEN, "")
    kept = queries.events_of(task.stop.route.reference)
    assert [(event.kind, event.applied) for event in kept] == [
        ("failed", False),
        ("delivered", True),
    ]


def test_reports_before_the_departure_is_known_stand() -> None:
    task = a_task()
    report(task)
    depart(task.stop.route)

    assert state_of(task)[3] == "moved"


def test_a_hand_over_of_what_was_called_off_is_a_conflict() -> None:
    task = a_task()
    consignments.cancel(owner_reference=task.consignment.owner_reference, kind="deliver", now=NOW)
    result = report(task)

    assert (result.applied, result.conflict) == (True, True)
    assert state_of(task) == ("done", TEN, "", "cancelled", NOW, "")


def test_a_report_for_a_replaced_plan_still_counts() -> None:
    task = a_task()
    Plan.objects.update(status="replaced")

    assert report(task).applied
    assert state_of(task)[3] == "moved"


def test_a_strangers_report_changes_nothing() -> None:
    task = a_task()
    stranger = a_driver(depot=task.consignment.depot)
    before = state_of(task)

    with pytest.raises(actions.TaskUnknown):
        report(task, driver_reference=stranger.reference)

    assert state_of(task) == before
    assert not StopEvent.objects.exists()


@pytest.mark.parametrize(
    ("task_kind", "kind"), [("deliver", "collected"), ("collect", "delivered")]
)
def test_deliveries_are_delivered_and_collections_collected(task_kind: str, kind: str) -> None:
    task = a_task(kind=task_kind)

    with pytest.raises(actions.EventKindWrong):
        report(task, kind)
    with pytest.raises(actions.EventKindWrong):
        report(task, "teleported")

    assert not StopEvent.objects.exists()


@pytest.mark.parametrize(
    ("kind", "reason"), [("failed", ""), ("failed", "dog"), ("delivered", "absent")]
)
def test_a_failure_and_only_a_failure_has_a_known_reason(kind: str, reason: str) -> None:
    task = a_task()

    with pytest.raises(actions.FailureReasonMissing):
        report(task, kind, reason=reason)

    assert not StopEvent.objects.exists()


EVENTS = st.lists(
    st.tuples(
        st.sampled_from([("delivered", ""), ("failed", "absent"), ("failed", "weather")]),
        st.integers(0, 3).map(lambda hours: TEN + timedelta(hours=hours)),
    ),
    min_size=1,
    max_size=5,
)
Event = tuple[tuple[str, str], datetime]


@pytest.fixture
def two_tasks() -> tuple[StopTask, StopTask]:
    return a_task(), a_task()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(events=EVENTS, data=st.data())
def test_any_order_with_repeats_gives_the_same_state(
    two_tasks: tuple[StopTask, StopTask], events: list[Event], data: st.DataObject
) -> None:
    online, offline = two_tasks
    StopEvent.objects.all().delete()
    StopTask.objects.update(status="pending", changed_at=None, reason="")
    Consignment.objects.update(status="planned", ended_at=None, failure="")
    for (kind, reason), happened_at in events:
        report(online, kind, reason=reason, happened_at=happened_at)
    ids = [uuid4() for _ in events]
    again = data.draw(st.lists(st.sampled_from(range(len(events))), max_size=4))
    for number in data.draw(st.permutations([*range(len(events)), *again])):
        (kind, reason), happened_at = events[number]
        report(offline, kind, reason=reason, happened_at=happened_at, event_id=ids[number])

    assert state_of(offline) == state_of(online)
    assert StopEvent.objects.filter(task=offline).count() == len(events)
