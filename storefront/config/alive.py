"""``python -m storefront.config.alive web|live|worker|beat``: does this process do its work?

For the health checks of containers, where each process is alone and there is no state folder for
``mall doctor`` to look at. Exit code 0 when it does, 1 and one line when not. It is asked every
minute, so it loads neither models nor pages.
"""

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

from storefront.config.stack.parts import answers

# The ports of the image; its Dockerfile and docker-compose.yml start the servers on them.
WEB = "http://127.0.0.1:8000/healthz"
LIVE = "http://127.0.0.1:8001/live/healthz"
BEAT_SCHEDULE = "beat/schedule"
# The clock writes down what it sent every three minutes.
OLDEST_SCHEDULE_SECONDS = 600
# A search in the same process may keep the worker from answering for a while.
PONG_SECONDS = 10


def web() -> bool:
    """Asked as a proxy would ask: for a host that is answered, and over HTTPS."""
    return answers(WEB, seconds=5, headers={"Host": _host(), "X-Forwarded-Proto": "https"})


def _host() -> str:
    first = (os.environ.get("MALL_HOSTS", "").split() or ["localhost"])[0]
    return first.removeprefix(".").replace("*", "localhost")


def live() -> bool:
    return answers(LIVE, seconds=5)


def worker() -> bool:
    """A pong from the worker of this machine; others on the same queue do not count."""
    from celery.utils.nodenames import default_nodename
    from kombu.exceptions import OperationalError

    from storefront.config.celery import app

    here = [default_nodename("")]
    try:
        return bool(app.control.inspect(destination=here, timeout=PONG_SECONDS).ping())
    except OperationalError:  # the queue itself is silent
        return False


def beat() -> bool:
    """Its schedule was written lately. The format, and with it the ending, is Python's choice."""
    schedule = Path(os.environ.get("MALL_STATE", ".state"), BEAT_SCHEDULE)
    written = [file.stat().st_mtime for file in schedule.parent.glob(schedule.name + "*")]
    return time.time() - max(written, default=0) < OLDEST_SCHEDULE_SECONDS


PARTS: dict[str, Callable[[], bool]] = {"web": web, "live": live, "worker": worker, "beat": beat}


def main(argv: list[str]) -> int:
    (part,) = argv
    if PARTS[part]():
        return 0
    sys.stdout.write(f"{part}: 응답 없음 · silent\n")
    return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
