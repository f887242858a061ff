"""How words are compared in a search: no spaces, no case, and Hangul also by initial consonants."""

import unicodedata

FIRST_SYLLABLE, LAST_SYLLABLE = ord("가"), ord("힣")
SYLLABLES_PER_INITIAL = 21 * 28
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
# A keyboard joins some pairs into one letter: ㄱ then ㅅ arrives as ㄳ.
JOINED = str.maketrans(
    {
        "ㄳ": "ㄱㅅ",
        "ㄵ": "ㄴㅈ",
        "ㄶ": "ㄴㅎ",
        "ㄺ": "ㄹㄱ",
        "ㄻ": "ㄹㅁ",
        "ㄼ": "ㄹㅂ",
        "ㄽ": "ㄹㅅ",
        "ㄾ": "ㄹㅌ",
        "ㄿ": "ㄹㅍ",
        "ㅀ": "ㄹㅎ",
        "ㅄ": "ㅂㅅ",
    }
)


def squeezed(text: str) -> str:
    """NFC, lower case, letters and digits only: ``한우 (국거리)`` becomes ``한우국거리``."""
    lower = unicodedata.normalize("NFC", text).lower()
    return "".join(mark for mark in lower if mark.isalnum())


def searchable(*texts: str) -> str:
    """Several texts as one column. The bar keeps a match inside one of them."""
    return "|".join(squeezed(text) for text in texts if text)


def initials(text: str) -> str:
    """``딸기 1kg`` as ``ㄸㄱ1kg``; what is no Hangul syllable stays."""
    return "".join(_initial(mark) for mark in squeezed(text))


def _initial(mark: str) -> str:
    if not FIRST_SYLLABLE <= ord(mark) <= LAST_SYLLABLE:
        return mark
    return INITIALS[(ord(mark) - FIRST_SYLLABLE) // SYLLABLES_PER_INITIAL]


def words(text: str) -> list[str]:
    """The words of a query, each squeezed; words of nothing but signs are dropped."""
    return [word for word in (squeezed(part) for part in text.split()) if word]


def as_initials(word: str) -> str | None:
    """The word as initial consonants if it is nothing else, e.g. ``ㄸㄱ``; otherwise None."""
    letters = word.translate(JOINED)
    return letters if all(letter in INITIALS for letter in letters) else None
