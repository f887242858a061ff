"""What counts as a plate, and what people type instead."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.slots.plate import is_last4, is_valid, normalised

plates = st.from_regex(r"[0-9]{2,3}[가-힣][0-9]{4}", fullmatch=True)


@given(plates)
def test_every_plate_of_the_two_formats_is_valid(plate):
    assert is_valid(plate)


@given(plates, st.sampled_from(["NFC", "NFD", "NFKD"]), st.sampled_from(["", " ", "-", "  "]))
def test_a_plate_is_read_however_a_phone_sends_it(plate, form, gap):
    typed = f" {plate[:-4]}{gap}{plate[-4:]} "
    assert normalised(unicodedata.normalize(form, typed)) == plate


def test_full_width_digits_are_read_as_digits():
    assert normalised("１２가３４５６") == "12가3456"


@pytest.mark.parametrize(
    "text",
    [
        *("", "3456", "12가345", "1가3456", "1234가5678", "12가34567", "서울12가3456"),
        *("12A3456", "12ㄱ3456", "１２가３４５６", "12가3456\n", "🚗"),
    ],
)
def test_anything_else_is_no_plate(text):
    assert not is_valid(text)


def test_the_last_four_are_plain_digits():
    assert [is_last4(text) for text in ("5678", "0000", "567", "56789", "567a", "５６７８")] == [
        True, True, False, False, False, False,
    ]  # fmt: skip
