"""The port to whoever moves the money. Adapters live beside this file, one for each gateway.

Money is whole won, VAT included. Every ``key`` is ours, stored before the gateway is asked, and 6
to 64 letters, digits, ``-`` and ``_`` long: the least that all gateways take.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, Protocol, runtime_checkable

from django.conf import settings
from django.utils.module_loading import import_string

from commerce.errors import CommerceError


class GatewayUnavailable(Exception):
    """The outcome is unknown: no answer, or one that settles nothing. Money may or may not have
    moved: ask ``find``, or ask again with the same key."""


class KeyReused(CommerceError):
    """The gateway knows this key for another amount or another charge."""

    code = "KEY_REUSED"


class WebhookRefused(CommerceError):
    """Not from the gateway, too old, or not in its words."""

    code = "WEBHOOK_REFUSED"


@dataclass(frozen=True)
class Paid:
    """The money moved; for a refund it went back, for a transfer it went out."""

    gateway_reference: str


@dataclass(frozen=True)
class Authorised:
    """The money is held on the card until ``capture`` or ``void``."""

    gateway_reference: str


@dataclass(frozen=True)
class NeedsAction:
    """The shopper's bank wants to hear from the shopper (3-D Secure).

    ``client_secret`` lets the shopper's browser go on; it is shown to nobody else and not stored.
    """

    gateway_reference: str
    client_secret: str


@dataclass(frozen=True)
class Declined:
    """No money moved, and none will under this key. ``code``: one of ``declines.Decline``."""

    code: str


@dataclass(frozen=True)
class StoredCard:
    """``token`` stands for a card and its owner in ``charge_off_session``; at most 255 letters."""

    token: str


Outcome = Paid | Authorised | NeedsAction | Declined


DisputeStatus = Literal["warning", "open", "won", "lost"]


@dataclass(frozen=True)
class Dispute:
    """A shopper's bank took ``amount_won`` back. ``gateway_reference``: the charge's.

    While it only warns, nothing was taken yet.
    """

    gateway_reference: str
    amount_won: int
    status: DisputeStatus


@dataclass(frozen=True)
class Hint:
    """That something may have changed; what it is now, the gateway is asked.

    ``event_id`` is the same each time one event is delivered. ``key`` is ours, empty where the
    gateway does not tell it; ``gateway_reference`` is of what ``about`` names.
    """

    event_id: str
    about: Literal["payment", "card", "refund", "payout", "dispute"]
    key: str
    gateway_reference: str


class Gateway(Protocol):
    """The same key with the same amount is answered alike and moves money once at most.

    All but ``heard`` raise GatewayUnavailable; those that take a key raise KeyReused.
    """

    name: str  # one short word, as it stands in addresses and rows

    def charge(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        """Takes the money while the shopper is there. ``card_token``: what the gateway's own
        fields in the browser gave for the card."""

    def charge_off_session(
        self,
        *,
        key: str,
        amount_won: int,
        tax_free_won: int,
        stored_card: str,
        order_reference: str,
    ) -> Outcome:
        """Takes the money from a stored card while nobody is there: never NeedsAction.

        ``tax_free_won``: the part of the amount that is free of VAT.
        """

    def store_card(
        self, *, key: str, customer_reference: str, card_token: str
    ) -> StoredCard | NeedsAction | Declined:
        """Keeps a card for later. After NeedsAction the same question is asked again."""

    def authorise(
        self, *, key: str, amount_won: int, card_token: str, order_reference: str
    ) -> Outcome:
        """Holds the money. Paid from a gateway that can only take: ``capture`` then gives back."""

    def capture(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        """Keeps ``amount_won`` of what was authorised, and lets the rest go. Once only.

        ``key`` names the capture, not the charge. ``tax_free_won``: the part free of VAT.
        """

    def void(self, *, gateway_reference: str) -> Outcome:
        """Ends an authorisation, or a charge that waits for the shopper's bank; from a gateway that
        cannot hold money all of it goes back.

        Declined once nothing can be taken any more; Paid when it was too late.
        """

    def refund(
        self, *, key: str, gateway_reference: str, amount_won: int, tax_free_won: int
    ) -> Paid | Declined:
        """Gives back part of the charge named ``gateway_reference``; ``key`` names the refund, and
        belongs to one charge. ``tax_free_won``: the part of the amount that is free of VAT."""

    def find(self, key: str, *, gateway_reference: str = "") -> Outcome | None:
        """What became of the charge made with this key; None when there is none.

        ``gateway_reference``, where it is known, spares a search. What is told as Declined stays
        so: a charge that could still be tried with another card is closed first.
        """

    def dispute(self, gateway_reference: str) -> Dispute | None:
        """None for one unknown, and from a gateway that tells of none."""

    def heard(self, *, body: bytes, headers: Mapping[str, str]) -> Hint | None:
        """What a webhook is about; None for what nobody here follows. Raises WebhookRefused."""


@runtime_checkable
class Payouts(Protocol):
    """What a gateway may offer beside charges: a merchant's own account with it."""

    def transfer(self, *, key: str, account_reference: str, amount_won: int) -> Paid | Declined:
        """Sends won from the mall's balance to a merchant's. Raises as ``Gateway`` does."""


def gateway() -> Gateway:
    """The adapter named by the setting PAYMENT_GATEWAY."""
    adapter: Gateway = import_string(settings.PAYMENT_GATEWAY)()
    return adapter


def payouts() -> Payouts | None:
    """The same adapter; None when merchants are paid by bank transfer instead."""
    adapter = gateway()
    return adapter if isinstance(adapter, Payouts) else None
