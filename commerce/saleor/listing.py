"""What is in the shop's channel, as it stands there."""

from collections.abc import Collection, Iterator
from typing import Any

from commerce.core.port import Listed
from commerce.saleor.changes import pages
from commerce.saleor.money import whole_won
from commerce.saleor.shop import Shop

Node = dict[str, Any]


def listed(shop: Shop, only: Collection[str] | None) -> Iterator[Listed]:
    """As ``CommerceCore.listed``: also what staff made, and what they took down."""
    if only is None:
        for node in pages(shop, "products_listed", "products"):
            yield _listed(shop, node)
        return
    for reference in sorted(only):
        node = shop.ask("product_listed", reference=reference)["product"]
        if node is not None:
            yield _listed(shop, node)


def _listed(shop: Shop, node: Node) -> Listed:
    variants = [edge["node"] for edge in node["productVariants"]["edges"]]
    ours = {one["externalReference"]: one for one in variants if one["externalReference"]}
    listing = _here(shop, node)
    prices = {reference: _here(shop, one) for reference, one in ours.items()}
    return Listed(
        id=node["id"],
        reference=node["externalReference"] or "",
        name=node["name"],
        published=listing is not None and listing["isPublished"],
        prices_won={
            reference: whole_won(price["price"]["amount"])
            for reference, price in prices.items()
            if price is not None and price["price"] is not None
        },
        on_hand={
            reference: sum(stock["quantity"] for stock in one["stocks"])
            for reference, one in ours.items()
        },
    )


def _here(shop: Shop, node: Node) -> Node | None:
    """Its listing in our channel."""
    listings = node["channelListings"] or []
    return next((one for one in listings if one["channel"]["id"] == shop.channel_id), None)
