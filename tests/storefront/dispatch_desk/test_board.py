"""The day on one page, for the dispatcher of that depot alone."""

from datetime import date, datetime, timedelta
from unittest.mock import Mock

import pytest
from django.core.cache import cache
from django.test import Client
from django.utils import timezone
from kombu.exceptions import OperationalError
from pytest_django import Settings

from logistics.network.models import Depot
from logistics.planning.models import Plan
from logistics.planning.queries import plan_for
from logistics.routing.solution import Progress
from logistics.seoul_time import SEOUL
from storefront.accounts.models import Role
from storefront.config.celery import app
from storefront.dispatch_desk.desk import day_of
from storefront.journeys.tasks import plan_depot
from storefront.live import under_way
from storefront.refusals import BadInput
from tests.builders.logistics import (
    SATURDAY,
    a_consignment,
    a_day,
    a_depot,
    a_draft,
    a_published_plan,
    a_shift,
)
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db

BOARD = f"/dispatch/?on={SATURDAY}"


@pytest.fixture(autouse=True)
def nothing_under_way() -> None:
    cache.clear()


def a_dispatcher(*depots: Depot, email: str = "dispatch@jangteo.test") -> Client:
    return a_client(a_user(email, *((Role.DISPATCHER, depot.reference) for depot in depots)))


def waiting_tasks() -> int:
    with app.connection_for_write() as broker:
        return broker.default_channel.client.llen("celery")


def test_the_board_shows_who_waits_and_who_drives() -> None:
    depot = a_depot()
    a_consignment(depot=depot)
    a_shift(depot=depot)
    page = a_dispatcher(depot).get(BOARD).content.decode()
    assert "11월 28일(토) 배차" in page
    assert "이민수" in page
    assert "아직 계획에 없는 배송이 1건 있어요." in page


def test_a_day_without_deliveries_says_so() -> None:
    page = a_dispatcher(a_depot()).get(BOARD).content.decode()
    assert "이날은 배송이 없어요" in page


def test_a_plan_shows_its_route_its_map_and_what_it_leaves_out() -> None:
    depot = a_day(homes=2)
    a_consignment(depot=depot, weight_grams=5_000_000, contact_name="무거운짐")
    a_draft(depot)
    page = a_dispatcher(depot).get(BOARD).content.decode()
    assert "차 1대 · 들를 곳 2곳" in page
    assert 'id="route-map-data"' in page
    assert "무거운짐" in page
    assert "어느 차에도 실을 수 없을 만큼 커요. 나누어 보내세요." in page


def test_the_part_for_open_pages_is_the_board_alone() -> None:
    depot = a_day()
    part = a_dispatcher(depot).get(f"/dispatch/board/?on={SATURDAY}").content.decode()
    assert "<html" not in part
    assert "기사님과 차" in part


