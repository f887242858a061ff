"""One channel of one Saleor, as the adapter's parts share it."""

from collections.abc import Iterable
from functools import cache, cached_property
from typing import Any

from django.conf import settings

from commerce.core.errors import CoreKeyReused
from commerce.saleor import known_ids
from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.errors import Misconfigured
from commerce.saleor.known_ids import Kind
from commerce.saleor.locks import alone
from commerce.saleor.money import decimal_text
from commerce.saleor.setup import names
from commerce.saleor.setup.state import State


class Shop:
    """Threads may share it."""

    def __init__(self, client: Client, channel: str) -> None:
        """``channel``: its slug."""
        self.client = client
        self.channel = channel

    def ask(self, document: str, **variables: Any) -> dict[str, Any]:
        """As ``Client.execute``."""
        return self.client.execute(Document.load(document), variables)

    @cached_property
    def state(self) -> State:
        """As it was when this process first asked. Misconfigured when something is missing."""
        state = State.read(self.client, self.channel)
        if state.missing:
            raise Misconfigured(
                f"Saleor lacks {', '.join(state.missing)}: run `mall saleor connect`"
            )
        return state

    @property
    def channel_id(self) -> str:
        return self.state.channel_id

    def known(self, kind: Kind, references: Iterable[str]) -> dict[str, str]:
        return known_ids.known(self.client.api_url, kind, references)

    def remember(self, kind: Kind, ids: dict[str, str]) -> None:
        known_ids.remember(self.client.api_url, kind, ids)

    def forget(self, kind: Kind, references: Iterable[str]) -> None:
        known_ids.forget(self.client.api_url, kind, references)

    def warehouse(self, merchant: str, name: str = "") -> str:
        """The merchant's own; made when it is new, and let into the channel and the zone."""
        id_ = self.known(Kind.WAREHOUSE, [merchant]).get(merchant)
        return self.let_in(merchant, name) if id_ is None else id_

    def let_in(self, merchant: str, name: str) -> str:
        """As ``warehouse``, also one that is known, e.g. of another channel."""
        with alone(f"warehouse {merchant}"):
            id_ = self._found_warehouse(merchant) or self._new_warehouse(merchant, name)
            joins = {"addWarehouses": [id_]}
            self.ask("channel_update", channel=self.channel_id, input=joins)
            self.ask("shipping_zone_update", zone=self.state.zone_id, input=joins)
        self.remember(Kind.WAREHOUSE, {merchant: id_})
        return id_

    def shipping_method(self, price_won: int) -> str:
        """One for each price; made when the price is new."""
        reference = f"{self.channel}:{price_won}"
        id_ = self.state.methods.get(price_won) or self.known(
            Kind.SHIPPING_METHOD, [reference]
        ).get(reference)
        if id_ is None:
            with alone("shipping methods"):
                methods = State.read(self.client, self.channel).methods
                id_ = methods.get(price_won) or self._new_method(price_won)
            self.remember(Kind.SHIPPING_METHOD, {reference: id_})
        return id_

    def _found_warehouse(self, merchant: str) -> str | None:
        found = self.ask("warehouse", reference=merchant)["warehouse"]
        return found["id"] if found else None

    def _new_warehouse(self, merchant: str, name: str) -> str:
        try:
            made = self.ask(
                "create_warehouse",
                reference=merchant,
                name=name or merchant,
                slug=merchant.lower(),
                address=names.ADDRESS,
            )
        except CoreKeyReused:
            # Made by ourselves, and the answer was lost.
            found = self._found_warehouse(merchant)
            if found is None:
                raise
            return found
        id_: str = made["createWarehouse"]["warehouse"]["id"]
        return id_

    def _new_method(self, price_won: int) -> str:
        made = self.ask(
            "shipping_price_create",
            name=names.method_name(price_won),
            zone=self.state.zone_id,
            taxClass=self.state.taxed,
        )
        id_: str = made["shippingPriceCreate"]["shippingMethod"]["id"]
        self.ask(
            "shipping_method_channel_listing_update",
            method=id_,
            channel=self.channel_id,
            price=decimal_text(price_won),
        )
        return id_


def configured() -> Shop:
    """The one that the settings name. Misconfigured."""
    return _shop(settings.SALEOR_API_URL, settings.SALEOR_TOKEN, settings.SALEOR_CHANNEL)


@cache
def _shop(api_url: str, token: str, channel: str) -> Shop:
    """Kept, as its connections are."""
    return Shop(Client(api_url, token), channel)
