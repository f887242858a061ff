"""What something costs for 100 g, 100 ml or one piece."""

import pytest

from commerce.catalogue.unit_price import UnitPrice, unit_price


@pytest.mark.parametrize(
    ("unit", "won", "found"),
    [
        ("500g", 6_000, UnitPrice(1_200, "100g")),
        ("1kg", 9_500, UnitPrice(950, "100g")),
        ("2.5kg", 10_000, UnitPrice(400, "100g")),
        ("300 g", 1_000, UnitPrice(333, "100g")),
        ("한 팩 (200g)", 8_900, UnitPrice(4_450, "100g")),
        ("1.8L", 5_400, UnitPrice(300, "100ml")),
        ("15구", 7_500, UnitPrice(500, "1개")),
        ("3개", 2_000, UnitPrice(667, "1개")),
    ],
)
def test_a_size_in_the_unit_is_told_by_the_hundred_or_the_piece(
    unit: str, won: int, found: UnitPrice
) -> None:
    assert unit_price(unit, won) == found


@pytest.mark.parametrize("unit", ["1단", "100g", "1개", "500g 2봉", "선물 세트", "", "0g", "2인분"])
def test_where_the_unit_says_nothing_more_nothing_is_told(unit: str) -> None:
    assert unit_price(unit, 1_000) is None
