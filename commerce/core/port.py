"""The port to whoever owns product records, stock figures and the money of a fulfilment.

Adapters live beside this file (``embedded``) and in ``commerce.saleor``; the setting COMMERCE_CORE
names one. A core order is the core's side of one fulfilment of ours, and bears its reference.

All references are ours. Money is whole won, VAT included; instants are aware and in UTC. Every
call may be repeated: with the same reference, or the same ``key`` where it takes one, it does
nothing twice and answers alike. A refusal changes nothing. Any call may raise CoreUnavailable,
which does not say that nothing was done: ask again.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from commerce.core.tax import Taxed as Taxed


@dataclass(frozen=True, slots=True)
class VariantFacts:
    reference: str
    unit: str
    price_won: int


@dataclass(frozen=True, slots=True)
class ProductFacts:
    """``taxable`` is False for what bears no VAT. ``picture_url`` "" for none."""

    reference: str
    merchant_reference: str
    name: str
    description: str
    taxable: bool
    published: bool
    variants: tuple[VariantFacts, ...]
    picture_url: str = ""


@dataclass(frozen=True, slots=True)
class Level:
    """How many are there (promised ones included), and how many of them are promised."""

    on_hand: int
    allocated: int

    @property
    def left(self) -> int:
        return self.on_hand - self.allocated


@dataclass(frozen=True, slots=True)
class WantedLine:
    """``reference``: our order line's. ``unit_price_won``: as agreed, whatever it costs today."""

    reference: str
    variant_reference: str
    quantity: int
    unit_price_won: int


@dataclass(frozen=True, slots=True)
class Wanted:
    """A fulfilment to be placed. ``group``: our order's reference. ``facts``: shown beside it,
    such as its slot; never read back."""

    reference: str
    group: str
    lines: tuple[WantedLine, ...]
    delivery_won: int
    facts: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Quote:
    """Each line rounded by itself, the delivery too; the total only adds up."""

    lines: Mapping[str, Taxed]
    delivery: Taxed
    total: Taxed


class CoreStatus(StrEnum):
    PLACED = "placed"  # stock is held; not confirmed
    CONFIRMED = "confirmed"
    PARTLY_FULFILLED = "partly_fulfilled"
    FULFILLED = "fulfilled"
    CANCELLED = "cancelled"
    EXPIRED = "expired"  # nobody paid; the stock is free again


@dataclass(frozen=True, slots=True)
class CoreOrder:
    """As the core has it now. ``lines``: our line's reference → how many are fulfilled of it.

    ``charged_won``: what was paid, refunds not taken off.
    """

    reference: str
    status: CoreStatus
    quote: Quote
    charged_won: int
    refunded_won: int
    fulfilled: Mapping[str, int]

    @property
    def left_to_refund_won(self) -> int:
        return self.charged_won - self.refunded_won


@dataclass(frozen=True, slots=True)
class Changes:
    """References of what may have changed; too many is fine, and so is missing some: the nightly
    comparison finds those. ``until``: where to go on next time."""

    products: frozenset[str]
    orders: frozenset[str]
    until: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A product as the core has it. ``id``: the core's own name for it. ``reference``: ours, "" for
    one that we never published. ``prices_won``, ``on_hand``: by variant, of ours."""

    id: str
    reference: str
    name: str
    published: bool
    prices_won: Mapping[str, int]
    on_hand: Mapping[str, int]


class CommerceCore(Protocol):
    """``immediate``: it works in the caller's transaction, so what it refuses undoes all of that.
    Any other is told after the commit (``commerce.core.steps``)."""

    immediate: bool

    def publish(self, product: ProductFacts) -> None:
        """Creates it or brings it up to date. PRODUCT_INVALID."""

    def set_stock(self, on_hand: Mapping[str, int]) -> None:
        """By variant. NOT_PUBLISHED for a variant unknown, STOCK_BELOW_ALLOCATED; all or none."""

    def stock(self, variants: Sequence[str]) -> dict[str, Level]:
        """What it knows of these; an unknown variant is absent."""

    def quote(self, wanted: Wanted) -> Quote:
        """What ``place`` would make of it now. Holds nothing. Raises as ``place``."""

    def place(self, wanted: Wanted) -> CoreOrder:
        """Holds stock for every line or for none. NOT_PUBLISHED, OUT_OF_STOCK (``data``:
        ``variant``, ``left``), CORE_KEY_REUSED when the reference has other lines."""

    def confirm(self, reference: str) -> CoreOrder:
        """The mall stands by it. CORE_ORDER_ENDED, CORE_ORDER_UNKNOWN."""

    def record_payment(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        """Money that has moved already. CORE_ORDER_ENDED for one cancelled or expired (its stock
        is gone: the money has to go back), OVERPAID (``left_won``), CORE_KEY_REUSED."""

    def record_refund(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        """Money that is going back. OVER_REFUND (``left_won``), CORE_KEY_REUSED."""

    def fulfil(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        """So many of these lines have left. CORE_ORDER_ENDED, OVER_FULFILLED (``left``),
        CORE_KEY_REUSED."""

    def shorten(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        """So many of these lines are not there after all and will never leave: what was held for
        them is free. Their money is refunded apart. CORE_ORDER_ENDED, OVER_FULFILLED (``left``),
        CORE_KEY_REUSED."""

    def cancel(self, reference: str) -> CoreOrder:
        """Frees what is held; what was paid is refunded apart. CORE_ORDER_FULFILLED once
        anything has left."""

    def expire(self, reference: str) -> CoreOrder:
        """As ``cancel``, for one nobody paid. CORE_ORDER_PAID, CORE_ORDER_FULFILLED."""

    def read(self, reference: str) -> CoreOrder | None:
        """None for one it does not have."""

    def listed(self, only: Collection[str] | None = None) -> Iterator[Listed]:
        """Every product it has, or those of these that it has."""

    def hide(self, product: str) -> None:
        """By the core's own name: it is for sale no more. NOT_PUBLISHED when there is none."""

    def tidy_up(self, before: datetime) -> int:
        """Throws away what it made for itself before then and needs no more; how many things."""

    def changed_since(self, since: datetime) -> Changes:
        """What may have changed since then."""


def core() -> CommerceCore:
    """The adapter named by the setting COMMERCE_CORE."""
    adapter: CommerceCore = import_string(settings.COMMERCE_CORE)()
    return adapter
