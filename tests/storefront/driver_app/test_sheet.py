"""The driver's own day, on its day; the same buttons as plain forms."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from commerce.catalogue.models import Way
from commerce.payments.models import Payment, PaymentMethod
from logistics.consignments.models import Consignment
from logistics.execution.models import StopEvent
from logistics.fleet.models import Shift
from logistics.planning import actions as planning
from logistics.planning.models import Plan, Route, Stop, StopTask
from storefront.accounts.models import Role
from tests.builders import journeys
from tests.builders.journeys import Mall
from tests.builders.logistics import HOMES, a_consignment, a_depot, a_draft, a_shift
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def a_driver_of(shift: Shift, email: str = "driver@jangteo.test") -> Client:
    return a_client(a_user(email, (Role.DRIVER, shift.driver.reference)))


def a_route_today(*, days: int = 0, homes: int = 3) -> Shift:
    """Published for today, or so many days from now."""
    on_date = timezone.localdate() + timedelta(days=days)
    depot = a_depot()
    shift = a_shift(depot=depot, on_date=on_date)
    for number in range(homes):
        a_consignment(
            depot=depot,
            on_date=on_date,
            point=HOMES[number],
            door_note=f"공동현관 {number}{number}34#",
            contact_name=f"손님{number}",
        )
    planning.publish(plan=a_draft(depot, on_date=on_date), now=timezone.now())
    return shift


def moved_to_today(mall: Mall) -> None:
    """The journeys' Wednesday, as if it were today."""
    today = timezone.localdate()
    Plan.objects.update(on_date=today)
    Consignment.objects.update(on_date=today)


def stop_of(shift: Shift, position: int = 1) -> Stop:
    return Stop.objects.get(route__shift=shift, position=position)


def event_ids(page: str) -> list[str]:
    return re.findall(r'name="event_id" value="([0-9a-f-]{36})"', page)


def test_the_first_page_has_the_next_door_large_and_all_in_order() -> None:
    shift = a_route_today()
    page = a_driver_of(shift).get("/driver/").content.decode()
    first, second = stop_of(shift), stop_of(shift, 2)
    assert "출발합니다" in page
    assert f'data-next="{first.reference}">' in page
    assert f'data-next="{second.reference}" hidden>' in page
    assert page.index(f'data-stop="{first.reference}"') < page.index(
        f'data-stop="{second.reference}"'
    )


def test_without_a_route_it_says_so_and_tells_of_tomorrow() -> None:
    shift = a_route_today(days=1)
    page = a_driver_of(shift).get("/driver/").content.decode()
    assert "오늘은 맡은 경로가 없어요" in page
    assert "3곳" in page
    assert "공동현관" not in page


def test_a_door_shows_its_note_and_telephone_on_the_day() -> None:
    shift = a_route_today()
    page = a_driver_of(shift).get(f"/driver/stops/{stop_of(shift).reference}/").content.decode()
    assert "공동현관" in page
    assert "tel:+821012345678" in page
    assert "https://map.kakao.com/link/to/1,37." in page


def test_a_door_of_another_day_is_not_found() -> None:
    shift = a_route_today(days=1)
    client = a_driver_of(shift)
    assert client.get(f"/driver/stops/{stop_of(shift).reference}/").status_code == 404


def test_another_driver_sees_and_changes_nothing() -> None:
    shift, theirs = a_route_today(), a_route_today()
    client = a_driver_of(shift)
    stop = stop_of(theirs)
    task = stop.tasks.get()
    assert client.get(f"/driver/stops/{stop.reference}/").status_code == 404
    sent = {"event_id": str(uuid4()), "kind": "failed", "reason": "absent"}
    assert client.post(f"/driver/tasks/{task.reference}/", sent).status_code == 404
    route = stop.route.reference
    assert client.post("/driver/depart/", {"route": route}).status_code == 404
    assert StopEvent.objects.count() == 0
    assert Route.objects.filter(departed_at__isnull=False).count() == 0


@pytest.mark.parametrize("page", ["/driver/", "/driver/map/", "/driver/load/"])
def test_pages_are_for_drivers_and_no_shared_cache(page: str) -> None:
    shift = a_route_today()
    answer = a_driver_of(shift).get(page)
    assert answer["Cache-Control"] == "private, no-store"
    assert answer["X-Kept-For"] == shift.driver.reference
    assert answer["X-Kept-Day"] == timezone.localdate().isoformat()
    assert Client().get(page)["Location"].startswith("/accounts/login/")
    assert a_client(a_user("shopper@jangteo.test")).get(page).status_code == 403


def test_the_last_door_is_loaded_first() -> None:
    shift = a_route_today()
    page = a_driver_of(shift).get("/driver/load/").content.decode()
    found = re.findall(r'class="stop-number">(\d)<', page)
    assert found == ["3", "2", "1"]


def a_mall_door(method: str = PaymentMethod.CARD) -> tuple[Mall, StopTask, Client]:
    mall = journeys.a_mall()
    order = journeys.a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),), method=method)
    journeys.a_published_plan(mall)
    moved_to_today(mall)
    task = journeys.task_of(order.fulfilments.get().reference)
    return mall, task, a_driver_of(mall.shift)


