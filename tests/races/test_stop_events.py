"""A phone that sends its queue twice at once."""

from datetime import datetime, timedelta
from functools import partial
from threading import Barrier, Event
from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError

from logistics.execution import actions
from logistics.execution.actions import EventResult
from logistics.execution.models import StopEvent
from logistics.execution.transitions import State, apply
from logistics.planning.models import StopTask
from tests.builders.logistics import NOW, a_route, a_task, driver_of
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SENDERS = 6
TEN = NOW + timedelta(hours=11, minutes=30)
ELEVEN = TEN + timedelta(hours=1)


def report(task: StopTask, **facts: Any) -> partial[EventResult]:
    defaults: dict[str, Any] = {
        "event_id": uuid4(),
        "kind": "delivered",
        "happened_at": TEN,
        "received_at": ELEVEN,
    }
    return partial(
        actions.record_stop_event,
        task_reference=task.reference,
        driver_reference=driver_of(task),
        **defaults | facts,
    )


def test_control_looking_before_keeping_an_event_fails_in_one_thread() -> None:
    task, event_id = a_task(), uuid4()
    both_have_looked = Barrier(2, timeout=20)

    def kept_after_looking() -> StopEvent:
        found = StopEvent.objects.filter(event_id=event_id).first()
        both_have_looked.wait()
        return found or StopEvent.objects.create(
            event_id=event_id,
            task=task,
            kind="delivered",
            happened_at=TEN,
            received_at=TEN,
            applied=True,
        )

    answers = at_once([kept_after_looking] * 2)

    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


def test_the_same_event_from_many_threads_counts_once() -> None:
    task, event_id = a_task(), uuid4()

    answers = at_once([report(task, event_id=event_id)] * SENDERS)

    results = [answer for answer in answers if isinstance(answer, EventResult)]
    assert len(results) == SENDERS
    assert sorted(result.repeat for result in results) == [False] + [True] * (SENDERS - 1)
    assert all(result.applied for result in results)
    assert StopEvent.objects.count() == 1


def test_one_event_id_for_two_tasks_at_once_is_kept_once() -> None:
    first, other, event_id = a_task(), a_task(), uuid4()

    answers = at_once([report(first, event_id=event_id), report(other, event_id=event_id)])

    assert sum(isinstance(answer, EventResult) for answer in answers) == 1
    assert sum(isinstance(answer, actions.EventIdReused) for answer in answers) == 1
    assert StopTask.objects.filter(status="done").count() == 1


def test_control_deciding_without_a_lock_lets_an_older_report_win() -> None:
    task = a_task()
    both_have_looked, newer_is_written = Barrier(2, timeout=20), Event()

    def decided(kind: str, reason: str, at: datetime, *, last: bool) -> None:
        seen = StopTask.objects.get(pk=task.pk)
        state = apply(State(seen.status, seen.changed_at), kind=kind, reason=reason, happened_at=at)
        both_have_looked.wait()
        if last:
            newer_is_written.wait(20)
        StopTask.objects.filter(pk=task.pk).update(status=state.status, changed_at=at)
        newer_is_written.set()

    at_once(
        [
            partial(decided, "delivered", "", ELEVEN, last=False),
            partial(decided, "failed", "absent", TEN, last=True),
        ]
    )

    assert StopTask.objects.get(pk=task.pk).status == "failed"


def test_the_newest_report_wins_whatever_arrives_at_once() -> None:
    task = a_task()
    older = [
        report(task, kind="failed", reason="absent", happened_at=TEN + timedelta(minutes=n))
        for n in range(SENDERS)
    ]

    at_once([*older, report(task, happened_at=ELEVEN)])

    task.refresh_from_db()
    assert (task.status, task.changed_at) == ("done", ELEVEN)
    assert (task.consignment.status, task.consignment.ended_at) == ("moved", ELEVEN)


def test_leaving_the_depot_from_two_tabs_is_leaving_once() -> None:
    route = a_route(homes=2)
    times = [TEN, ELEVEN]

    answers = at_once(
        [
            partial(
                actions.depart,
                route_reference=route.reference,
                driver_reference=route.shift.driver.reference,
                now=now,
            )
            for now in times
        ]
    )

    left = [answer for answer in answers if isinstance(answer, actions.Departure)]
    assert sorted(departure.repeat for departure in left) == [False, True]
    assert len({departure.route.departed_at for departure in left}) == 1
