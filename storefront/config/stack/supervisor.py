"""Starts parts, watches them, starts again what fell over, and stops all in order."""

import subprocess
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from subprocess import Popen

from storefront.config.stack import children, leftovers
from storefront.config.stack.logs import PartLog
from storefront.config.stack.parts import Part
from storefront.config.stack.problem import Problem
from storefront.config.stack.screen import Screen
from storefront.config.stack.state import State

_LOOK_EVERY_SECONDS = 0.1
_READY_WITHIN_SECONDS = 60


class Restarts:
    """Five times in a minute is bad luck; once more is a fault that restarting will not mend."""

    LIMIT = 5
    SECONDS = 60.0

    def __init__(self) -> None:
        self._at: deque[float] = deque()

    def allows_another(self, now: float) -> bool:
        while self._at and now - self._at[0] >= self.SECONDS:
            self._at.popleft()
        if len(self._at) >= self.LIMIT:
            return False
        self._at.append(now)
        return True


@dataclass
class _Child:
    part: Part
    process: "Popen[bytes]"
    log: PartLog
    restarts: Restarts

    def is_ready(self) -> bool:
        return self.log.said_ready and (self.part.is_ready is None or self.part.is_ready())


class Supervisor:
    def __init__(
        self,
        state: State,
        screen: Screen,
        *,
        project: Path,
        each_turn: Callable[[], None] = lambda: None,
    ) -> None:
        """``each_turn`` is called while waiting and watching; it may raise to end that."""
        self.environment: dict[str, str] = {}
        self._each_turn = each_turn
        self._state = state
        self._screen = screen
        self._project = project
        self._children: dict[str, _Child] = {}

    def start(self, *parts: Part) -> None:
        for part in parts:
            log = self._open_log(part)
            self._children[part.name] = _Child(part, self._spawn(part, log), log, Restarts())
        self._record()

    def wait_until_ready(self, *names: str) -> None:
        """Raises Problem when one ends, or does not answer in a minute."""
        deadline = time.monotonic() + _READY_WITHIN_SECONDS
        waiting = [self._children[name] for name in names]
        while waiting:
            self._each_turn()
            for child in waiting:
                if child.process.poll() is not None:
                    raise _ended(child)
            waiting = [child for child in waiting if not child.is_ready()]
            if waiting and time.monotonic() > deadline:
                raise _silent(waiting[0])
            time.sleep(0.03 if waiting else 0)

    def run(self, name: str, argv: Sequence[str]) -> str:
        """Run a program to its end. Answers what it said; raises Problem when it fails."""
        log = self._open_log(Part(name, list(argv)))
        process = children.spawn(
            argv, output=subprocess.PIPE, env=self.environment, cwd=self._project
        )
        self._children[name] = _Child(Part(name, list(argv)), process, log, Restarts())
        self._record()
        said = children.output_of(process).read().decode(errors="replace")
        for line in said.splitlines():
            log.take(line)
        process.wait()
        self._each_turn()
        child = self._children.pop(name)
        log.close()
        self._record()
        if process.returncode:
            raise _ended(child)
        return said

    def watch(self) -> None:
        """Until a part cannot be kept alive (Problem), or the caller is interrupted."""
        while True:
            self._each_turn()
            for child in self._children.values():
                if child.process.poll() is not None:
                    self._restart(child)
            time.sleep(_LOOK_EVERY_SECONDS)

    def stop(self) -> None:
        """Last started, first stopped."""
        for child in reversed(list(self._children.values())):
            children.end(
                child.process,
                stop_signal=child.part.stop_signal,
                seconds=child.part.grace_seconds,
            )
            child.log.close()
        self._children.clear()
        self._state.children_file.unlink(missing_ok=True)

    def _restart(self, child: _Child) -> None:
        name, code = child.part.name, child.process.returncode
        children.kill_session(child.process.pid)
        if not child.restarts.allows_another(time.monotonic()):
            raise _keeps_ending(child)
        self._state.require_disk(16 * 1024 * 1024)
        self._screen.say(
            f"  [yellow]![/] {name}: {_how_it_ended(code)}, 다시 시작합니다 · starting it again"
        )
        child.process = self._spawn(child.part, child.log)
        self._record()

    def _spawn(self, part: Part, log: PartLog) -> "Popen[bytes]":
        process = children.spawn(
            part.argv,
            output=subprocess.PIPE,
            env={**self.environment, **part.environment},
            cwd=self._project,
            last_signal=part.dies_with_us,
        )
        log.follow(children.output_of(process))
        return process

    def _open_log(self, part: Part) -> PartLog:
        path = self._state.logs / f"{part.name}.log"

        def show(line: str) -> None:
            self._screen.log_line(part.name, line)

        return PartLog(
            path, part.loud, show, ready_line=part.ready_line, shows_all=self._screen.verbose
        )

    def _record(self) -> None:
        alive = self._children.values()
        found = [leftovers.record(c.part.name, c.process.pid) for c in alive]
        leftovers.write(self._state.children_file, found)


def _how_it_ended(code: int | None) -> str:
    return f"signal {-code}" if code is not None and code < 0 else f"exit {code}"


def _last_words(child: _Child) -> str:
    lines = [line for line in child.log.last_lines if line.strip()]
    return f": {lines[-1].strip()}" if lines else ""


def _ended(child: _Child) -> Problem:
    name, how, log = child.part.name, _how_it_ended(child.process.returncode), child.log.path
    return Problem(
        f"{name} 이(가) 멈췄습니다 ({how}){_last_words(child)}",
        f"{name} ended ({how}), see {log}",
    )


def _silent(child: _Child) -> Problem:
    return Problem(
        f"{child.part.name} 이(가) 응답하지 않습니다{_last_words(child)}",
        f"{child.part.name} does not answer, see {child.log.path}",
    )


def _keeps_ending(child: _Child) -> Problem:
    return Problem(
        f"{child.part.name} 이(가) 1분에 {Restarts.LIMIT}번 넘게 멈춰 모두 끕니다"
        f"{_last_words(child)}",
        f"{child.part.name} ended more than {Restarts.LIMIT} times in a minute, stopping all; "
        f"see {child.log.path}",
    )


def environment(base: Mapping[str, str], own: Mapping[str, str]) -> dict[str, str]:
    """For every part: what the caller had, and the addresses of this stack."""
    fixed = {"DJANGO_SETTINGS_MODULE": "storefront.config.settings", "PYTHONUNBUFFERED": "1"}
    return {**base, **fixed, **own}
