"""How words are compared in a search: no spaces, no case, and Hangul also by initial consonants
and letter by letter."""

import unicodedata
from collections.abc import Sequence

# One mistyped letter in so many.
LETTERS_A_TYPO = 5
FIRST_SYLLABLE, LAST_SYLLABLE = ord("가"), ord("힣")
SYLLABLES_PER_INITIAL = 21 * 28
FINALS_PER_VOWEL = 28
INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"
VOWELS = "ㅏㅐㅑㅒㅓㅔㅕㅖㅗㅘㅙㅚㅛㅜㅝㅞㅟㅠㅡㅢㅣ"
FINALS = ["", *"ㄱㄲㄳㄴㄵㄶㄷㄹㄺㄻㄼㄽㄾㄿㅀㅁㅂㅄㅅㅆㅇㅈㅊㅋㅌㅍㅎ"]
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


def tripled(text: str) -> str:
    """``ㄸㄱ`` as ``ㄸㄸㄸㄱㄱㄱ``, as ``models.Tripled`` says it in the database."""
    return "".join(mark * 3 for mark in text)


def letters(text: str) -> str:
    """Hangul syllables taken apart: ``딸기|kg`` as ``ㄸㅏㄹㄱㅣ|kg``. A mistyped syllable differs
    in one letter, and even a word of one syllable has several."""
    return "".join(_letters(mark) for mark in text)


def _letters(mark: str) -> str:
    if not FIRST_SYLLABLE <= ord(mark) <= LAST_SYLLABLE:
        return mark
    initial, rest = divmod(ord(mark) - FIRST_SYLLABLE, SYLLABLES_PER_INITIAL)
    vowel, final = divmod(rest, FINALS_PER_VOWEL)
    return INITIALS[initial] + VOWELS[vowel] + FINALS[final]


def typos(word: str, text: str) -> int:
    """How many letters must be put in, left out or changed for ``word`` to be somewhere in ``text``
    (Sellers, 1980)."""
    row = list(range(len(word) + 1))
    fewest = row[-1]
    for mark in text:
        before = row
        row = [0]  # it may begin anywhere
        for at, letter in enumerate(word):
            changed = before[at] + (letter != mark)
            row.append(min(changed, before[at + 1] + 1, row[at] + 1))
        fewest = min(fewest, row[-1])
    return fewest


def words(text: str) -> list[str]:
    """The words of a query, each squeezed; words of nothing but signs are dropped."""
    return [word for word in (squeezed(part) for part in text.split()) if word]


def meant(text: str, names: Sequence[str]) -> str:
    """``text`` with each word as the most alike word of one name spells it: ``유기농 토메토`` and
    ``유기농 토마토 1kg`` are ``유기농 토마토``. Of several names the most alike one; "" where
    too many letters of a word would have to change."""
    asked = words(text)
    readings = [
        (sum(wrong for wrong, _, _ in reading), " ".join(word for _, _, word in reading))
        for reading in (_reading(asked, words(name)) for name in names)
        if reading
    ]
    return min(readings)[1] if readings else ""


def _reading(asked: Sequence[str], there: Sequence[str]) -> list[tuple[int, int, str]]:
    """Each word as (typos, difference in length, how it is spelled there); [] if one is not."""
    if not there:
        return []
    reading = [
        min(
            (typos(letters(word), letters(other)), abs(len(word) - len(other)), other)
            for other in there
        )
        for word in asked
    ]
    near = all(
        wrong <= most_typos(letters(word))
        for word, (wrong, _, _) in zip(asked, reading, strict=True)
    )
    return reading if near else []


def most_typos(word: str) -> int:
    """So many letters may be wrong, by the letters of a word."""
    return max(1, len(word) // LETTERS_A_TYPO)


def as_initials(word: str) -> str | None:
    """The word as initial consonants if it is nothing else, e.g. ``ㄸㄱ``; otherwise None."""
    letters = word.translate(JOINED)
    return letters if all(letter in INITIALS for letter in letters) else None
