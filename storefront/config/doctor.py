"""``mall doctor``: looks at every part by itself and says what to do about each."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, requires, version
from pathlib import Path
from typing import Literal

from storefront.config import words
from storefront.config.stack import leftovers, parts, ports, postgres, redis
from storefront.config.stack.problem import Problem
from storefront.config.stack.state import PROJECT, State

_OLDEST_PYTHON = (3, 11)
_NOT_RUNNING = "켜져 있지 않음 · not running (mall up)"


@dataclass(frozen=True)
class Finding:
    """``note``: worth knowing, nothing is broken. ``problem``: does not work; see ``advice``."""

    part: str
    verdict: Literal["ok", "note", "problem"]
    fact: str
    advice: str = ""


def examine(state: State) -> list[Finding]:
    findings = [*_machine(state)]
    recorded = state.recorded_environment() if state.running() else {}
    addresses = {name: os.environ.get(name) or recorded.get(name, "") for name in _ADDRESSES}
    if addresses["DATABASE_URL"]:
        findings += _database(addresses["DATABASE_URL"], recorded)
    else:
        findings.append(Finding("postgres", "note", _NOT_RUNNING))
    findings += (
        _processes(state, recorded) if recorded else [Finding("stack", "note", _NOT_RUNNING)]
    )
    return [*findings, _roads(recorded), _words(), *_for_tests()]


_ADDRESSES = ("DATABASE_URL", "REDIS_URL")


def _machine(state: State) -> Iterator[Finding]:
    yield _python()
    yield _packages()
    yield _try("state folder", lambda: _state_folder(state))
    yield _try("sockets", lambda: str(state.sockets()))
    yield _try("postgres program", _postgres_program)
    yield _try("redis program", redis.program)
    yield _port(state)
    yield _leftovers(state)


def _try(part: str, look: Callable[[], str]) -> Finding:
    try:
        return Finding(part, "ok", look())
    except Problem as problem:
        return Finding(part, "problem", str(problem))
    except OSError as error:
        return Finding(part, "problem", str(error), "make up 을 다시 · run make up again")


def _python() -> Finding:
    found = ".".join(map(str, sys.version_info[:3]))
    if sys.version_info < _OLDEST_PYTHON:
        return Finding(
            "python", "problem", found, "Python 3.11+ 필요 · install Python 3.11 or newer"
        )
    return Finding("python", "ok", found)


def _packages() -> Finding:
    try:
        wanted = [line for line in requires("jangteo") or [] if "extra ==" not in line]
    except PackageNotFoundError:
        return Finding("packages", "problem", "jangteo 없음 · not installed", "make up")
    missing = [name for name in map(_bare_name, wanted) if not _is_installed(name)]
    if missing:
        return Finding("packages", "problem", f"없음 · missing: {', '.join(missing)}", "make up")
    return Finding("packages", "ok", f"{len(wanted)}")


def _bare_name(requirement: str) -> str:
    return requirement.replace("[", "~").replace(">", "~").replace("=", "~").split("~")[0].strip()


def _is_installed(name: str) -> bool:
    try:
        return bool(version(name))
    except PackageNotFoundError:
        return False


def _state_folder(state: State) -> str:
    state.create()
    state.require_disk()
    free = shutil.disk_usage(state.folder).free // 1024**2
    return f"{state.folder} ({free} MB 남음 · free)"


def _postgres_program() -> str:
    try:
        argv = [*postgres.not_as_root(), postgres.program("postgres"), "--version"]
    except postgres.NoUserNamespaces:
        raise Problem(
            "root인데 user namespace가 없음: 일반 사용자로 실행하거나 DATABASE_URL을 지정하세요",
            "root without user namespaces: run as an ordinary user, or set DATABASE_URL",
        ) from None
    done = subprocess.run(argv, capture_output=True, text=True, check=False)
    if done.returncode:
        raise OSError(done.stderr.strip())
    return done.stdout.strip()


def _port(state: State) -> Finding:
    running = state.running()
    if running:
        return Finding("port", "ok", running.address)

    def look() -> str:
        port = ports.wanted_port()
        ports.require_free(port)
        return f"{port} 비어 있음 · free"

    return _try("port", look)


def _leftovers(state: State) -> Finding:
    pids = leftovers.find(state.children_file, state_folder=state.folder)
    if pids and not state.running():
        return Finding("leftovers", "problem", f"pid {pids}", "mall down")
    return Finding("leftovers", "ok", "없음 · none")


def _database(url: str, recorded: dict[str, str]) -> list[Finding]:
    import psycopg

    try:
        with psycopg.connect(url, connect_timeout=5, autocommit=True) as link:
            server = link.execute("show server_version").fetchone()
            letters = link.execute("select 'ㄱ토마토' ~ '^[[:alpha:]]+$'").fetchone()
    except psycopg.OperationalError as error:
        said = str(error).strip().splitlines()[0]
        return [Finding("postgres", "problem", said, "mall up, 또는 · or check DATABASE_URL")]
    findings = [Finding("postgres", "ok", str(server[0]) if server else "?")]
    if letters and letters[0]:
        findings.append(Finding("korean letters", "ok", "C.UTF-8"))
    else:
        advice = "데이터베이스를 C.UTF-8 로케일로 다시 만드세요 · recreate it with locale C.UTF-8"
        findings.append(Finding("korean letters", "problem", "LC_CTYPE=C", advice))
    return [*findings, _migrations({**os.environ, **recorded, "DATABASE_URL": url})]


def _migrations(environment: dict[str, str]) -> Finding:
    environment.setdefault("MALL_SECRET_KEY", "only-to-look")
    argv = [sys.executable, str(PROJECT / "manage.py"), "migrate", "--check"]
    done = subprocess.run(argv, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines() or ["?"]
        return Finding("migrations", "problem", lines[-1].strip(), "mall up (migrate)")
    return Finding("migrations", "ok", "모두 적용 · all applied")


def _processes(state: State, recorded: dict[str, str]) -> Iterator[Finding]:
    running = state.running()
    web = f"{running.address}/healthz" if running else ""
    yield _answer("web", web)
    yield _answer("live", recorded["LIVE_URL"] + "healthz")
    yield _redis(recorded)
    yield _worker({**os.environ, **recorded})
    yield _beat(state)


def _answer(part: str, url: str) -> Finding:
    if parts.answers(url, seconds=5):
        return Finding(part, "ok", url)
    advice = f"{part}.log 확인 · look into logs/{part}.log"
    return Finding(part, "problem", f"응답 없음 · silent: {url}", advice)


def _redis(recorded: dict[str, str]) -> Finding:
    import redis as client

    try:
        client.Redis.from_url(recorded["REDIS_URL"], socket_timeout=5).ping()
    except client.RedisError as error:
        return Finding("redis", "problem", str(error), "mall down; mall up")
    return Finding("redis", "ok", recorded["REDIS_URL"])


def _worker(environment: dict[str, str]) -> Finding:
    argv = [sys.executable, "-m", "celery", "-A", "storefront.config.celery"]
    done = subprocess.run(
        [*argv, "inspect", "ping", "--timeout", "3"],
        env=environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        advice = "worker.log 확인 · look into logs/worker.log"
        return Finding("worker", "problem", "응답 없음 · silent", advice)
    return Finding("worker", "ok", "pong")


def _beat(state: State) -> Finding:
    if "beat" in leftovers.names_alive(state.children_file):
        return Finding("beat", "ok", "실행 중 · alive")
    return Finding("beat", "problem", "없음 · gone", "beat.log 확인 · look into logs/beat.log")


def _roads(recorded: dict[str, str]) -> Finding:
    environment = {
        "DATABASE_URL": "postgresql://nobody@/nothing?host=/nowhere",
        "MALL_SECRET_KEY": "only-to-look",
        "DJANGO_SETTINGS_MODULE": "storefront.config.settings",
        **os.environ,
        **recorded,
    }
    argv = [sys.executable, "-m", "storefront.config.roads"]
    done = subprocess.run(
        argv, env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        said = done.stderr.strip().splitlines() or ["?"]
        return Finding("roads", "problem", said[-1], "docs/settings.md")
    return Finding("roads", **json.loads(done.stdout))


def _words() -> Finding:
    sources = words.sources(PROJECT / "storefront")
    stale = [source for source in sources if words.is_stale(source)]
    if stale:
        names = ", ".join(str(source.relative_to(PROJECT)) for source in stale)
        return Finding("words", "problem", f"오래됨 · stale: {names}", "mall up ")
    return Finding("words", "ok", f"{len(sources)}")


def _for_tests() -> Iterator[Finding]:
    """Only browser tests need these, so a missing one is a note."""
    chromium = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
    advice = "make test-browser 에만 필요 · only for browser tests: apt-get install {}"
    if chromium:
        yield Finding("chromium", "ok", chromium)
    else:
        yield Finding("chromium", "note", "없음 · missing", advice.format("chromium"))
    if has_korean_font():
        yield Finding("korean font", "ok", "있음 · present")
    else:
        yield Finding("korean font", "note", "없음 · missing", advice.format("fonts-nanum"))


def has_korean_font() -> bool:
    folders = [Path("/usr/share/fonts"), Path.home() / ".fonts", Path.home() / ".local/share/fonts"]
    names = ("nanum", "notosanscjk", "notosanskr", "pretendard", "unfonts", "baekmuk")
    return any(
        any(name in file.name.lower().replace("-", "") for name in names)
        for folder in folders
        if folder.is_dir()
        for file in folder.rglob("*.[ot]t[fc]")
    )
