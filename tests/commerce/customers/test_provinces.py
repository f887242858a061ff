"""Which addresses begin outside the province."""

import pytest

from commerce.customers.provinces import names_another_province


@pytest.mark.parametrize(
    ("place", "outside"),
    [
        ("서울 강남구 · 역삼동", True),
        (" 인천광역시 남동구", True),
        ("광주광역시 북구", True),
        ("광주시 · 경안동", False),
        ("수원시 팔달구 · 지동", False),
        ("", False),
    ],
)
def test_an_address_that_begins_with_another_province_is_outside(place: str, outside: bool) -> None:
    assert names_another_province(place) is outside
