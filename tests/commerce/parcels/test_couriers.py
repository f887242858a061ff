import re

import pytest

from commerce.parcels.couriers import (
    DIGITS,
    PAGES,
    Courier,
    is_number_of,
    plain_number,
    tracking_page,
)


@pytest.mark.parametrize("courier", Courier)
def test_every_courier_has_numbers_of_ten_to_fourteen_digits_and_a_page(courier):
    assert all(10 <= length <= 14 for length in DIGITS[courier])
    assert re.fullmatch(r"https://[^{}]+\{number\}", PAGES[courier])


@pytest.mark.parametrize("courier", Courier)
def test_a_number_of_another_length_is_none_of_theirs(courier):
    for length in range(20):
        assert is_number_of(courier, "1" * length) == (length in DIGITS[courier])


@pytest.mark.parametrize("number", ["12345678901a", "１２３４５６７８９０１２", "-12345678901", ""])
def test_only_digits_make_a_number(number):
    assert not is_number_of(Courier.CJ, number)


def test_hyphens_and_spaces_on_a_waybill_count_for_nothing():
    assert plain_number(" 6543-2109 8765 ") == "654321098765"


def test_a_page_is_of_its_number():
    page = tracking_page(Courier.CJ, "654321098765")
    assert page == "https://trace.cjlogistics.com/next/tracking.html?wblNo=654321098765"
