import re
from dataclasses import replace
from html.parser import HTMLParser
from itertools import combinations, pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.routing.drawing import page
from logistics.routing.drawing.figures import Figures
from logistics.routing.drawing.places import (
    LANDMARKS,
    MARGIN,
    WIDTH,
    beside_each_other,
    laid_out,
    places,
)
from logistics.routing.drawing.styles import COLOURS, looks
from logistics.routing.drawing.words import CAUSES
from logistics.routing.instance import Instance
from logistics.routing.problem import Break, Load, Problem
from logistics.routing.readers import read
from logistics.routing.screen import Cause
from logistics.routing.solution import Solution
from logistics.routing.solver import solve
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_solution,
    a_stop,
    a_van,
    problems,
    the_road,
)

INSTANCES = Path(__file__).parents[2] / "instances"
NOTHING_DONE = Solution([], [], 0, "by hand", 0.0, None)
VOID = {"meta", "br", "link", "input", "img"}
POINTS = st.lists(st.tuples(st.integers(-500, 500), st.integers(-500, 500)), min_size=1, max_size=9)


class Page(HTMLParser):
    """Every element in order; fails where a tag is closed that was not open."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.words: list[str] = []
        self.open: list[str] = []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        if self.open and self.open[-1] not in ("script", "style"):
            self.words.append(data.strip())

    def numbers(self, tag: str, attribute: str) -> list[int]:
        found = [attributes.get(attribute) for name, attributes in self.elements if name == tag]
        return sorted(int(number) for number in found if number is not None)


def drawn(problem: Problem, solution: Solution, **changes: object) -> Page:
    return Page(page(replace(Instance("a day", problem), **changes), solution))  # type: ignore[arg-type]


def three_vans() -> tuple[Problem, Solution]:
    problem = a_problem([a_stop(n) for n in range(1, 8)], [a_van(), a_van(), a_van()])
    return problem, a_solution(problem, [0, 1], [3, 2, 4], [5])


def test_every_stop_is_on_the_map_and_in_a_table() -> None:
    problem, solution = three_vans()
    found = drawn(problem, replace(solution, causes={6: Cause.NO_ROOM_LEFT}))
    assert solution.unserved == [6]
    assert found.numbers("g", "data-stop") == list(range(7))
    assert found.numbers("tr", "data-stop") == list(range(7))


def test_every_route_is_on_the_map_and_in_both_lists() -> None:
    problem, solution = three_vans()
    found = drawn(problem, solution)
    # Its lines and its number.
    assert found.numbers("g", "data-route") == [1, 1, 2, 2, 3, 3]
    assert found.numbers("tr", "data-route") == [1, 2, 3]
    assert found.numbers("details", "data-route") == [1, 2, 3]


@given(problem=problems(), name=st.text(max_size=8))
def test_any_plan_is_a_sound_page(problem: Problem, name: str) -> None:
    solution = solve(problem, engine="insertion", iterations=1)
    found = drawn(problem, solution, name=name)
    assert found.numbers("tr", "data-stop") == list(range(len(problem.stops)))


@pytest.mark.parametrize("coordinates", [None, []])
def test_an_empty_plan_is_a_sound_page(coordinates: list[tuple[float, float]] | None) -> None:
    problem = Problem([], [], [], [])
    found = drawn(problem, NOTHING_DONE, coordinates=coordinates)
    assert "나가는 차가 없습니다." in found.words


def test_names_are_escaped() -> None:
    evil = "</title></svg><script>alert('&\"')</script>"
    problem = a_problem([a_stop(1, name=evil), a_stop(2, name=evil)], [a_van(name=evil)])
    solution = a_solution(problem, [0])
    text = page(Instance(evil, problem), replace(solution, causes={1: evil}))
    assert "<script>alert" not in text
    found = Page(text)
    assert [tag for tag, _ in found.elements].count("script") == 1
    assert evil in found.words


def test_what_no_file_can_hold_is_replaced() -> None:
    problem = a_problem([a_stop(1, name="half \ud800, bell \x07")])
    text = page(Instance("a", problem), a_solution(problem, [0]))
    assert "half \ufffd, bell \ufffd" in text
    assert text.encode()


def test_nothing_is_fetched_from_elsewhere() -> None:
    problem, solution = three_vans()
    text = page(Instance("a", problem), solution, [(0.1, 9, "insertion"), (0.2, 8, "ortools")])
    assert re.findall(r"https?:|//\w|url\(|@import|\bsrc=|<link|<img|fetch\(", text) == []
    links = [attributes["href"] for _, attributes in Page(text).elements if "href" in attributes]
    assert links == ["#route-1", "#route-2", "#route-3"]


def test_every_cause_a_stop_can_have_is_said_in_both_languages() -> None:
    of_vehicles = {
        Cause.SHIFT_EMPTY,
        Cause.BREAK_OUTSIDE_SHIFT,
        Cause.BREAKS_OVERLAP,
        Cause.LOCKED_WRONG,
    }
    assert set(CAUSES) == set(Cause) - of_vehicles
    problem, solution = three_vans()
    words = drawn(problem, replace(solution, causes={6: Cause.NO_ROOM_LEFT})).words
    assert set(CAUSES["NO_ROOM_LEFT"]) <= set(words)


def test_a_cause_without_words_is_shown_as_it_is() -> None:
    problem, solution = three_vans()
    assert "BAD_WEATHER" in drawn(problem, replace(solution, causes={6: "BAD_WEATHER"})).words


def test_a_file_without_coordinates_says_how_it_is_drawn() -> None:
    problem, solution = three_vans()
    note = "classical multidimensional scaling"
    assert any(note in word for word in drawn(problem, solution).words)
    at = [(float(n), 0.0) for n in range(10)]
    assert not any(note in word for word in drawn(problem, solution, coordinates=at).words)


def test_limits_that_may_be_exceeded_are_named() -> None:
    problem, solution = three_vans()
    words = drawn(problem, solution, ignored=("LONGEST",)).words
    assert any("may exceed: LONGEST" in word for word in words)


def test_progress_is_drawn_when_there_was_some() -> None:
    problem, solution = three_vans()
    instance = Instance("a", problem)
    better = [(0.1, 9_000, "insertion"), (0.5, 8_000, "ortools"), (0.6, 4_500, "ortools")]
    assert '"curve"' not in page(instance, solution, better[:1])
    words = Page(page(instance, solution, better)).words
    assert "9,000 → 4,500 (−50.0%)" in words
    assert [word for word in words if word in ("insertion", "ortools")] == ["insertion", "ortools"]


def test_a_rest_stands_between_the_stops_it_divides() -> None:
    rest = Break(12 * HOUR, 13 * HOUR, 30 * MINUTE)
    stops = [a_stop(1), a_stop(2, earliest=13 * HOUR)]
    problem = a_problem(stops, [a_van(breaks=(rest,))])
    words = drawn(problem, a_solution(problem, [0, 1])).words
    names = [word for word in words if word in ("stop 1", "휴식", "stop 2")]
    assert names[-3:] == ["stop 1", "휴식", "stop 2"]


def test_each_of_several_rests_stands_where_it_is_taken() -> None:
    rests = tuple(Break(hour * HOUR, hour * HOUR, 30 * MINUTE) for hour in (12, 13))
    stops = [a_stop(1), a_stop(2, earliest=13 * HOUR)]
    problem = a_problem(stops, [a_van(breaks=rests)])
    words = drawn(problem, a_solution(problem, [0, 1])).words
    names = [word for word in words if word in ("stop 1", "휴식", "stop 2")]
    assert names[-4:] == ["stop 1", "휴식", "휴식", "stop 2"]


def test_matrices_of_numpy_are_drawn_alike() -> None:
    problem, solution = three_vans()
    arrays = replace(
        problem,
        durations=np.array(problem.durations, dtype=np.int32),
        distances=np.array(problem.distances, dtype=np.int32),
    )
    assert page(Instance("a", arrays), solution) == page(Instance("a", problem), solution)


@given(points=POINTS)
def test_places_in_a_plane_are_laid_out_as_they_lie(points: list[tuple[int, int]]) -> None:
    real = np.array(points, dtype=float)
    between = np.linalg.norm(real[:, None] - real[None], axis=-1)
    # Farther than the farthest that counts, a place is drawn nearer than it is.
    if between.max() > 10 * np.median(between):
        return
    again = laid_out(between)  # type: ignore[arg-type]
    drawn_between = np.linalg.norm(again[:, None] - again[None], axis=-1)
    assert np.abs(drawn_between - between).max() < 1e-3 * max(1.0, between.max())


def test_more_places_than_landmarks_are_laid_out_too() -> None:
    road = the_road(2 * LANDMARKS, unit=1)
    again = laid_out(road)[:, 0]
    assert np.abs(np.abs(np.diff(again)) - 1).max() < 1e-6


def test_a_closed_road_does_not_press_the_rest_together() -> None:
    road = np.array(the_road(10, unit=60))
    road[9, :9] = road[:9, 9] = 10**9
    east = laid_out(road)[:, 0]  # type: ignore[arg-type]
    assert np.ptp(laid_out(road)[:9], axis=0).max() > np.ptp(east) / 10  # type: ignore[arg-type]


@given(
    points=st.lists(st.tuples(st.floats(-1e9, 1e9), st.floats(-1e9, 1e9)), min_size=1, max_size=9)
)
def test_every_place_is_within_the_picture(points: list[tuple[float, float]]) -> None:
    found = places(Instance("a", a_problem(), coordinates=points))
    for x, y in found.at:
        assert MARGIN - 1 <= x <= WIDTH - MARGIN + 1
        assert MARGIN - 1 <= y <= found.height - MARGIN + 1


def test_north_is_up() -> None:
    found = places(Instance("a", a_problem(), coordinates=[(0, 0), (1, 2)]))
    (west, south), (east, north) = found.at
    assert west < east
    assert north < south


def test_stops_at_one_address_do_not_cover_each_other() -> None:
    found = beside_each_other([1] * 13, [(0.0, 0.0), (50.0, 50.0)], radius=5)
    assert found[0] == (50.0, 50.0)
    assert min(np.hypot(a - c, b - d) for (a, b), (c, d) in combinations(found, 2)) > 10


def test_near_routes_differ_in_colour_and_alike_ones_in_shape() -> None:
    found = looks([(float(n), 0.0) for n in range(18)])
    assert len(set(found)) == 18
    assert all(a[0] != b[0] for a, b in pairwise(found))
    assert {colour for colour, _ in found} == set(range(COLOURS))


def test_a_real_day_is_told_in_hours_kilos_and_litres() -> None:
    problem = a_problem([a_stop(2)], [a_van(capacity=Load(50_000, 20_000))])
    figures = Figures(Instance("a", problem))
    (route,) = a_solution(problem, [0]).routes
    assert figures.time(9 * HOUR + 5 * MINUTE + 59) == "9:05"
    assert figures.load(Load(12_340, 56_000)) == "12.3\xa0kg · 56\xa0L"
    assert figures.driving(route) == "0:04"
    assert Figures(Instance("a", replace(problem, cost="distance"))).driving(route) == "4.0 km"
    assert figures.fullness(route) == 0.5


def test_a_benchmark_is_told_in_its_own_units() -> None:
    instance = read(INSTANCES / "tiny_solomon.txt")
    figures = Figures(instance)
    assert (figures.time(205), figures.cost(409), figures.load(Load(20))) == ("20.5", "40.9", "20")
    assert figures.window(instance.problem.stops[1]) == "20.0–150.0"


def test_a_window_that_binds_nobody_is_not_told() -> None:
    problem = a_problem([a_stop(1), a_stop(1, earliest=10 * HOUR)])
    figures = Figures(Instance("a", problem))
    assert [figures.window(stop) for stop in problem.stops] == ["", "10:00–"]
