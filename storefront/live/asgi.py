"""Server-sent events: ``GET /live/<channel>``. A small process of its own beside the pages.

On one machine it listens on another port than the pages, so it answers the page's origin when the
host is the same; behind a proxy both share one origin and that does not matter.
"""

import asyncio
import os
from collections.abc import Awaitable, Callable
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import unquote, urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "storefront.config.settings")
django.setup()

from asgiref.sync import sync_to_async  # noqa: E402
from django.conf import settings  # noqa: E402
from django.contrib.auth import get_user  # noqa: E402
from django.contrib.sessions.backends.cached_db import SessionStore  # noqa: E402
from django.db import close_old_connections  # noqa: E402
from django.http import HttpRequest  # noqa: E402

from storefront.live.channels import may_listen  # noqa: E402
from storefront.live.hub import Hub  # noqa: E402

Scope = dict[str, Any]
Receive = Callable[[], Awaitable[dict[str, Any]]]
Send = Callable[[dict[str, Any]], Awaitable[None]]

KEEP_ALIVE_SECONDS = 15
hub = Hub(settings.REDIS_URL)


async def application(scope: Scope, receive: Receive, send: Send) -> None:
    if scope["type"] == "lifespan":
        await _lifespan(receive, send)
        return
    if scope["type"] != "http":
        return
    path = scope["path"]
    if path == "/live/healthz":
        await _plain(send, 200, b'{"status": "ok"}', [(b"content-type", b"application/json")])
        return
    channel = unquote(path.removeprefix("/live/"))
    headers = {k.decode("latin-1"): v.decode("latin-1") for k, v in scope["headers"]}
    shared = _same_host_origin(headers)
    if not await _allowed(headers.get("cookie", ""), channel):
        await _plain(send, 403, b"", shared)
        return
    await _stream(channel, receive, send, shared)


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": message["type"] + ".complete"})
        if message["type"] == "lifespan.shutdown":
            return


async def _plain(send: Send, status: int, body: bytes, headers: list[tuple[bytes, bytes]]) -> None:
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


def _same_host_origin(headers: dict[str, str]) -> list[tuple[bytes, bytes]]:
    origin = headers.get("origin", "")
    host = headers.get("host", "").rpartition(":")[0] or headers.get("host", "")
    if not origin or urlsplit(origin).hostname != host.strip("[]"):
        return []
    return [
        (b"access-control-allow-origin", origin.encode()),
        (b"access-control-allow-credentials", b"true"),
        (b"vary", b"Origin"),
    ]


@sync_to_async
def _allowed(cookie_header: str, channel: str) -> bool:
    close_old_connections()
    cookies: SimpleCookie = SimpleCookie(cookie_header)
    key = cookies.get(settings.SESSION_COOKIE_NAME)
    request = HttpRequest()
    request.session = SessionStore(key.value if key else None)
    try:
        return may_listen(get_user(request), channel)
    finally:
        close_old_connections()


async def _stream(
    channel: str, receive: Receive, send: Send, shared: list[tuple[bytes, bytes]]
) -> None:
    queue = hub.join(channel)
    gone = asyncio.create_task(_until_gone(receive))
    try:
        headers = [
            (b"content-type", b"text/event-stream"),
            (b"cache-control", b"no-store"),
            *shared,
        ]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        await _say(send, "retry: 2000\nevent: open\ndata: {}\n\n")
        while not gone.done():
            text = await _next(queue, gone)
            if text is None:
                break
            await _say(send, text)
    finally:
        gone.cancel()
        hub.leave(channel, queue)


async def _next(queue: "asyncio.Queue[str | None]", gone: "asyncio.Task[None]") -> str | None:
    """The next event as text; a comment when nothing came for a while; None to end."""
    waiting = asyncio.create_task(queue.get())
    await asyncio.wait(
        {waiting, gone}, timeout=KEEP_ALIVE_SECONDS, return_when=asyncio.FIRST_COMPLETED
    )
    if gone.done():
        waiting.cancel()
        return None
    if not waiting.done():
        waiting.cancel()
        return ": still here\n\n"
    facts = waiting.result()
    return None if facts is None else f"event: changed\ndata: {facts}\n\n"


async def _say(send: Send, text: str) -> None:
    await send({"type": "http.response.body", "body": text.encode(), "more_body": True})


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
