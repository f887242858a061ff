import json
import os
import signal
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from logistics.routing.problem import Problem
from logistics.routing.solution import Solution
from logistics.routing.solver import DEFAULT_ENGINE, solve
from storefront.config.cli import main
from storefront.config.cli import solve as command
from storefront.config.cli.searching import until_interrupted

TINY = Path(__file__).parents[2] / "instances" / "tiny_solomon.txt"
KEYS = {"cost", "routes", "feasible", "first_feasible_seconds", "seconds", "engine", "unserved"}


def test_a_solomon_file_is_solved_to_json(tmp_path: Path) -> None:
    out = tmp_path / "plan.json"
    # Its process starts within the time, on a busy machine for seconds.
    words = ["solve", str(TINY), "--seconds", "12", "--seed", "2", "--json", str(out)]
    assert main(words) == 0
    told = json.loads(out.read_text())
    assert set(told) == KEYS
    assert sorted(c for route in told["routes"] for c in route) == [1, 2, 3, 4, 5]
    assert (told["feasible"], told["unserved"], told["engine"]) == (True, {}, DEFAULT_ENGINE)
    assert told["cost"] == 40.9


def test_a_plan_is_drawn_as_a_page(tmp_path: Path) -> None:
    out = tmp_path / "plan.html"
    words = ["solve", str(TINY), "--seconds", "0.5", "--engine", "insertion", "--map", str(out)]
    assert main(words) == 0
    text = out.read_text(encoding="utf-8")
    assert text.startswith("<!doctype html>")
    assert [text.count(f'<tr data-stop="{stop}"') for stop in range(5)] == [1] * 5


def test_limits_that_a_plan_may_exceed_are_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    text = TINY.with_name("tiny_depots.vrp").read_text()
    path = tmp_path / "limited.vrp"
    path.write_text(text.replace("VEHICLES_MAX_DURATION", "DISTANCE"))
    assert main(["solve", str(path), "--seconds", "0.5", "--engine", "insertion"]) == 0
    assert "DISTANCE" in capsys.readouterr().out


@pytest.mark.parametrize("content", [None, b"", b"\xff\xfe", b"{}"])
def test_a_bad_file_ends_with_2_and_one_line_in_both_languages(
    content: bytes | None, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.txt"
    if content is not None:
        path.write_bytes(content)
    assert main(["solve", str(path)]) == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "읽을 수 없습니다" in said
    assert "cannot read" in said


def test_a_malformed_line_is_said_with_its_reason_in_both_languages(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.txt"
    text = TINY.read_text()
    path.write_text(text.replace("  3         50", "  x         50"))
    assert main(["solve", str(path)]) == 2
    said = capsys.readouterr().err
    assert "5번째 줄 NUMBER: ‘x’은(는) 0 이상의 정수가 아닙니다" in said
    assert "line 5, NUMBER: “x” is not a whole number from 0" in said


def test_matrices_that_do_not_fit_end_with_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "bad.json"
    path.write_text(
        '{"cost": "duration", "durations": [[0, 1]], "distances": [[0]], '
        '"stops": [], "vehicles": []}'
    )
    assert main(["solve", str(path)]) == 2
    assert "do not fit together" in capsys.readouterr().err


@pytest.mark.parametrize(
    "words",
    [
        [],
        ["--seconds", "0"],
        ["--seconds", "nan"],
        ["--seconds", "long"],
        ["--threads", "0"],
        ["--seed", "-1"],
        ["--engine", "abacus"],
    ],
)
def test_wrong_arguments_end_with_2(words: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["solve", *([str(TINY)] if words else []), *words])
    assert ended.value.code == 2
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize("option", ["--json", "--map"])
def test_a_plan_that_cannot_be_written_is_refused_before_the_search(
    option: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["solve", str(TINY), "--seconds", "600", option, str(tmp_path / "no" / "plan")]
    assert main(words) == 2
    assert "cannot write" in capsys.readouterr().err


def test_ctrl_c_prints_the_best_plan_so_far(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    stopped: list[bool] = []

    def interrupted(problem: Problem, *, cancelled: Callable[[], bool], **rest: object) -> Solution:
        stopped.append(cancelled())
        os.kill(os.getpid(), signal.SIGINT)
        stopped.append(cancelled())
        return solve(problem, engine="insertion", iterations=1)

    monkeypatch.setattr(command, "solve_in_processes", interrupted)
    assert main(["solve", str(TINY)]) == 0
    first_line, plan = capsys.readouterr().out.splitlines()
    assert stopped == [False, True]
    assert "멈췄습니다" in first_line
    assert "stopped" in first_line
    assert "feasible" in plan


@pytest.fixture
def interruptible() -> Iterator[None]:
    """Whoever started the tests may ignore Ctrl-C, as a shell does for what runs beside it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("interruptible")
def test_a_second_ctrl_c_ends_the_command() -> None:
    with until_interrupted() as stop:
        os.kill(os.getpid(), signal.SIGINT)
        assert stop.is_set()
        with pytest.raises(KeyboardInterrupt):
            os.kill(os.getpid(), signal.SIGINT)
