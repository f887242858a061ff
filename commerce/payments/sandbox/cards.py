"""Card numbers of the sandbox: checked as a real form checks them, then forgotten."""

import re
from datetime import datetime
from zoneinfo import ZoneInfo

from commerce.errors import CommerceError

SEOUL = ZoneInfo("Asia/Seoul")

DECLINED = "tok_declined"
UNAVAILABLE = "tok_unavailable"
AUTHENTICATES = "tok_authenticates"
# The numbers that a well-known gateway publishes for its own test mode.
SPECIAL = {
    "4000000000000002": DECLINED,
    "4000000000000119": UNAVAILABLE,
    "4000002760003184": AUTHENTICATES,
}


class CardNumber(CommerceError):
    code = "CARD_NUMBER"


class CardExpiry(CommerceError):
    code = "CARD_EXPIRY"


def token_for(*, card_number: str, expiry: str, now: datetime) -> str:
    """A token that stands for the card; only its last four digits are kept.

    ``expiry`` is MM/YY, good to the end of that month in Korea. CARD_NUMBER, CARD_EXPIRY.
    """
    digits = re.sub(r"[ -]", "", card_number)
    if not re.fullmatch(r"[0-9]{13,19}", digits) or not passes_luhn(digits):
        raise CardNumber("card_number")
    if not is_current(expiry, now):
        raise CardExpiry("expiry")
    return SPECIAL.get(digits, f"tok_{digits[-4:]}")


def passes_luhn(digits: str) -> bool:
    """Every second digit from the right counts double, with its two digits added."""
    doubled = (sum(divmod(2 * int(digit), 10)) for digit in digits[-2::-2])
    single = (int(digit) for digit in digits[::-2])
    return (sum(doubled) + sum(single)) % 10 == 0


def is_current(expiry: str, now: datetime) -> bool:
    parts = re.fullmatch(r"(0[1-9]|1[0-2]) ?/ ?([0-9]{2})", expiry.strip(), re.ASCII)
    if parts is None:
        return False
    today = now.astimezone(SEOUL).date()
    return (2000 + int(parts[2]), int(parts[1])) >= (today.year, today.month)
