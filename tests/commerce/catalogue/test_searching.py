import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.catalogue.searching import (
    as_initials,
    initials,
    letters,
    meant,
    searchable,
    squeezed,
    tripled,
    typos,
    words,
)


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


def test_hangul_is_taken_apart_letter_by_letter():
    assert letters("값|kg") == "ㄱㅏㅄ|kg"
    assert letters("딸기") == "ㄸㅏㄹㄱㅣ"


@pytest.mark.parametrize(
    ("word", "text", "wrong"),
    [("abc", "xxabcxx", 0), ("abc", "xxabdxx", 1), ("abc", "xxacxx", 1), ("abc", "", 3)],
)
def test_typos_are_counted_where_the_word_fits_best(word, text, wrong):
    assert typos(word, text) == wrong


@given(st.text(max_size=9), st.text(max_size=9), st.text(max_size=9))
def test_a_word_has_no_typos_where_it_is_and_never_more_than_letters(word, before, after):
    assert typos(word, before + word + after) == 0
    assert typos(word, before) <= len(word)


@given(st.text(), st.text())
def test_what_is_in_a_text_is_in_its_letters(before, after):
    assert letters(after) in letters(before + after)


@given(st.text())
def test_squeezing_twice_is_squeezing_once(text):
    assert squeezed(squeezed(text)) == squeezed(text)


@given(st.text(alphabet=st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣"))))
def test_the_initials_of_any_hangul_are_a_query_for_it(name):
    assert as_initials(initials(name)) == initials(name)
    assert len(initials(name)) == len(name)


HANGUL = st.text(
    alphabet=st.characters(min_codepoint=ord("가"), max_codepoint=ord("힣")), min_size=1, max_size=6
)


def test_a_word_is_meant_as_the_most_alike_word_of_the_most_alike_name_spells_it():
    names = ["삼색나물", "시금치", "유기농 토마토 1kg"]
    assert meant("유기농 토메토", names) == "유기농 토마토"
    assert meant("시금추", names) == "시금치"


@pytest.mark.parametrize("names", [[], ["!!"], ["컴퓨터"], ["유기농 컴퓨터"]])
def test_what_resembles_no_name_means_nothing_else(names):
    assert meant("유기농 토메토", names) == ""


@given(HANGUL, st.lists(HANGUL, min_size=1, max_size=4))
def test_what_was_meant_is_spelled_as_the_name_has_it(word, name):
    assert meant(word, [" ".join(name)]) in [*name, ""]
    assert meant(name[0], name) == name[0]


@given(HANGUL, st.data())
def test_one_mistyped_letter_is_one_typo(word, data):
    there = letters(word)
    at = data.draw(st.integers(0, len(there) - 1))
    assert typos(there[:at] + "x" + there[at + 1 :], there) == 1


@given(st.text(max_size=9), st.text(max_size=9))
def test_initials_are_found_tripled_where_they_are_found_plain(part, text):
    assert (tripled(part) in tripled(text)) or part not in text


@given(HANGUL, HANGUL)
def test_the_letters_of_two_texts_side_by_side_are_those_of_both(one, other):
    assert letters(one + other) == letters(one) + letters(other)
    assert initials(one + other) == initials(one) + initials(other)
