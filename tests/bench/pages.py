"""How long pages take, beside a bare view of the same server process in the same minutes."""

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import quantiles
from subprocess import Popen

from storefront.config.cli.day import own_database
from storefront.config.stack.parts import answers, web_part
from storefront.config.stack.ports import free_port

WARM_UP, ROUNDS = 40, 300
ORDERS = 60  # how large a world the pages show


@dataclass(frozen=True)
class Timing:
    p50_ms: float
    p95_ms: float


def measure(paths: list[str]) -> dict[str, Timing]:
    """One request after another, the paths in turn, so that all see the same load."""
    with own_database():
        (Path(os.environ["MALL_STATE"]) / "static").mkdir()
        from storefront.day.world import open_world

        open_world(orders=ORDERS, rng=Random(7))
        with served() as port:
            link = HTTPConnection("127.0.0.1", port, timeout=30)
            for _ in range(WARM_UP):
                for path in paths:
                    ask(link, path)
            taken: dict[str, list[float]] = {path: [] for path in paths}
            for _ in range(ROUNDS):
                for path in paths:
                    taken[path].append(ask(link, path))
    return {path: timing_of(found) for path, found in taken.items()}


@contextmanager
def served(*, remembered: bool = True) -> Iterator[int]:
    """The port. Unless ``remembered``, every page is drawn anew."""
    port = free_port()
    part = web_part(port)
    environment = (
        os.environ
        | part.environment
        | {
            "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
            "MALL_STATIC_STORAGE": "django.contrib.staticfiles.storage.StaticFilesStorage",
        }
        | ({} if remembered else {"MALL_PAGE_SECONDS": "0"})
    )
    with Popen(part.argv, env=environment) as web:
        try:
            deadline = time.monotonic() + 60
            while not answers(f"http://127.0.0.1:{port}/healthz"):
                if web.poll() is not None or time.monotonic() > deadline:
                    raise RuntimeError("the pages were not served")
                time.sleep(0.1)
            yield port
        finally:
            web.terminate()


def ask(link: HTTPConnection, path: str) -> float:
    """Milliseconds until the whole page is here."""
    begun = time.perf_counter()
    link.request("GET", path, headers={"Host": "localhost"})
    answer = link.getresponse()
    answer.read()
    if answer.status != 200:
        raise RuntimeError(f"{path}: {answer.status}")
    return (time.perf_counter() - begun) * 1000


def timing_of(milliseconds: list[float]) -> Timing:
    hundredths = quantiles(milliseconds, n=100)
    return Timing(hundredths[49], hundredths[94])
