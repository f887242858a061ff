"""The gateways that the contract is held to, each with the cards of its test mode."""

from typing import Literal, Protocol

from pytest_django import Settings

from commerce.payments.sandbox.models import SandboxCharge
from tests.ports.fakes import stripe_api, stripe_books, toss_api
from tests.ports.fakes.stripe_api import StripeApi, StripeOnTheFake
from tests.ports.fakes.toss_api import TossApi, TossOnTheFake

Card = Literal["pays", "declines", "times_out", "asks_bank"]


class Adapter(Protocol):
    name: str

    def use(self, settings: Settings) -> None:
        """A fresh account, and the adapter in the settings."""

    def card(self, card: Card, *, key: str, amount_won: int) -> str:
        """What the gateway's fields in the browser give for such a card."""

    def card_to_keep(self, card: Card) -> str:
        """The same, for ``store_card``."""

    def bank_decides(self, key: str, *, approves: bool) -> None:
        """The shopper has been to the bank's page, or has not been let in."""

    def forget_keys(self) -> None:
        """So much time has passed that idempotency keys are gone."""

    def break_down(self) -> None:
        """From now on nothing is answered."""


class Sandbox:
    name = "commerce.payments.sandbox.gateway.SandboxGateway"
    tokens = {
        "pays": "tok_4242",
        "declines": "tok_declined",
        "times_out": "tok_unavailable",
        "asks_bank": "tok_authenticates",
    }

    def use(self, settings: Settings) -> None:
        settings.PAYMENT_GATEWAY = self.name

    def card(self, card: Card, *, key: str, amount_won: int) -> str:
        return self.tokens[card]

    def card_to_keep(self, card: Card) -> str:
        return self.tokens[card]

    def bank_decides(self, key: str, *, approves: bool) -> None:
        why = {"outcome": "declined", "decline_code": "authentication_failed"}
        asked = SandboxCharge.objects.filter(key=key, outcome="needs_action")
        asked.update(**{"outcome": "paid"} if approves else why)

    def forget_keys(self) -> None:
        """Its own never go."""

    def break_down(self) -> None:
        raise NotImplementedError


class Stripe:
    name = "tests.ports.fakes.stripe_api.StripeOnTheFake"
    cards = {
        "pays": "pm_card_visa",
        "declines": "pm_card_chargeDeclined",
        "times_out": stripe_books.SILENT,
        "asks_bank": stripe_books.AUTHENTICATES,
    }

    def use(self, settings: Settings) -> None:
        settings.PAYMENT_GATEWAY = self.name
        settings.STRIPE_SECRET_KEY = stripe_api.SECRET
        settings.STRIPE_WEBHOOK_SECRET = stripe_api.SIGNS
        self.api = StripeOnTheFake.api = StripeApi()

    def card(self, card: Card, *, key: str, amount_won: int) -> str:
        if card == "times_out":
            return self.cards[card]
        return self.api.books.confirmation_token(self.cards[card])

    def card_to_keep(self, card: Card) -> str:
        return self.cards[card]

    def bank_decides(self, key: str, *, approves: bool) -> None:
        intents = self.api.books.of("payment_intent")
        (intent,) = [x for x in intents if x["metadata"]["key"] == key]
        self.api.books.bank_decides(intent, approves=approves)

    def forget_keys(self) -> None:
        self.api.forget_keys()

    def break_down(self) -> None:
        self.api.down = True


class Toss:
    name = "tests.ports.fakes.toss_api.TossOnTheFake"
    cards = {"pays": "pays", "declines": "declined", "times_out": "silent"}

    def use(self, settings: Settings) -> None:
        settings.PAYMENT_GATEWAY = self.name
        settings.TOSS_SECRET_KEY = toss_api.SECRET
        self.api = TossOnTheFake.api = TossApi()

    def card(self, card: Card, *, key: str, amount_won: int) -> str:
        return self.api.window(order_id=key, amount_won=amount_won, card=self.cards[card])

    def card_to_keep(self, card: Card) -> str:
        return self.api.billing_window(card=self.cards[card])

    def bank_decides(self, key: str, *, approves: bool) -> None:
        raise NotImplementedError

    def forget_keys(self) -> None:
        self.api.forget_keys()

    def break_down(self) -> None:
        self.api.broken = (500, "FAILED_INTERNAL_SYSTEM_PROCESSING")


SANDBOX, STRIPE, TOSS = Sandbox(), Stripe(), Toss()
ADAPTERS: list[Adapter] = [SANDBOX, STRIPE, TOSS]
# Toss's window has asked the bank before, and pays no merchants.
ASKING_THE_BANK: list[Adapter] = [SANDBOX, STRIPE]
PAYING_OUT: list[Adapter] = [SANDBOX, STRIPE]
# These can be out of order.
OVER_A_NETWORK: list[Adapter] = [STRIPE, TOSS]
