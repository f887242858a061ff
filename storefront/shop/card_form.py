"""Where a shopper's card is entered: in the sandbox's own form, in Stripe's fields inside our page,
or in Toss's window once the order is placed. A real card's number never comes to us.

Sources, read in November 2026: https://docs.stripe.com/security/guide#content-security-policy,
https://docs.tosspayments.com/sdk/v2/js.
"""

import re
from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any
from uuid import UUID, uuid4

from csp.decorators import csp_update
from django.conf import settings
from django.http.response import HttpResponseBase

from commerce.customers.models import Customer
from commerce.payments import cards
from commerce.payments.actions import CardMissing
from commerce.payments.gateway import NeedsAction, StoredCard, gateway
from commerce.payments.sandbox.cards import token_for
from storefront.refusals import BadInput

View = Callable[..., HttpResponseBase]

# What their scripts need; the policy of every other page stays as it is.
ALLOWED: dict[str, dict[str, list[str]]] = {
    "stripe": {
        "script-src": ["https://js.stripe.com", "https://*.js.stripe.com"],
        "frame-src": [
            "https://js.stripe.com",
            "https://*.js.stripe.com",
            "https://hooks.stripe.com",
        ],
        "connect-src": ["https://api.stripe.com"],
        "img-src": ["https://*.stripe.com"],
    },
    "toss": {
        "script-src": ["https://js.tosspayments.com"],
        "frame-src": ["https://*.tosspayments.com"],
        "connect-src": ["https://*.tosspayments.com"],
        "img-src": ["https://*.tosspayments.com"],
        "form-action": ["https://*.tosspayments.com"],
    },
}
# A ConfirmationToken or a PaymentMethod: https://docs.stripe.com/api/confirmation_tokens
STRIPE_TOKEN = re.compile(r"(ctoken|pm)_[A-Za-z0-9_]{1,200}", re.ASCII)


def card_page(view: View) -> View:
    """A page where a card is entered may load what its gateway needs."""

    @wraps(view)
    def answer(*asked: Any, **named: Any) -> HttpResponseBase:
        allowed = ALLOWED.get(gateway().name)
        shown = csp_update(allowed)(view) if allowed else view
        return shown(*asked, **named)

    return answer


def card_entry() -> dict[str, str]:
    """For the gateway's script: its ``gateway``, and the ``key`` that browsers may see."""
    name = gateway().name
    keys = {"stripe": settings.STRIPE_PUBLISHABLE_KEY, "toss": settings.TOSS_CLIENT_KEY}
    return {"gateway": name, "key": keys.get(name, "")}


def picks_card_in_window() -> bool:
    return gateway().name == "toss"


def card_token(form: Any, now: datetime) -> str:
    """What was posted for the card; empty where it is picked in a window later.

    CARD_MISSING without the gateway's script; the sandbox's form: CARD_NUMBER, CARD_EXPIRY.
    """
    match gateway().name:
        case "sandbox":
            number, expiry = form.get("card_number", ""), form.get("expiry", "")
            return token_for(card_number=number, expiry=expiry, now=now)
        case "toss":
            return ""
    token: str = form.get("card_token", "")
    if not STRIPE_TOKEN.fullmatch(token):
        raise CardMissing("card_token")
    return token


def card_to_keep(form: Any, customer: Customer, now: datetime) -> StoredCard | NeedsAction:
    """Keeps what was posted for charges to come. After NeedsAction the same form is posted again.

    BAD_INPUT, CARD_MISSING, CARD_REFUSED, GATEWAY_SILENT, KEY_REUSED; the sandbox's form too.
    """
    try:
        key = str(UUID(form.get("card_key", "")))
    except ValueError:
        raise BadInput("card_key") from None
    token = card_token(form, now)
    if not token:
        raise CardMissing("card_token")
    return cards.keep(key=key, customer_reference=customer.reference, card_token=token)


def setup_entry(form: Any, *, refusal: Any, needed: NeedsAction | None) -> dict[str, str]:
    """``card_entry`` for a card to be kept. One that the bank or a silent gateway holds up is asked
    for again as it was; any other gets a new key, since a key belongs to one card."""
    again = needed is not None or (refusal is not None and refusal.retryable)
    return card_entry() | {
        "card_key": form.get("card_key", "") if again else str(uuid4()),
        "token": form.get("card_token", "") if again else "",
        "client_secret": needed.client_secret if needed else "",
    }
