"""What each of several vouchers pays of what is bought.

The voucher that may pay for least goes first, so that a wide one is left for what only it may pay.
Within its goods a voucher pays of each in proportion to what is still to be paid.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from commerce.money import share


@dataclass(frozen=True)
class Bought:
    """A line's goods, or a delivery fee (``delivery``), by the caller's own key."""

    key: str
    won: int
    tax_class: str = ""
    merchant_kind: str = ""
    market_reference: str = ""
    category: str = ""
    delivery: bool = False


class Terms(Protocol):
    """As ``models.Programme`` has them."""

    covers_delivery: bool
    tax_class: str
    merchant_kinds: list[str]
    market_references: list[str]
    categories: list[str]


@dataclass(frozen=True)
class Offered:
    """``key``: the voucher's, by which ties are broken too."""

    key: str
    won: int
    terms: Terms


def pays_for(terms: Terms, bought: Bought) -> bool:
    if bought.delivery:
        return terms.covers_delivery
    allowed = [
        ([terms.tax_class] if terms.tax_class else [], bought.tax_class),
        (terms.merchant_kinds, bought.merchant_kind),
        (terms.market_references, bought.market_reference),
        (terms.categories, bought.category),
    ]
    return all(not one_of or value in one_of for one_of, value in allowed)


def cover(bought: Sequence[Bought], offered: Sequence[Offered]) -> dict[str, dict[str, int]]:
    """Won by voucher and key; a voucher that pays nothing has an empty share. Nothing is paid twice
    and no voucher gives more than it has."""
    left = {one.key: one.won for one in bought}
    covered: dict[str, dict[str, int]] = {}
    for voucher in sorted(offered, key=lambda one: (_reach(one, bought), one.key)):
        covered[voucher.key] = _pay(voucher, bought, left)
        for key, won in covered[voucher.key].items():
            left[key] -= won
    return covered


def _reach(voucher: Offered, bought: Sequence[Bought]) -> int:
    return sum(one.won for one in bought if pays_for(voucher.terms, one))


def _pay(voucher: Offered, bought: Sequence[Bought], left: Mapping[str, int]) -> dict[str, int]:
    own = [one.key for one in bought if pays_for(voucher.terms, one) and left[one.key]]
    open_won = [left[key] for key in own]
    won = share(min(voucher.won, sum(open_won)), open_won)
    return {key: part for key, part in zip(own, won, strict=True) if part}
