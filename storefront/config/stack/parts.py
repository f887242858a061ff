"""The six processes of the stack: how each is started, seen to be ready, and stopped."""

import re
import signal
import sys
import urllib.request
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from storefront.config.stack import logs, postgres, redis


@dataclass(frozen=True)
class Part:
    """``is_ready`` is asked again and again; ``ready_line`` is waited for in what the part says.

    ``dies_with_us`` is the signal it gets from the system when the supervisor is killed.
    """

    name: str
    argv: list[str]
    is_ready: Callable[[], bool] | None = None
    environment: Mapping[str, str] = field(default_factory=dict)
    stop_signal: int = signal.SIGTERM
    dies_with_us: int = signal.SIGTERM
    grace_seconds: float = 10
    ready_line: re.Pattern[str] | None = None
    loud: re.Pattern[str] = logs.WARNINGS


def postgres_part(data: Path, sockets: Path) -> Part:
    return Part(
        "postgres",
        postgres.command(data, sockets),
        lambda: postgres.answers(sockets),
        stop_signal=signal.SIGINT,  # "fast": open connections are closed, everything is written
        dies_with_us=signal.SIGINT,
        grace_seconds=30,
        loud=logs.POSTGRES_TROUBLE,
    )


def redis_part(sockets: Path) -> Part:
    return Part(
        "redis",
        redis.command(sockets),
        lambda: redis.answers(sockets),
        loud=logs.REDIS_TROUBLE,
    )


def web_part(port: int) -> Part:
    options = ["--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return Part(
        "web",
        [
            *[sys.executable, "-m", "granian", "--interface", "wsgi", *where, *options],
            "storefront.config.wsgi:application",
        ],
        lambda: answers(f"http://127.0.0.1:{port}/healthz"),
        environment={"DB_POOL": "1"},
    )


def live_part(port: int) -> Part:
    options = ["--no-access-log", "--log-level", "warning", "--timeout-graceful-shutdown", "1"]
    where = ["--host", "127.0.0.1", "--port", str(port)]
    return Part(
        "live",
        [sys.executable, "-m", "uvicorn", *where, *options, "storefront.live.asgi:application"],
        lambda: answers(f"http://127.0.0.1:{port}/live/healthz"),
    )


def worker_part() -> Part:
    argv = [sys.executable, "-m", "storefront.config.worker"]
    return Part("worker", argv, ready_line=re.compile(r"@\S+ ready\."))


def beat_part(state_folder: Path) -> Part:
    argv = [sys.executable, "-m", "storefront.config.beat", str(state_folder / "beat-schedule")]
    return Part("beat", argv, ready_line=re.compile(r"beat: Starting"))


def answers(url: str, seconds: float = 2, headers: Mapping[str, str] | None = None) -> bool:
    """True for 200, False for anything else and for silence."""
    request = urllib.request.Request(url, headers=headers or {})  # noqa: S310 # our own servers
    # No proxy from the environment stands between us and ourselves.
    opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
    try:
        with opener.open(request, timeout=seconds) as response:
            return bool(response.status == 200)
    except OSError:
        return False
