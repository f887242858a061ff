"""Variants: their ids in the shop, and how many of them are there."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from commerce.core.errors import NotPublished
from commerce.core.port import Level
from commerce.saleor.known_ids import Kind
from commerce.saleor.locks import alone
from commerce.saleor.shop import Shop
from commerce.stock.actions import MOST_ON_HAND, StockBelowAllocated, StockRange

# As many as one question to a Saleor may name.
PAGE = 100


@dataclass(frozen=True)
class Stocked:
    id: str
    warehouse: str
    level: Level


def variant_ids(shop: Shop, references: Iterable[str]) -> dict[str, str]:
    """In this order. A reference that the shop does not know is left out."""
    wanted = list(dict.fromkeys(references))
    found = shop.known(Kind.VARIANT, wanted)
    new = {}
    for reference in wanted:
        if reference not in found:
            variant = shop.ask("product_variant", reference=reference)["productVariant"]
            if variant is not None:
                new[reference] = variant["id"]
    if new:
        shop.remember(Kind.VARIANT, new)
    known = found | new
    return {reference: known[reference] for reference in wanted if reference in known}


def stocked(shop: Shop, references: Sequence[str]) -> dict[str, Stocked]:
    """What is known of these, by reference. A variant of ours is in one warehouse.

    Ids of what was deleted over there are forgotten.
    """
    known = variant_ids(shop, references)
    ids = list(known.values())
    found: dict[str, Stocked] = {}
    for start in range(0, len(ids), PAGE):
        told = shop.ask("stock_levels", variants=ids[start : start + PAGE])["productVariants"]
        for node in (edge["node"] for edge in told["edges"]):
            for stock in node["stocks"]:
                found[node["externalReference"]] = Stocked(
                    id=node["id"],
                    warehouse=stock["warehouse"]["id"],
                    level=Level(stock["quantity"], stock["quantityAllocated"]),
                )
    gone = known.keys() - found.keys()
    if gone:
        shop.forget(Kind.VARIANT, gone)
    return found


def set_stock(shop: Shop, on_hand: Mapping[str, int]) -> None:
    """All or none. NOT_PUBLISHED, STOCK_RANGE, STOCK_BELOW_ALLOCATED (``data``: ``allocated``).

    Saleor takes less than is promised without a word. What is promised between our look and our
    writing is seen in the answer, and what was there is put back.
    """
    if not all(0 <= quantity <= MOST_ON_HAND for quantity in on_hand.values()):
        raise StockRange("quantity", least=0, most=MOST_ON_HAND)
    with alone("stock"):
        before = stocked(shop, list(on_hand))
        for reference, quantity in on_hand.items():
            if reference not in before:
                raise NotPublished("variant", variant=reference)
            _check(quantity, before[reference].level.allocated)
        allocated = _write(shop, before, on_hand)
        short = [reference for reference in on_hand if on_hand[reference] < allocated[reference]]
        if short:
            _write(
                shop, before, {reference: before[reference].level.on_hand for reference in before}
            )
            _check(on_hand[short[0]], allocated[short[0]])


def _check(quantity: int, allocated: int) -> None:
    if quantity < allocated:
        raise StockBelowAllocated("quantity", allocated=allocated)


def _write(
    shop: Shop, variants: Mapping[str, Stocked], quantities: Mapping[str, int]
) -> dict[str, int]:
    """How many of each are promised."""
    rows = [
        {
            "variantId": variants[reference].id,
            "warehouseId": variants[reference].warehouse,
            "quantity": quantity,
        }
        for reference, quantity in quantities.items()
    ]
    results = shop.ask("stock_bulk_update", stocks=rows)["stockBulkUpdate"]["results"]
    return {
        reference: result["stock"]["quantityAllocated"]
        for reference, result in zip(quantities, results, strict=True)
    }
