"""The dispatcher plans the rest of today anew, for the own depot alone."""

from datetime import time, timedelta
from typing import Any
from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError

from logistics.consignments.models import Consignment
from logistics.network.models import Depot
from logistics.planning.models import Plan
from logistics.planning.under_way import VanNotDriving
from logistics.routing.solution import Progress
from logistics.seoul_time import moment
from storefront.accounts.models import Role
from storefront.config.celery import app
from storefront.journeys.tasks import replan_depot
from storefront.live import under_way
from tests.builders.logistics import (
    SATURDAY,
    a_depot,
    a_replan,
    a_stop_report,
    two_vans_one_left,
)
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

NOW = moment(SATURDAY, time(10, 20))
KEY = "0123456789abcdef"


@pytest.fixture(autouse=True)
def it_is_saturday(monkeypatch: pytest.MonkeyPatch) -> None:
    cache.clear()
    monkeypatch.setattr(timezone, "now", lambda: NOW)
    with app.connection_for_write() as broker:
        broker.default_channel.client.delete("celery")


def a_dispatcher(*depots: Depot, email: str = "dispatch@jangteo.test") -> Client:
    return a_client(a_user(email, *((Role.DISPATCHER, depot.reference) for depot in depots)))


def asked() -> int:
    with app.connection_for_write() as broker:
        return broker.default_channel.client.llen("celery")


def sent(**fields: Any) -> dict[str, Any]:
    return {"key": KEY} | fields


def test_the_board_of_a_running_day_offers_a_new_plan() -> None:
    plan, *_ = two_vans_one_left()
    page = a_dispatcher(plan.depot).get(f"/dispatch/?on={SATURDAY}").content.decode()

    assert "지금부터 다시 계획" in page
    assert 'id="plan-now"' not in page


def test_the_form_names_the_vans_and_what_failed() -> None:
    plan, first, _ = two_vans_one_left()
    task = plan.routes.get(shift=first).stops.get(position=1).tasks.get()
    a_stop_report(task, "failed", at=NOW - timedelta(minutes=5), reason="absent")
    page = a_dispatcher(plan.depot).get("/dispatch/replan/").content.decode()

    assert "마지막 기록 오전 10:15" in page
    assert "아직 거점에 있어요" in page
    # Without an order behind it there is nothing to hand over again.
    assert task.consignment.reference not in page


def test_what_is_to_be_fetched_may_be_tried_again() -> None:
    plan, first, _ = two_vans_one_left()
    task = plan.routes.get(shift=first).stops.get(position=1).tasks.get()
    Consignment.objects.filter(pk=task.consignment_id).update(kind="collect")
    task.refresh_from_db()
    a_stop_report(task, "failed", at=NOW - timedelta(minutes=5), reason="absent")
    client = a_dispatcher(plan.depot)

    assert task.consignment.reference in client.get("/dispatch/replan/").content.decode()
    answer = client.post("/dispatch/replan/", sent(again=task.consignment.reference))
    assert (answer.status_code, asked()) == (302, 1)


def test_asking_has_the_rest_planned_in_the_background() -> None:
    plan, first, second = two_vans_one_left()
    fields = {f"van-{first.reference}": second.reference}
    answer = a_dispatcher(plan.depot).post("/dispatch/replan/", sent(**fields))

    assert answer.status_code == 302
    assert answer["Location"] == f"/dispatch/?on={SATURDAY}"
    assert asked() == 1


def test_asking_again_meanwhile_changes_nothing() -> None:
    plan, *_ = two_vans_one_left()
    client = a_dispatcher(plan.depot)
    client.post("/dispatch/replan/", sent())
    answer = client.post("/dispatch/replan/", sent(key="fedcba9876543210"), follow=True)

    assert "이미 경로를 짜고 있어요." in answer.content.decode()
    assert asked() == 1


def test_the_same_form_sent_again_shows_its_plan_and_asks_for_none() -> None:
    plan, *_ = two_vans_one_left()
    a_replan(plan.depot, now=NOW, key=KEY)
    answer = a_dispatcher(plan.depot).post("/dispatch/replan/", sent(), follow=True)

    assert "data-planning hidden>" in answer.content.decode()
    assert asked() == 0


def test_a_quick_worker_is_not_stopped_by_what_stopped_the_last_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    plan, *_ = two_vans_one_left()
    under_way.ask_to_stop(plan.depot.code, SATURDAY)
    stopped: list[bool] = []
    monkeypatch.setattr(
        replan_depot,
        "delay",
        lambda *_: stopped.append(under_way.stop_asked(plan.depot.code, SATURDAY)()),
    )
    a_dispatcher(plan.depot).post("/dispatch/replan/", sent())

    assert stopped == [False]


