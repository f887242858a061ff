"""What Stripe answers, in the port's words."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Literal

import stripe

from commerce.payments.declines import STRIPE_CARD, Decline
from commerce.payments.gateway import (
    Authorised,
    Declined,
    DisputeStatus,
    GatewayUnavailable,
    Hint,
    NeedsAction,
    Outcome,
    Paid,
)

log = logging.getLogger(__name__)

# Of webhooks: by the kind of object that they bring.
ABOUT: dict[str, Literal["payment", "card", "refund", "payout", "dispute"]] = {
    "payment_intent": "payment",
    "setup_intent": "card",
    "refund": "refund",
    "transfer": "payout",
    "dispute": "dispute",
}
# https://docs.stripe.com/api/disputes/object; what is not listed is open.
DISPUTES: dict[str, DisputeStatus] = {
    "lost": "lost",
    "prevented": "won",
    "warning_closed": "won",
    "warning_needs_response": "warning",
    "warning_under_review": "warning",
    "won": "won",
}


@contextmanager
def settled(key: str) -> Iterator[None]:
    """Lets through what says for certain that nothing was done; all else leaves it open, such as a
    lost connection, Stripe's own errors, a wrong secret, or the same question still under way."""
    try:
        yield
    except (stripe.CardError, stripe.InvalidRequestError, stripe.IdempotencyError):
        raise
    except stripe.StripeError as error:
        log.warning("Stripe settled nothing about %s: %s", key, error)
        raise GatewayUnavailable(key) from error


def outcome(intent: stripe.PaymentIntent) -> Outcome:
    """Raises GatewayUnavailable while it is being processed."""
    match intent.status:
        case "succeeded":
            return Paid(intent.id)
        case "requires_capture":
            return Authorised(intent.id)
        case "requires_action":
            return NeedsAction(intent.id, intent.client_secret or "")
        case "requires_payment_method" | "canceled":
            return Declined(why_not_paid(intent))
        case _:
            raise GatewayUnavailable(f"{intent.id} is {intent.status}")


def why_not_paid(intent: stripe.PaymentIntent) -> Decline:
    error = intent.last_payment_error
    return Decline.VOIDED if error is None else why(error)


def why(error: Any) -> Decline:
    """A card error's reason: the bank's where it gave one, else Stripe's."""
    codes = [getattr(error, "decline_code", None), getattr(error, "code", None)]
    known = [STRIPE_CARD[code] for code in codes if code in STRIPE_CARD]
    return known[0] if known else Decline.CARD_DECLINED


def rejected(key: str, error: stripe.InvalidRequestError) -> Declined:
    """Checked before anything was done: nothing moved, and the same question never will."""
    log.error("Stripe rejected %s: %s", key, error)
    return Declined(Decline.REJECTED)


def not_refunded(key: str, error: stripe.InvalidRequestError) -> Declined:
    log.warning("Stripe refused refund %s: %s", key, error)
    if error.code == "resource_missing":
        return Declined(Decline.NO_SUCH_CHARGE)
    if error.code == "charge_already_refunded" or error.param == "amount":
        return Declined(Decline.MORE_THAN_CHARGED)
    return Declined(Decline.REFUND_REFUSED)


def not_transferred(key: str, error: stripe.InvalidRequestError) -> Declined:
    log.warning("Stripe refused transfer %s: %s", key, error)
    if error.code == "balance_insufficient":
        return Declined(Decline.BALANCE_TOO_LOW)
    if error.param == "destination":
        return Declined(Decline.NO_SUCH_ACCOUNT)
    return Declined(Decline.TRANSFER_REFUSED)


def key_of(thing: Any) -> str:
    """Our key, as it was written into the metadata of what Stripe keeps."""
    metadata = getattr(thing, "metadata", None)
    return str(metadata["key"]) if metadata and "key" in metadata else ""


def hint(event: stripe.Event) -> Hint | None:
    thing = event.data.object
    about = ABOUT.get(thing["object"])
    if about is None:
        return None
    return Hint(event.id, about, key_of(thing), thing["id"])
