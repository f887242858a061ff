"""``mall up`` with everything in it: seconds each, so all share one start where they can."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests import whole_stack
from tests.whole_stack import WholeStack

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def stack(tmp_path_factory: pytest.TempPathFactory) -> Iterator[WholeStack]:
    running = whole_stack.start_and_wait(tmp_path_factory.mktemp("stack"), "--demo", "none")
    yield running
    running.stop()


def eventually(claim: Callable[[], bool], seconds: float = 30) -> bool:
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if claim():
            return True
        time.sleep(0.1)
    return False


def pid_of(stack: WholeStack, part: str) -> int:
    recorded = json.loads((stack.state / "children.json").read_text())
    return next(int(row["pid"]) for row in recorded["children"] if row["name"] == part)


def test_a_second_start_says_who_runs_and_fails(stack: WholeStack) -> None:
    second = stack.run("up", "--demo", "none")
    assert second.returncode == 1
    assert f"already running: pid {stack.process.pid} {stack.url}" in second.stderr
    assert second.stderr.count("\n") == 1
    assert stack.is_up()


def test_the_doctor_finds_nothing_wrong(stack: WholeStack) -> None:
    told: dict[str, object] = {}

    def healthy() -> bool:
        told.update(json.loads(stack.run("doctor", "--json").stdout))
        return told["problems"] == 0

    assert eventually(healthy), told


def test_a_container_would_call_its_worker_alive(stack: WholeStack) -> None:
    recorded = json.loads((stack.state / "environment.json").read_text())
    argv = [sys.executable, "-m", "storefront.config.alive", "worker"]

    def alive() -> bool:
        return subprocess.run(argv, env=stack.environment | recorded, check=False).returncode == 0

    assert eventually(alive)


@pytest.mark.parametrize("part", ["web", "live", "redis", "postgres", "worker", "beat"])
def test_a_killed_part_is_started_again(stack: WholeStack, part: str) -> None:
    before = pid_of(stack, part)
    os.kill(before, signal.SIGKILL)
    assert eventually(lambda: pid_of(stack, part) != before)
    assert eventually(stack.is_up)


def test_a_killed_supervisor_leaves_no_orphan_and_starts_again(tmp_path: Path) -> None:
    first = whole_stack.start_and_wait(tmp_path, "--demo", "none")
    first.process.kill()
    first.process.wait()
    assert eventually(lambda: first.processes() == []), first.processes()
    again = whole_stack.start_and_wait(tmp_path, "--demo", "none")
    assert again.stop() == 0
    assert again.processes() == []
    assert not again.is_up()


def test_down_stops_it_even_while_it_starts(tmp_path: Path) -> None:
    stack = whole_stack.start(tmp_path, "--demo", "none")
    stack.wait_until("PostgreSQL")
    down = stack.run("down")
    assert (down.returncode, "stopped" in down.stdout) == (0, True)
    assert stack.process.wait(1) == 0
    assert stack.processes() == []


def test_ctrl_c_works_where_a_script_switched_it_off(tmp_path: Path) -> None:
    stack = whole_stack.start(tmp_path, "--demo", "none", ctrl_c_off=True)
    stack.wait_until("PostgreSQL")
    assert stack.stop() == 0
    assert stack.processes() == []
