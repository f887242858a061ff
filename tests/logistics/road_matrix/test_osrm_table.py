import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from logistics.road_matrix.osrm_table import in_blocks
from logistics.road_matrix.provider import Point
from tests.logistics.road_matrix.osrm_like import table_of

POINTS = st.lists(st.tuples(st.floats(37.2, 37.3), st.floats(127, 127.1)), max_size=7)


@given(POINTS, POINTS, st.integers(1, 8))
def test_blocks_of_any_size_make_the_same_table(
    origins: list[Point], destinations: list[Point], block: int
) -> None:
    table = in_blocks(table_of, origins, destinations, block=block)

    shape = len(origins), len(destinations)
    whole = table_of(origins, destinations)
    for found, expected in (
        (table.durations, whole["durations"]),
        (table.distances, whole["distances"]),
    ):
        assert (found.shape, found.dtype) == (shape, np.int32)
        assert found.flags.c_contiguous
        np.testing.assert_array_equal(found, np.rint(expected).reshape(shape))


@given(POINTS, POINTS, st.integers(1, 8))
def test_no_block_is_larger_than_it_may_be(
    origins: list[Point], destinations: list[Point], block: int
) -> None:
    def ask(some: list[Point], others: list[Point]) -> dict[str, object]:
        assert 1 <= len(some) <= block
        assert 1 <= len(others) <= block
        return table_of(some, others)

    in_blocks(ask, origins, destinations, block=block)
