"""What a driver sees, and what a phone is answered, when the day was planned anew."""

import json
from datetime import time
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from logistics.execution.models import StopEvent
from logistics.fleet.models import Shift
from logistics.planning import replanning
from logistics.planning.choices import Choices
from logistics.planning.models import Plan, StopTask
from logistics.seoul_time import moment
from storefront.accounts.models import Role
from storefront.journeys import record_stop
from storefront.live import channels
from tests.builders.logistics import SATURDAY, a_replan, two_vans_one_left
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

NOW = moment(SATURDAY, time(10, 20))
BEFORE = moment(SATURDAY, time(10, 15))


@pytest.fixture(autouse=True)
def it_is_saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    # These consignments have no order behind them.
    monkeypatch.setattr(record_stop, "_follow", lambda *_: None)


def a_phone(shift: Shift) -> Client:
    driver = shift.driver.reference
    return a_client(a_user(f"{driver.lower()}@jangteo.test", (Role.DRIVER, driver)))


def handed_over(*, to_second: bool) -> tuple[Plan, Plan, Shift, Shift]:
    """The first van's goods went to the second, or nobody's did."""
    plan, first, second = two_vans_one_left()
    stopped = {first.reference: second.reference} if to_second else {}
    draft = a_replan(plan.depot, now=NOW, choices=Choices(stopped=stopped))
    return plan, replanning.put_in_force(plan=draft, now=NOW).plan, first, second


def a_task(plan: Plan, shift: Shift) -> StopTask:
    return StopTask.objects.filter(stop__route__plan=plan, stop__route__shift=shift).earliest("pk")


def send(phone: Client, event: dict[str, Any]) -> dict[str, Any]:
    answer = phone.post("/driver/sync/", json.dumps([event]), content_type="application/json")
    [one] = answer.json()["answers"]
    return dict(one)


def an_event(task: StopTask) -> dict[str, Any]:
    return {
        "event_id": str(uuid4()),
        "task": task.reference,
        "kind": "failed",
        "reason": "absent",
        "happened_at": BEFORE.isoformat(),
    }


def test_a_report_on_a_stop_that_went_to_another_van_counts_once_and_is_explained() -> None:
    plan, _, first, _ = handed_over(to_second=True)
    event, phone = an_event(a_task(plan, first)), a_phone(first)
    answer, again = send(phone, event), send(phone, event)

    assert (answer["answer"], answer["code"]) == ("accepted", "STOP_MOVED")
    assert "다른 기사님" in answer["message_ko"]
    assert (again["answer"], again["code"]) == ("already_had", "STOP_MOVED")
    assert StopEvent.objects.count() == 1


def test_a_report_from_a_page_of_the_old_plan_ends_the_stop_of_the_new() -> None:
    plan, new, first, _ = handed_over(to_second=False)
    old = a_task(plan, first)

    assert send(a_phone(first), an_event(old)).keys() == {"event_id", "answer"}
    same = StopTask.objects.get(stop__route__plan=new, consignment=old.consignment_id)
    assert (same.status, same.reason) == ("failed", "absent")


def test_a_kept_page_leads_to_the_stop_that_took_its_place() -> None:
    plan, new, first, _ = handed_over(to_second=False)
    old = a_task(plan, first)
    same = StopTask.objects.get(stop__route__plan=new, consignment=old.consignment_id)
    answer = a_phone(first).get(f"/driver/stops/{old.stop.reference}/")

    assert answer["Location"] == f"/driver/stops/{same.stop.reference}/"


def test_a_kept_page_of_a_stop_that_is_somebody_elses_now_says_so() -> None:
    plan, _, first, _ = handed_over(to_second=True)
    old = a_task(plan, first)
    answer = a_phone(first).get(f"/driver/stops/{old.stop.reference}/", follow=True)

    assert "다른 기사님이 들러요" in answer.content.decode()


def test_a_kept_page_is_nobody_elses() -> None:
    plan, _, first, second = handed_over(to_second=True)

    stop = a_task(plan, first).stop.reference
    assert a_phone(second).get(f"/driver/stops/{stop}/").status_code == 404


def test_the_day_says_that_its_order_changed_and_listens_for_more() -> None:
    *_, first, _ = handed_over(to_second=False)
    phone = a_phone(first)
    page = phone.get("/driver/").content.decode()
    part = phone.get("/driver/", headers={"HX-Request": "true"}).content.decode()

    assert "오전 10:20에 경로가 바뀌었어요" in page
    assert f'data-live="{channels.driver(first.driver.reference)}"' in page
    assert "<html" not in part
    assert "오전 10:20에 경로가 바뀌었어요" in part


def test_only_the_driver_listens_to_a_drivers_route() -> None:
    *_, first, second = two_vans_one_left()
    user = a_user("one@jangteo.test", (Role.DRIVER, first.driver.reference))

    assert channels.may_listen(user, channels.driver(first.driver.reference))
    assert not channels.may_listen(user, channels.driver(second.driver.reference))
