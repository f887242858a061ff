"""What every source of driving times must do. An adapter joins by adding itself to ADAPTERS."""

from collections.abc import Iterator

import numpy as np
import pytest
from pytest_django import Settings

from logistics.road_matrix.chosen import road_matrix
from tests.logistics.road_matrix.osrm_like import osrm_like

pytestmark = pytest.mark.django_db

# The embedded OSRM needs a newer Python: tests/logistics/road_matrix/test_osrm_embedded.py.
ADAPTERS = ["straight_line.StraightLine", "osrm_http.OsrmHttp"]
POINTS = [(37.2636, 127.0286), (37.2411, 127.1776), (37.2636, 127.0286), (37.3943, 127.1112)]


@pytest.fixture(params=ADAPTERS, autouse=True)
def adapter(request: pytest.FixtureRequest, settings: Settings) -> Iterator[None]:
    settings.ROAD_MATRIX = f"logistics.road_matrix.{request.param}"
    with osrm_like() as server:
        settings.OSRM_URL = server.url
        yield


@pytest.mark.parametrize("size", [0, 1, 4])
def test_tables_are_square_whole_and_contiguous(size: int) -> None:
    matrix = road_matrix().matrix(POINTS[:size])
    for table in (matrix.durations, matrix.distances):
        assert (table.shape, table.dtype) == ((size, size), np.int32)
        assert table.flags.c_contiguous
        assert (table >= 0).all()


def test_points_at_one_place_are_nothing_apart_and_alike_to_others() -> None:
    durations = road_matrix().matrix(POINTS).durations
    assert durations.diagonal().tolist() == [0, 0, 0, 0]
    assert durations[0, 2] == durations[2, 0] == 0
    assert durations[0].tolist() == durations[2].tolist()


def test_an_answer_does_not_depend_on_who_else_is_asked_about() -> None:
    roads = road_matrix()
    alone, among = roads.matrix(POINTS[:2]), roads.matrix(POINTS)
    assert alone.durations.tolist() == among.durations[:2, :2].tolist()
    assert alone.distances.tolist() == among.distances[:2, :2].tolist()


def test_the_name_fits_where_plans_keep_it() -> None:
    assert 0 < len(road_matrix().name) <= 40


def test_the_name_stays_while_the_data_does() -> None:
    assert road_matrix().name == road_matrix().name
