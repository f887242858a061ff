"""Text that people type, made fit to store: one Unicode form, no stray spaces, no control marks."""

import unicodedata

from commerce.errors import CommerceError


class TextRequired(CommerceError):
    code = "TEXT_REQUIRED"


class TextTooLong(CommerceError):
    code = "TEXT_TOO_LONG"


def line(field: str, value: str, *, longest: int, required: bool = True) -> str:
    """One line of at most ``longest`` characters, runs of white space as one space.

    Raises TextRequired, TextTooLong.
    """
    return _checked(field, " ".join(_printable(value).split()), longest, required)


def paragraphs(field: str, value: str, *, longest: int) -> str:
    """Optional text that keeps its line breaks. Raises TextTooLong."""
    kept = "\n".join(" ".join(_printable(row).split()) for row in value.splitlines())
    return _checked(field, kept.strip(), longest, required=False)


def _checked(field: str, text: str, longest: int, required: bool) -> str:
    if required and not text:
        raise TextRequired(field)
    if len(text) > longest:
        raise TextTooLong(field, longest=longest)
    return text


def _printable(text: str) -> str:
    """NFC (a phone may send Hangul in pieces), without the control marks PostgreSQL refuses and the
    two that are no characters, which XML refuses."""
    marks = unicodedata.normalize("NFC", text)
    return "".join(m for m in marks if m.isspace() or _is_printable(m))


def _is_printable(mark: str) -> bool:
    return unicodedata.category(mark) not in ("Cc", "Cs") and mark not in "\ufffe\uffff"
