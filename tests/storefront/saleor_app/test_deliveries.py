from collections.abc import Callable
from typing import Any

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from commerce.saleor.app.models import Delivery
from storefront.saleor_app.doors import MOST_BYTES
from storefront.saleor_app.tasks import work_off_deliveries
from tests.builders.saleor import allow, an_event, an_installation, another_saleor
from tests.fakes.saleor import FakeSaleor


def send(
    client: Client,
    saleor: FakeSaleor,
    body: bytes,
    content_type: str = "application/json",
    **headers: str,
) -> HttpResponse:
    usual = {
        "Saleor-Api-Url": saleor.api_url,
        "Saleor-Event": "order_updated",
        "Saleor-Signature": saleor.sign(body),
    }
    sent = usual | {name.replace("_", "-"): value for name, value in headers.items()}
    return client.post("/saleor/deliveries", body, content_type=content_type, headers=sent)  # type: ignore[return-value]


def told(answer: HttpResponse) -> tuple[int, Any]:
    return answer.status_code, answer.json()["code"]  # type: ignore[attr-defined]


def test_a_delivery_is_kept_before_it_is_answered(client: Client, saleor: FakeSaleor) -> None:
    assert send(client, saleor, an_event()).status_code == 200
    assert Delivery.objects.get().done_at is None


def test_a_repeat_is_acknowledged(client: Client, saleor: FakeSaleor) -> None:
    answers = [send(client, saleor, an_event()) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert Delivery.objects.count() == 1


def test_the_clock_works_it_off_afterwards(client: Client, saleor: FakeSaleor) -> None:
    send(client, saleor, an_event())
    work_off_deliveries()
    assert Delivery.objects.get().done_at is not None


def test_no_cookie_and_no_csrf_token_are_asked_for(saleor: FakeSaleor) -> None:
    assert send(Client(enforce_csrf_checks=True), saleor, an_event()).status_code == 200


def test_a_tampered_body_is_refused_for_good(client: Client, saleor: FakeSaleor) -> None:
    answer = send(client, saleor, an_event(2), Saleor_Signature=saleor.sign(an_event(1)))
    assert told(answer) == (401, "SIGNATURE_WRONG")


def test_another_installations_key_is_refused_for_good(
    client: Client, saleor: FakeSaleor, settings: Settings
) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    an_installation(other)
    answer = send(client, saleor, an_event(), Saleor_Signature=other.sign(an_event()))
    assert told(answer) == (401, "SIGNING_KEY_UNKNOWN")
    assert not Delivery.objects.exists()


def test_an_unknown_saleor_is_refused_for_good(client: Client, saleor: FakeSaleor) -> None:
    answer = send(client, another_saleor(), an_event())
    assert told(answer) == (403, "SALEOR_NOT_ALLOWED")


def test_a_saleor_still_installing_is_to_come_again(
    client: Client, saleor: FakeSaleor, settings: Settings
) -> None:
    other = another_saleor()
    allow(settings, saleor, other)
    assert told(send(client, other, an_event())) == (503, "SALEOR_NOT_INSTALLED")


def test_a_database_that_does_not_answer_makes_it_come_again(
    client: Client, saleor: FakeSaleor
) -> None:
    def down(execute: Callable[..., Any], *asked: Any) -> Any:
        raise OperationalError

    with connection.execute_wrapper(down):
        answer = send(client, saleor, an_event())
    assert told(answer) == (503, "SERVER_ERROR")


@pytest.mark.parametrize("missing", ["Saleor_Api_Url", "Saleor_Event", "Saleor_Signature"])
def test_a_delivery_without_its_headers_is_refused(
    client: Client, saleor: FakeSaleor, missing: str
) -> None:
    status, code = told(send(client, saleor, an_event(), **{missing: ""}))
    assert (status, code) in [
        (400, "SALEOR_URL_MALFORMED"),
        (400, "SALEOR_EVENT_MALFORMED"),
        (401, "SIGNATURE_MALFORMED"),
    ]


def test_a_body_may_be_so_large(client: Client, saleor: FakeSaleor) -> None:
    body = an_event(padding="x" * (MOST_BYTES - len(an_event(padding=""))))
    assert send(client, saleor, body).status_code == 200
    assert told(send(client, saleor, body + b" ")) == (413, "BODY_TOO_LARGE")


@pytest.mark.parametrize("length", ["-1", "many", "9" * 5_000])
def test_a_length_that_is_none_is_refused(client: Client, saleor: FakeSaleor, length: str) -> None:
    answer = send(client, saleor, an_event(), Content_Length=length)
    assert told(answer) == (400, "BAD_INPUT")


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "multipart/form-data; boundary=x", "application/xml"]
)
def test_what_does_not_call_itself_json_is_refused(
    client: Client, saleor: FakeSaleor, content_type: str
) -> None:
    answer = send(client, saleor, an_event(), content_type=content_type)
    assert told(answer) == (400, "BAD_INPUT")


ANY_HEADER = st.text(st.characters(min_codepoint=32, max_codepoint=255), max_size=40)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    address=st.sampled_from(["deliveries", "install", "shipping-methods"]),
    body=st.binary(max_size=60) | st.sampled_from([b"{}", b'{"checkout": null}', b"[" * 9_999]),
    api_url=ANY_HEADER | st.just("https://shop.example/graphql/"),
    signature=st.none() | ANY_HEADER,
)
def test_junk_gets_a_coded_refusal(
    client: Client,
    saleor: FakeSaleor,
    address: str,
    body: bytes,
    api_url: str,
    signature: str | None,
) -> None:
    answer = client.post(
        f"/saleor/{address}",
        body,
        content_type="application/json",
        headers={
            "Saleor-Api-Url": api_url,
            "Saleor-Event": "order_updated",
            "Saleor-Signature": saleor.sign(body) if signature is None else signature,
        },
    )
    if answer.status_code != 200:
        assert answer.status_code in (400, 401, 403, 413, 503)
        assert answer.json()["code"] != "SERVER_ERROR"
