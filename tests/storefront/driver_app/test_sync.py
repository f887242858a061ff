"""What a phone kept while it was away is taken once each, and answered one by one."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
import redis
from django.conf import settings as django_settings
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, Order
from commerce.payments.models import Payment, PaymentMethod
from logistics.execution.models import StopEvent
from logistics.planning.models import Route, StopTask
from storefront.accounts.models import Role
from storefront.journeys import cancel_order
from tests.builders import journeys
from tests.builders.journeys import Mall
from tests.builders.logistics import a_task
from tests.builders.mall import a_client, a_user
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db

JUNK: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=40),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=12), inner),
    max_leaves=10,
)


@pytest.fixture
def mall() -> Mall:
    return journeys.a_mall()


@pytest.fixture
def phone(mall: Mall) -> Client:
    return a_phone(mall.shift.driver.reference)


def a_phone(driver: str, email: str = "driver@jangteo.test") -> Client:
    return a_client(a_user(email, (Role.DRIVER, driver)))


def a_part(mall: Mall, method: str = PaymentMethod.CARD) -> Fulfilment:
    """Spinach for one door, planned and given to the driver."""
    order = journeys.a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),), method=method)
    journeys.a_published_plan(mall)
    return order.fulfilments.get()


def an_event(task: str, kind: str = "delivered", **fields: Any) -> dict[str, Any]:
    return {
        "event_id": str(uuid4()),
        "task": task,
        "kind": kind,
        "reason": "absent" if kind == "failed" else "",
        "happened_at": datetime.now(UTC).isoformat(),
    } | fields


def send(phone: Client, *events: Any) -> list[dict[str, Any]]:
    answer = phone.post("/driver/sync/", json.dumps(events), content_type="application/json")
    assert answer.status_code == 200, answer.content
    answers: list[dict[str, Any]] = answer.json()["answers"]
    return answers


def test_a_delivery_is_accepted_once_and_had_already_after_that(mall: Mall, phone: Client) -> None:
    part = a_part(mall)
    event = an_event(journeys.task_of(part.reference).reference)
    first, second = send(phone, event, event)
    assert first == {"event_id": event["event_id"], "answer": "accepted"}
    assert second == {"event_id": event["event_id"], "answer": "already_had"}
    part.refresh_from_db()
    assert part.status == "handed_over"
    assert StopEvent.objects.count() == 1


def test_a_departure_kept_on_the_phone_counts(mall: Mall, phone: Client) -> None:
    part = a_part(mall)
    route = journeys.the_route(mall)
    event = an_event("", "departed", route=route.reference)
    assert [one["answer"] for one in send(phone, event, event)] == ["accepted", "already_had"]
    part.refresh_from_db()
    assert part.status == "out"


def test_a_door_where_nobody_was_is_undelivered(mall: Mall, phone: Client) -> None:
    part = a_part(mall)
    [answer] = send(phone, an_event(journeys.task_of(part.reference).reference, "failed"))
    assert answer["answer"] == "accepted"
    part.refresh_from_db()
    assert part.status == "undelivered"


def test_one_refusal_holds_nobody_back(mall: Mall, phone: Client) -> None:
    part = a_part(mall)
    task = journeys.task_of(part.reference).reference
    answers = send(phone, "junk", an_event("TSK-NOBODYS22"), an_event(task))
    assert [one["answer"] for one in answers] == ["refused", "refused", "accepted"]
    assert [one.get("code") for one in answers] == ["BAD_INPUT", "TASK_UNKNOWN", None]


def test_another_drivers_task_is_refused_in_words(mall: Mall, phone: Client) -> None:
    theirs = a_task()
    [answer] = send(phone, an_event(theirs.reference))
    assert (answer["answer"], answer["code"]) == ("refused", "TASK_UNKNOWN")
    assert answer["message_ko"]
    assert answer["message_en"]
    theirs.refresh_from_db()
    assert theirs.status == "pending"


def test_a_cancelled_delivery_is_refused_however_often_it_is_sent(
    mall: Mall, phone: Client
) -> None:
    part = a_part(mall)
    event = an_event(journeys.task_of(part.reference).reference)
    cancel_order.cancel_part(fulfilment=part, reason="shopper", now=journeys.EVENING)
    for _ in range(2):
        [answer] = send(phone, event)
        assert (answer["answer"], answer["code"]) == ("refused", "CONSIGNMENT_CANCELLED")
    part.refresh_from_db()
    assert part.status == "cancelled"


def test_money_due_at_the_door_must_be_taken_first(mall: Mall, phone: Client) -> None:
    part = a_part(mall, PaymentMethod.ON_SITE)
    task = journeys.task_of(part.reference).reference
    [answer] = send(phone, an_event(task))
    assert (answer["answer"], answer["code"]) == ("refused", "MONEY_DUE")
    assert f"{part.total_won:,}" in answer["message_ko"]
    assert StopEvent.objects.count() == 0
    [answer] = send(phone, an_event(task, taken_as="terminal"))
    assert answer["answer"] == "accepted"
    paid = Payment.objects.get(fulfilment=part)
    assert (paid.status, paid.taken_as) == ("paid", "terminal")


def test_a_page_kept_since_before_it_was_asked_how_means_cash(mall: Mall, phone: Client) -> None:
    part = a_part(mall, PaymentMethod.ON_SITE)
    task = journeys.task_of(part.reference).reference
    [answer] = send(phone, an_event(task, money_taken=True))
    assert answer["answer"] == "accepted"
    assert Payment.objects.get(fulfilment=part).taken_as == "cash"


def test_signed_out_or_in_another_role_nothing_is_taken(mall: Mall) -> None:
    part = a_part(mall)
    body = json.dumps([an_event(journeys.task_of(part.reference).reference)])
    out = Client().post("/driver/sync/", body, content_type="application/json")
    assert out.status_code == 302
    shopper = a_client(a_user("shopper@jangteo.test"))
    answer = shopper.post("/driver/sync/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (403, "NOT_ALLOWED")
    assert StopEvent.objects.count() == 0


@pytest.mark.parametrize("content_type", ["text/plain", "multipart/form-data; boundary=x", ""])
def test_only_json_is_read(phone: Client, content_type: str) -> None:
    answer = phone.post("/driver/sync/", b"[]", content_type=content_type)
    assert answer.status_code == 400


def everything() -> Iterator[Any]:
    yield from StopTask.objects.order_by("pk").values()
    yield from Route.objects.order_by("pk").values()
    yield from Order.objects.order_by("pk").values()
    yield from Fulfilment.objects.order_by("pk").values()
    yield StopEvent.objects.count()


@pytest.fixture
def one_door(mall: Mall, phone: Client) -> str:
    """The task of a route that waits; examples share it, so each is undone."""
    return journeys.task_of(a_part(mall).reference).reference


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(body=st.binary(max_size=60) | JUNK.map(lambda junk: json.dumps(junk).encode()))
def test_junk_never_breaks_it_and_changes_nothing(
    one_door: str, phone: Client, body: bytes
) -> None:
    before = list(everything())
    answer = phone.post("/driver/sync/", body, content_type="application/json")
    assert answer.status_code in (200, 400)
    assert list(everything()) == before


FIELDS = ["event_id", "task", "kind", "reason", "happened_at", "money_taken", "taken_as"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(junk=st.dictionaries(st.sampled_from(FIELDS), JUNK))
def test_a_half_right_event_is_taken_or_changes_nothing(
    one_door: str, phone: Client, junk: dict[str, Any]
) -> None:
    with rolled_back():
        before = list(everything())
        [answer] = send(phone, an_event(one_door, "failed") | junk)
        assert answer["answer"] in ("accepted", "refused")
        assert answer.get("code") != "SERVER_ERROR"
        if answer["answer"] == "refused":
            assert list(everything()) == before


def test_any_order_and_any_number_of_repeats_end_alike(mall: Mall, phone: Client) -> None:
    part = a_part(mall)
    task = journeys.task_of(part.reference).reference
    now = datetime.now(UTC)
    failed = an_event(task, "failed", happened_at=(now - timedelta(minutes=9)).isoformat())
    delivered = an_event(task, happened_at=now.isoformat())
    answers = send(phone, delivered, failed, delivered, failed)
    assert [a["answer"] for a in answers] == ["accepted", "accepted", "already_had", "already_had"]
    part.refresh_from_db()
    assert part.status == "handed_over"
    assert StopTask.objects.get(reference=task).status == "done"


def test_the_dispatchers_open_board_is_told(
    mall: Mall, phone: Client, django_capture_on_commit_callbacks: Any
) -> None:
    part = a_part(mall)
    listener = redis.Redis.from_url(django_settings.REDIS_URL).pubsub()
    listener.subscribe(f"live:plan:{mall.depot.code}")
    listener.get_message(timeout=5)
    with django_capture_on_commit_callbacks(execute=True):
        send(phone, an_event(journeys.task_of(part.reference).reference))
    told = listener.get_message(timeout=5)
    assert told is not None
    assert told["channel"].decode() == f"live:plan:{mall.depot.code}"
