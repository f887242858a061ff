"""Which share of a line is the mall's: the closest rule in force on the day it is handed over.

A rule for a merchant comes before one for its market, which comes before one for everybody; of
those alike, one for the line's category comes first; of the same scope, the newest counts. Where
none is in force the merchant's own rate does, as it was admitted.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Seller:
    """Whose line it is; ``own_basis_points`` is what they were admitted with."""

    merchant_reference: str
    market_reference: str
    own_basis_points: int


@dataclass(frozen=True)
class Rule:
    """From a business date on, in 1/10,000; None lifts an earlier rule of the same scope.

    An empty reference or category means all. ``number`` grows with the time it was set.
    """

    merchant_reference: str
    market_reference: str
    category: str
    from_on: date
    basis_points: int | None
    number: int

    @property
    def scope(self) -> tuple[str, str, str]:
        return self.merchant_reference, self.market_reference, self.category

    @property
    def closeness(self) -> tuple[bool, bool, bool]:
        return bool(self.merchant_reference), bool(self.market_reference), bool(self.category)

    def covers(self, seller: Seller, category: str) -> bool:
        return (
            self.merchant_reference in ("", seller.merchant_reference)
            and self.market_reference in ("", seller.market_reference)
            and self.category in ("", category)
        )


def in_force(rules: Iterable[Rule], on: date) -> list[Rule]:
    """One of each scope at most, closest first."""
    newest: dict[tuple[str, str, str], Rule] = {}
    for rule in sorted(rules, key=lambda rule: (rule.from_on, rule.number)):
        if rule.from_on <= on:
            newest[rule.scope] = rule
    kept = [rule for rule in newest.values() if rule.basis_points is not None]
    return sorted(kept, key=lambda rule: rule.closeness, reverse=True)


def rate(closest_first: Iterable[Rule], seller: Seller, category: str) -> int:
    """Basis points of a line, given what ``in_force`` found for its day."""
    for rule in closest_first:
        if rule.covers(seller, category) and rule.basis_points is not None:
            return rule.basis_points
    return seller.own_basis_points
