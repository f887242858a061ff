import json
import logging

import pytest
from django.test import Client

from commerce.saleor.app.models import Installation
from commerce.saleor.app.upstream import UpstreamSilent
from tests.builders.saleor import another_saleor
from tests.fakes.saleor import API_URL, APP_TOKEN, FakeSaleor

NEW_TOKEN = "Nn" * 15


def install(client: Client, token: str = NEW_TOKEN, api_url: str = API_URL) -> tuple[int, str]:
    """The status, and the code of a refusal."""
    answer = client.post(
        "/saleor/install",
        json.dumps({"auth_token": token}),
        content_type="application/json",
        headers={"Saleor-Api-Url": api_url},
    )
    told = answer.json()
    assert ("error" in told) == (answer.status_code != 200)
    return answer.status_code, told.get("code", "")


def test_the_handshake_ends_with_our_having_the_token(client: Client, saleor: FakeSaleor) -> None:
    saleor.app_token = NEW_TOKEN
    assert install(client) == (200, "")
    assert Installation.objects.get().token == NEW_TOKEN


def test_a_saleor_that_is_not_allowed_is_refused_in_words(
    client: Client, saleor: FakeSaleor
) -> None:
    answer = client.post(
        "/saleor/install",
        json.dumps({"auth_token": NEW_TOKEN}),
        content_type="application/json",
        headers={"Saleor-Api-Url": another_saleor().api_url},
    )
    assert answer.status_code == 403
    assert "SALEOR_ALLOWED_API_URLS" in answer.json()["error"]["message"]


def test_a_token_nobody_knows_is_refused(client: Client, saleor: FakeSaleor) -> None:
    assert install(client, token="guessed") == (403, "SALEOR_APP_TOKEN_REFUSED")
    assert Installation.objects.get().token == APP_TOKEN


def test_a_silent_saleor_may_try_again(client: Client, saleor: FakeSaleor) -> None:
    saleor.trouble = UpstreamSilent(reason="HTTP 502")
    assert install(client) == (503, "SALEOR_APP_SILENT")


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"7", b"null", b"\xff", b"{}", b'{"auth_token": 7}', b"[" * 100_000],
)
def test_junk_is_refused(client: Client, saleor: FakeSaleor, body: bytes) -> None:
    answer = client.post("/saleor/install", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (400, "BAD_INPUT")


def test_no_token_is_logged(
    client: Client, saleor: FakeSaleor, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    install(client, token="guessed-token")
    saleor.app_token = NEW_TOKEN
    install(client)
    assert "guessed-token" not in caplog.text
    assert NEW_TOKEN not in caplog.text
