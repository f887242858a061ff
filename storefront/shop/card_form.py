"""The sandbox gateway's own card form; a gateway with hosted fields brings its own instead.

The number is checked, turned into a token and forgotten.
"""

from datetime import datetime
from typing import Any

from commerce.payments.sandbox.cards import token_for


def card_token(form: Any, now: datetime) -> str:
    """From the posted ``card_number`` and ``expiry``. CARD_NUMBER, CARD_EXPIRY."""
    return token_for(
        card_number=form.get("card_number", ""), expiry=form.get("expiry", ""), now=now
    )
