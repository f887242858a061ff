"""The business registration number (사업자등록번호): ten digits, the last checks the rest."""

import re

WEIGHTS = (1, 3, 7, 1, 3, 7, 1, 3, 5)
LOWEST_OFFICE = 101  # the first three digits name a tax office


def check_digit(first_nine: str) -> int:
    """The tenth digit that belongs to these nine."""
    total = sum(int(digit) * weight for digit, weight in zip(first_nine, WEIGHTS, strict=True))
    total += int(first_nine[8]) * 5 // 10
    # The outer % 10 turns 10 into 0; without it one valid number in ten is refused.
    return (10 - total % 10) % 10


def is_valid(digits: str) -> bool:
    """True for ten digits with an office, a kind, a serial number and the right check digit."""
    return (
        re.fullmatch(r"[0-9]{10}", digits) is not None
        and int(digits[:3]) >= LOWEST_OFFICE
        and digits[3:5] != "00"
        and digits[5:9] != "0000"
        and int(digits[9]) == check_digit(digits[:9])
    )


def formatted(digits: str) -> str:
    """``1168200276`` as people write it: ``116-82-00276``."""
    return f"{digits[:3]}-{digits[3:5]}-{digits[5:]}"
