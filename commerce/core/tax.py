"""Tax inside prices: 10 %, or exempt; whole won, each line rounded by itself, half a won up.

A Saleor with flat rates and prices that include tax counts the same way (3.23.28).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Self

from commerce.money import vat_inside


@dataclass(frozen=True, slots=True)
class Taxed:
    """``net_won + tax_won = gross_won``, always."""

    gross_won: int
    net_won: int
    tax_won: int

    @classmethod
    def of(cls, gross_won: int, *, taxable: bool) -> Self:
        if not taxable:
            return cls(gross_won, gross_won, 0)
        net_won, tax_won = vat_inside(gross_won)
        return cls(gross_won, net_won, tax_won)


def line(unit_won: int, quantity: int, *, taxable: bool) -> Taxed:
    """The net is rounded once, on the line's total: three of 1,010 won are 2,755 net, not 2,754."""
    return Taxed.of(unit_won * quantity, taxable=taxable)


def shipping(fee_won: int, *, taxable: bool = True) -> Taxed:
    """The method's own class counts, not the goods': with exempt goods alone it is taxed too."""
    return Taxed.of(fee_won, taxable=taxable)


def order(parts: Iterable[Taxed]) -> Taxed:
    """Lines and shipping, each rounded already, only add up."""
    parts = list(parts)
    return Taxed(
        sum(part.gross_won for part in parts),
        sum(part.net_won for part in parts),
        sum(part.tax_won for part in parts),
    )
