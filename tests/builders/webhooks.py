"""A false Stripe, and what it tells."""

from datetime import datetime
from typing import Any

from pytest_django import Settings

from commerce.payments import hearing
from commerce.payments.models import GatewayEvent
from tests.builders.commerce import NOW
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.payment_adapters import STRIPE


def a_stripe(settings: Settings) -> StripeApi:
    """A fresh account, and the adapter in the settings."""
    STRIPE.use(settings)
    return STRIPE.api


def hear(api: StripeApi, event: dict[str, Any], now: datetime = NOW) -> GatewayEvent | None:
    """The event comes in, signed."""
    body, headers = api.signed(event)
    return hearing.receive(name="stripe", body=body, headers=headers, now=now)


def events(api: StripeApi, kind: str) -> list[dict[str, Any]]:
    """Those of one type, e.g. ``payment_intent.succeeded``, oldest first."""
    return [event for event in api.books.events if event["type"] == kind]


def tell(api: StripeApi, kind: str, thing: dict[str, Any]) -> dict[str, Any]:
    """A new event about ``thing`` as it is now."""
    api.books.tell(kind, thing)
    return api.books.events[-1]