def test_departing_by_form_is_once() -> None:
    mall, task, client = a_mall_door()
    assert "출발합니다" in client.get("/driver/").content.decode()
    route = task.stop.route
    for _ in range(2):
        assert client.post("/driver/depart/", {"route": route.reference})["Location"] == "/driver/"
    route = journeys.the_route(mall)
    assert route.departed_at is not None
    assert "출발합니다" not in client.get("/driver/").content.decode()


def test_pressing_a_plain_button_twice_is_one_report() -> None:
    _mall, task, client = a_mall_door()
    page = client.get(f"/driver/stops/{task.stop.reference}/").content.decode()
    sent = {"event_id": event_ids(page)[0], "kind": "delivered"}
    for _ in range(2):
        answer = client.post(f"/driver/tasks/{task.reference}/", sent)
        assert answer["Location"] == "/driver/"
    task.refresh_from_db()
    assert task.status == "done"
    assert StopEvent.objects.count() == 1
    assert "모두 들렀어요" in client.get("/driver/").content.decode()


def test_a_door_that_failed_may_still_be_delivered() -> None:
    _mall, task, client = a_mall_door()
    door = f"/driver/stops/{task.stop.reference}/"
    success, failed = event_ids(client.get(door).content.decode())
    client.post(
        f"/driver/tasks/{task.reference}/",
        {"event_id": failed, "kind": "failed", "reason": "absent"},
    )
    page = client.get(door).content.decode()
    assert "못 했어요 · 부재" in page
    client.post(f"/driver/tasks/{task.reference}/", {"event_id": success, "kind": "delivered"})
    task.refresh_from_db()
    assert task.status == "done"


def test_money_due_is_shown_and_asked_for_in_cash_or_by_card_terminal() -> None:
    _mall, task, client = a_mall_door(PaymentMethod.ON_SITE)
    door = f"/driver/stops/{task.stop.reference}/"
    page = client.get(door).content.decode()
    assert "받을 돈" in page
    sent = {"event_id": event_ids(page)[0], "kind": "delivered"}
    assert client.post(f"/driver/tasks/{task.reference}/", sent)["Location"] == door
    assert "받은 뒤" in client.get(door).content.decode()
    task.refresh_from_db()
    assert task.status == "pending"
    client.post(f"/driver/tasks/{task.reference}/", sent | {"taken_as": "terminal"})
    task.refresh_from_db()
    assert task.status == "done"
    assert Payment.objects.get().taken_as == "terminal"


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"event_id": "x", "kind": "delivered"},
        {"event_id": str(uuid4()), "kind": "departed"},
        {"event_id": str(uuid4()), "kind": "failed", "reason": "bored"},
        {"event_id": str(uuid4()), "kind": "collected"},
    ],
)
def test_a_form_that_cannot_be_meant_changes_nothing(sent: dict[str, str]) -> None:
    shift = a_route_today()
    task = stop_of(shift).tasks.get()
    answer = a_driver_of(shift).post(f"/driver/tasks/{task.reference}/", sent)
    assert answer["Location"] == f"/driver/stops/{task.stop.reference}/"
    task.refresh_from_db()
    assert task.status == "pending"


def test_a_cancelled_delivery_is_marked_and_has_no_buttons() -> None:
    shift = a_route_today(homes=1)
    stop = stop_of(shift)
    Consignment.objects.update(status="cancelled")
    client = a_driver_of(shift)
    page = client.get(f"/driver/stops/{stop.reference}/").content.decode()
    assert "취소된 배송이에요" in page
    assert event_ids(page) == []
    assert "모두 들렀어요" in client.get("/driver/").content.decode()


def test_the_first_page_costs_the_same_for_many_doors() -> None:
    few = _queries(a_route_today(homes=2), "few@jangteo.test")
    assert _queries(a_route_today(homes=12), "many@jangteo.test") == few


def _queries(shift: Shift, email: str) -> int:
    client = a_driver_of(shift, email)
    client.get("/driver/")
    with CaptureQueriesContext(connection) as captured:
        client.get("/driver/")
    return len(captured)


def test_the_worker_is_served_inside_its_scope_and_names_nobody() -> None:
    answer = Client().get("/driver/worker.js")
    assert answer["Content-Type"].startswith("text/javascript")
    assert answer["Service-Worker-Allowed"] == "/driver/"
    assert b"const KEEP = [" in answer.content
    assert Client().get("/driver/manifest.webmanifest").json()["scope"] == "/driver/"
    assert "연결이 없어요" in Client().get("/driver/offline/").content.decode()


def test_yesterdays_doors_are_gone() -> None:
    shift = a_route_today(days=-1)
    client = a_driver_of(shift)
    assert "공동현관" not in client.get("/driver/").content.decode()
    assert client.get(f"/driver/stops/{stop_of(shift).reference}/").status_code == 404
