"""Placing a fulfilment: a draft that is completed, because only drafts never sell too much.

The checkout's way sells more than there is when two come at once (3.23.28).
"""

import logging
from collections.abc import Container, Mapping, Sequence
from contextlib import suppress
from datetime import datetime
from typing import Any

from commerce.core.errors import CoreKeyReused, NotPublished, OutOfStock
from commerce.core.port import CoreOrder, Quote, Wanted
from commerce.errors import CommerceError, NotFound
from commerce.references import new
from commerce.saleor.changes import pages
from commerce.saleor.errors import Failed, OrderMovedOn
from commerce.saleor.locks import alone
from commerce.saleor.money import decimal_text
from commerce.saleor.orders import SaleorOrder, wanted_metadata
from commerce.saleor.setup import names
from commerce.saleor.shop import Shop
from commerce.saleor.variants import stocked, variant_ids

log = logging.getLogger(__name__)

Node = dict[str, Any]

QUOTE = "QUO"  # how the references of quotes begin


def quote(shop: Shop, wanted: Wanted) -> Quote:
    """As ``CommerceCore.quote``: by a draft that is thrown away."""
    before = SaleorOrder.find(shop, wanted.reference)
    if before is not None:
        return _same(before, wanted).quote
    ids = _variant_ids(shop, wanted)
    short = _short(shop, wanted)
    if short is not None:
        raise short
    reference = new(QUOTE)
    node = _draft(shop, wanted, reference, ids)
    shop.ask("draft_order_delete", reference=reference)
    return SaleorOrder(node).quote


def throw_quotes_away(shop: Shop, before: datetime) -> int:
    """Drafts of quotes whose answer was lost; returns how many. Those of orders are left: whoever
    places one throws away what a try before left behind."""
    drafts = pages(shop, "drafts_left", "draftOrders", channel=shop.channel_id)
    left = [
        node["externalReference"]
        for node in drafts
        if (node["externalReference"] or "").startswith(f"{QUOTE}-")
        and datetime.fromisoformat(node["created"]) < before
    ]
    for reference in left:
        _throw_away(shop, reference)
    return len(left)


def place(shop: Shop, wanted: Wanted) -> CoreOrder:
    """As ``CommerceCore.place``."""
    # Before the lock: whoever learns new ids must not wait for another's order.
    ids = _variant_ids(shop, wanted)
    shop.shipping_method(wanted.delivery_won)
    with alone(f"order {wanted.reference}"):
        try:
            draft = _draft(shop, wanted, wanted.reference, ids)
        except (CoreKeyReused, NotPublished) as refusal:
            before = SaleorOrder.find(shop, wanted.reference)
            if before is not None:
                return _same(before, wanted)
            if isinstance(refusal, NotPublished):
                raise
            # A draft of ours that was never completed: it holds nothing, and may be outdated.
            _throw_away(shop, wanted.reference)
            draft = _draft(shop, wanted, wanted.reference, ids)
        return _completed(shop, wanted, draft).core_order()


def _completed(shop: Shop, wanted: Wanted, draft: Node) -> SaleorOrder:
    try:
        told = shop.ask("draft_order_complete", order=draft["id"])
    except OrderMovedOn:
        # It was completed, and the answer was lost.
        return SaleorOrder.get(shop, wanted.reference)
    except CommerceError as refusal:
        _throw_away(shop, wanted.reference)
        if isinstance(refusal, OutOfStock):
            raise _short(shop, wanted) or _of_the_first(wanted) from refusal
        raise
    node = told["draftOrderComplete"]["order"]
    _watch(node)
    return SaleorOrder(node)


def _same(before: SaleorOrder, wanted: Wanted) -> CoreOrder:
    """CORE_KEY_REUSED when something else is wanted by the same reference."""
    if not before.is_for(wanted):
        raise CoreKeyReused("reference", key=wanted.reference)
    return before.core_order()


def _variant_ids(shop: Shop, wanted: Wanted) -> dict[str, str]:
    ids = variant_ids(shop, (line.variant_reference for line in wanted.lines))
    _check_known(wanted, ids)
    return ids


def _check_known(wanted: Wanted, known: Container[str]) -> None:
    for line in wanted.lines:
        if line.variant_reference not in known:
            raise NotPublished("lines", variant=line.variant_reference)


def _draft(shop: Shop, wanted: Wanted, reference: str, ids: Mapping[str, str]) -> Node:
    """CORE_KEY_REUSED when the reference is taken, by a draft too; NOT_PUBLISHED."""
    try:
        told = shop.ask(
            "draft_order_create",
            reference=reference,
            channel=shop.channel_id,
            lines=[
                {
                    "variantId": ids[line.variant_reference],
                    "quantity": line.quantity,
                    "price": decimal_text(line.unit_price_won),
                    "forceNewLine": True,
                }
                for line in wanted.lines
            ],
            address=names.ADDRESS,
            shippingMethod=shop.shipping_method(wanted.delivery_won),
            metadata=wanted_metadata(wanted),
        )
    except NotPublished as refusal:
        hidden = [reference for reference, id_ in ids.items() if id_ in _named(refusal)]
        raise NotPublished("lines", variant=next(iter(hidden), "")) from refusal
    except Failed:
        # Saleor stumbles over an id that is no more.
        _check_known(wanted, stocked(shop, list(ids)))
        raise
    node: Node = told["draftOrderCreate"]["order"]
    return node


def _throw_away(shop: Shop, reference: str) -> None:
    """A draft. That there is none, or none any more, is just as well."""
    with suppress(NotFound, OrderMovedOn):
        shop.ask("draft_order_delete", reference=reference)


def _named(refusal: NotPublished) -> Sequence[str]:
    """Ids of variants, as Saleor names them."""
    named = refusal.data.get("variants")
    return named if isinstance(named, list) else ()


def _short(shop: Shop, wanted: Wanted) -> OutOfStock | None:
    """The first variant of which more is wanted than is left. NOT_PUBLISHED."""
    levels = stocked(shop, [line.variant_reference for line in wanted.lines])
    _check_known(wanted, levels)
    left = {reference: variant.level.left for reference, variant in levels.items()}
    for line in wanted.lines:
        there = left[line.variant_reference]
        if line.quantity > there:
            return OutOfStock("lines", variant=line.variant_reference, left=max(0, there))
        left[line.variant_reference] = there - line.quantity
    return None


def _of_the_first(wanted: Wanted) -> OutOfStock:
    """Something was given back just now: the next try will do."""
    return OutOfStock("lines", variant=wanted.lines[0].variant_reference, left=0)


def _watch(node: Node) -> None:
    """Another storefront's checkouts may sell what is not there: somebody has to know."""
    for line in node["lines"]:
        for stock in line["variant"]["stocks"]:
            if stock["quantityAllocated"] > stock["quantity"]:
                log.error(
                    "Saleor has promised %s of %s, and %s are there",
                    stock["quantityAllocated"],
                    line["productSku"],
                    stock["quantity"],
                )
