"""Our app in a Saleor, as `mall saleor connect` installs and mends it.

Staff do that: a real Saleor is asked when SALEOR_EMAIL and SALEOR_PASSWORD are there too, and reads
the manifest of the mall below. What it did is undone at the start of each test.
"""

import json
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from pytest_django import Settings

from commerce.saleor.app.signature import Jwks
from commerce.saleor.app.upstream import Identity
from commerce.saleor.client import Client
from commerce.saleor.setup import our_app
from commerce.saleor.setup.check import check_app
from commerce.saleor.setup.connect import staff_token
from commerce.saleor.setup.our_app import InstallFailed, ManifestUnreached, connect_our_app
from tests.fakes.saleor import FakeUpstream
from tests.ports.saleor_stories import API_URL, PLAYED_URL, Line, line_to

pytestmark = pytest.mark.django_db

EMAIL = os.environ.get("SALEOR_EMAIL", "")
LIVE = bool(API_URL and EMAIL)
URL = API_URL if LIVE else PLAYED_URL
PORT = 8467
MALL = f"http://127.0.0.1:{PORT}"
MANIFEST_URL = f"{MALL}/manifest"
# Not the mall's own, so that a story stays good when that one changes.
MANIFEST: Mapping[str, Any] = {
    "id": "kr.jangteo.recorded",
    "version": "1.0.0",
    "requiredSaleorVersion": "^3.23",
    "name": "장터",
    "permissions": ["HANDLE_CHECKOUTS", "MANAGE_ORDERS"],
    "tokenTargetUrl": f"{MALL}/install",
    "webhooks": [
        {
            "name": "orders",
            "identifier": "orders",
            "targetUrl": f"{MALL}/deliveries",
            "query": "subscription { event { ... on OrderCreated { order { id } } "
            "... on OrderCancelled { order { id } } } }",
            "isActive": True,
            "asyncEvents": ["ORDER_CREATED", "ORDER_CANCELLED"],
        },
        {
            "name": "shipping_methods",
            "identifier": "shipping_methods",
            "targetUrl": f"{MALL}/shipping-methods",
            "query": "subscription { event { ... on ShippingListMethodsForCheckout "
            "{ checkout { id } } } }",
            "isActive": True,
            "syncEvents": ["SHIPPING_LIST_METHODS_FOR_CHECKOUT"],
        },
    ],
    "extensions": [
        {
            "label": "장터",
            "identifier": "order",
            "mount": "ORDER_DETAILS_WIDGETS",
            "target": "WIDGET",
            "permissions": ["MANAGE_ORDERS"],
            "url": f"{MALL}/order",
            "options": {"widgetTarget": {"method": "POST"}},
        }
    ],
}


class Mall:
    """Its web: the manifest, and the end of the handshake, where it may say no."""

    def __init__(self) -> None:
        self.no = ""

    def open(self) -> ThreadingHTTPServer:
        mall = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self._answer(200, MANIFEST)

            def do_POST(self) -> None:
                self._answer(503 if mall.no else 200, {"error": {"message": mall.no}})

            def _answer(self, status: int, told: Mapping[str, Any]) -> None:
                self.rfile.read(int(self.headers.get("Content-Length", 0)))
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.end_headers()
                self.wfile.write(json.dumps(told).encode())

            def log_message(self, *_: object) -> None:
                pass

        server = ThreadingHTTPServer(("127.0.0.1", PORT), Handler)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        return server


class Believing(FakeUpstream):
    """Takes every token for our app's, and keeps the last."""

    def __init__(self, staff: Client) -> None:
        self.staff = staff
        self.token = ""

    def identity(self, api_url: str, token: str) -> Identity:
        self.token = token
        return Identity(our_app._installed(self.staff, MANIFEST), str(MANIFEST["id"]))

    def jwks(self, api_url: str) -> Jwks:
        return {"keys": []}


