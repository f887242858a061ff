"""English readers understand what sellers write in Korean."""

import pytest

from storefront.goods_words import certification_in_english, unit_in_english


@pytest.mark.parametrize(
    ("unit", "english"),
    [
        ("1단", "1 bunch"),
        ("3팩", "3 packs"),
        ("15구", "15 pieces"),
        ("3~4인", "3–4 people"),
        ("500g", "500g"),
        ("1상자 5kg", "1상자 5kg"),
        ("한 줌", "한 줌"),
    ],
)
def test_a_counted_unit_is_said_in_english_and_any_other_stays(unit: str, english: str) -> None:
    assert unit_in_english(unit) == english


def test_a_certification_has_its_english_name_or_stays() -> None:
    assert certification_in_english("유기농") == "Organic"
    assert certification_in_english("GAP") == "GAP"
