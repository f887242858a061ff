"""English readers understand what sellers write in Korean."""

import pytest
from django.utils.translation import override

from commerce.catalogue.models import Product
from storefront.goods_words import certification_in_english, unit_in_english
from storefront.journeys import book_bay
from storefront.templatetags.words import picture_words


@pytest.mark.parametrize(
    ("unit", "english"),
    [
        ("1단", "1 bunch"),
        ("3팩", "3 packs"),
        ("15구", "15 pieces"),
        ("3~4인", "3–4 people"),
        ("500g", "500g"),
        ("두 단", "2 bunches"),
        (book_bay.UNIT, "1 car"),
        ("한 줌", "1 handful"),
        ("1상자 5kg", "1상자 5kg"),
        ("한 아름", "한 아름"),
        ("네모", "네모"),
    ],
)
def test_a_counted_unit_is_said_in_english_and_any_other_stays(unit: str, english: str) -> None:
    assert unit_in_english(unit) == english


def test_a_certification_has_its_english_name_or_stays() -> None:
    assert certification_in_english("유기농") == "Organic"
    assert certification_in_english("GAP") == "GAP"


def test_a_picture_is_described_by_its_shop_and_named_to_english_readers() -> None:
    spinach = Product(name_en="Spinach", picture_alt="포항초 시금치 한 단")
    assert picture_words(spinach) == "포항초 시금치 한 단"
    with override("en"):
        assert picture_words(spinach) == "Spinach"
        assert picture_words(Product(picture_alt="묶은 시금치")) == "묶은 시금치"
