"""What a commerce core is asked, made of whatever goods a test names."""

from typing import Protocol

from commerce.core.port import CommerceCore, ProductFacts, Wanted, WantedLine
from commerce.references import new


class World(Protocol):
    """A merchant of the mall, its goods, and the core that is held to the contract."""

    core: CommerceCore

    def a_product(self, *, price_won: int = 5_000, taxable: bool = True) -> ProductFacts:
        """One variant, for sale in the mall; the core has not heard of it."""

    def repriced(self, product: ProductFacts, price_won: int) -> ProductFacts:
        """Its merchant asks another price from now on; the core has not heard of it."""

    def lose_next_answer(self) -> None:
        """The core's next call is carried out, and raises CoreUnavailable all the same."""


def variant_of(product: ProductFacts) -> str:
    return product.variants[0].reference


def stocked(
    world: World, *, on_hand: int = 10, price_won: int = 5_000, taxable: bool = True
) -> ProductFacts:
    """Published in the core and counted there."""
    product = world.a_product(price_won=price_won, taxable=taxable)
    world.core.publish(product)
    world.core.set_stock({variant_of(product): on_hand})
    return product


def wanted(*goods: tuple[ProductFacts, int], delivery_won: int = 4_000) -> Wanted:
    """So many of each product's variant at its price, under fresh references."""
    lines = tuple(
        WantedLine(new("LIN"), variant_of(product), quantity, product.variants[0].price_won)
        for product, quantity in goods
    )
    return Wanted(new("FUL"), new("ORD"), lines, delivery_won, {"slot": "3월 4일 10:00"})
