"""Our own file: written, read back, and refused."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing import json_format
from logistics.routing.errors import BadProblem
from logistics.routing.instance import BadInstance, Instance
from logistics.routing.problem import Load, Problem, Window, Wish
from logistics.routing.readers import parse
from logistics.routing.screen import screen
from tests.logistics.routing.world import a_problem, a_stop, a_van, plain, problems, rich_problems


@given(problem=problems() | rich_problems(), name=st.text(min_size=1, max_size=10))
def test_what_is_written_as_json_is_read_back(problem: Problem, name: str) -> None:
    again = parse(json_format.dump(Instance(name, problem)))
    assert (again.name, plain(again.problem)) == (name, plain(problem))


@given(at=st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)))
def test_coordinates_are_read_back(at: tuple[float, float]) -> None:
    problem = a_problem(durations=[[0]], distances=[[0]])
    instance = Instance("a", problem, coordinates=[at])
    assert parse(json_format.dump(instance)).coordinates == [at]


def test_degrees_become_a_plane_of_equal_scale() -> None:
    told = '[{"lat": 59.5, "lon": 30}, {"lat": 60.5, "lon": 32}]'
    coordinates = parse(_with_coordinates(told)).coordinates
    # At 60° a degree of longitude is half as long as one of latitude.
    assert coordinates == [(pytest.approx(15), 59.5), (pytest.approx(16), 60.5)]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ("{}", "coordinates"),
        ('[{"x": 1, "y": 2}]', "coordinates"),
        ('[{"x": 1, "y": 2}, {"lat": 1, "lon": 2}]', "coordinates"),
        ('[[1, 2], {"x": 1, "y": 2}]', "coordinates[0]"),
        ('[{"x": 1, "y": NaN}, {"x": 1, "y": 2}]', "coordinates[0].y"),
        ('[{"x": 1, "y": 1e999}, {"x": 1, "y": 2}]', "coordinates[0].y"),
        ('[{"x": 1, "y": true}, {"x": 1, "y": 2}]', "coordinates[0].y"),
        ('[{"lat": 91, "lon": 0}, {"lat": 1, "lon": 2}]', "coordinates[0].lat"),
        ('[{"lat": 1}, {"lat": 1, "lon": 2}]', "coordinates[0].lon"),
    ],
)
def test_bad_coordinates_are_refused(told: str, field: str) -> None:
    with pytest.raises(BadInstance) as refused:
        parse(_with_coordinates(told))
    assert refused.value.field == field


def _with_coordinates(told: str) -> str:
    two = json_format.dump(
        Instance("", a_problem(durations=[[0, 1], [1, 0]], distances=[[0, 1], [1, 0]]))
    )
    return two.replace("{", f'{{"coordinates": {told}, ', 1)


@pytest.mark.parametrize(
    "text", ["{", "{}", "{" * 50_000, '{"a":' * 50_000, "[1]", '{"a": 9' + "9" * 5000]
)
def test_odd_json_is_refused(text: str) -> None:
    with pytest.raises(BadInstance):
        parse(text)


def test_json_keeps_what_text_formats_cannot_say() -> None:
    problem = a_problem([a_stop(1, chilled=True, penalty=5), a_stop(2, collect=Load(1, 2))])
    again = parse(json_format.dump(Instance("day", problem))).problem
    assert plain(again) == plain(problem)


def told(problem: Problem) -> Any:
    return json.loads(json_format.dump(Instance("a", problem)))


def test_a_plain_day_is_written_without_what_richer_days_add() -> None:
    problem = a_problem([a_stop(1)])
    found = told(problem)
    assert set(found) == {"name", "cost", "durations", "distances", "stops", "vehicles"}
    assert len(found["stops"][0]) == 9
    assert len(found["vehicles"][0]) == 9
    assert found["vehicles"][0]["capacity"] == {"grams": 100_000, "ml": 100_000}
    assert told(replace(problem, transfers=[], speeds=[])) == found


def test_what_richer_days_add_has_the_names_of_the_dataclasses() -> None:
    stop = a_stop(1, windows=(Window(1, 2),), wish=Wish(3, 4, 5), skills=frozenset("ba"))
    found = told(a_problem([stop], [a_van(locked=(0,), aboard=Load(1, 2, 3))]))
    assert found["stops"][0]["windows"] == [{"earliest": 1, "latest": 2}]
    assert found["stops"][0]["wish"] == {"earliest": 3, "latest": 4, "cost": 5}
    assert found["stops"][0]["skills"] == ["a", "b"]
    assert found["vehicles"][0]["locked"] == [0]
    assert found["vehicles"][0]["aboard"] == {"grams": 1, "ml": 2, "chilled_ml": 3}


@pytest.mark.parametrize(
    ("part", "added", "field"),
    [
        ("stops", {"windows": [{"earliest": 1}]}, "stops[0].windows[0].latest"),
        ("stops", {"windows": None}, "stops[0].windows"),
        ("stops", {"wish": {"earliest": 1, "latest": 2, "price": 3}}, "stops[0].wish.cost"),
        ("stops", {"skills": ["lift", 3]}, "stops[0].skills[1]"),
        ("stops", {"skills": "lift"}, "stops[0].skills"),
        ("stops", {"clearance_cm": "2 m"}, "stops[0].clearance_cm"),
        ("stops", {"vehicle": True}, "stops[0].vehicle"),
        ("stops", {"together": None}, "stops[0].together"),
        ("stops", {"colour": "red"}, "stops[0].colour"),
        ("vehicles", {"locked": [0, "1"]}, "vehicles[0].locked[1]"),
        ("vehicles", {"aboard": {"grams": 1}}, "vehicles[0].aboard.ml"),
        ("vehicles", {"max_seconds": 1.5}, "vehicles[0].max_seconds"),
        ("vehicles", {"break": None}, "vehicles[0].break"),
    ],
)
def test_a_malformed_addition_is_refused(part: str, added: dict[str, object], field: str) -> None:
    day = told(a_problem([a_stop(1)]))
    day[part][0] |= added
    with pytest.raises(BadInstance) as refused:
        parse(json.dumps(day))
    assert refused.value.field == field


@pytest.mark.parametrize(
    ("key", "value", "field"),
    [
        ("transfers", [{"pickup": 0, "delivery": 1}], "transfers[0].load"),
        ("speeds", [{"since": 0, "percent": 1}], "speeds[0]"),
        ("speeds", [[{"since": 0}]], "speeds[0][0].percent"),
        ("unfair_cost", None, "unfair_cost"),
        ("weather", "fine", "file.weather"),
    ],
)
def test_a_malformed_addition_to_the_day_is_refused(key: str, value: object, field: str) -> None:
    with pytest.raises(BadInstance) as refused:
        parse(json.dumps(told(a_problem([a_stop(1)])) | {key: value}))
    assert refused.value.field == field


@pytest.mark.parametrize("matrix", [[[0, 1]], [[0], [1, 2]], [[2**31]], [[0, 1], [-1, 0]]])
def test_a_table_that_is_no_matrix_is_left_to_the_screen(matrix: list[list[int]]) -> None:
    day = told(a_problem()) | {"durations": matrix}
    with pytest.raises(BadProblem) as refused:
        screen(parse(json.dumps(day)).problem)
    assert refused.value.field == "durations"
