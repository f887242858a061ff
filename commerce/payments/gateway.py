"""The port to whoever moves the money. Adapters live in folders beside this file."""

from dataclasses import dataclass
from typing import Literal, Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from commerce.errors import CommerceError


class GatewayUnavailable(Exception):
    """No answer. Money may or may not have moved: ask ``find``, or ask again with the same key."""


class KeyReused(CommerceError):
    """The gateway knows this key for another amount or another charge."""

    code = "KEY_REUSED"


@dataclass(frozen=True)
class Outcome:
    """What became of a charge or a refund; for a refund "paid" means paid back."""

    status: Literal["paid", "declined"]
    gateway_reference: str
    decline_code: str = ""


class Gateway(Protocol):
    """The same key with the same amount is answered alike and moves money once at most."""

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        """Raises GatewayUnavailable, KeyReused."""

    def refund(self, *, key: str, gateway_reference: str, amount_won: int) -> Outcome:
        """Gives back part of the charge named ``gateway_reference``. Raises as ``charge`` does."""

    def find(self, key: str) -> Outcome | None:
        """The charge made with this key, None when there is none. Raises GatewayUnavailable."""


def gateway() -> Gateway:
    """The adapter named by the setting PAYMENT_GATEWAY."""
    adapter: Gateway = import_string(settings.PAYMENT_GATEWAY)()
    return adapter