def test_no_search_is_shown_where_nobody_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    plan, *_ = two_vans_one_left()
    monkeypatch.setattr(replan_depot, "delay", Mock(side_effect=OperationalError))
    answer = a_dispatcher(plan.depot).post("/dispatch/replan/", sent(), follow=True)

    assert "지금은 경로를 짤 수 없어요." in answer.content.decode()
    assert "data-planning hidden>" in answer.content.decode()


def test_the_board_tells_how_far_the_new_plan_is(settings: Any) -> None:
    settings.REPLAN_SECONDS = 7
    plan, *_ = two_vans_one_left()
    client = a_dispatcher(plan.depot)
    client.post("/dispatch/replan/", sent())
    under_way.tell(plan.depot.code, SATURDAY, Progress(12_345, 3.4, 0, 0, "ruin_recreate"))
    page = client.get(f"/dispatch/?on={SATURDAY}").content.decode()

    assert "경로를 짜고 있어요. 7초쯤 걸립니다." in page
    assert "<dd data-best>12,345</dd>" in page


def test_a_worker_tells_of_the_best_so_far_and_stops_when_asked(settings: Any) -> None:
    settings.REPLAN_SECONDS = 600
    plan, *_ = two_vans_one_left()
    client = a_dispatcher(plan.depot)
    client.post("/dispatch/replan/", sent())
    client.post("/dispatch/plan/stop/", {"on": SATURDAY.isoformat()})
    replan_depot(plan.depot.code, {}, KEY, 1)

    draft = Plan.objects.get(asked_key=KEY)
    told = under_way.told(plan.depot.code, SATURDAY)
    assert told is not None
    assert told["best"] == draft.cost
    assert not under_way.is_planning(plan.depot, SATURDAY)


def test_what_can_not_be_planned_is_not_waited_for() -> None:
    plan, *_ = two_vans_one_left()
    a_dispatcher(plan.depot).post("/dispatch/replan/", sent())
    with pytest.raises(VanNotDriving):
        replan_depot(plan.depot.code, {"stopped": {"SHF-NONE": ""}}, KEY, 1)

    assert not under_way.is_planning(plan.depot, SATURDAY)


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"key": ""}, 400),
        ({"again": "CON-NONE"}, 400),
        ({"van": "SHF-NONE"}, 400),
        ({"van": "itself"}, 400),
    ],
)
def test_what_was_not_offered_is_refused(fields: dict[str, str], code: int) -> None:
    plan, first, _ = two_vans_one_left()
    if "van" in fields:
        said = first.reference if fields["van"] == "itself" else fields["van"]
        fields = {f"van-{first.reference}": said}
    answer = a_dispatcher(plan.depot).post("/dispatch/replan/", sent(**fields))

    assert (answer.status_code, asked()) == (code, 0)


def test_a_day_on_which_nobody_has_left_says_so() -> None:
    client = a_dispatcher(a_depot())

    assert "오늘 길에 나간 차가 없어요" in client.get("/dispatch/replan/").content.decode()
    assert client.post("/dispatch/replan/", sent()).status_code == 400


def test_the_draft_lists_whose_time_moves_before_it_is_sent() -> None:
    plan, *_ = two_vans_one_left()
    first = Consignment.objects.filter(depot=plan.depot).earliest("pk")
    Consignment.objects.filter(pk=first.pk).update(
        contact_name="박기다림", promised_at=NOW - timedelta(hours=2)
    )
    draft = a_replan(plan.depot, now=NOW)
    client = a_dispatcher(plan.depot)
    page = client.get(f"/dispatch/plans/{draft.reference}/").content.decode()

    assert 'id="moved"' in page
    assert "박기다림" in page
    assert "오전 8:20 →" in page


def test_sending_the_draft_puts_it_in_force() -> None:
    plan, *_ = two_vans_one_left()
    draft = a_replan(plan.depot, now=NOW)
    answer = a_dispatcher(plan.depot).post(f"/dispatch/plans/{draft.reference}/publish/")

    assert answer.status_code == 302
    draft.refresh_from_db()
    plan.refresh_from_db()
    assert (draft.status, plan.status) == ("published", "replaced")


def test_another_depots_vans_are_neither_shown_nor_planned() -> None:
    plan, first, _ = two_vans_one_left()
    stranger = a_dispatcher(a_depot())
    page = stranger.get("/dispatch/replan/").content.decode()

    assert first.reference not in page
    assert first.driver.full_name not in page
    fields = {f"van-{first.reference}": "stopped"}
    assert stranger.post("/dispatch/replan/", sent(**fields)).status_code == 400
    draft = a_replan(plan.depot, now=NOW)
    assert stranger.post(f"/dispatch/plans/{draft.reference}/publish/").status_code == 404
    draft.refresh_from_db()
    assert draft.status == "draft"
