"""What may have changed in the shop."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from commerce.core.port import Changes
from commerce.saleor.cost import LARGEST_PAGE
from commerce.saleor.errors import QueryTooCostly
from commerce.saleor.shop import Shop

# A change is stamped before it can be seen, and clocks differ.
OVERLAP = timedelta(minutes=5)


def changed_since(shop: Shop, since: datetime) -> Changes:
    """As ``CommerceCore.changed_since``. ``until`` is by the shop's own clock.

    Missing: prices, stock, publication; a second partial fulfilment; what was deleted.
    """
    products = list(pages(shop, "products_changed", "products", since=_from(since)))
    orders = list(pages(shop, "orders_changed", "orders", since=_from(since)))
    stamps = [datetime.fromisoformat(node["updatedAt"]) for node in products + orders]
    return Changes(
        products=_references(products),
        orders=_references(orders),
        until=max([since, *stamps]),
    )


def pages(shop: Shop, document: str, field: str, **variables: Any) -> Iterator[dict[str, Any]]:
    """Every node of a connection, in pages as large as their cost allows. ``$channel`` is the slug,
    unless ``variables`` has another."""
    after, first = None, LARGEST_PAGE
    while True:
        try:
            told = shop.ask(
                document, first=first, after=after, **{"channel": shop.channel} | variables
            )
        except QueryTooCostly as error:
            smaller = max(1, first * error.limit // error.cost)
            if smaller == first:
                raise
            first = smaller
            continue
        for edge in told[field]["edges"]:
            yield edge["node"]
        if not told[field]["pageInfo"]["hasNextPage"]:
            return
        after = told[field]["pageInfo"]["endCursor"]


def _from(since: datetime) -> str:
    return (since - OVERLAP).isoformat()


def _references(nodes: list[dict[str, Any]]) -> frozenset[str]:
    """Ours; what was born in the shop has none."""
    return frozenset(node["externalReference"] for node in nodes if node["externalReference"])
