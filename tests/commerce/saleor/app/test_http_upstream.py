"""As Saleor 3.23 answers; recorded."""

import json
import logging
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from commerce.errors import NotFound
from commerce.saleor.app.http_upstream import HttpUpstream
from commerce.saleor.app.upstream import Event, Identity, TokenRefused, UpstreamOdd, UpstreamSilent
from tests.fakes.saleor import API_URL, APP_TOKEN

APP = {"data": {"app": {"id": "QXBwOjI=", "identifier": "kr.jangteo.app"}}}
NO_APP = {"data": {"app": None}}
DENIED = {
    "data": {"order": None},
    "errors": [
        {
            "message": "To access this path, you need one of the following permissions: …",
            "extensions": {"exception": {"code": "PermissionDenied"}},
        }
    ],
}
KEYS = {"keys": [{"kty": "RSA", "kid": "first", "n": "…", "e": "AQAB"}]}


def saying(status: int, told: Any, asked: list[httpx.Request] | None = None) -> HttpUpstream:
    def answer(request: httpx.Request) -> httpx.Response:
        if asked is not None:
            asked.append(request)
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        return httpx.Response(status, content=body)

    return HttpUpstream(httpx.MockTransport(answer))


def identity(upstream: HttpUpstream) -> object:
    return upstream.identity(API_URL, APP_TOKEN)


def jwks(upstream: HttpUpstream) -> object:
    return upstream.jwks(API_URL)


def external_reference(upstream: HttpUpstream) -> object:
    return upstream.external_reference(API_URL, APP_TOKEN, "T3JkZXI6MQ==")


QUESTIONS = [identity, jwks, external_reference]


def test_a_token_tells_its_app() -> None:
    asked: list[httpx.Request] = []
    assert identity(saying(200, APP, asked)) == Identity("QXBwOjI=", "kr.jangteo.app")
    [request] = asked
    assert (request.method, str(request.url)) == ("POST", API_URL)
    assert request.headers["Authorization"] == f"Bearer {APP_TOKEN}"


@pytest.mark.parametrize("told", [NO_APP, {"data": None}, {"errors": []}, DENIED])
def test_a_token_without_an_app_is_refused(told: Any) -> None:
    with pytest.raises(TokenRefused):
        identity(saying(200, told))


def test_the_keys_are_asked_for_without_the_token() -> None:
    asked: list[httpx.Request] = []
    assert jwks(saying(200, KEYS, asked)) == KEYS
    [request] = asked
    assert str(request.url) == "https://shop.example/.well-known/jwks.json"
    assert "Authorization" not in request.headers


@pytest.mark.parametrize("told", [{}, {"keys": None}, {"keys": {}}, {"keys": ["x"]}])
def test_keys_that_are_no_list_are_odd(told: Any) -> None:
    with pytest.raises(UpstreamOdd):
        jwks(saying(200, told))


@pytest.mark.parametrize(("told", "reference"), [("FUL-2222222222", "FUL-2222222222"), (None, "")])
def test_an_order_tells_its_external_reference(told: str | None, reference: str) -> None:
    asked: list[httpx.Request] = []
    upstream = saying(200, {"data": {"order": {"externalReference": told}}}, asked)
    assert external_reference(upstream) == reference
    assert json.loads(asked[0].content)["variables"] == {"id": "T3JkZXI6MQ=="}


@pytest.mark.parametrize("told", [{"data": {"order": None}}, {"data": None}, DENIED])
def test_an_order_one_may_not_see_is_not_there(told: Any) -> None:
    with pytest.raises(NotFound):
        external_reference(saying(200, told))


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("status", [429, 500, 502, 503])
def test_a_saleor_that_is_busy_or_broken_is_silent(
    ask: Callable[[HttpUpstream], object], status: int
) -> None:
    with pytest.raises(UpstreamSilent) as silent:
        ask(saying(status, b""))
    assert silent.value.data == {"reason": f"HTTP {status}"}


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("status", [301, 302, 400, 401, 404])
def test_redirects_and_refusals_are_odd(ask: Callable[[HttpUpstream], object], status: int) -> None:
    asked: list[httpx.Request] = []
    with pytest.raises(UpstreamOdd):
        ask(saying(status, KEYS, asked))
    assert len(asked) == 1


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("told", [b"", b"<html>nginx</html>", b"\xff", b"[" * 100_000, [], "x", 7])
def test_what_is_no_object_is_odd(ask: Callable[[HttpUpstream], object], told: Any) -> None:
    with pytest.raises(UpstreamOdd):
        ask(saying(200, told))


