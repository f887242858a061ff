"""The port to what a Saleor is asked for its app. Never while one of its shoppers waits."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from commerce.errors import CommerceError
from commerce.saleor.app.order_there import OrderThere
from commerce.saleor.app.signature import Jwks


class UpstreamSilent(CommerceError):
    """No answer, too late an answer, or a server that is busy or broken. ``data``: ``reason``."""

    code = "SALEOR_APP_SILENT"
    retryable = True


class UpstreamOdd(CommerceError):
    """An answer that no Saleor gives, e.g. a page of a proxy before it. ``data``: ``reason``."""

    code = "SALEOR_APP_ODD"
    retryable = True


class TokenRefused(CommerceError):
    """The Saleor knows no app by that token."""

    code = "SALEOR_APP_TOKEN_REFUSED"


@dataclass(frozen=True)
class Identity:
    """``app_id`` is the Saleor's own id of the app, ``identifier`` the manifest's."""

    app_id: str
    identifier: str


@dataclass(frozen=True)
class Event:
    """What became of a payment, in a Saleor's words: ``type`` CHARGE_SUCCESS, REFUND_FAILURE …;
    ``actions`` are those that its staff may ask for from now on."""

    type: str
    reference: str
    amount_won: int
    actions: Sequence[str] = ()


class Happened(StrEnum):
    PAID = "paid"  # to us, where it was handed over
    REFUNDED = "refunded"  # is to go back, by whoever took it
    LEFT = "left"
    NOT_THERE = "not_there"  # so many will never leave
    ENDED = "ended"  # one part of it, with all its lines


@dataclass(frozen=True)
class News:
    """``lines``: quantities by the Saleor's own ids; ``amount_won`` for money."""

    happened: Happened
    key: str
    lines: Mapping[str, int] = field(default_factory=dict)
    amount_won: int = 0


class Upstream(Protocol):
    """``api_url`` is normalised and allowed. Raises SALEOR_APP_SILENT, SALEOR_APP_ODD."""

    def identity(self, api_url: str, token: str) -> Identity:
        """Which app the token is of. Raises SALEOR_APP_TOKEN_REFUSED too."""

    def jwks(self, api_url: str) -> Jwks:
        """The public keys: ``{"keys": [{…}, …]}``, each a dict."""

    def external_reference(self, api_url: str, token: str, order_id: str) -> str:
        """The order's external reference, "" when it has none. NOT_FOUND for an order that is not
        there or that the token's owner may not see."""

    def order(self, api_url: str, token: str, order_id: str) -> OrderThere:
        """The order as it stands now. NOT_FOUND as above."""

    def confirm_order(self, api_url: str, token: str, order_id: str) -> None:
        """It stands from now on. One that does already, or is over, is left as it is."""

    def orders_changed(self, api_url: str, token: str, since: datetime) -> list[str]:
        """Ids of orders with a change that the Saleor dates at ``since`` or later."""

    def report(self, api_url: str, token: str, transaction_id: str, event: Event) -> None:
        """Says what became of a payment that our app was asked for; a repeat changes nothing."""

    def tell(self, api_url: str, token: str, order_id: str, news: News) -> None:
        """Says what became here of an order that was born there; the same key changes nothing.

        Must not be called for one order by two at once. NOT_FOUND, CORE_ORDER_ENDED when goods
        have left of one that is over there, OUT_OF_STOCK, SALEOR_REFUSED.
        """


def upstream() -> Upstream:
    """The adapter named by the setting SALEOR_UPSTREAM."""
    adapter: Upstream = import_string(settings.SALEOR_UPSTREAM)()
    return adapter
