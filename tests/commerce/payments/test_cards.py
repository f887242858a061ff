from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.payments.sandbox.cards import CardExpiry, CardNumber, passes_luhn, token_for

NOW = datetime(2026, 3, 31, 14, 59, tzinfo=UTC)  # 23:59 in Seoul


def _token(card_number: str = "4242424242424242", expiry: str = "12/30") -> str:
    return token_for(card_number=card_number, expiry=expiry, now=NOW)


@pytest.mark.parametrize(
    ("card_number", "token"),
    [
        ("4242 4242 4242 4242", "tok_4242"),
        ("4242-4242-4242-4242", "tok_4242"),
        ("378282246310005", "tok_0005"),
        ("4000 0000 0000 0002", "tok_declined"),
        ("4000 0000 0000 0119", "tok_unavailable"),
        ("4000 0027 6000 3184", "tok_authenticates"),
    ],
)
def test_a_card_becomes_a_token_that_holds_four_digits_at_most(
    card_number: str, token: str
) -> None:
    assert _token(card_number) == token


@pytest.mark.parametrize(
    "card_number",
    [
        "",
        "4242 4242 4242 4241",
        "4242",
        "4242424242424242x",
        "4" * 20,
        "４２４２４２４２４２４２４２４２",
    ],
)
def test_a_number_no_card_has_is_refused(card_number: str) -> None:
    with pytest.raises(CardNumber) as refusal:
        _token(card_number)
    assert refusal.value.data == {}  # a mistyped number is not repeated anywhere


@pytest.mark.parametrize("expiry", ["03/26", "04/26", "12/99", "03 / 26", " 03/26 "])
def test_a_card_is_good_to_the_end_of_its_month(expiry: str) -> None:
    assert _token(expiry=expiry) == "tok_4242"


@pytest.mark.parametrize(
    "expiry", ["02/26", "12/25", "00/30", "13/30", "3/30", "0330", "", "aa/bb"]
)
def test_an_expiry_passed_or_unreadable_is_refused(expiry: str) -> None:
    with pytest.raises(CardExpiry):
        _token(expiry=expiry)


def test_the_month_ends_at_midnight_in_seoul() -> None:
    with pytest.raises(CardExpiry):
        token_for(
            card_number="4242424242424242",
            expiry="03/26",
            now=datetime(2026, 3, 31, 15, 0, tzinfo=UTC),
        )


@given(st.text("0123456789", min_size=12, max_size=18))
def test_exactly_one_last_digit_passes(digits: str) -> None:
    assert sum(passes_luhn(digits + last) for last in "0123456789") == 1


@given(st.text("0123456789", min_size=13, max_size=19), st.integers(0, 12), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed(digits: str, place: int, by: int) -> None:
    wrong = str((int(digits[place]) + by) % 10)
    mistyped = digits[:place] + wrong + digits[place + 1 :]
    assert not (passes_luhn(digits) and passes_luhn(mistyped))
