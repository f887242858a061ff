import json
from dataclasses import replace
from pathlib import Path

import pytest

from logistics.routing import json_format
from logistics.routing.instance import Instance
from logistics.routing.problem import Load, Problem
from storefront.config.cli import main
from tests.logistics.routing.world import HOUR, a_problem, a_stop, a_van


def a_file(folder: Path, problem: Problem) -> str:
    path = folder / "day.json"
    path.write_text(json_format.dump(Instance("day", problem)), encoding="utf-8")
    return str(path)


def two_vans() -> Problem:
    stops = [replace(a_stop(1), name="kim"), replace(a_stop(2), name="lee")]
    return a_problem(stops, [replace(a_van(), name="one"), replace(a_van(), name="two")])


QUICKLY = ["--seconds", "0.3", "--engine", "insertion"]


def test_without_both_vans_every_stop_is_lost(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["what-if", a_file(tmp_path, two_vans()), *QUICKLY]
    assert main([*words, "--without-vehicle", "one", "--without-vehicle", "two"]) == 0
    said = capsys.readouterr().out
    assert "방문 / served: 2 → 0" in said
    assert "빠짐 / lost: kim, lee" in said


@pytest.mark.parametrize(
    "option",
    [
        ["--without-stop", "lee"],
        ["--window", "lee=06:00-06:30"],
    ],
)
def test_one_stop_less_is_driven_sooner(
    option: list[str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["what-if", a_file(tmp_path, two_vans()), *QUICKLY, *option]) == 0
    said = capsys.readouterr().out
    assert "빠짐 / lost: lee" in said
    assert "운전 분 / driving min: 4 → 2" in said


def test_a_driver_who_is_ill_early_leaves_the_rest_to_the_other(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["what-if", a_file(tmp_path, two_vans()), *QUICKLY, "--back-by", "one=09:01"]
    assert main(words) == 0
    assert "다른 차로 / other vehicle: 2" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("option", "said"),
    [
        ([], "say what changes"),
        (["--without-vehicle", "three"], "there is no 'three'"),
        (["--without-stop", "kim"], "more than one 'kim'"),
    ],
)
def test_what_cannot_be_changed_ends_with_2_and_one_line(
    option: list[str], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    problem = two_vans()
    twice = replace(problem, stops=[problem.stops[0]] * 2)
    assert main(["what-if", a_file(tmp_path, twice), *QUICKLY, *option]) == 2
    complaint = capsys.readouterr().err
    assert complaint.count("\n") == 1
    assert said in complaint


@pytest.mark.parametrize(
    "times", ["one", "one=9", "one=09:61", "one=a:b", "=09:00", "one=1:00-2:00"]
)
def test_times_that_are_none_are_wrong_arguments(times: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["what-if", a_file(tmp_path, two_vans()), "--back-by", times])
    assert ended.value.code == 2


def test_what_is_left_out_is_explained(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    stops = [replace(a_stop(n, penalty=10**6), name=f"home {n}") for n in (1, 2)]
    late = replace(a_stop(3, penalty=10**6), name="", earliest=6 * HOUR, latest=7 * HOUR)
    van = replace(a_van(capacity=Load(10_000, 10_000)), name="small")
    path = a_file(tmp_path, a_problem([*stops, late], [van]))
    out = tmp_path / "plan.json"
    assert main(["solve", path, *QUICKLY, "--explain", "--json", str(out)]) == 0
    unserved = json.loads(out.read_text())["unserved"]
    said = capsys.readouterr().out
    assert len(unserved) == 2
    assert "servable alone, but no room or time is left" in said
    assert "가장 나은 자리 / cheapest place: small, " in said
    assert "차 한 대 더 내기 / send one more vehicle: small, " in said
    assert "small, 06:55–15:55" in said
