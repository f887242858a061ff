from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from logistics.network.speeds import Bands, SpeedBands, read, told

BANDS = st.dictionaries(st.integers(0, 1_439), st.integers(20, 150), max_size=12).map(
    lambda found: [(60 * minute, percent) for minute, percent in sorted(found.items())]
)


@given(BANDS)
def test_what_is_told_is_read_back(bands: Bands) -> None:
    assert read(told(bands)) == bands


@given(st.text(max_size=40))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(SpeedBands):
        assert read(told(read(text))) == read(text)


@pytest.mark.parametrize("text", ["", "  ", ","])
def test_nothing_typed_is_the_same_all_day(text: str) -> None:
    assert read(text) == []
