"""What a list shows of a product: a few facts, read without making objects of rows."""

from collections import defaultdict
from collections.abc import Sequence
from typing import Any, NamedTuple

from django.db.models import QuerySet

from commerce.catalogue.models import Product, Variant


class Card(NamedTuple):
    """All that a card shows: a card of the same facts looks the same to everybody.

    ``thumbnail`` is its name among the pictures, "" without one; ``unit``, ``price_won`` and
    ``weight_grams`` are the first variant's; ``sold_out``: nothing is left of any.
    """

    reference: str
    name: str
    name_en: str
    certification: str
    ways: tuple[str, ...]
    thumbnail: str
    picture_alt: str
    seller: str
    seller_en: str
    unit: str
    price_won: int
    weight_grams: int
    sold_out: bool

    @property
    def won_per_100g(self) -> int:
        """For comparing packs, in whole won."""
        return self.price_won * 100 // self.weight_grams


OWN = ["name", "name_en", "certification", "ways", "thumbnail", "picture_alt"]
SELLERS = ["merchant__name", "merchant__name_en"]
SOLD = ["unit", "price_won", "weight_grams", "stock__on_hand", "stock__allocated"]


def read_cards(products: QuerySet[Product]) -> list[Card]:
    """The cards of a page of ``queries.cards()``, in its order; two queries."""
    fields = products.prefetch_related(None).values_list("pk", "reference", *OWN, *SELLERS)
    rows = list(fields)
    variants = _variants([pk for pk, *_ in rows])
    # What has lost its last variant since the first query is left out.
    return [_card(facts, variants[pk]) for pk, *facts in rows if pk in variants]


def card_of(product: Product) -> Card | None:
    """No query when merchant, variants and stock were read with it; None where no variant was."""
    sold = [
        (one.unit, one.price_won, one.weight_grams, one.stock.on_hand, one.stock.allocated)
        for one in product.variants.all()
    ]
    own = [getattr(product, field) for field in ["reference", *OWN]]
    sellers = [product.merchant.name, product.merchant.name_en]
    return _card([*own, *sellers], sold) if sold else None


def _variants(products: Sequence[int]) -> dict[int, list[tuple[Any, ...]]]:
    counted = Variant.objects.filter(stock__isnull=False, product__in=products)
    found = defaultdict(list)
    for product, *sold in counted.values_list("product_id", *SOLD):
        found[product].append(tuple(sold))
    return found


def _card(facts: Sequence[Any], variants: Sequence[tuple[Any, ...]]) -> Card:
    """``facts`` as far as the seller's names, ``variants`` as ``SOLD``."""
    reference, name, name_en, certification, ways, thumbnail, alt, seller, seller_en = facts
    unit, price_won, weight_grams, _, _ = variants[0]
    return Card(
        reference,
        name,
        name_en,
        certification,
        tuple(ways),
        str(thumbnail),
        alt,
        seller,
        seller_en,
        unit,
        price_won,
        weight_grams,
        all(on_hand <= allocated for *_, on_hand, allocated in variants),
    )
