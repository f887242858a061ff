import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.searching import as_initials, initials, searchable, squeezed, words


def test_only_letters_and_digits_in_lower_case_are_compared():
    assert squeezed("한우 (국거리) 300G") == "한우국거리300g"


def test_hangul_in_pieces_is_the_same_word():
    assert squeezed(unicodedata.normalize("NFD", "딸기")) == "딸기"


def test_texts_side_by_side_do_not_run_together():
    assert searchable("두부", "", "경기") == "두부|경기"


def test_a_name_has_its_initial_consonants():
    assert initials("딸기 1kg") == "ㄸㄱ1kg"
    assert initials("쌀 · 가힣") == "ㅆㄱㅎ"


def test_only_a_word_of_initials_is_read_as_initials():
    assert as_initials("ㄸㄱ") == "ㄸㄱ"
    assert as_initials("딸ㄱ") is None
    assert as_initials("ㅏ") is None


def test_consonants_the_keyboard_joined_are_taken_apart():
    assert as_initials("ㄳ") == "ㄱㅅ"
    assert as_initials("ㅄ") == "ㅂㅅ"


def test_a_query_of_signs_has_no_words():
    assert words("  !! % _ ") == []
    assert words("유기농, 토마토") == ["유기농", "토마토"]


@given(st.text())
def test_squeezing_twice_is_squeezing_once(text):
    assert squeezed(squeezed(text)) == squeezed(text)


@given(st.text(alphabet=st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))))
def test_the_initials_of_any_hangul_are_a_query_for_it(name):
    assert as_initials(initials(name)) == initials(name)
    assert len(initials(name)) == len(name)