@pytest.mark.parametrize("ask", QUESTIONS)
@pytest.mark.parametrize("trouble", [httpx.ConnectError, httpx.ReadTimeout])
def test_no_answer_is_silence(
    ask: Callable[[HttpUpstream], object], trouble: type[httpx.TransportError]
) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        raise trouble("no", request=request)

    with pytest.raises(UpstreamSilent) as silent:
        ask(HttpUpstream(httpx.MockTransport(answer)))
    assert silent.value.data == {"reason": trouble.__name__}


def test_the_token_is_in_no_log_and_no_error(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(TokenRefused) as refused:
        identity(saying(200, NO_APP))
    with pytest.raises(UpstreamSilent) as silent:
        identity(saying(500, b""))
    assert APP_TOKEN not in f"{caplog.text} {refused.value!r} {silent.value!r}"


SINCE = datetime(2026, 11, 26, 18, tzinfo=UTC)


def test_changed_orders_are_read_page_by_page() -> None:
    asked: list[httpx.Request] = []

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request)
        last = len(asked) == 2
        page = {
            "pageInfo": {"hasNextPage": not last, "endCursor": f"c{len(asked)}"},
            "edges": [{"node": {"id": f"order {len(asked)}"}}],
        }
        return httpx.Response(200, json={"data": {"orders": page}})

    upstream = HttpUpstream(httpx.MockTransport(answer))
    assert upstream.orders_changed(API_URL, APP_TOKEN, SINCE) == ["order 1", "order 2"]
    variables = [json.loads(request.content)["variables"] for request in asked]
    assert variables == [
        {"since": "2026-11-26T18:00:00+00:00", "after": None},
        {"since": "2026-11-26T18:00:00+00:00", "after": "c1"},
    ]


def test_orders_that_may_not_be_read_are_odd() -> None:
    with pytest.raises(UpstreamOdd):
        saying(200, {"data": {"orders": None}}).orders_changed(API_URL, APP_TOKEN, SINCE)


def reported(told: Any) -> None:
    event = Event("CHARGE_SUCCESS", "SCH-3PTVAZ5TJK", 15_000, ("REFUND",))
    answer = {"data": {"transactionEventReport": told}}
    saying(200, answer).report(API_URL, APP_TOKEN, "VHJhbnNhY3Rpb25JdGVtOjE=", event)


def test_a_payment_is_reported_once_more_without_harm() -> None:
    reported({"alreadyProcessed": False, "errors": []})
    reported({"alreadyProcessed": True, "errors": []})


@pytest.mark.parametrize(
    "told", [None, {"alreadyProcessed": False, "errors": [{"code": "INCORRECT_DETAILS"}]}]
)
def test_a_report_that_was_not_taken_is_odd(told: Any) -> None:
    with pytest.raises(UpstreamOdd):
        reported(told)


@pytest.mark.parametrize("errors", [[], [{"code": "INVALID", "message": "…"}]])
def test_an_order_that_stands_already_is_no_trouble(errors: list[Any]) -> None:
    answer = {"data": {"orderConfirm": {"errors": errors}}}
    saying(200, answer).confirm_order(API_URL, APP_TOKEN, "T3JkZXI6MQ==")


def test_an_order_that_may_not_be_confirmed_is_odd() -> None:
    answer = {"data": {"orderConfirm": {"errors": [{"code": "REQUIRED"}]}}}
    with pytest.raises(UpstreamOdd):
        saying(200, answer).confirm_order(API_URL, APP_TOKEN, "T3JkZXI6MQ==")
