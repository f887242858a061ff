"""The gateways that the contract is held to, each with the cards of its test mode."""

from typing import Literal, Protocol

from pytest_django import Settings

from commerce.payments.sandbox.models import SandboxCharge

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


SANDBOX = Sandbox()
ADAPTERS: list[Adapter] = [SANDBOX]
ASKING_THE_BANK: list[Adapter] = [SANDBOX]
PAYING_OUT: list[Adapter] = [SANDBOX]
# These can be out of order.
OVER_A_NETWORK: list[Adapter] = []
