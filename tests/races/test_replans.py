"""A dispatcher puts a new plan in force while drivers leave and report."""

from datetime import time, timedelta
from functools import partial
from threading import Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import transaction

from logistics.execution import actions as execution
from logistics.planning import replanning
from logistics.planning.actions import PlanStale
from logistics.planning.models import Plan, Route, StopTask
from logistics.planning.queries import plan_violations
from logistics.planning.replanning import InForce
from logistics.seoul_time import moment
from tests.builders.logistics import (
    SATURDAY,
    a_departure,
    a_published_plan,
    a_replan,
    driver_of,
    two_vans_one_left,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TEN = moment(SATURDAY, time(10))
LATER = TEN + timedelta(minutes=10)
DISPATCHERS = 3
REPORTS = 4


def tasks(plan: Plan) -> list[StopTask]:
    rows = StopTask.objects.select_related("consignment", "stop__route__shift__driver")
    return list(rows.filter(stop__route__plan=plan).order_by("stop__position"))


def a_van_under_way(homes: int = REPORTS) -> Plan:
    plan = a_published_plan(homes=homes)
    a_departure(plan.routes.select_related("shift__driver").get(), now=TEN)
    return plan


def report(task: StopTask, **facts: Any) -> Any:
    defaults = {"event_id": uuid4(), "kind": "delivered", "happened_at": LATER}
    return partial(
        execution.record_stop_event,
        task_reference=task.reference,
        driver_reference=driver_of(task),
        received_at=LATER,
        **defaults | facts,
    )


def test_control_copying_without_a_lock_loses_a_report() -> None:
    plan = a_van_under_way(homes=1)
    draft = a_replan(plan.depot, now=TEN)
    [old], [new] = tasks(plan), tasks(draft)
    copied, reported = Event(), Event()

    @transaction.atomic
    def put_in_force_unlocked() -> None:
        seen = StopTask.objects.get(pk=old.pk).status
        copied.set()
        reported.wait(20)
        StopTask.objects.filter(pk=new.pk).update(status=seen)
        Plan.objects.filter(pk=plan.pk).update(status="replaced")
        Plan.objects.filter(pk=draft.pk).update(status="published")

    def report_meanwhile() -> None:
        copied.wait(20)
        report(old)()
        reported.set()

    at_once([put_in_force_unlocked, report_meanwhile])

    assert [StopTask.objects.get(pk=t.pk).status for t in (old, new)] == ["done", "pending"]


@pytest.mark.parametrize("attempt", range(3))
def test_no_report_is_lost_while_another_plan_comes_into_force(attempt: int) -> None:
    plan = a_van_under_way()
    draft = a_replan(plan.depot, now=TEN)
    put = partial(replanning.put_in_force, plan=draft, now=LATER)

    answers = at_once([put, *(report(task) for task in tasks(plan))])

    assert [type(answer) for answer in answers] == [InForce, *[execution.EventResult] * REPORTS]
    assert [task.status for task in tasks(draft)] == ["done"] * REPORTS
    assert {task.consignment.status for task in tasks(draft)} == {"moved"}


def test_one_report_sent_twice_around_a_new_plan_counts_once() -> None:
    plan = a_van_under_way(homes=1)
    draft = a_replan(plan.depot, now=TEN)
    [task] = tasks(plan)
    event_id = uuid4()
    put = partial(replanning.put_in_force, plan=draft, now=LATER)

    _, *results = at_once([put, *[report(task, event_id=event_id)] * REPORTS])

    assert sorted(result.repeat for result in results) == [False, True, True, True]
    assert [task.status for task in tasks(draft)] == ["done"]


def test_of_two_dispatchers_who_plan_anew_at_once_one_wins() -> None:
    plan = a_van_under_way()
    drafts = [a_replan(plan.depot, now=TEN) for _ in range(DISPATCHERS)]

    answers = at_once([partial(replanning.put_in_force, plan=d, now=LATER) for d in drafts])

    assert sorted(type(answer).__name__ for answer in answers) == [
        "InForce",
        *["PlanStale"] * (DISPATCHERS - 1),
    ]
    assert Plan.objects.filter(status="published").count() == 1


def test_the_same_asking_twice_at_once_makes_one_draft() -> None:
    plan = a_van_under_way()

    answers = at_once([partial(a_replan, plan.depot, now=TEN, key="one asking")] * DISPATCHERS)

    assert set(answers) == {Plan.objects.get(asked_key="one asking")}


def test_a_van_leaves_on_the_old_plan_or_on_the_new_never_on_neither() -> None:
    plan = a_published_plan(homes=12, shifts=1)
    first = plan.routes.select_related("shift__driver").get()
    a_departure(first, now=TEN)
    draft = a_replan(plan.depot, now=TEN)
    leave = partial(
        execution.depart,
        route_reference=first.reference,
        driver_reference=first.shift.driver.reference,
        now=LATER,
    )

    put, left = at_once([partial(replanning.put_in_force, plan=draft, now=LATER), leave])

    assert isinstance(put, InForce)
    assert isinstance(left, execution.Departure)
    assert left.route.departed_at == TEN


def test_a_second_van_leaving_meanwhile_is_stale_or_leaves_on_the_new_plan() -> None:
    plan, _, shift = two_vans_one_left()
    second = plan.routes.select_related("shift__driver").get(shift=shift)
    draft = a_replan(plan.depot, now=TEN)
    leave = partial(
        execution.depart,
        route_reference=second.reference,
        driver_reference=second.shift.driver.reference,
        now=LATER,
    )

    put, left = at_once([partial(replanning.put_in_force, plan=draft, now=LATER), leave])

    assert isinstance(left, execution.Departure)
    in_force = Plan.objects.get(status="published")
    assert in_force == (plan if isinstance(put, PlanStale) else draft)
    assert Route.objects.get(plan=in_force, shift=second.shift).departed_at == LATER
    assert plan_violations(in_force) == []
