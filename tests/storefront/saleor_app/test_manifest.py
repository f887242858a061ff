import re
from typing import Any

import pytest
from django.test import Client

from tests.fakes.saleor import IDENTIFIER, FakeSaleor


@pytest.fixture
def manifest(client: Client, saleor: FakeSaleor) -> dict[str, Any]:
    answer = client.get("/saleor/manifest")
    assert answer.status_code == 200
    told: dict[str, Any] = answer.json()
    return told


def addresses(manifest: dict[str, Any]) -> list[str]:
    hooks = [webhook["targetUrl"] for webhook in manifest["webhooks"]]
    pages = [extension["url"] for extension in manifest["extensions"]]
    return [manifest["tokenTargetUrl"], *hooks, *pages]


def test_it_says_who_we_are(manifest: dict[str, Any]) -> None:
    assert (manifest["id"], manifest["requiredSaleorVersion"]) == (IDENTIFIER, "^3.23")


def test_its_addresses_come_from_the_settings_whatever_the_host(manifest: dict[str, Any]) -> None:
    assert {url.partition("/saleor/")[0] for url in addresses(manifest)} == {"https://mall.example"}


def test_none_of_its_addresses_redirects(client: Client, manifest: dict[str, Any]) -> None:
    for url in addresses(manifest):
        answer = client.post(url.removeprefix("https://mall.example"), {})
        assert answer.status_code in (400, 401), url


def test_each_webhook_asks_for_each_of_its_events(manifest: dict[str, Any]) -> None:
    for webhook in manifest["webhooks"]:
        events = webhook.get("asyncEvents", []) + webhook.get("syncEvents", [])
        kinds = {"".join(word.title() for word in event.split("_")) for event in events}
        asked = set(re.findall(r"\.\.\. on (\w+)", webhook["query"])) - {"App"}
        assert asked == kinds, webhook["identifier"]


def test_each_webhook_can_be_told_from_the_others(manifest: dict[str, Any]) -> None:
    names = [webhook["identifier"] for webhook in manifest["webhooks"]]
    assert len(set(names)) == len(names) == 6


def test_events_are_asked_for_when_they_happened_and_who_caused_them(
    manifest: dict[str, Any],
) -> None:
    for webhook in manifest["webhooks"]:
        if "asyncEvents" in webhook:
            assert "issuedAt" in webhook["query"]
            assert "issuingPrincipal" in webhook["query"]


@pytest.mark.parametrize("private", ["email", "phone", "firstName", "user", "metadata", "token"])
def test_nothing_is_asked_for_that_we_need_not_know(manifest: dict[str, Any], private: str) -> None:
    assert [w["identifier"] for w in manifest["webhooks"] if private in w["query"]] == []


def test_the_order_page_is_sent_as_a_form_to_those_who_manage_orders(
    manifest: dict[str, Any],
) -> None:
    [extension] = manifest["extensions"]
    assert (extension["mount"], extension["target"]) == ("ORDER_DETAILS_WIDGETS", "WIDGET")
    assert extension["options"] == {"widgetTarget": {"method": "POST"}}
    assert extension["permissions"] == ["MANAGE_ORDERS"]
    assert set(extension["permissions"]) <= set(manifest["permissions"])
