import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.merchants.business_number import check_digit, formatted, is_valid

FIRST_NINE = st.from_regex(r"[1-9][0-9]{8}", fullmatch=True)


@pytest.mark.parametrize(
    "digits",
    [
        "1168200276",
        "1348672683",
        "1248100998",
        "2208162517",
        "1208147521",
        "1208800767",
        "1234567891",
    ],
)
def test_real_numbers_are_valid(digits):
    assert is_valid(digits)


@pytest.mark.parametrize(
    "digits",
    [
        "1234567890",  # wrong check digit
        "116820027",
        "11682002760",
        "116-82-00276",  # hyphens are for people
        "",
        "백십육팔이공공이칠",
        "１１６８２００２７６",  # full-width digits
    ],
)
def test_other_texts_are_not(digits):
    assert not is_valid(digits)


@pytest.mark.parametrize("first_nine", ["100820027", "116000027", "116820000"])
def test_no_such_office_kind_or_serial_is_not_valid(first_nine):
    assert not is_valid(first_nine + str(check_digit(first_nine)))


def test_a_sum_that_ends_in_nought_has_the_check_digit_nought():
    # One valid number in ten; a rule without its last "% 10" would ask for the digit "10".
    assert check_digit("123450006") == 0
    assert is_valid("1234500060")


@given(FIRST_NINE)
def test_exactly_one_last_digit_fits(first_nine):
    fitting = [d for d in "0123456789" if int(d) == check_digit(first_nine)]

    assert len(fitting) == 1


@given(FIRST_NINE, st.integers(0, 7), st.integers(1, 9))
def test_one_mistyped_digit_is_noticed(first_nine, place, by):
    typed = list(first_nine)
    typed[place] = str((int(typed[place]) + by) % 10)

    assert check_digit("".join(typed)) != check_digit(first_nine)


def test_it_is_shown_in_three_groups():
    assert formatted("1168200276") == "116-82-00276"
