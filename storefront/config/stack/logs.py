"""What the parts say: all of it into files of limited size, the warnings onto the screen."""

import logging
import re
import threading
from collections import deque
from collections.abc import Callable
from logging.handlers import RotatingFileHandler
from pathlib import Path
from typing import IO

_FILE_BYTES = 2 * 1024 * 1024
_QUIET = re.compile(r"\b(DEBUG|INFO|LOG|NOTICE)\b")
WARNINGS = re.compile(r"\b(WARNING|WARN|ERROR|CRITICAL|FATAL|PANIC)\b")
# An error inside Postgres is mostly a constraint at work, which the caller answers.
POSTGRES_TROUBLE = re.compile(r"\b(FATAL|PANIC)\b")
REDIS_TROUBLE = re.compile(r"# .*(error|can't|fatal|crash)", re.IGNORECASE)


class _File(RotatingFileHandler):
    def handleError(self, record: logging.LogRecord) -> None:
        """A full disk must not stop the reading: the part would wait for us forever."""


class PartLog:
    """Reads one part's output. ``show`` gets the lines worth a person's look."""

    def __init__(
        self,
        path: Path,
        loud: re.Pattern[str],
        show: Callable[[str], None],
        *,
        ready_line: re.Pattern[str] | None = None,
        shows_all: bool = False,
    ) -> None:
        self.path = path
        self._shows_all = shows_all
        self._ready_line = ready_line
        self.said_ready = ready_line is None
        self._loud = loud
        self._show = show
        self._in_loud_entry = False
        self._in_traceback = False
        self._file = _File(path, maxBytes=_FILE_BYTES, backupCount=1)
        self._file.setFormatter(logging.Formatter("%(message)s"))
        self.last_lines: deque[str] = deque(maxlen=15)

    def follow(self, output: IO[bytes]) -> None:
        threading.Thread(target=self._read, args=[output], daemon=True).start()

    def _read(self, output: IO[bytes]) -> None:
        with output:
            for raw in output:
                self.take(raw.decode(errors="replace").rstrip())

    def take(self, line: str) -> None:
        self.last_lines.append(line)
        self._file.emit(logging.makeLogRecord({"msg": "%s", "args": (line,)}))
        if self._ready_line and self._ready_line.search(line):
            self.said_ready = True
        if self._shows_all or self.is_worth_a_look(line):
            self._show(line)

    def is_worth_a_look(self, line: str) -> bool:
        """A warning's first line, and the last line of a traceback: the rest is in the file."""
        is_first = bool(self._loud.search(line))
        ends_traceback = self._in_traceback and not line.startswith(" ")
        self._in_traceback = line.startswith("Traceback ") or (
            self._in_traceback and not ends_traceback
        )
        if is_first or self._in_traceback:
            self._in_loud_entry = True
        elif _QUIET.search(line):
            self._in_loud_entry = False
        return is_first or (self._in_loud_entry and ends_traceback)

    def close(self) -> None:
        self._file.close()
