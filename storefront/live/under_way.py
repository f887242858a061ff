"""What is being planned right now, how far it is, and whether somebody is content with that.

Hints kept for minutes, between the pages and the worker; losing one loses nothing but time.
"""

import time
from collections.abc import Callable
from datetime import date, datetime
from typing import TypedDict

from django.conf import settings
from django.core.cache import cache
from redis import RedisError

from logistics.network.models import Depot
from logistics.planning.models import Plan
from logistics.routing.solution import Progress

# A worker may be busy with another depot first.
FORGOTTEN_AFTER_SECONDS = 4 * settings.PLAN_SECONDS
# Between two looks of the worker; the search itself asks hundreds of times a second.
LOOK_SECONDS = 0.3


class Told(TypedDict):
    """The best plan so far: its cost, seconds since the search began, and whose it is."""

    best: int
    elapsed: float
    engine: str


def begin(depot_code: str, on_date: date, now: datetime) -> None:
    """Asked for; a worker will begin."""
    cache.set(_key("planning", depot_code, on_date), now, FORGOTTEN_AFTER_SECONDS)
    cache.delete_many([_key(what, depot_code, on_date) for what in ("told", "stop")])


def join(depot_code: str, on_date: date, now: datetime) -> None:
    """A worker begins, be it that nobody asked."""
    if cache.get(_key("planning", depot_code, on_date)) is None:
        begin(depot_code, on_date, now)


def over(depot_code: str, on_date: date) -> None:
    """No plan will come of it."""
    cache.delete(_key("planning", depot_code, on_date))


def is_planning(depot: Depot, on_date: date) -> bool:
    """Asked for, and no plan has been saved since."""
    since = cache.get(_key("planning", depot.code, on_date))
    if since is None:
        return False
    return not Plan.objects.filter(depot=depot, on_date=on_date, made_at__gte=since).exists()


def tell(depot_code: str, on_date: date, progress: Progress) -> None:
    told = Told(best=progress.cost, elapsed=round(progress.seconds, 1), engine=progress.engine)
    try:
        cache.set(_key("told", depot_code, on_date), told, FORGOTTEN_AFTER_SECONDS)
    except RedisError:  # the search goes on
        return


def told(depot_code: str, on_date: date) -> Told | None:
    found: Told | None = cache.get(_key("told", depot_code, on_date))
    return found


def ask_to_stop(depot_code: str, on_date: date) -> None:
    """Whoever plans the day is to be content with the best plan so far."""
    cache.set(_key("stop", depot_code, on_date), True, FORGOTTEN_AFTER_SECONDS)


def stop_asked(depot_code: str, on_date: date) -> Callable[[], bool]:
    """For the search to ask as often as it likes."""

    def look() -> bool:
        try:
            return bool(cache.get(_key("stop", depot_code, on_date)))
        except RedisError:  # the search goes on
            return False

    return seldom(look)


def seldom(look: Callable[[], bool]) -> Callable[[], bool]:
    """As ``look``, which is asked now and then, and no more once it has said yes."""
    looked_at, answer = 0.0, False

    def asked() -> bool:
        nonlocal looked_at, answer
        if not answer and time.monotonic() >= looked_at + LOOK_SECONDS:
            looked_at = time.monotonic()
            found = look()
            answer = answer or found  # another thread may have heard yes meanwhile
        return answer

    return asked


def _key(what: str, depot_code: str, on_date: date) -> str:
    return f"{what}:{depot_code}:{on_date.isoformat()}"
