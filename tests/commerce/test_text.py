import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce import text


def test_white_space_becomes_one_space():
    assert text.line("name", "  못골\t 할머니\n반찬 ", longest=80) == "못골 할머니 반찬"


def test_hangul_sent_in_pieces_is_put_together():
    in_pieces = unicodedata.normalize("NFD", "딸기")

    assert text.line("name", in_pieces, longest=2) == "딸기"


def test_emoji_survive():
    assert text.line("name", "딸기 🍓", longest=80) == "딸기 🍓"


def test_marks_that_postgres_refuses_are_dropped():
    assert text.line("name", "딸\x00기\ud800", longest=80) == "딸기"


def test_required_text_of_nothing_but_space_is_refused():
    with pytest.raises(text.TextRequired) as refusal:
        text.line("name", " \x00 ", longest=80)
    assert refusal.value.field == "name"


def test_text_that_is_too_long_is_refused_with_the_limit():
    with pytest.raises(text.TextTooLong) as refusal:
        text.line("name", "가" * 81, longest=80)
    assert refusal.value.data == {"longest": 80}


def test_paragraphs_keep_their_lines():
    assert text.paragraphs("story", " 첫 줄 \r\n\n둘째  줄\n", longest=80) == "첫 줄\n\n둘째 줄"


@given(st.text())
def test_cleaning_twice_is_cleaning_once(typed):
    once = text.line("name", typed, longest=10_000, required=False)

    assert text.line("name", once, longest=10_000, required=False) == once
