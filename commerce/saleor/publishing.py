"""Products: made in one go when they are new, else compared and written only where they differ."""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from commerce.core.errors import CoreKeyReused, NotPublished
from commerce.core.port import ProductFacts, VariantFacts
from commerce.errors import CommerceError, NotFound
from commerce.saleor.errors import BadId, SaleorError
from commerce.saleor.known_ids import Kind
from commerce.saleor.locks import alone
from commerce.saleor.money import decimal_text, whole_won
from commerce.saleor.mutation_errors import refused_rows
from commerce.saleor.shop import Shop

Node = dict[str, Any]

# Saleor cleans a description as it keeps it, so what we sent is compared by its digest.
DESCRIBED = "mall.described"
PICTURE = "mall.picture"


def publish(shop: Shop, facts: ProductFacts) -> None:
    """As ``CommerceCore.publish``."""
    with alone(f"product {facts.reference}"):
        node = shop.ask("product", reference=facts.reference)["product"]
        if node is None:
            refused = publish_new(shop, [facts]).get(0)
            if refused is None:
                return
            if not isinstance(refused, CoreKeyReused):
                raise refused
            # It was made by ourselves, and the answer was lost.
            node = shop.ask("product", reference=facts.reference)["product"]
        bring_up_to_date(shop, facts, node)


def publish_new(
    shop: Shop, products: Sequence[ProductFacts]
) -> dict[int, CommerceError | SaleorError]:
    """Makes all that are not refused. The refusals, by place; CORE_KEY_REUSED for one that is
    there already. One that is refused for its picture alone is there, without it."""
    told = shop.ask("product_bulk_create", products=[_new_product(shop, one) for one in products])
    results = told["productBulkCreate"]["results"]
    refused = refused_rows("productBulkCreate", results)
    for place, result in enumerate(results):
        if place not in refused:
            _learn(shop, result["product"])
            try:
                _show_picture(shop, products[place], result["product"])
            except CommerceError as refusal:
                refused[place] = refusal
    return refused


