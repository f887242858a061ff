"""Processes of an earlier run that are still there, found in /proc and proven to be ours."""

import json
import os
import signal
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

_PROC = Path("/proc")


@dataclass(frozen=True)
class Recorded:
    """A child. ``started``, in clock ticks since boot, makes its pid unmistakable."""

    name: str
    pid: int
    started: int


@dataclass(frozen=True)
class _Process:
    pid: int
    session: int
    started: int
    zombie: bool


def record(name: str, pid: int) -> Recorded:
    process = _look(pid)
    return Recorded(name, pid, process.started if process else 0)


def write(path: Path, children: Iterable[Recorded]) -> None:
    boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
    facts = {"boot": boot, "children": [asdict(child) for child in children]}
    draft = path.with_name(path.name + ".new")
    draft.write_text(json.dumps(facts))
    draft.rename(path)


def kill(path: Path, *, state_folder: Path) -> list[int]:
    """Kill what an earlier run left and forget it. Answers the pids."""
    pids = find(path, state_folder=state_folder)
    for pid in pids:
        try:
            os.kill(pid, signal.SIGKILL)
        except ProcessLookupError:
            continue
    _wait_until_gone(pids)
    path.unlink(missing_ok=True)
    return pids


def find(path: Path, *, state_folder: Path) -> list[int]:
    """A recorded child itself, or a process of its session that carries our state folder."""
    children = _read(path)
    started = {child.pid: child.started for child in children}
    marker = f"MALL_STATE={state_folder}".encode()
    return [
        process.pid
        for process in _all()
        if not process.zombie
        and (
            started.get(process.pid) == process.started
            or (process.session in started and marker in _environment(process.pid))
        )
    ]


def names_alive(path: Path) -> set[str]:
    """Names of the recorded children that run now."""
    return {
        child.name
        for child in _read(path)
        if (process := _look(child.pid)) and process.started == child.started and not process.zombie
    }


def _read(path: Path) -> list[Recorded]:
    try:
        facts = json.loads(path.read_text())
        boot = (_PROC / "sys/kernel/random/boot_id").read_text().strip()
        if facts["boot"] != boot:
            return []
        return [Recorded(**child) for child in facts["children"]]
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return []


def _all() -> Iterable[_Process]:
    for entry in _PROC.iterdir():
        if entry.name.isdecimal() and (process := _look(int(entry.name))):
            yield process


def _look(pid: int) -> _Process | None:
    try:
        text = (_PROC / str(pid) / "stat").read_text()
    except OSError:
        return None
    # The name stands in brackets and may hold spaces and brackets itself.
    fields = text.rpartition(")")[2].split()
    return _Process(pid, int(fields[3]), int(fields[19]), fields[0] in "ZX")


def _environment(pid: int) -> list[bytes]:
    try:
        return (_PROC / str(pid) / "environ").read_bytes().split(b"\0")
    except OSError:
        return []


def _wait_until_gone(pids: list[int]) -> None:
    deadline = time.monotonic() + 5
    while time.monotonic() < deadline and any(map(_lives, pids)):
        time.sleep(0.02)


def _lives(pid: int) -> bool:
    process = _look(pid)
    return process is not None and not process.zombie
