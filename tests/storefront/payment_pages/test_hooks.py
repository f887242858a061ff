from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from pytest_django import Settings

from commerce.payments.models import GatewayEvent, Payment
from storefront.journeys.tasks import follow_gateway_events
from storefront.payment_pages.hooks import MOST_BYTES
from tests.builders.orders import a_card_payment
from tests.builders.webhooks import a_stripe, tell
from tests.ports.fakes.stripe_api import StripeApi

pytestmark = pytest.mark.django_db


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    return a_stripe(settings)


def an_event(api: StripeApi, payment: Payment, **more: str) -> tuple[bytes, dict[str, str]]:
    intent = {"id": "pi_1", "object": "payment_intent", "metadata": {"key": payment.reference}}
    return api.signed(tell(api, "payment_intent.succeeded", intent | more))


def send(client: Client, body: bytes, headers: dict[str, str], **sent: Any) -> HttpResponse:
    usual = {"path": "/payments/hooks/stripe", "content_type": "application/json"} | sent
    return client.post(data=body, headers=headers, **usual)  # type: ignore[return-value]


def told(answer: HttpResponse) -> tuple[int, str]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_a_repeat_is_answered_as_the_first_time(api: StripeApi) -> None:
    client = Client(enforce_csrf_checks=True)
    event = an_event(api, a_card_payment())
    answers = [send(client, *event) for _ in range(2)]
    assert [(a.status_code, a.content) for a in answers] == [(200, b"{}")] * 2
    assert GatewayEvent.objects.get().done_at is None


def test_the_clock_follows_what_came_in(api: StripeApi, client: Client) -> None:
    send(client, *an_event(api, a_card_payment()))
    follow_gateway_events()
    assert GatewayEvent.objects.get().done_at is not None


def test_what_nobody_follows_is_acknowledged_so_that_it_does_not_come_again(
    api: StripeApi, client: Client
) -> None:
    event = tell(api, "customer.created", {"id": "cus_1", "object": "customer"})
    assert send(client, *api.signed(event)).status_code == 200
    assert not GatewayEvent.objects.exists()


def test_a_stranger_is_refused(api: StripeApi, client: Client) -> None:
    body, _ = an_event(api, a_card_payment())
    assert told(send(client, body, {"Stripe-Signature": "t=1,v1=00"})) == (400, "WEBHOOK_REFUSED")
    assert not GatewayEvent.objects.exists()


def test_a_gateway_that_is_not_in_use_has_no_address(api: StripeApi, client: Client) -> None:
    event = an_event(api, a_card_payment())
    assert told(send(client, *event, path="/payments/hooks/toss")) == (404, "NOT_FOUND")


def test_the_sandbox_tells_nothing(client: Client) -> None:
    answer = send(client, b"{}", {}, path="/payments/hooks/sandbox")
    assert told(answer) == (400, "WEBHOOK_REFUSED")


def test_a_database_that_does_not_answer_makes_it_come_again(
    api: StripeApi, client: Client
) -> None:
    event = an_event(api, a_card_payment())

    def down(execute: Callable[..., Any], *asked: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(down):
        assert told(send(client, *event)) == (503, "SERVER_ERROR")


def test_a_body_may_be_so_large(api: StripeApi, client: Client) -> None:
    payment = a_card_payment()
    spare = MOST_BYTES - len(an_event(api, payment, padding="")[0])
    assert send(client, *an_event(api, payment, padding="x" * (spare - 10))).status_code == 200
    large = an_event(api, payment, padding="x" * (spare + 10))
    assert told(send(client, *large)) == (413, "BODY_TOO_LARGE")


def test_nobody_looks_at_it(client: Client) -> None:
    assert client.get("/payments/hooks/stripe").status_code == 405