@pytest.mark.parametrize("on", ["x", "2026-02-30", "0001-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_meant_is_refused(on: str) -> None:
    assert a_dispatcher(a_depot()).get("/dispatch/", {"on": on}).status_code == 400


def test_tomorrow_is_shown_from_six_in_the_evening() -> None:
    def at(hour: int) -> datetime:
        return datetime(2026, 11, 27, hour, 0, tzinfo=SEOUL)

    assert day_of("", at(17)) == date(2026, 11, 27)
    assert day_of("", at(18)) == date(2026, 11, 28)
    with pytest.raises(BadInput):
        day_of("tomorrow", at(18))


def test_planning_is_asked_for_once_however_often_it_is_pressed() -> None:
    depot = a_day()
    client = a_dispatcher(depot)
    before = waiting_tasks()
    for _ in range(2):
        answer = client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
        assert answer.status_code == 302
        assert answer["Location"] == BOARD
    assert waiting_tasks() == before + 1
    assert "data-planning>" in client.get(BOARD).content.decode()


def test_the_bar_goes_when_the_plan_is_there() -> None:
    depot = a_day()
    client = a_dispatcher(depot)
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    a_draft(depot, now=timezone.now() + timedelta(seconds=1))
    assert "data-planning hidden>" in client.get(BOARD).content.decode()


def test_nothing_is_planned_without_deliveries_or_drivers() -> None:
    empty, unmanned = a_depot(), a_depot()
    a_consignment(depot=unmanned)
    before = waiting_tasks()
    client = a_dispatcher(empty)
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    assert "이날은 새로 짤 배송이 없어요." in client.get(BOARD).content.decode()
    client = a_dispatcher(unmanned, email="other@jangteo.test")
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    assert "이날 근무하는 기사님이 없어요." in client.get(BOARD).content.decode()
    assert waiting_tasks() == before


def test_another_depots_plan_is_not_found_and_not_published() -> None:
    plan = a_draft(a_day())
    stranger = a_dispatcher(a_depot())
    assert stranger.get(f"/dispatch/plans/{plan.reference}/").status_code == 404
    assert stranger.post(f"/dispatch/plans/{plan.reference}/publish/").status_code == 404
    assert Plan.objects.get().status == "draft"


def test_only_dispatchers_come_in() -> None:
    assert a_client(a_user("shopper@jangteo.test")).get(BOARD).status_code == 403
    assert Client().get(BOARD)["Location"].startswith("/accounts/login/")


def test_publishing_gives_the_plan_to_the_drivers() -> None:
    depot = a_day()
    plan = a_draft(depot)
    answer = a_dispatcher(depot).post(f"/dispatch/plans/{plan.reference}/publish/")
    assert answer["Location"] == BOARD
    published = plan_for(depot, SATURDAY)
    assert published is not None
    assert (published.reference, published.status) == (plan.reference, "published")


def test_a_stale_plan_is_shown_with_what_is_new() -> None:
    depot = a_day()
    plan = a_draft(depot)
    a_consignment(depot=depot)
    client = a_dispatcher(depot)
    assert "계획을 짠 뒤 배송이나 근무가 바뀌었어요." in client.get(BOARD).content.decode()
    answer = client.post(f"/dispatch/plans/{plan.reference}/publish/")
    assert answer.status_code == 400
    page = answer.content.decode()
    assert 'data-code="PLAN_STALE"' in page
    assert "계획을 짠 뒤 새로 들어온 배송 1건" in page
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_plan_that_cannot_be_driven_is_shown_with_what_is_wrong() -> None:
    depot = a_day()
    plan = a_draft(depot)
    route = plan.routes.get()
    route.stops.filter(position=1).update(arrives_at=route.leaves_at)
    answer = a_dispatcher(depot).post(f"/dispatch/plans/{plan.reference}/publish/")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'data-code="PLAN_VIOLATION"' in page
    assert "길이 걸리는 시간보다 빨리 닿는다고 되어 있어요" in page
    plan.refresh_from_db()
    assert plan.status == "draft"


def test_a_published_plan_can_be_looked_at() -> None:
    plan = a_published_plan()
    page = a_dispatcher(plan.depot).get(f"/dispatch/plans/{plan.reference}/").content.decode()
    assert "기사님께 보냄" in page
    assert "기사님께 보내기" not in page


def test_a_dispatcher_of_two_depots_works_for_one_at_a_time() -> None:
    here, there = a_depot(name="수원 거점"), a_depot(name="양주 거점")
    client = a_dispatcher(here, there)
    assert "배차 · 수원 거점" in client.get(BOARD).content.decode()
    assert client.post("/dispatch/depot/", {"depot": there.reference}).status_code == 302
    assert "배차 · 양주 거점" in client.get(BOARD).content.decode()
    stranger = a_depot()
    assert client.post("/dispatch/depot/", {"depot": stranger.reference}).status_code == 404


def test_the_page_of_a_search_shows_its_best_its_time_and_its_method() -> None:
    depot = a_day()
    client = a_dispatcher(depot)
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    under_way.tell(depot.code, SATURDAY, Progress(12_345, 3.4, 0, 0, "ruin_recreate"))
    page = client.get(BOARD).content.decode()
    assert "<dd data-best>12,345</dd>" in page
    assert "<span data-elapsed>3</span>초" in page
    assert "<dd data-engine>허물고 다시 짜기</dd>" in page


def test_a_search_is_stopped_by_whoever_is_content_with_its_best() -> None:
    depot = a_day()
    client = a_dispatcher(depot)
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    answer = client.post("/dispatch/plan/stop/", {"on": SATURDAY.isoformat()}, follow=True)
    assert "지금까지 가장 좋은 계획이 곧 나타나요." in answer.content.decode()
    assert under_way.stop_asked(depot.code, SATURDAY)()


def test_a_stop_is_meant_for_the_search_under_way_and_no_later_one() -> None:
    depot = a_day()
    client = a_dispatcher(depot)
    client.post("/dispatch/plan/stop/", {"on": SATURDAY.isoformat()})
    assert not under_way.stop_asked(depot.code, SATURDAY)()
    under_way.ask_to_stop(depot.code, SATURDAY)
    client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    assert not under_way.stop_asked(depot.code, SATURDAY)()


def test_a_quick_worker_is_not_stopped_by_what_stopped_the_last_search(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    depot = a_day()
    under_way.ask_to_stop(depot.code, SATURDAY)
    stopped: list[bool] = []
    monkeypatch.setattr(
        plan_depot,
        "delay",
        lambda *_: stopped.append(under_way.stop_asked(depot.code, SATURDAY)()),
    )
    a_dispatcher(depot).post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    assert stopped == [False]


def test_no_search_is_shown_where_nobody_passes_it_on(monkeypatch: pytest.MonkeyPatch) -> None:
    depot = a_day()
    monkeypatch.setattr(plan_depot, "delay", Mock(side_effect=OperationalError))
    client = a_dispatcher(depot)
    answer = client.post("/dispatch/plan/", {"on": SATURDAY.isoformat()}, follow=True)
    assert "지금은 경로를 짤 수 없어요." in answer.content.decode()
    assert "data-planning hidden>" in answer.content.decode()


def test_another_depots_search_goes_on() -> None:
    depot = a_day()
    a_dispatcher(depot).post("/dispatch/plan/", {"on": SATURDAY.isoformat()})
    stranger = a_dispatcher(a_depot(), email="other@jangteo.test")
    stranger.post("/dispatch/plan/stop/", {"on": SATURDAY.isoformat()})
    assert not under_way.stop_asked(depot.code, SATURDAY)()


def test_stopping_a_search_is_a_dispatchers_and_never_a_link() -> None:
    depot = a_day()
    shopper = a_client(a_user("shopper@jangteo.test"))
    sent = {"on": SATURDAY.isoformat()}
    assert shopper.post("/dispatch/plan/stop/", sent).status_code == 403
    assert a_dispatcher(depot).get("/dispatch/plan/stop/").status_code == 405


def test_a_worker_that_was_told_to_stop_saves_the_best_so_far(
    settings: Settings,
) -> None:
    settings.PLAN_SECONDS = 600
    depot = a_day(homes=2)
    under_way.begin(depot.code, SATURDAY, timezone.now())
    under_way.ask_to_stop(depot.code, SATURDAY)
    plan_depot(depot.code, SATURDAY.isoformat(), 1)
    plan = Plan.objects.get()
    assert plan.solve_seconds < 600
    assert plan.routes.count() == 1
