"""What of our app no real Saleor shows at will: a worker that is away, another mall's app, an old
page, a token that is gone. The rest is held to a real one (tests/ports/test_saleor_our_app.py)."""

import json
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest
from pytest_django import Settings

from commerce.errors import CommerceError
from commerce.saleor.app.models import Installation
from commerce.saleor.client import Client
from commerce.saleor.setup.our_app import (
    MOST_PAUSES,
    AppElsewhere,
    AppPageOld,
    InstallFailed,
    InstallPending,
    ManifestUnreached,
    address,
    connect_our_app,
)
from tests.builders.saleor import allow
from tests.fakes.saleor import API_URL, APP_ID, APP_TOKEN, IDENTIFIER, FakeSaleor, FakeUpstream

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)
MANIFEST_URL = "https://mall.example/saleor/manifest"
MANIFEST: Mapping[str, Any] = {
    "id": IDENTIFIER,
    "name": "장터 Jangteo",
    "permissions": ["MANAGE_ORDERS"],
    "tokenTargetUrl": "https://mall.example/saleor/install",
    "webhooks": [
        {
            "name": "orders",
            "identifier": "orders",
            "targetUrl": "https://mall.example/saleor/deliveries",
            "query": "subscription { event { issuedAt } }\n",
            "isActive": True,
            "asyncEvents": ["ORDER_CREATED"],
        }
    ],
    "extensions": [
        {
            "identifier": "order",
            "mount": "ORDER_DETAILS_WIDGETS",
            "url": "https://mall.example/saleor/order",
        }
    ],
}


class Shop:
    """``app`` is our app there, None before it is installed; the worker comes to an installation
    after ``pauses_left``."""

    def __init__(self) -> None:
        self.app: dict[str, Any] | None = None
        self.rows: list[dict[str, Any]] = []
        self.pauses_left = 2
        self.manifest_errors: list[dict[str, str]] = []
        self.answers_as = IDENTIFIER
        self.changes: list[str] = []

    def install(self) -> None:
        [webhook] = MANIFEST["webhooks"]
        [page] = MANIFEST["extensions"]
        self.rows = []
        self.app = {
            "id": APP_ID,
            "identifier": IDENTIFIER,
            "isActive": True,
            "permissions": [{"code": "MANAGE_ORDERS"}],
            "webhooks": [
                {
                    "id": "V2ViaG9vazox",
                    "identifier": "orders",
                    "isActive": True,
                    "targetUrl": webhook["targetUrl"],
                    "subscriptionQuery": webhook["query"],
                    "asyncEvents": [{"eventType": "ORDER_CREATED"}],
                    "syncEvents": [],
                }
            ],
            "extensions": [{"identifier": "order", "url": page["url"], "mountName": page["mount"]}],
        }

    @property
    def there(self) -> dict[str, Any]:
        assert self.app is not None
        return self.app

    def pause(self) -> None:
        self.pauses_left -= 1
        if self.pauses_left == 0:
            self.install()

    def connect(self) -> list[str]:
        """The parts that were changed."""
        client = Client("https://saleor.example/graphql/", "t", httpx.MockTransport(self._answer))
        steps = connect_our_app(
            client,
            MANIFEST,
            MANIFEST_URL,
            API_URL,
            upstream=FakeUpstream(),
            now=NOW,
            pause=self.pause,
        )
        return [step.part for step in steps if step.changed]

    def _answer(self, request: httpx.Request) -> httpx.Response:
        asked = json.loads(request.content)
        name = asked["operationName"]
        if asked["query"].startswith("mutation"):
            self.changes.append(name)
            field = name[0].lower() + name[1:]
            return httpx.Response(200, json={"data": {field: self._changed(name)}})
        apps = [{"node": {"id": self.app["id"], "identifier": IDENTIFIER}}] if self.app else []
        told = {
            "App": {"app": self.app},
            "Installations": {"apps": {"edges": apps}, "appsInstallations": self.rows},
            "ShopAddress": {"shop": {"domain": {"url": "https://Shop.example/"}}},
        }
        return httpx.Response(200, json={"data": told[name]})

    def _changed(self, name: str) -> dict[str, Any]:
        match name:
            case "AppFetchManifest":
                ours = {"identifier": self.answers_as, "tokenTargetUrl": MANIFEST["tokenTargetUrl"]}
                return {"manifest": ours, "errors": self.manifest_errors}
            case "AppInstall":
                self.rows = [a_row("PENDING", id="new")]
                return {"appInstallation": {"id": "new"}, "errors": []}
            case "AppTokenCreate":
                return {"authToken": APP_TOKEN, "errors": []}
        return {"errors": []}


def a_row(status: str, *, id: str = "old", age: timedelta = timedelta()) -> dict[str, Any]:
    at = (NOW - age).isoformat()
    return {
        "id": id,
        "status": status,
        "message": "Not now.",
        "manifestUrl": MANIFEST_URL,
        "updatedAt": at,
    }


@pytest.fixture
def shop(settings: Settings) -> Iterator[Shop]:
    allow(settings, FakeSaleor())
    yield Shop()
    FakeUpstream.saleors = {}


def _refused(shop: Shop, kind: type[CommerceError]) -> dict[str, object]:
    with pytest.raises(kind) as refused:
        shop.connect()
    return refused.value.data


