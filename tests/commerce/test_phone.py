import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.phone import PhoneFormat, is_mobile, shown, to_e164


@pytest.mark.parametrize(
    ("typed", "stored", "read"),
    [
        ("010-1234-5678", "+821012345678", "010-1234-5678"),
        ("010 1234 5678", "+821012345678", "010-1234-5678"),
        ("01012345678", "+821012345678", "010-1234-5678"),
        ("+82 10-1234-5678", "+821012345678", "010-1234-5678"),
        ("+82 (0)10.1234.5678", "+821012345678", "010-1234-5678"),
        ("031-256-1234", "+82312561234", "031-256-1234"),
        ("031-8008-1234", "+823180081234", "031-8008-1234"),
        ("02-123-4567", "+8221234567", "02-123-4567"),
        ("070-1234-5678", "+827012345678", "070-1234-5678"),
        ("0505-123-4567", "+825051234567", "0505-123-4567"),
        ("1588-1234", "+8215881234", "1588-1234"),
    ],
)
def test_a_korean_number_is_stored_as_e164_and_shown_as_written(typed, stored, read):
    assert to_e164(typed) == stored
    assert shown(stored) == read


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "010-123-4567",  # a mobile has eight digits after 010
        "010-1234-56789",
        "011-234-5678",
        "01588-1234",
        "8210-1234-5678",
        "+1 212 555 0100",
        "010-1234-567팔",
        "٠١٠١٢٣٤٥٦٧٨",
        "전화 주세요",
    ],
)
def test_anything_else_is_refused(typed):
    with pytest.raises(PhoneFormat) as refusal:
        to_e164(typed)
    assert (refusal.value.code, refusal.value.field) == ("PHONE_FORMAT", "phone")


@given(st.from_regex(r"0(10[0-9]{8}|2[0-9]{7,8}|3[1-3][0-9]{7,8}|50[0-9]{8,9})", fullmatch=True))
def test_a_number_shown_and_typed_again_is_the_same_number(digits):
    stored = to_e164(digits)

    assert to_e164(shown(stored)) == stored
    assert shown(stored).replace("-", "") == digits


@given(st.text())
def test_no_text_breaks_the_reader(typed):
    try:
        stored = to_e164(typed)
    except PhoneFormat:
        return
    assert stored.startswith("+82")


def test_only_mobiles_get_text_messages():
    assert is_mobile("+821012345678")
    assert not is_mobile("+82312561234")


def test_a_foreign_number_is_shown_as_it_is():
    assert shown("+12125550100") == "+12125550100"
