"""Number plates as people type them: ``12가3456`` or ``123가4567``."""

import re
import unicodedata

PLATE = re.compile(r"[0-9]{2,3}[가-힣][0-9]{4}")
LAST4 = re.compile(r"[0-9]{4}")


def normalised(text: str) -> str:
    """Spaces and hyphens gone; full-width digits and split Hangul as keyboards know them."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text))


def is_valid(plate: str) -> bool:
    """Whether an already normalised text is a plate."""
    return PLATE.fullmatch(plate) is not None


def is_last4(text: str) -> bool:
    """Whether a text is four plain digits: the end of a plate or of a telephone number."""
    return LAST4.fullmatch(text) is not None
