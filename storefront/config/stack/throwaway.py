"""Postgres and Redis for one run, gone afterwards: for tests and simulated days."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from storefront.config.stack import postgres, redis, sweeper
from storefront.config.stack.children import end, spawn


@dataclass(frozen=True)
class Servers:
    """``folder`` may be used for anything else the run wants removed at its end."""

    folder: Path
    database_url: str
    redis_url: str
    stop: Callable[[], None]


@contextmanager
def servers() -> Iterator[Servers]:
    running = start()
    try:
        yield running
    finally:
        running.stop()


def start() -> Servers:
    """Both answer when this returns. Call ``stop``; a killed run is cleaned up all the same."""
    folder = Path(tempfile.mkdtemp(prefix="mall-"))
    sweep = _sweep_when_we_die(folder)
    children: list[subprocess.Popen[bytes]] = []

    def stop() -> None:
        for child in children:
            end(child, stop_signal=signal.SIGINT, seconds=10)
        sweep.communicate()  # closing its input is its sign to remove the folder

    try:
        _start_both(folder, children)
    except BaseException:
        stop()
        raise
    return Servers(folder, postgres.url(folder), redis.url(folder), stop)


def _start_both(folder: Path, children: list[subprocess.Popen[bytes]]) -> None:
    with (folder / "log").open("wb") as log:
        children.append(spawn(redis.command(folder), output=log, last_signal=signal.SIGKILL))
        data = folder / "pg"
        postgres.create_cluster(data)
        argv = postgres.command(data, folder, careless=True)
        children.append(spawn(argv, output=log, last_signal=signal.SIGQUIT))
    deadline = time.monotonic() + 30
    while not (postgres.answers(folder) and redis.answers(folder)):
        dead = [child for child in children if child.poll() is not None]
        if dead or time.monotonic() > deadline:
            raise RuntimeError("no throwaway servers: " + (folder / "log").read_text()[-2000:])
        time.sleep(0.02)
    postgres.create_database(folder)


def _sweep_when_we_die(folder: Path) -> subprocess.Popen[bytes]:
    argv = [sys.executable, "-I", "-S", sweeper.__file__, str(folder)]
    return subprocess.Popen(
        argv, stdin=subprocess.PIPE, start_new_session=True, env={"PATH": os.environ["PATH"]}
    )
