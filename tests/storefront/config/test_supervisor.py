"""The supervisor with toy parts; test_whole_stack.py has the real ones."""

import io
import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console

from storefront.config.stack.parts import Part
from storefront.config.stack.problem import Problem
from storefront.config.stack.screen import Screen
from storefront.config.stack.state import State
from storefront.config.stack.supervisor import Restarts, Supervisor


class _Enough(Exception):
    pass


@pytest.fixture
def said() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def supervisor(tmp_path: Path, said: io.StringIO) -> Iterator[Supervisor]:
    state = State(tmp_path)
    state.create()
    screen = Screen(console=Console(file=said, soft_wrap=True))
    screen.shows_warnings = True
    supervisor = Supervisor(state, screen, project=tmp_path)
    supervisor.environment = dict(os.environ)
    yield supervisor
    supervisor.stop()


def a_part(name: str, script: str) -> Part:
    return Part(name, [sys.executable, "-uc", script], grace_seconds=2)


def watch_until(supervisor: Supervisor, seen: Callable[[], bool], seconds: float = 30) -> None:
    """Let it watch until ``seen``; a busy machine may take its time."""
    deadline = time.monotonic() + seconds

    def look(_signal: int, _frame: object) -> None:
        if seen() or time.monotonic() > deadline:
            raise _Enough

    before = signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, 0.05, 0.05)
    try:
        supervisor.watch()
    except _Enough:
        pass
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def pids(path: Path) -> list[int]:
    return [int(line) for line in path.read_text().split()] if path.exists() else []


def test_a_part_that_was_killed_runs_again(
    supervisor: Supervisor, tmp_path: Path, said: io.StringIO
) -> None:
    diary = tmp_path / "pids"
    script = (
        f"import os, time; open({str(diary)!r}, 'a').write(f'{{os.getpid()}} '); time.sleep(60)"
    )
    supervisor.start(a_part("web", script))
    while not pids(diary):
        time.sleep(0.02)
    os.kill(pids(diary)[0], signal.SIGKILL)
    watch_until(supervisor, lambda: len(pids(diary)) > 1)
    assert len(pids(diary)) == 2
    os.kill(pids(diary)[1], 0)
    assert "web: signal 9" in said.getvalue()


def test_a_part_that_keeps_ending_ends_it_all(supervisor: Supervisor, tmp_path: Path) -> None:
    supervisor.start(a_part("web", "raise SystemExit('no such table')"))
    with pytest.raises(Problem, match="web ended more than 5 times in a minute") as problem:
        watch_until(supervisor, lambda: False)
    assert "no such table" in str(problem.value)


def test_five_restarts_a_minute_are_allowed() -> None:
    restarts = Restarts()
    assert [restarts.allows_another(at) for at in range(6)] == [True] * 5 + [False]
    assert restarts.allows_another(60)


def test_a_part_that_ends_before_it_is_ready_is_named(supervisor: Supervisor) -> None:
    part = a_part("web", "raise SystemExit('bad settings')")
    supervisor.start(replace(part, is_ready=lambda: False))
    with pytest.raises(Problem, match=r"web ended \(exit 1\)") as problem:
        supervisor.wait_until_ready("web")
    assert "bad settings" in str(problem.value)


def test_parts_stop_in_the_reverse_order(supervisor: Supervisor, tmp_path: Path) -> None:
    diary = tmp_path / "diary"
    for name in ("first", "second"):
        script = (
            "import signal, sys, time\n"
            f"def end(*_): open({str(diary)!r}, 'a').write('{name} '); sys.exit()\n"
            "signal.signal(signal.SIGTERM, end); print('up', flush=True); time.sleep(60)"
        )
        supervisor.start(a_part(name, script))
    for name in ("first", "second"):
        while not (tmp_path / "logs" / f"{name}.log").read_text():
            time.sleep(0.02)
    supervisor.stop()
    assert diary.read_text() == "second first "


def test_a_part_that_ignores_the_signal_is_killed(supervisor: Supervisor, tmp_path: Path) -> None:
    script = (
        "import os, signal, time; signal.signal(15, signal.SIG_IGN);"
        " print(os.getpid(), flush=True); time.sleep(60)"
    )
    supervisor.start(a_part("deaf", script))
    log = tmp_path / "logs" / "deaf.log"
    while not log.read_text():
        time.sleep(0.02)
    began = time.monotonic()
    supervisor.stop()
    assert time.monotonic() - began >= 2  # its grace
    with pytest.raises(ProcessLookupError):
        os.kill(int(log.read_text()), 0)


def test_a_failing_step_says_its_last_words(supervisor: Supervisor) -> None:
    with pytest.raises(Problem, match="prepare 이"):
        supervisor.run("prepare", [sys.executable, "-c", "raise SystemExit('disk on fire')"])


def test_a_step_answers_what_it_printed(supervisor: Supervisor) -> None:
    assert supervisor.run("prepare", [sys.executable, "-c", "print('done')"]) == "done\n"


def test_warnings_reach_the_screen_and_the_rest_the_file(
    supervisor: Supervisor, tmp_path: Path, said: io.StringIO
) -> None:
    script = "print('INFO all well'); print('WARNING low on apples'); import time; time.sleep(60)"
    supervisor.start(a_part("web", script))
    log = tmp_path / "logs" / "web.log"
    while "apples" not in log.read_text():
        time.sleep(0.02)
    assert log.read_text() == "INFO all well\nWARNING low on apples\n"
    watch_until(supervisor, lambda: "apples" in said.getvalue())
    assert "low on apples" in said.getvalue()
    assert "all well" not in said.getvalue()


def test_watching_leaves_no_threads_behind(supervisor: Supervisor) -> None:
    before = threading.active_count()
    supervisor.start(a_part("web", "pass"))
    supervisor.stop()
    deadline = time.monotonic() + 30
    while threading.active_count() > before and time.monotonic() < deadline:
        time.sleep(0.02)
    assert threading.active_count() <= before