def test_the_address_is_as_the_saleor_names_itself(shop: Shop) -> None:
    client = Client("http://127.0.0.1/graphql/", "t", httpx.MockTransport(shop._answer))
    assert address(client) == API_URL


def test_it_is_waited_for_until_the_worker_came_to_it(shop: Shop) -> None:
    assert shop.connect() == ["our app", "our app's token"]
    assert shop.changes == ["AppFetchManifest", "AppInstall", "AppTokenCreate"]


def test_one_that_is_under_way_is_not_begun_twice(shop: Shop) -> None:
    shop.rows = [a_row("PENDING", age=timedelta(minutes=1))]
    shop.connect()
    assert "AppInstall" not in shop.changes


def test_one_that_a_worker_lost_is_not_waited_for(shop: Shop) -> None:
    shop.rows = [a_row("PENDING", age=timedelta(minutes=11))]
    assert "our app" in shop.connect()
    assert "AppInstall" in shop.changes


def test_one_of_another_address_is_not_ours(shop: Shop) -> None:
    shop.rows = [a_row("FAILED") | {"manifestUrl": "https://other.example/manifest"}]
    shop.connect()
    assert "AppDeleteFailedInstallation" not in shop.changes


def test_a_failed_one_goes_before_it_is_begun_anew(shop: Shop) -> None:
    shop.rows = [a_row("FAILED")]
    shop.connect()
    assert shop.changes[1:3] == ["AppDeleteFailedInstallation", "AppInstall"]


def test_a_worker_that_does_not_come_is_told(shop: Shop) -> None:
    shop.pauses_left = MOST_PAUSES + 1
    assert _refused(shop, InstallPending) == {"seconds": MOST_PAUSES}


def test_what_saleor_says_of_a_failure_is_told(shop: Shop) -> None:
    shop.rows = [a_row("PENDING")]
    shop.pause = lambda: shop.rows[0].update(status="FAILED")  # type: ignore[method-assign]
    assert _refused(shop, InstallFailed) == {"message": "Not now."}


def test_a_manifest_that_saleor_cannot_read_begins_nothing(shop: Shop) -> None:
    error = {"field": "manifestUrl", "code": "INVALID", "message": "Can't fetch."}
    shop.manifest_errors = [error]
    assert _refused(shop, ManifestUnreached) == {"url": MANIFEST_URL, "message": "Can't fetch."}
    assert shop.changes == ["AppFetchManifest"]


def test_another_app_at_our_address_is_not_installed(shop: Shop) -> None:
    shop.answers_as = "com.example.other"
    told = _refused(shop, ManifestUnreached)
    assert told["message"] == "com.example.other"


def test_another_malls_app_is_left_alone(shop: Shop) -> None:
    shop.install()
    shop.there["webhooks"][0]["targetUrl"] = "https://other.example/saleor/deliveries"
    told = _refused(shop, AppElsewhere)
    assert (told, shop.changes) == ({"url": "https://other.example/saleor/deliveries"}, [])


def _held(token: str = APP_TOKEN) -> None:
    Installation.objects.create(
        api_url=API_URL,
        app_id=APP_ID,
        identifier=IDENTIFIER,
        token=token,
        jwks={"keys": []},
        jwks_fetched_at=NOW,
        installed_at=NOW,
    )


def test_our_own_app_comes_along_to_another_address(shop: Shop) -> None:
    _held()
    shop.install()
    shop.there["webhooks"][0]["targetUrl"] = "https://old.example/saleor/deliveries"
    assert shop.connect() == ["webhooks"]


def test_a_token_that_is_no_good_is_replaced(shop: Shop) -> None:
    _held("no longer good")
    shop.install()
    assert shop.connect() == ["our app's token"]
    assert Installation.objects.get().token == APP_TOKEN


def test_a_page_at_an_old_address_is_told_after_all_else_was_mended(shop: Shop) -> None:
    _held("no longer good")
    shop.install()
    shop.there["extensions"][0]["url"] = "https://old.example/saleor/order"
    _refused(shop, AppPageOld)
    assert Installation.objects.get().token == APP_TOKEN


SPOILT: dict[str, tuple[Callable[[dict[str, Any]], object], str, list[str]]] = {
    "switched off": (
        lambda app: app.update(isActive=False),
        "our app switched on",
        ["AppActivate"],
    ),
    "a permission is missing": (
        lambda app: app["permissions"].clear(),
        "our app's permissions",
        ["AppUpdate"],
    ),
    "no webhook": (lambda app: app["webhooks"].clear(), "webhooks", ["WebhookCreate"]),
    "another query": (
        lambda app: app["webhooks"][0].update(subscriptionQuery="subscription { event { id } }"),
        "webhooks",
        ["WebhookUpdate"],
    ),
    "other events": (
        lambda app: app["webhooks"][0].update(asyncEvents=[]),
        "webhooks",
        ["WebhookUpdate"],
    ),
    "installed before webhooks had identifiers": (
        lambda app: app["webhooks"][0].update(identifier=None),
        "webhooks",
        ["WebhookDelete", "WebhookCreate"],
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_has_come_to_differ_is_mended_and_nothing_else(shop: Shop, spoilt: str) -> None:
    spoil, part, mutations = SPOILT[spoilt]
    _held()
    shop.install()
    spoil(shop.there)
    assert (shop.connect(), shop.changes) == ([part], mutations)
