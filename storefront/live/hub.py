"""One Redis subscription a process, fanned out to the open pages."""

import asyncio
from collections import defaultdict

import redis.asyncio as redis

from storefront.live.publish import PREFIX

# A page this far behind is cut off; its browser reconnects and reads afresh.
QUEUE_LENGTH = 100


class Hub:
    def __init__(self, url: str) -> None:
        self._url = url
        self._listeners: dict[str, set[asyncio.Queue[str | None]]] = defaultdict(set)
        self._task: asyncio.Task[None] | None = None

    def join(self, channel: str) -> asyncio.Queue[str | None]:
        if self._task is None or self._task.done():
            self._task = asyncio.create_task(self._pump())
        queue: asyncio.Queue[str | None] = asyncio.Queue(QUEUE_LENGTH)
        self._listeners[channel].add(queue)
        return queue

    def leave(self, channel: str, queue: asyncio.Queue[str | None]) -> None:
        self._listeners[channel].discard(queue)
        if not self._listeners[channel]:
            del self._listeners[channel]

    async def _pump(self) -> None:
        while True:
            try:
                await self._read()
            except redis.RedisError:
                await asyncio.sleep(1)

    async def _read(self) -> None:
        async with redis.Redis.from_url(self._url).pubsub() as subscription:
            await subscription.psubscribe(PREFIX + "*")
            async for message in subscription.listen():
                if message["type"] == "pmessage":
                    channel = message["channel"].decode().removeprefix(PREFIX)
                    self._deliver(channel, message["data"].decode())

    def _deliver(self, channel: str, text: str) -> None:
        for queue in list(self._listeners.get(channel, ())):
            try:
                queue.put_nowait(text)
            except asyncio.QueueFull:
                self._cut_off(queue)

    @staticmethod
    def _cut_off(queue: "asyncio.Queue[str | None]") -> None:
        while not queue.empty():
            queue.get_nowait()
        queue.put_nowait(None)