class There:
    """One Saleor, with whatever its staff do to our app."""

    def __init__(self, line: Line) -> None:
        self.line = line
        self.mall = Mall()
        self.token = _staff_token() if LIVE else "played"
        self.staff = Client(URL, self.token, line)
        self.api_url = our_app.address(self.staff)
        self.upstream = Believing(self.staff)

    def connect(self) -> dict[str, bool]:
        """Each part and whether it was changed."""
        steps = connect_our_app(
            self.staff,
            MANIFEST,
            MANIFEST_URL,
            self.api_url,
            upstream=self.upstream,
            now=datetime.now(UTC),
            pause=lambda: time.sleep(LIVE),
        )
        return {step.part: step.changed for step in steps}

    def problems(self) -> set[str]:
        client = Client(URL, self.upstream.token, self.line)
        return {finding.part for finding in check_app(client, MANIFEST) if finding.advice}

    def staff_do(self, what: Callable[[dict[str, Any]], str]) -> None:
        """Mutations made of the app as it is; no part of the story."""
        if not LIVE:
            return
        with Client(URL, self.token) as unseen:
            id_ = our_app._installed(unseen, MANIFEST)
            app = our_app.facts(unseen, id_) if id_ else {}
            if mutations := what(app):
                answer = unseen._http.post(URL, json={"query": f"mutation {{ {mutations} }}"})
                assert "errors" not in answer.json(), answer.text

    def forget(self) -> None:
        self.staff_do(
            lambda app: f'appDelete(id: "{app["id"]}") {{ errors {{ code }} }}' if app else ""
        )


def _staff_token() -> str:
    with Client(URL, None) as visitor:
        return staff_token(visitor, EMAIL, os.environ["SALEOR_PASSWORD"])


@pytest.fixture
def there(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, settings: Settings
) -> Iterator[There]:
    there = There(line_to(request.node.name, monkeypatch, live=LIVE))
    settings.SALEOR_ALLOWED_API_URLS = [there.api_url]
    settings.SALEOR_APP_IDENTIFIER = MANIFEST["id"]
    there.forget()
    server = there.mall.open() if LIVE else None
    yield there
    there.forget()
    if server:
        server.shutdown()
        server.server_close()


NOTHING = {
    "our app": False,
    "our app switched on": False,
    "our app's permissions": False,
    "webhooks": False,
    "our app's token": False,
}


def test_our_app_is_installed_once(there: There) -> None:
    assert there.connect() == NOTHING | {"our app": True, "our app's token": True}
    assert there.connect() == NOTHING
    assert there.problems() == set()


def _spoilt(app: dict[str, Any]) -> str:
    ids = {webhook["identifier"]: webhook["id"] for webhook in app["webhooks"]}
    orders, shipping = ids["orders"], ids["shipping_methods"]
    wrong = 'input: { targetUrl: "https://old.example/", isActive: false }'
    return f"""
      a: webhookDelete(id: "{shipping}") {{ errors {{ code }} }}
      b: webhookUpdate(id: "{orders}", {wrong}) {{ errors {{ code }} }}
      c: webhookCreate(input: {{ app: "{app["id"]}", name: "nameless", asyncEvents: [ORDER_PAID],
        targetUrl: "{MALL}/deliveries" }}) {{ errors {{ code }} }}
      d: appUpdate(id: "{app["id"]}", input: {{ permissions: [MANAGE_ORDERS] }})
        {{ errors {{ code }} }}"""


def test_what_staff_changed_of_our_app_is_found_and_mended(there: There) -> None:
    there.connect()
    there.staff_do(_spoilt)
    assert there.problems() == {"our app's permissions", "webhooks"}
    there.staff_do(lambda app: f'appDeactivate(id: "{app["id"]}") {{ errors {{ code }} }}')
    assert there.problems() == {"our app"}
    assert there.connect() == NOTHING | {
        "our app switched on": True,
        "our app's permissions": True,
        "webhooks": True,
    }
    assert there.connect() == NOTHING
    assert there.problems() == set()


def test_our_app_that_failed_to_install_is_begun_anew(there: There) -> None:
    there.mall.no = "지금은 받지 않습니다. Not now."
    with pytest.raises(InstallFailed) as failed:
        there.connect()
    assert failed.value.data == {"message": there.mall.no}
    there.mall.no = ""
    assert there.connect()["our app"]


def test_our_app_is_not_installed_from_where_nobody_answers(
    there: There, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"{__name__}.MANIFEST_URL", "http://127.0.0.1:8468/manifest")
    with pytest.raises(ManifestUnreached) as unreached:
        there.connect()
    assert unreached.value.data["message"] == "Can't fetch manifest data. Please try later."
