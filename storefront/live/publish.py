"""Tell open pages that something changed. A hint only: nothing depends on its arrival."""

import json
import logging
from functools import cache

import redis
from django.conf import settings
from django.db import transaction

from logistics.routing.solution import OnProgress, Progress

log = logging.getLogger(__name__)

PREFIX = "live:"


@cache
def _redis() -> redis.Redis:
    return redis.Redis.from_url(settings.REDIS_URL, socket_timeout=1, socket_connect_timeout=1)


def changed(channel: str, **facts: int | float | str) -> None:
    """After the commit, so that who asks back sees the change. A lost hint is only logged."""
    transaction.on_commit(lambda: send(channel, **facts))


def telling(channel: str, limit: float) -> OnProgress:
    """Says how far a search of up to ``limit`` seconds is, and whose plan is best."""

    def tell(progress: Progress) -> None:
        send(
            channel,
            best=progress.cost,
            elapsed=round(progress.seconds, 1),
            limit=limit,
            engine=progress.engine,
        )

    return tell


def send(channel: str, **facts: int | float | str) -> None:
    """At once, outside any transaction: progress of long work."""
    try:
        _redis().publish(PREFIX + channel, json.dumps(facts))
    except redis.RedisError:
        log.warning("live hint lost on %s", channel.partition(":")[0])
