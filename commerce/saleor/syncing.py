"""Brings a whole catalogue to the shop: reads what is there by pages, writes what differs."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from commerce.core.errors import CoreKeyReused
from commerce.core.port import ProductFacts
from commerce.errors import CommerceError
from commerce.saleor.changes import pages
from commerce.saleor.errors import SaleorError
from commerce.saleor.publishing import bring_up_to_date, publish, publish_new
from commerce.saleor.shop import Shop
from commerce.saleor.variants import PAGE, set_stock, stocked

# Saleor makes a product in about 30 ms; a request of so many stays well below its time limit.
NEW_AT_ONCE = 50

Row = TypeVar("Row")


@dataclass
class Counts:
    """``refused``: why, by reference."""

    made: int = 0
    changed: int = 0
    same: int = 0
    stock_set: int = 0
    refused: dict[str, CommerceError | SaleorError] = field(default_factory=dict)


def sync(
    shop: Shop,
    products: Sequence[ProductFacts],
    on_hand: Mapping[str, int],
    on_progress: Callable[[int], None],
) -> Counts:
    """``on_hand`` by variant. ``on_progress`` is told how many products and stocks are done more.

    What one product is refused for does not stop the others.
    """
    counts = Counts()
    has = {node["externalReference"]: node for node in pages(shop, "products", "products")}
    new = [facts for facts in products if facts.reference not in has]
    for batch in _batches(new, NEW_AT_ONCE):
        _publish_new(shop, batch, counts)
        on_progress(len(batch))
    for facts in products:
        if facts.reference in has:
            _compare(shop, facts, has[facts.reference], counts)
            on_progress(1)
    for references in _batches(list(on_hand), PAGE):
        _set_stock(shop, {reference: on_hand[reference] for reference in references}, counts)
        on_progress(len(references))
    return counts


def _publish_new(shop: Shop, batch: Sequence[ProductFacts], counts: Counts) -> None:
    refused = publish_new(shop, batch)
    for place, refusal in refused.items():
        if isinstance(refusal, CoreKeyReused):
            # It is there, but not in this channel.
            publish(shop, batch[place])
            counts.changed += 1
        else:
            counts.refused[batch[place].reference] = refusal
    counts.made += len(batch) - len(refused)


def _compare(shop: Shop, facts: ProductFacts, node: dict[str, object], counts: Counts) -> None:
    try:
        if bring_up_to_date(shop, facts, node):
            counts.changed += 1
        else:
            counts.same += 1
    except (CommerceError, SaleorError) as refusal:
        counts.refused[facts.reference] = refusal


def _set_stock(shop: Shop, on_hand: Mapping[str, int], counts: Counts) -> None:
    """Only what is another number there."""
    there = stocked(shop, list(on_hand))
    other = {
        reference: quantity
        for reference, quantity in on_hand.items()
        if reference in there and there[reference].level.on_hand != quantity
    }
    if not other:
        return
    try:
        set_stock(shop, other)
        counts.stock_set += len(other)
    except (CommerceError, SaleorError) as refusal:
        counts.refused[f"stock of {next(iter(other))} …"] = refusal


def _batches(rows: Sequence[Row], size: int) -> Iterator[Sequence[Row]]:
    for start in range(0, len(rows), size):
        yield rows[start : start + size]
