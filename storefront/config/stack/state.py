"""The state folder: data, sockets, logs, secrets, and who is running in it."""

import fcntl
import hashlib
import json
import os
import re
import secrets
import shutil
import socket
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from storefront.config.stack.problem import Problem

PROJECT = Path(__file__).resolve().parents[3]
DISK_NEEDED = 300 * 1024 * 1024
# The longest name that is put into the sockets folder.
_LONGEST_SOCKET = ".s.PGSQL.5432.lock"
# Redis and libpq read anything else in a path as their own punctuation.
_PLAIN_PATH = re.compile(r"[A-Za-z0-9_./-]+")


@dataclass(frozen=True)
class Running:
    pid: int
    address: str


class AlreadyRunning(Problem):
    def __init__(self, running: Running) -> None:
        who = f"pid {running.pid} {running.address}"
        super().__init__(f"이미 실행 중입니다: {who}", f"already running: {who}")


class State:
    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "postgres"
        self.logs = folder / "logs"
        self.environment_file = folder / "environment.json"
        self.children_file = folder / "children.json"
        self._lock_file = folder / "lock"

    @classmethod
    def here(cls) -> "State":
        """The folder ``MALL_STATE`` names, or ``.state`` in the project."""
        return cls(Path(os.environ.get("MALL_STATE") or PROJECT / ".state").absolute())

    def create(self) -> None:
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            self.logs.mkdir(exist_ok=True)
        except OSError as error:
            raise Problem(
                f"상태 폴더를 만들 수 없습니다: {self.folder} ({error.strerror}). "
                "MALL_STATE로 다른 폴더를 지정하세요.",
                f"cannot create the state folder {self.folder} ({error.strerror}): "
                "name another one with MALL_STATE=",
            ) from error

    def require_disk(self, needed: int = DISK_NEEDED) -> None:
        free = shutil.disk_usage(self.folder).free
        if free < needed:
            have, want = free // 1024**2, needed // 1024**2
            raise Problem(
                f"디스크가 부족합니다: {self.folder}에 {have} MB 남음, {want} MB 필요. "
                "공간을 비우거나 MALL_STATE로 다른 폴더를 지정하세요.",
                f"disk full: {have} MB free in {self.folder}, {want} MB needed. "
                "Free some, or name another folder with MALL_STATE=",
            )

    def take_lock(self, address: str) -> IO[str]:
        """Held until the returned file is closed or this process ends, however it ends."""
        lock = self._lock_file.open("a+")
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            running = _read_running(lock.read())
            lock.close()
            raise AlreadyRunning(running) from None
        lock.seek(0)
        lock.truncate()
        lock.write(json.dumps({"pid": os.getpid(), "address": address}))
        lock.flush()
        return lock

    def running(self) -> Running | None:
        """The supervisor that holds the lock now."""
        try:
            with self._lock_file.open() as lock:
                fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return None
        except BlockingIOError:
            return _read_running(self._lock_file.read_text())
        return None

    def sockets(self) -> Path:
        """``run`` in this folder, or a short folder of our own where that is no place for sockets.

        Socket paths end at 107 bytes, and some shared file systems hold no sockets at all.
        """
        own = self.folder / "run"
        own.mkdir(exist_ok=True, mode=0o700)
        if _PLAIN_PATH.fullmatch(str(own)) and _holds_sockets(own):
            return own
        digest = hashlib.sha256(str(self.folder).encode()).hexdigest()[:12]
        return _private_folder(Path(tempfile.gettempdir()) / f"mall-{os.geteuid()}-{digest}")

    def leave_sockets(self) -> None:
        """Remove a short folder of our own again, once nothing is in it."""
        sockets = self.sockets()
        if not sockets.is_relative_to(self.folder) and not any(sockets.iterdir()):
            sockets.rmdir()

    def secret_key(self) -> str:
        """Made once, readable by its owner only."""
        path = self.folder / "secret_key"
        if not path.exists():
            _write_private(path, secrets.token_urlsafe(48))
        return path.read_text().strip()

    def record_environment(self, environment: Mapping[str, str]) -> None:
        _write_private(self.environment_file, json.dumps(environment))

    def recorded_environment(self) -> dict[str, str]:
        """What other commands need to talk to the running stack. Empty when none was recorded."""
        try:
            recorded: dict[str, str] = json.loads(self.environment_file.read_text())
        except (FileNotFoundError, json.JSONDecodeError):
            return {}
        return recorded


def _read_running(text: str) -> Running:
    """A supervisor that has just taken the lock may not have written its line yet."""
    try:
        facts = json.loads(text)
        return Running(int(facts["pid"]), str(facts["address"]))
    except (ValueError, KeyError):
        return Running(0, "")


def _write_private(path: Path, text: str) -> None:
    draft = path.with_name(path.name + ".new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        file.write(text)
    draft.rename(path)


def _holds_sockets(folder: Path) -> bool:
    probe = folder / _LONGEST_SOCKET.replace("5432", "test")
    probe.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX) as listener:
        try:
            listener.bind(str(probe))
        except OSError:
            return False
    probe.unlink()
    return True


def _private_folder(folder: Path) -> Path:
    folder.mkdir(exist_ok=True, mode=0o700)
    facts = folder.lstat()
    if facts.st_uid != os.geteuid() or facts.st_mode & 0o077:
        raise Problem(
            f"{folder} 폴더의 주인이 다릅니다. 지우거나 MALL_STATE를 더 짧은 경로로 바꾸세요.",
            f"{folder} belongs to someone else: remove it or use a shorter MALL_STATE=",
        )
    return folder
