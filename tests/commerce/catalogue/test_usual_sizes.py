import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.usual_sizes import SOMETHING, Size, grams_in, usual_size


@pytest.mark.parametrize(
    ("unit", "grams"),
    [
        ("500g", 500),
        ("1.5kg", 1_500),
        ("딸기 2 KG 상자", 2_000),
        ("2L", 2_000),
        ("350ml", 350),
        ("1단", None),
        ("15구", None),
        ("", None),
        ("0g", None),
        ("999999kg", None),
    ],
)
def test_the_weight_is_read_from_the_unit(unit: str, grams: int | None) -> None:
    assert grams_in(unit) == grams


def test_a_unit_without_weight_is_like_its_neighbours() -> None:
    assert usual_size("1단", Size(300, 900)) == Size(300, 900)
    assert usual_size("1단", None) == SOMETHING


def test_a_weight_takes_the_shelfs_density() -> None:
    assert usual_size("600g", Size(300, 900)) == Size(600, 1_800)
    assert usual_size("600g", None) == Size(600, 1_500)


@given(st.text(max_size=30))
def test_whatever_is_typed_there_is_a_size(unit: str) -> None:
    size = usual_size(unit, None)
    assert size.grams >= 1
    assert size.ml >= 1
