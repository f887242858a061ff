"""Hints reach whoever may listen, and nobody else; junk is refused, never a failure."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest
from asgiref.sync import async_to_sync
from django.contrib.auth.models import AnonymousUser
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from storefront.accounts.models import Role
from storefront.live import asgi, channels, hub
from storefront.live.publish import send
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db(transaction=True)


def a_scope(path: str, cookie: str = "", origin: str = "") -> dict[str, Any]:
    headers = [(b"host", b"localhost:8001"), (b"cookie", cookie.encode())]
    if origin:
        headers.append((b"origin", origin.encode()))
    return {"type": "http", "path": path, "headers": headers, "method": "GET"}


def cookie_of(client: Client) -> str:
    return f"sessionid={client.cookies['sessionid'].value}"


async def conversation(
    scope: dict[str, Any], until: Callable[[list[dict[str, Any]]], Awaitable[bool]]
) -> list[dict[str, Any]]:
    """What the process says until ``until`` has seen enough; then the browser goes away."""
    said: list[dict[str, Any]] = []
    gone = asyncio.Event()

    async def receive() -> dict[str, Any]:
        await gone.wait()
        return {"type": "http.disconnect"}

    async def say(message: dict[str, Any]) -> None:
        said.append(message)
        if await until(said):
            gone.set()

    asgi.hub = hub.Hub(asgi.settings.REDIS_URL)  # a hub belongs to one event loop
    await asyncio.wait_for(asgi.application(scope, receive, say), 10)
    return said


async def at_once(said: list[dict[str, Any]]) -> bool:
    return len(said) >= 2


def status(scope: dict[str, Any]) -> int:
    said = async_to_sync(conversation)(scope, at_once)
    return int(said[0]["status"])


def test_a_farmer_listens_to_the_own_site_only() -> None:
    farmer = a_client(a_user("f@jangteo.test", (Role.FARMER, "SIT-OWN")))
    assert status(a_scope("/live/lane:SIT-OWN", cookie_of(farmer))) == 200
    assert status(a_scope("/live/lane:SIT-OTHER", cookie_of(farmer))) == 403


def test_a_visitor_hears_nothing_of_lanes_and_plans() -> None:
    assert status(a_scope("/live/lane:SIT-OWN")) == 403
    assert status(a_scope("/live/plan:suwon")) == 403


def test_health_is_answered_without_signing_in() -> None:
    assert status(a_scope("/live/healthz")) == 200


def test_the_page_of_the_same_host_may_read_it_and_no_other() -> None:
    def allowed(origin: str) -> bool:
        said = async_to_sync(conversation)(a_scope("/live/booking:BOK-X", origin=origin), at_once)
        return b"access-control-allow-origin" in dict(said[0]["headers"])

    assert allowed("http://localhost:8000")
    assert not allowed("http://elsewhere.example")


def test_a_change_reaches_an_open_page() -> None:
    async def heard(said: list[dict[str, Any]]) -> bool:
        if len(said) == 2:  # headers and greeting: the page is open
            await asyncio.sleep(0.3)
            await asyncio.to_thread(send, "booking:BOK-X", position=2)
        return len(said) == 3

    said = async_to_sync(conversation)(a_scope("/live/booking:BOK-X"), heard)
    text = said[2]["body"].decode()
    assert text.startswith("event: changed\ndata: ")
    assert json.loads(text.partition("data: ")[2]) == {"position": 2}


@given(channel=st.text(max_size=40))
@settings(max_examples=40)
def test_a_visitor_with_junk_hears_nothing(channel: str) -> None:
    open_to_all = channel.startswith(("booking:", "screen:")) and channel.partition(":")[2]
    assert channels.may_listen(AnonymousUser(), channel) == bool(open_to_all)
