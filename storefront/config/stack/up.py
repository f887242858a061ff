"""``mall up``: from an empty folder to a mall one can open, and back to nothing running."""

import importlib
import json
import os
import signal
import sys
import threading
from types import FrameType
from typing import NoReturn

from storefront.config import words
from storefront.config.stack import demo_record, leftovers, ports, postgres, prepared, redis
from storefront.config.stack.parts import (
    beat_part,
    live_part,
    postgres_part,
    redis_part,
    web_part,
    worker_part,
)
from storefront.config.stack.problem import Problem
from storefront.config.stack.screen import Screen
from storefront.config.stack.state import PROJECT, State
from storefront.config.stack.supervisor import Supervisor, environment


class _StopAsked(BaseException):
    """Somebody pressed Ctrl-C, closed the terminal, or ran ``mall down``."""


def up(*, demo: str, verbose: bool) -> int:
    """Run until told to stop. ``demo`` (small, full, none) is loaded into a fresh database only."""
    screen = Screen(verbose=verbose)
    state = State.here()
    port = ports.wanted_port()
    state.create()
    with state.take_lock(_address(port)):
        leftovers.kill(state.children_file, state_folder=state.folder)
        ports.require_free(port)
        state.require_disk()
        asked = _listen_for_signals()
        supervisor = Supervisor(
            state, screen, project=PROJECT, each_turn=lambda: _stop_if_asked(asked)
        )
        try:
            _start(supervisor, state, screen, port=port, demo=demo)
            supervisor.watch()
        except _StopAsked:
            pass
        finally:
            screen.shows_warnings = verbose
            screen.say("\n  멈추는 중 · stopping")
            supervisor.stop()
            state.leave_sockets()
            state.environment_file.unlink(missing_ok=True)
    screen.say("  모두 멈췄습니다 · stopped")
    return 0


# Plans that other commands make meanwhile are reckoned with the same roads.
# Nobody's: what is sent there goes nowhere.
DEMO_ACCOUNT = "연습은행 000-0000-0000 장터"
_ROADS = ("ROAD_MATRIX", "OSRM_URL", "OSRM_TABLE_SIZE", "OSRM_SECONDS", "OSRM_DATA")


def _start(supervisor: Supervisor, state: State, screen: Screen, *, port: int, demo: str) -> None:
    screen.say(f"\n  [bold]장터 · Jangteo[/]  [dim]{state.folder}[/]\n")
    live_port = ports.free_port()
    own = {
        "MALL_STATE": str(state.folder),
        "MALL_SECRET_KEY": os.environ.get("MALL_SECRET_KEY") or state.secret_key(),
        "TRANSFER_ACCOUNT": os.environ.get("TRANSFER_ACCOUNT", DEMO_ACCOUNT),
        "LIVE_URL": f"http://localhost:{live_port}/live/",
        **{name: os.environ[name] for name in _ROADS if name in os.environ},
        **_start_servers(supervisor, state, screen),
    }
    supervisor.environment = environment(os.environ, own)
    state.record_environment(own)
    _prepare(supervisor, state, screen, demo=demo)
    with screen.step("웹 · web, live, worker, beat"):
        supervisor.start(
            web_part(port), live_part(live_port), worker_part(), beat_part(state.folder)
        )
        supervisor.wait_until_ready("web", "live", "worker", "beat")
    _greet(screen, port)
    screen.shows_warnings = True


def _prepare(supervisor: Supervisor, state: State, screen: Screen, *, demo: str) -> None:
    """Tables, words, static files, and the demo where it is due."""
    database_url = supervisor.environment["DATABASE_URL"]
    fresh = False
    with screen.step("표와 정적 파일 · tables and static files"):
        words.compile_stale(PROJECT / "storefront")
        if not prepared.is_current(state, prepared.fingerprint(PROJECT, database_url)):
            said = supervisor.run("prepare", [sys.executable, "-m", f"{__package__}.prepare"])
            fresh = json.loads(said.splitlines()[-1])["fresh"]
    today = demo_record.today_in_seoul()
    size = demo_record.wanted(state, asked_for=demo, fresh=fresh, today=today)
    if size:
        with screen.step("예시 자료 · demo data"):
            demo_record.begun(state, size)
            argv = [sys.executable, "-m", "storefront.config.cli", "demo", "--size", size]
            supervisor.run("demo", argv)
            demo_record.done(state, size, today)
    if size or not fresh:  # a database left empty still waits for its demo
        prepared.remember(state, prepared.fingerprint(PROJECT, database_url))


def _start_servers(supervisor: Supervisor, state: State, screen: Screen) -> dict[str, str]:
    """Postgres and Redis, each only when no address for it came from outside."""
    addresses = {name: os.environ.get(name, "") for name in ("DATABASE_URL", "REDIS_URL")}
    supervisor.environment = dict(os.environ)
    sockets = state.sockets()
    if not addresses["REDIS_URL"]:
        supervisor.start(redis_part(sockets))
        addresses["REDIS_URL"] = redis.url(sockets)
    if not addresses["DATABASE_URL"]:
        with screen.step("PostgreSQL 18"):
            _start_postgres(supervisor, state)
        addresses["DATABASE_URL"] = postgres.url(sockets)
    if addresses["REDIS_URL"] == redis.url(sockets):
        with screen.step("Redis"):
            supervisor.wait_until_ready("redis")
    return addresses


def _start_postgres(supervisor: Supervisor, state: State) -> None:
    sockets = state.sockets()
    try:
        postgres.create_cluster(state.data)
        supervisor.start(postgres_part(state.data, sockets))
    except postgres.NoUserNamespaces as error:
        raise Problem(
            "root로는 PostgreSQL을 켤 수 없습니다 (user namespace 없음). "
            "일반 사용자로 실행하거나 DATABASE_URL을 지정하세요.",
            "Postgres refuses root and there are no user namespaces here: "
            "run as an ordinary user, or set DATABASE_URL",
        ) from error
    supervisor.wait_until_ready("postgres")
    postgres.create_database(sockets)


def _greet(screen: Screen, port: int) -> None:
    screen.say(f"\n  [bold green]{_address(port)}[/]   Ctrl-C: 멈춤 · stop\n")
    try:
        sign_ins = importlib.import_module("storefront.demo.sign_ins").SIGN_INS
    except ImportError:
        return
    screen.sign_ins(sign_ins)
    screen.say("")


def _address(port: int) -> str:
    return f"http://localhost:{port}"


def _stop_if_asked(asked: threading.Event) -> None:
    """Raised in a finalizer, the exception of the signal is swallowed; the question is not."""
    if asked.is_set():
        raise _StopAsked


def _listen_for_signals() -> threading.Event:
    """Set by hand: a program started with ``&`` from a script inherits Ctrl-C as ignored.

    The event is set once somebody asked to stop.
    """
    asked = threading.Event()

    def ask(_signal: int, _frame: FrameType | None) -> NoReturn:
        asked.set()
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)  # it is stopping; once is enough
        raise _StopAsked

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, ask)
    return asked
