"""``python -m tests.bench.boards``: how long until every open board knows that something changed.

1,000 pages listen to one site's queue on one live process; a hint is sent five times a second. The
time is from the hint to the page's socket, beside a bare Redis subscriber in the same minutes.
``--quick`` opens 100 pages for a tenth of the hints.
"""

import argparse
import asyncio
import json
import os
import resource
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import quantiles

import redis.asyncio as redis
from rich.console import Console

from storefront.config.cli.day import own_database
from storefront.config.stack.parts import answers, live_part
from storefront.config.stack.ports import free_port

say = Console(highlight=False, width=120).print

BOARDS, HINTS, EVERY_SECONDS = 1_000, 100, 0.2
OPENED_AT_ONCE = 50
GOAL_MS = 500
CHANNEL = "screen:SIT-BENCH"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--boards", type=int, default=BOARDS)
    parser.add_argument("--hints", type=int, default=HINTS)
    parser.add_argument("--quick", action="store_true")
    args = parser.parse_args()
    boards = 100 if args.quick else args.boards
    hints = 10 if args.quick else args.hints
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with own_database(), _served() as port:
        plain, heard = asyncio.run(_measure(port, boards, hints))
    _show("a bare subscriber", plain)
    _show(f"{boards} boards", heard)
    lost = boards * hints - len(heard)
    p99 = quantiles(heard, n=100)[98]
    say(f"hints lost: {lost} of {boards * hints}; p99 {p99:.0f} ms (goal < {GOAL_MS})")
    return 1 if lost else 0


@contextmanager
def _served() -> Iterator[int]:
    port = free_port()
    part = live_part(port)
    with subprocess.Popen(part.argv, env=os.environ | part.environment) as live:
        try:
            deadline = time.monotonic() + 60
            while not answers(f"http://127.0.0.1:{port}/live/healthz"):
                if live.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the live process did not start")
                time.sleep(0.1)
            yield port
        finally:
            live.terminate()


async def _measure(port: int, boards: int, hints: int) -> tuple[list[float], list[float]]:
    """Milliseconds of every hint at the bare subscriber, and at every board."""
    heard: list[float] = []
    plain: list[float] = []
    links = []
    for first in range(0, boards, OPENED_AT_ONCE):
        several = range(first, min(boards, first + OPENED_AT_ONCE))
        links += await asyncio.gather(*(_open(port) for _ in several))
    listeners = [asyncio.create_task(_listen(reader, heard, hints)) for reader, _ in links]
    bare = asyncio.create_task(_subscribe(plain, hints))
    await asyncio.sleep(1)
    async with redis.Redis.from_url(os.environ["REDIS_URL"]) as link:
        for _ in range(hints):
            await link.publish(f"live:{CHANNEL}", json.dumps({"sent": time.time()}))
            await asyncio.sleep(EVERY_SECONDS)
    await asyncio.wait([*listeners, bare], timeout=10)
    for task in (*listeners, bare):
        task.cancel()
    for _, writer in links:
        writer.close()
    return plain, heard


async def _open(port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(f"GET /live/{CHANNEL} HTTP/1.1\r\nHost: localhost\r\n\r\n".encode())
    await writer.drain()
    await reader.readuntil(b"event: open")
    return reader, writer


async def _listen(reader: asyncio.StreamReader, heard: list[float], hints: int) -> None:
    for _ in range(hints):
        await reader.readuntil(b"event: changed\ndata: ")
        facts = json.loads(await reader.readuntil(b"\n"))
        heard.append((time.time() - facts["sent"]) * 1000)


async def _subscribe(plain: list[float], hints: int) -> None:
    async with redis.Redis.from_url(os.environ["REDIS_URL"]).pubsub() as subscription:
        await subscription.subscribe(f"live:{CHANNEL}")
        async for message in subscription.listen():
            if message["type"] == "message":
                plain.append((time.time() - json.loads(message["data"])["sent"]) * 1000)
                if len(plain) == hints:
                    return


def _show(what: str, milliseconds: list[float]) -> None:
    cuts = quantiles(milliseconds, n=100)
    say(f"{what}: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, {len(milliseconds)} heard")


if __name__ == "__main__":
    raise SystemExit(main())
