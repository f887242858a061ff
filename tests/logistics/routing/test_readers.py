from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing import json_format
from logistics.routing.check import violations
from logistics.routing.instance import BadInstance, Instance
from logistics.routing.problem import Load, Problem, Stop, Vehicle
from logistics.routing.readers import parse, read
from logistics.routing.solver import solve
from tests.logistics.routing.world import a_problem, a_stop, problems

INSTANCES = Path(__file__).parents[2] / "instances"
SOLOMON = (INSTANCES / "tiny_solomon.txt").read_text()
MATRIX = (INSTANCES / "tiny_matrix.txt").read_text()
JSON = json_format.dump(Instance("tiny", a_problem([a_stop(1)])))


def test_solomon_is_read_in_tenths() -> None:
    instance = read(INSTANCES / "tiny_solomon.txt")
    assert (instance.name, instance.cost_unit) == ("tiny_solomon", 10)
    problem = instance.problem
    assert (len(problem.stops), len(problem.vehicles), problem.cost) == (5, 3, "distance")
    assert problem.stops[3] == Stop(
        "4", 4, Load(20), earliest=600, latest=1200, service_seconds=100
    )
    assert problem.vehicles[0] == Vehicle("van 1", 0, 0, Load(50), earliest=0, latest=2000)


def test_solomon_distances_are_cut_not_rounded() -> None:
    problem = read(INSTANCES / "tiny_solomon.txt").problem
    # 3-4-5, then the roots of 34 (5.83…), 2·… and 32 (5.656…).
    assert problem.distances[0][:3] == [0, 50, 58]
    assert problem.distances[1][4] == 148  # √221 = 14.866…
    assert problem.durations == problem.distances


def test_broken_coordinates_are_exact_too() -> None:
    text = SOLOMON.replace("    1      13         14 ", "    1    10.3       10.4 ")
    assert parse(text).problem.distances[0][1] == 5


def test_a_vrplib_matrix_is_read_as_durations() -> None:
    instance = read(INSTANCES / "tiny_matrix.txt")
    problem = instance.problem
    assert (instance.cost_unit, problem.cost) == (1, "duration")
    assert problem.durations[2] == [210, 130, 0, 90]
    assert problem.stops[1] == Stop("2", 2, Load(4), earliest=300, latest=1200, service_seconds=60)
    assert [van.latest for van in problem.vehicles] == [5000, 5000]


@pytest.mark.parametrize("file", ["tiny_solomon.txt", "tiny_matrix.txt"])
def test_tiny_instances_are_solved_whole(file: str) -> None:
    problem = read(INSTANCES / file).problem
    assert violations(problem, solve(problem, iterations=50)) == []


def test_more_vans_than_customers_are_not_made() -> None:
    text = SOLOMON.replace("  3         50", "  999999999999         50")
    assert len(parse(text).problem.vehicles) == 5


@given(problem=problems(), name=st.text(min_size=1, max_size=10))
def test_what_is_written_as_json_is_read_back(problem: Problem, name: str) -> None:
    instance = Instance(name, problem)
    assert parse(json_format.dump(instance)) == instance


@pytest.mark.parametrize(
    ("text", "old", "new", "field", "line"),
    [
        (SOLOMON, "VEHICLE", "VAN", "VEHICLE", None),
        (SOLOMON, "  3         50", "", "VEHICLE", None),
        (SOLOMON, "  3         50", "  3", "CAPACITY", 5),
        (SOLOMON, "  3         50", "  x         50", "NUMBER", 5),
        (SOLOMON, "    2      13  ", "    3      13  ", "CUST NO.", 12),
        (SOLOMON, "    2      13  ", "    2      nan  ", "XCOORD.", 12),
        (SOLOMON, "20         20        150", "20         -1        150", "READY TIME", 12),
        (SOLOMON, "120         10", "120         1.25", "SERVICE TIME", 14),
        (SOLOMON, "120         10", "120", "SERVICE TIME", 14),
        (MATRIX, "DIMENSION : 4", "DIMENSION : 5", "EDGE_WEIGHT_SECTION", None),
        (MATRIX, "DIMENSION : 4", "DIMENSION : 999999999", "DIMENSION", 4),
        (MATRIX, "DIMENSION : 4", "DIMENSION : four", "DIMENSION", 4),
        (MATRIX, "EXPLICIT", "EUC_2D", "EDGE_WEIGHT_TYPE", 5),
        (MATRIX, "CAPACITY : 10\n", "", "CAPACITY", None),
        (MATRIX, "110\t0\t120", "110\t-1\t120", "EDGE_WEIGHT_SECTION", 11),
        (MATRIX, "3\t4\n", "2\t4\n", "DEMAND_SECTION", 17),
        (MATRIX, "3\t300\t1200", "3\t300", "TIME_WINDOW_SECTION", 30),
        (MATRIX, "DEPOT_SECTION\n1", "DEPOT_SECTION\n2", "DEPOT_SECTION", 20),
        (MATRIX, "DEMAND_SECTION", "BACKHAUL_SECTION", "BACKHAUL_SECTION", 14),
        (JSON, '"location": 1', '"location": true', "stops[0].location", None),
        (JSON, ', "chilled": false}', "}", "stops[0].chilled", None),
        (JSON, '"grams": 10000', '"kilos": 10', "stops[0].deliver.grams", None),
        (JSON, '"grams": 10000', '"grams": 1e4', "stops[0].deliver.grams", None),
        (JSON, '"cost": "duration"', '"cost": "hope"', "cost", None),
        (JSON, '"penalty": null', '"penalty": ', "JSON", 1),
    ],
)
def test_a_malformed_file_is_refused_with_line_and_field(
    text: str, old: str, new: str, field: str, line: int | None
) -> None:
    assert old in text
    with pytest.raises(BadInstance) as refused:
        parse(text.replace(old, new, 1))
    assert refused.value.code == "BAD_INSTANCE"
    assert (refused.value.field, refused.value.data["line"]) == (field, line)


@given(junk=st.binary(max_size=300))
def test_junk_bytes_never_crash(junk: bytes, tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("junk") / "junk.txt"
    path.write_bytes(junk)
    with pytest.raises(BadInstance):
        read(path)


@given(
    text=st.sampled_from([SOLOMON, MATRIX, JSON]),
    at=st.floats(0, 1),
    length=st.integers(0, 30),
    put=st.text(max_size=12),
)
def test_a_torn_file_is_read_or_refused(text: str, at: float, length: int, put: str) -> None:
    begin = int(at * len(text))
    torn = text[:begin] + put + text[begin + length :]
    try:
        problem = parse(torn).problem
    except BadInstance:
        return
    assert isinstance(problem, Problem)


@pytest.mark.parametrize(
    "text", ["{", "{}", "{" * 50_000, '{"a":' * 50_000, "[1]", '{"a": 9' + "9" * 5000]
)
def test_odd_json_is_refused(text: str) -> None:
    with pytest.raises(BadInstance):
        parse(text)


def test_a_file_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInstance) as refused:
        read(tmp_path / "none.txt")
    assert refused.value.field == "file"


def test_json_keeps_what_text_formats_cannot_say() -> None:
    problem = a_problem([a_stop(1, chilled=True, penalty=5), a_stop(2, collect=Load(1, 2))])
    again = parse(json_format.dump(Instance("day", problem))).problem
    assert again == replace(problem, stops=list(problem.stops))
