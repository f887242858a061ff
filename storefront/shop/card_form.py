"""Where a shopper's card is entered: in the sandbox's own form, in Stripe's fields inside our page,
or in Toss's window once the order is placed, and before a regular box begins. A real card's number
never comes to us.

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
from django.http import HttpRequest
from django.http.response import HttpResponseBase

from commerce.customers.models import Customer
from commerce.payments import cards
from commerce.payments.actions import CardMissing
from commerce.payments.gateway import NeedsAction, StoredCard, gateway
from commerce.payments.sandbox.cards import token_for
from storefront.refusals import BadInput

View = Callable[..., HttpResponseBase]

# Another card is needed.
CARD_NO_GOOD = ("CARD_MISSING", "CARD_REFUSED", "KEY_REUSED")

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
# What Toss's window for standing payments comes back with (``authKey``), good for one card once.
TOSS_AUTH_KEY = re.compile(r"[A-Za-z0-9_=+/.-]{1,300}", re.ASCII)


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
    token = _auth_key(form) if picks_card_in_window() else card_token(form, now)
    return cards.keep(key=key, customer_reference=customer.reference, card_token=token)


def _auth_key(form: Any) -> str:
    """CARD_MISSING."""
    found: str = form.get("card_token", "")
    if not TOSS_AUTH_KEY.fullmatch(found):
        raise CardMissing("card_token")
    return found


def setup_entry(
    request: HttpRequest, customer: Customer, *, refusal: Any, needed: NeedsAction | None
) -> dict[str, str]:
    """``card_entry`` for a card to be kept. One that the bank or a silent gateway holds up, or that
    was given in a window before something else was refused, is asked for again as it was; any
    other gets a new key, since a key belongs to one card."""
    form = request.POST
    by_window = picks_card_in_window()
    kept_on = by_window and refusal is not None and refusal.code not in CARD_NO_GOOD
    again = needed is not None or kept_on or (refusal is not None and refusal.retryable)
    back_with = _back_from_window(request, customer) if by_window else ""
    return card_entry() | {
        "card_key": form.get("card_key", "") if again else str(uuid4()),
        "token": form.get("card_token", "") if again else back_with,
        "client_secret": needed.client_secret if needed else "",
        "customer": customer.reference if by_window else "",
        "failed": request.GET.get("failed", "") if by_window else "",
    }


def _back_from_window(request: HttpRequest, customer: Customer) -> str:
    """The window's answer, where it is about this shopper; whoever else's is nobody's."""
    found = request.GET.get("authKey", "")
    about_us = request.method == "GET" and request.GET.get("customerKey") == customer.reference
    return found if about_us and TOSS_AUTH_KEY.fullmatch(found) else ""
