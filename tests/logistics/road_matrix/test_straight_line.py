import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.network.distance import crow_metres
from logistics.road_matrix.chosen import road_matrix
from logistics.road_matrix.straight_line import ROWS, StraightLine, by_road

POINTS = st.tuples(st.floats(36.9, 38.2), st.floats(126.5, 127.8))


def test_settings_name_the_adapter() -> None:
    assert isinstance(road_matrix(), StraightLine)


@pytest.mark.parametrize(
    ("crow_m", "seconds", "metres"),
    # The middles of measured classes: 200 m is 1.8 times as long by road, 5 km 1.32 times.
    [(0, 0, 0), (200, 70, 360), (800, 223, 1_248), (5_000, 784, 6_600)],
)
def test_measured_distances_are_met(crow_m: int, seconds: int, metres: int) -> None:
    assert by_road(crow_m // 10) == (seconds, metres)


def test_beyond_the_tables_vans_keep_to_highway_speed() -> None:
    (s1, m1), (s2, m2) = by_road(4_000), by_road(5_000)

    assert (m2 - m1) == 12_967
    assert 50 < (m2 - m1) / (s2 - s1) * 3.6 < 56


@given(st.integers(0, 10_000))
def test_farther_never_takes_less(crow_tens: int) -> None:
    nearer, farther = by_road(crow_tens), by_road(crow_tens + 1)

    assert nearer[0] <= farther[0]
    assert nearer[1] < farther[1]


@given(st.lists(POINTS, min_size=1, max_size=5))
def test_a_matrix_is_square_and_the_same_both_ways(points: list[tuple[float, float]]) -> None:
    matrix = StraightLine().matrix(points)

    for table in (matrix.durations, matrix.distances):
        assert [len(row) for row in table] == [len(points)] * len(points)
        for i in range(len(points)):
            assert table[i][i] == 0
            assert all(table[i][j] == table[j][i] for j in range(len(points)))


@pytest.mark.parametrize("size", [0, 1, ROWS - 1, ROWS + 1])
def test_tables_are_contiguous_32_bit_integers(size: int) -> None:
    matrix = StraightLine().matrix([(37.2, 127 + k / 1_000) for k in range(size)])

    for table in (matrix.durations, matrix.distances):
        assert (table.shape, table.dtype) == ((size, size), np.int32)
        assert table.flags.c_contiguous


@given(POINTS, POINTS)
def test_every_pair_is_reckoned_from_its_crow_distance(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    matrix = StraightLine().matrix([a, b])

    told = (matrix.durations[0, 1], matrix.distances[0, 1])
    assert told == by_road(round(crow_metres(*a, *b) / 10))


@given(POINTS, POINTS)
def test_no_road_is_shorter_than_the_crow_flies(
    a: tuple[float, float], b: tuple[float, float]
) -> None:
    metres = StraightLine().matrix([a, b]).distances[0][1]

    assert metres >= crow_metres(*a, *b) - 5
