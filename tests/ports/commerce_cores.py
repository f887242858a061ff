"""The commerce cores that the contract is held to, each with a world of its own."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any, Protocol, cast

import pytest

from commerce.catalogue.models import TaxClass, Variant
from commerce.core.embedded import EmbeddedCore
from commerce.core.errors import CoreUnavailable
from commerce.core.port import CommerceCore, ProductFacts, VariantFacts
from commerce.references import new
from commerce.saleor.core import SaleorCore
from commerce.saleor.shop import Shop
from tests.builders import commerce
from tests.builders.core import World, variant_of
from tests.fakes.commerce_core import FarCore, Line
from tests.ports.saleor_stories import story_of


class Adapter(Protocol):
    name: str

    def open(self) -> World:
        """Empty, whatever was done in another."""


class LosingAnswers:
    """Carries everything out; while ``lost`` is set, the next answer does not arrive."""

    immediate = False

    def __init__(self, core: CommerceCore) -> None:
        self.core = core
        self.lost = False

    def __getattr__(self, name: str) -> Callable[..., Any]:
        call: Callable[..., Any] = getattr(self.core, name)

        def answered(*args: Any, **kwargs: Any) -> Any:
            answer = call(*args, **kwargs)
            if self.lost:
                self.lost = False
                raise CoreUnavailable(name)
            return answer

        return answered


class EmbeddedWorld:
    def __init__(self) -> None:
        self.line = LosingAnswers(EmbeddedCore())
        self.core = cast("CommerceCore", self.line)

    def a_product(self, *, price_won: int = 5_000, taxable: bool = True) -> ProductFacts:
        product = commerce.a_product(
            price_won=price_won,
            tax_class=TaxClass.TAXABLE if taxable else TaxClass.EXEMPT,
            on_hand=None,
        )
        variant = product.variants.get()
        return ProductFacts(
            reference=product.reference,
            merchant_reference=product.merchant.reference,
            name=product.name,
            description=product.description,
            taxable=taxable,
            published=True,
            variants=(VariantFacts(variant.reference, variant.unit, variant.price_won),),
        )

    def repriced(self, product: ProductFacts, price_won: int) -> ProductFacts:
        Variant.objects.filter(reference=variant_of(product)).update(price_won=price_won)
        (variant,) = product.variants
        return replace(product, variants=(replace(variant, price_won=price_won),))

    def lose_next_answer(self) -> None:
        self.line.lost = True


class Embedded:
    name = "embedded"

    def open(self) -> World:
        return EmbeddedWorld()


class FarWorld:
    """The core that journeys are tried with when it is elsewhere."""

    def __init__(self, line: Line | None = None) -> None:
        self.line = line or Line()
        self.core = cast("CommerceCore", FarCore(self.line))

    def a_product(self, *, price_won: int = 5_000, taxable: bool = True) -> ProductFacts:
        variant = VariantFacts(new("VAR"), "1kg", price_won)
        return ProductFacts(new("PRD"), "MER-1", "딸기", "", taxable, True, (variant,))

    def repriced(self, product: ProductFacts, price_won: int) -> ProductFacts:
        (variant,) = product.variants
        return replace(product, variants=(replace(variant, price_won=price_won),))

    def lose_next_answer(self) -> None:
        self.line.losing = True


class Far:
    name = "fake"

    def open(self) -> World:
        return FarWorld()


class SaleorWorld:
    """Goods of a merchant of this shop's; nothing of ours is asked for them."""

    def __init__(self, shop: Shop) -> None:
        self.line = LosingAnswers(SaleorCore(shop))
        self.core = cast("CommerceCore", self.line)

    def a_product(self, *, price_won: int = 5_000, taxable: bool = True) -> ProductFacts:
        return ProductFacts(
            reference=new("PRD"),
            merchant_reference="MER-CONTRACT00",
            name="유기농 사과",
            description="청송에서 왔습니다.\n아삭합니다 & 달콤합니다.",
            taxable=taxable,
            published=True,
            variants=(VariantFacts(new("VAR"), "5kg", price_won),),
        )

    def repriced(self, product: ProductFacts, price_won: int) -> ProductFacts:
        (variant,) = product.variants
        return replace(product, variants=(replace(variant, price_won=price_won),))

    def lose_next_answer(self) -> None:
        self.line.lost = True


class Saleor:
    """A real one, or what it answered (``saleor_stories``)."""

    name = "saleor"

    def tell(self, test: str, patched: pytest.MonkeyPatch) -> None:
        self.shop, self.line = story_of(test, patched)

    def open(self) -> World:
        return SaleorWorld(self.shop)

    def lose_answer(self, number: int) -> None:
        """Of the next questions that one's, from 0: it is carried out all the same."""
        self.line.lost_in = number

    def answer_was_lost(self) -> bool:
        """No other will be."""
        lost = self.line.lost_in is None
        self.line.lost_in = None
        return lost


ADAPTERS: list[Adapter] = [Embedded(), Far(), Saleor()]
