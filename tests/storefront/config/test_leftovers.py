"""What an earlier run left behind is found by proof, not by name."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from storefront.config.stack import leftovers
from storefront.config.stack.children import end, spawn

SLEEP = [sys.executable, "-c", "import time; time.sleep(60)"]


@pytest.fixture
def sleeper(tmp_path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    child = spawn(SLEEP, output=subprocess.DEVNULL, env={**os.environ, "MALL_STATE": str(tmp_path)})
    yield child
    end(child, stop_signal=signal.SIGKILL, seconds=5)


def test_a_recorded_child_is_killed(tmp_path: Path, sleeper: "subprocess.Popen[bytes]") -> None:
    record = tmp_path / "children.json"
    leftovers.write(record, [leftovers.record("web", sleeper.pid)])
    assert leftovers.names_alive(record) == {"web"}
    assert leftovers.kill(record, state_folder=tmp_path) == [sleeper.pid]
    assert sleeper.wait(5) == -signal.SIGKILL
    assert not record.exists()


def test_another_process_with_a_recorded_pid_is_left_alone(
    tmp_path: Path, sleeper: "subprocess.Popen[bytes]"
) -> None:
    record = tmp_path / "children.json"
    recorded = leftovers.record("web", sleeper.pid)
    leftovers.write(record, [replace(recorded, started=recorded.started - 1)])
    assert leftovers.kill(record, state_folder=tmp_path / "elsewhere") == []
    assert sleeper.poll() is None


def test_the_child_of_a_dead_child_is_found_by_our_mark(tmp_path: Path) -> None:
    script = f"import subprocess; print(subprocess.Popen({SLEEP!r}).pid, flush=True)"
    parent = spawn(
        [sys.executable, "-c", f"{script}; input()"],
        output=subprocess.PIPE,
        env={**os.environ, "MALL_STATE": str(tmp_path)},
    )
    assert parent.stdout is not None
    grandchild = int(parent.stdout.readline())
    record = tmp_path / "children.json"
    leftovers.write(record, [leftovers.record("web", parent.pid)])
    parent.wait(5)
    assert leftovers.find(record, state_folder=tmp_path / "elsewhere") == []
    assert leftovers.kill(record, state_folder=tmp_path) == [grandchild]


def test_a_record_from_before_the_reboot_says_nothing(
    tmp_path: Path, sleeper: "subprocess.Popen[bytes]"
) -> None:
    record = tmp_path / "children.json"
    leftovers.write(record, [leftovers.record("web", sleeper.pid)])
    boot = Path("/proc/sys/kernel/random/boot_id").read_text().strip()
    record.write_text(record.read_text().replace(boot, "another"))
    assert leftovers.find(record, state_folder=tmp_path) == []


def test_a_broken_record_says_nothing(tmp_path: Path) -> None:
    record = tmp_path / "children.json"
    record.write_text("{")
    assert leftovers.kill(record, state_folder=tmp_path) == []
