"""The Makefile where a person first meets it."""

import os
import subprocess
from pathlib import Path

MAKEFILE = Path(__file__).resolve().parents[3] / "Makefile"


def make(folder: Path, *argv: str) -> "subprocess.CompletedProcess[str]":
    environment = {"PATH": f"{folder}:{os.environ['PATH']}", "LANG": "C.UTF-8"}
    return subprocess.run(
        ["make", "-f", str(MAKEFILE), *argv],
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def test_bare_make_lists_what_there_is(tmp_path: Path) -> None:
    done = make(tmp_path)
    assert done.returncode == 0
    assert {line.split()[1] for line in done.stdout.splitlines()} >= {"up", "test", "check"}


def test_an_old_python_is_named_in_one_line(tmp_path: Path) -> None:
    (tmp_path / ".locks").mkdir()
    for name in (".locks/runtime.txt", "pyproject.toml"):
        (tmp_path / name).touch()
    old = tmp_path / "python3"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    done = make(tmp_path, "up")
    assert done.returncode != 0
    said = [line for line in done.stderr.splitlines() if not line.startswith("make")]
    assert len(said) == 1
    assert "Python 3.11 or newer is needed" in said[0]
    assert not (tmp_path / ".venv").exists()
