from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from pytest_django import DjangoAssertNumQueries, Settings

from logistics.road_matrix import cached
from logistics.road_matrix.cached import Cached, places_of, points_of, questions
from logistics.road_matrix.chosen import road_matrix
from logistics.road_matrix.errors import RoadsSilent
from logistics.road_matrix.models import RoadRow
from logistics.road_matrix.provider import Matrix, Point
from tests.logistics.road_matrix.osrm_like import seconds_between

POINTS = [(37.2 + k / 50, 127.1 - k / 70) for k in range(8)]
SOME = st.lists(st.sampled_from(POINTS), max_size=8)
ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@dataclass
class Source:
    """Answers from the points alone, and notes every pair that it was asked for."""

    name: str = "roads 2026-11"
    asked: list[tuple[Point, Point]] = field(default_factory=list)
    questions: int = 0

    def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
        self.questions += 1
        self.asked += [(a, b) for a in origins for b in destinations]
        told = [[seconds_between(a, b) for b in destinations] for a in origins]
        durations = np.rint(told).astype(np.int32).reshape(len(origins), len(destinations))
        return Matrix(durations, 10 * durations)


def the_same(found: Matrix, expected: Matrix) -> bool:
    return bool(
        (found.durations == expected.durations).all()
        and (found.distances == expected.distances).all()
    )


class TestAnyHistory(TestCase):
    @given(st.lists(SOME, max_size=4))
    def test_a_remembered_answer_is_the_sources_answer(self, days: list[list[Point]]) -> None:
        for points in days:
            found = Cached(Source()).matrix(points)
            rounded = points_of(places_of(points))
            assert found.durations.shape == (len(points), len(points))
            assert the_same(found, Source().table(rounded, rounded))

    @given(st.lists(SOME, max_size=4))
    def test_no_pair_is_asked_for_twice(self, days: list[list[Point]]) -> None:
        source = Source()
        for points in days:
            Cached(source).matrix(points)
        assert len(source.asked) == len(set(source.asked))


@given(st.lists(ANYWHERE, max_size=5))
def test_a_place_is_within_a_metre_of_its_point(points: list[Point]) -> None:
    found = np.array(points_of(places_of(points))).reshape(-1, 2)
    assert (np.abs(found - np.array(points).reshape(-1, 2)) < 0.500_001 / cached.DEGREE).all()


@given(st.lists(st.lists(st.booleans(), min_size=5, max_size=5), min_size=5, max_size=5))
def test_questions_hold_all_that_is_unknown_and_nothing_twice(rows: list[list[bool]]) -> None:
    unknown = np.array(rows)
    times = np.zeros((5, 5), np.int32)
    for origins, destinations in questions(unknown):
        times[np.ix_(origins, destinations)] += 1
    assert (times == unknown).all()


def test_what_is_unknown_in_many_pieces_is_one_question() -> None:
    pieces = cached.MOST_QUESTIONS + 1
    found = list(questions(np.eye(pieces, dtype=np.bool_)))
    assert [(len(origins), len(destinations)) for origins, destinations in found] == [
        (pieces, pieces)
    ]


@pytest.mark.django_db
def test_a_new_place_is_asked_about_in_two_questions() -> None:
    source = Source()
    Cached(source).matrix(POINTS[:5])
    source.asked, source.questions = [], 0

    Cached(source).matrix(POINTS[:6])

    assert (len(source.asked), source.questions) == (5 + 6, 2)


@pytest.mark.django_db
def test_points_at_one_place_are_one_place() -> None:
    source = Source()
    (lat, lon), other = POINTS[:2]

    found = Cached(source).matrix([(lat, lon), other, (lat + 0.000_001, lon)])

    assert found.durations[0, 2] == found.durations[2, 0] == 0
    assert found.durations[1].tolist() == [found.durations[1, 0], 0, found.durations[1, 0]]
    assert len(source.asked) == 2 * 2


@pytest.mark.django_db
def test_tables_are_contiguous_32_bit_integers() -> None:
    matrix = Cached(Source()).matrix([*POINTS, *POINTS])
    for table in (matrix.durations, matrix.distances):
        assert (table.shape, table.dtype, table.flags.c_contiguous) == ((16, 16), np.int32, True)


@pytest.mark.django_db
def test_from_a_place_to_itself_is_nothing_whatever_the_source_says() -> None:
    class Far(Source):
        def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
            shape = len(origins), len(destinations)
            return Matrix(np.full(shape, 9, np.int32), np.full(shape, 9, np.int32))

    cold, warm = Cached(Far()).matrix(POINTS[:2]), Cached(Far()).matrix(POINTS[:2])

    assert cold.durations.tolist() == warm.durations.tolist() == [[0, 9], [9, 0]]


@pytest.mark.django_db
def test_another_version_of_the_data_is_asked_again_and_the_older_forgotten() -> None:
    Cached(Source("roads 2026-10")).matrix(POINTS)
    newer = Source("roads 2026-11")

    Cached(newer).matrix(POINTS[:3])

    assert len(newer.asked) == 3 * 3
    assert set(RoadRow.objects.values_list("provider", flat=True)) == {"roads 2026-11"}


@pytest.mark.django_db
def test_a_row_that_grew_too_long_keeps_what_was_asked_last(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cached, "MOST_DESTINATIONS", 4)
    source = Source()
    Cached(source).matrix(POINTS[:4])
    Cached(source).matrix(POINTS[3:6])
    source.asked = []

    Cached(source).matrix(POINTS[3:6])

    assert source.asked == []
    kept = RoadRow.objects.get(origin=places_of(POINTS[3:4])[0])
    assert set(np.frombuffer(kept.ways, cached.WAY)["destination"]) == set(places_of(POINTS[3:6]))


@pytest.mark.django_db
def test_a_silent_source_leaves_nothing_behind() -> None:
    class Silent(Source):
        def table(self, origins: Sequence[Point], destinations: Sequence[Point]) -> Matrix:
            raise RoadsSilent(url="", reason="")

    with pytest.raises(RoadsSilent):
        Cached(Silent()).matrix(POINTS)

    assert not RoadRow.objects.exists()


@pytest.mark.django_db
@pytest.mark.parametrize("size", [10, 300])
def test_what_is_known_costs_one_query(
    size: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    points = [(37.2 + k / 1_000, 127.0) for k in range(size)]
    Cached(Source()).matrix(points)
    with django_assert_num_queries(1):
        Cached(Source()).matrix(points)


@pytest.mark.parametrize("name", ["osrm_http.OsrmHttp", "osrm_embedded.OsrmEmbedded"])
def test_costly_sources_are_remembered(settings: Settings, name: str) -> None:
    settings.ROAD_MATRIX = f"logistics.road_matrix.{name}"
    assert isinstance(road_matrix(), Cached)
