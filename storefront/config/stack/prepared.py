"""Whether all that ``prepare`` does was done before, so that a later start can skip it.

Compared are the files it reads and the migrations the database says it has: a second's work less.
"""

import hashlib
from collections.abc import Iterator
from pathlib import Path

import psycopg

from storefront.config.stack.state import State

_FILES = (
    "*/migrations/*.py",
    "storefront/static/**/*",
    "storefront/config/settings.py",
    ".locks/runtime.txt",
)


def fingerprint(project: Path, database_url: str) -> str:
    digest = hashlib.sha256(str(project).encode())
    for line in [*_files(project), *_applied(database_url)]:
        digest.update(line.encode() + b"\n")
    return digest.hexdigest()


def is_current(state: State, now: str) -> bool:
    collected = state.folder / "static" / ".collected"
    stamp = _stamp(state)
    return stamp.exists() and stamp.read_text() == now and collected.exists()


def remember(state: State, now: str) -> None:
    _stamp(state).write_text(now)


def _stamp(state: State) -> Path:
    return state.folder / "prepared"


def _files(project: Path) -> Iterator[str]:
    for pattern in _FILES:
        for file in sorted(project.glob(pattern)):
            facts = file.stat()
            yield f"{file} {facts.st_size} {facts.st_mtime_ns}"


def _applied(database_url: str) -> list[str]:
    """Every migration the database has; none before the first."""
    with psycopg.connect(database_url, autocommit=True) as link:
        if link.execute("select to_regclass('django_migrations')").fetchone() == (None,):
            return []
        rows = link.execute("select app, name from django_migrations order by app, name")
        return [f"{app} {name}" for app, name in rows]
