"""How long one person takes to make one of a product ready: minutes as typed, seconds as kept."""

import re

from commerce.errors import CommerceError

MOST_MINUTES = 240


class PreparationRange(CommerceError):
    """No number of minutes, or too many. ``data``: ``most``."""

    code = "PREPARATION_RANGE"


def seconds_of(minutes: str) -> int:
    """``1.5`` or ``2분``; at most one decimal. Raises PreparationRange."""
    digits = minutes.strip().removesuffix("분").strip()
    if not re.fullmatch(r"[0-9]{1,3}(\.[0-9])?", digits):
        raise PreparationRange("preparation", most=MOST_MINUTES)
    seconds = round(float(digits) * 60)
    check(seconds)
    return seconds


def in_minutes(seconds: int) -> str:
    """90 → ``1.5``, 120 → ``2``."""
    return f"{seconds / 60:.1f}".removesuffix(".0")


def check(seconds: int) -> None:
    """Raises PreparationRange."""
    if not 0 <= seconds <= MOST_MINUTES * 60:
        raise PreparationRange("preparation", most=MOST_MINUTES)