def bring_up_to_date(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    """Writes what differs from ``node``, the product as the shop has it. Whether anything did."""
    changed = [
        _describe(shop, facts, node),
        _list(shop, facts, node),
        _add_variants(shop, facts, node),
        _change_variants(shop, facts, node),
        _show_picture(shop, facts, node),
    ]
    _learn(shop, node)
    return any(changed)


def hide(shop: Shop, product: str) -> None:
    """As ``CommerceCore.hide``, by Saleor's id."""
    try:
        shop.ask(
            "product_channel_listing_update",
            product=product,
            channel=shop.channel_id,
            published=False,
            withdrawn=[],
        )
    except (NotFound, BadId) as refusal:
        raise NotPublished("product", product=product) from refusal


def _new_product(shop: Shop, facts: ProductFacts) -> Node:
    return {
        "externalReference": facts.reference,
        "slug": facts.reference.lower(),
        "name": facts.name,
        "description": _rich_text(facts.description),
        "productType": shop.state.product_type,
        "category": shop.state.category,
        "taxClass": _tax_class(shop, facts),
        "attributes": [{"id": shop.state.attribute, "plainText": facts.merchant_reference}],
        "metadata": [{"key": DESCRIBED, "value": _digest(facts)}],
        "channelListings": [
            {
                "channelId": shop.channel_id,
                "isPublished": facts.published,
                "visibleInListings": facts.published,
                "isAvailableForPurchase": facts.published,
            }
        ],
        "variants": [_new_variant(shop, facts, variant) for variant in facts.variants],
    }


def _new_variant(shop: Shop, facts: ProductFacts, variant: VariantFacts) -> Node:
    """With a stock of none, so that there is something to set."""
    return {
        "externalReference": variant.reference,
        "sku": variant.reference,
        "name": variant.unit,
        "trackInventory": True,
        "attributes": [],
        "stocks": [{"warehouse": shop.warehouse(facts.merchant_reference), "quantity": 0}],
        "channelListings": [_price(shop, variant)],
    }


def _price(shop: Shop, variant: VariantFacts) -> Node:
    return {"channelId": shop.channel_id, "price": decimal_text(variant.price_won)}


def _describe(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    has = (node["name"], (node["taxClass"] or {}).get("id"), _metadata(node, DESCRIBED))
    tax_class, digest = _tax_class(shop, facts), _digest(facts)
    if has == (facts.name, tax_class, digest):
        return False
    shop.ask(
        "product_update",
        reference=facts.reference,
        input={
            "name": facts.name,
            "description": _rich_text(facts.description),
            "taxClass": tax_class,
            "metadata": [{"key": DESCRIBED, "value": digest}],
        },
    )
    return True


def _list(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    """Puts it up, or takes it down, together with the variants that are no more."""
    given = {variant.reference for variant in facts.variants}
    withdrawn = [
        variant["id"]
        for reference, variant in _variants(node).items()
        if reference not in given and _listing(shop, variant)
    ]
    listing = _listing(shop, node)
    has = listing and {listing["isPublished"], listing["isAvailableForPurchase"]}
    if has == {facts.published} and not withdrawn:
        return False
    shop.ask(
        "product_channel_listing_update",
        product=node["id"],
        channel=shop.channel_id,
        published=facts.published,
        withdrawn=withdrawn,
    )
    return True


def _add_variants(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    has = _variants(node)
    new = [variant for variant in facts.variants if variant.reference not in has]
    if not new:
        return False
    told = shop.ask(
        "product_variant_bulk_create",
        product=node["id"],
        variants=[_new_variant(shop, facts, variant) for variant in new],
    )
    made = _checked("productVariantBulkCreate", told)
    shop.remember(
        Kind.VARIANT,
        {row["productVariant"]["externalReference"]: row["productVariant"]["id"] for row in made},
    )
    return True


def _change_variants(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    has = _variants(node)
    changes = [
        change
        for variant in facts.variants
        if variant.reference in has
        and (change := _change(shop, variant, has[variant.reference])) is not None
    ]
    if not changes:
        return False
    told = shop.ask("product_variant_bulk_update", product=node["id"], variants=changes)
    _checked("productVariantBulkUpdate", told)
    return True


def _change(shop: Shop, variant: VariantFacts, has: Node) -> Node | None:
    listing = _listing(shop, has)
    if listing is None:
        listings = {"create": [_price(shop, variant)]}
    elif whole_won(listing["price"]["amount"]) != variant.price_won:
        price = {"channelListing": listing["id"], "price": decimal_text(variant.price_won)}
        listings = {"update": [price]}
    elif has["name"] == variant.unit:
        return None
    else:
        listings = {}
    return {"id": has["id"], "name": variant.unit, "channelListings": listings}


def _show_picture(shop: Shop, facts: ProductFacts, node: Node) -> bool:
    """The one picture. Whatever else is there goes: an answer that was lost left it twice."""
    if (_metadata(node, PICTURE) or "") == facts.picture_url:
        return False
    for media in node["media"]:
        shop.ask("product_media_delete", media=media["id"])
    if facts.picture_url:
        shop.ask("product_media_create", product=node["id"], url=facts.picture_url, alt=facts.name)
    known = [{"key": PICTURE, "value": facts.picture_url}]
    shop.ask("update_metadata", id=node["id"], metadata=known)
    return True


def _learn(shop: Shop, node: Node) -> None:
    """What was known otherwise was made anew."""
    ids = {reference: variant["id"] for reference, variant in _variants(node).items()}
    known = shop.known(Kind.VARIANT, ids)
    new = {reference: id_ for reference, id_ in ids.items() if known.get(reference) != id_}
    if new:
        shop.remember(Kind.VARIANT, new)


def _variants(node: Node) -> dict[str, Node]:
    """By our reference; others' have none."""
    variants = [edge["node"] for edge in node["productVariants"]["edges"]]
    return {one["externalReference"]: one for one in variants if one["externalReference"]}


def _listing(shop: Shop, node: Node) -> Node | None:
    listings = node["channelListings"] or []
    return next((one for one in listings if one["channel"]["id"] == shop.channel_id), None)


def _metadata(node: Node, key: str) -> str | None:
    found: str | None = (node["metafields"] or {}).get(key)
    return found


def _checked(mutation: str, told: Node) -> list[Node]:
    """All rows of a mutation that does all or nothing. Raises the first refusal."""
    results: list[Node] = told[mutation]["results"]
    for refused in refused_rows(mutation, results).values():
        raise refused
    return results


def _tax_class(shop: Shop, facts: ProductFacts) -> str:
    return shop.state.taxed if facts.taxable else shop.state.exempt


def _digest(facts: ProductFacts) -> str:
    return sha256(f"{facts.name}\n{facts.description}".encode()).hexdigest()


def _rich_text(text: str) -> str:
    """Paragraphs as Saleor's editor keeps them."""
    paragraphs = [part for part in text.splitlines() if part.strip()]
    blocks = [{"type": "paragraph", "data": {"text": part}} for part in paragraphs]
    return json.dumps({"blocks": blocks}, ensure_ascii=False)
