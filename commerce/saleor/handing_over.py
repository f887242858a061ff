"""What has left of an order, and orders that come to nothing."""

import json
from collections.abc import Mapping
from typing import Any

from commerce.core.errors import (
    CoreKeyReused,
    CoreOrderFulfilled,
    CoreOrderPaid,
    OverFulfilled,
)
from commerce.core.port import CoreOrder, CoreStatus
from commerce.errors import NotFound
from commerce.saleor.known_ids import Kind
from commerce.saleor.locks import alone
from commerce.saleor.orders import ENDED, OVER, SHORT, SaleorOrder
from commerce.saleor.shop import Shop
from commerce.saleor.variants import stocked

LEFT = (CoreStatus.PARTLY_FULFILLED, CoreStatus.FULFILLED)


def confirm(shop: Shop, reference: str) -> CoreOrder:
    """As ``CommerceCore.confirm``."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        order.check_open()
        if order.status is not CoreStatus.PLACED:
            return order.core_order()
        told = shop.ask("order_confirm", order=order.id)
        return SaleorOrder(told["orderConfirm"]["order"]).core_order()


def fulfil(shop: Shop, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
    """As ``CommerceCore.fulfil``. Saleor has no key for it: ours is the tracking number."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        before = order.shipments().get(key)
        if shop.known(Kind.FULFILMENT, [key]).get(key, order.id) != order.id:
            raise CoreKeyReused("key", key=key)
        if before is not None:
            if before != dict(lines):
                raise CoreKeyReused("key", key=key)
            return order.core_order()
        order.check_open()
        _check_left(order, lines)
        told = shop.ask("order_fulfill", order=order.id, key=key, lines=_rows(shop, order, lines))
        shop.remember(Kind.FULFILMENT, {key: order.id})
        return SaleorOrder(told["orderFulfill"]["order"]).core_order()


def shorten(shop: Shop, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
    """As ``CommerceCore.shorten``. Written beside the order first: Saleor has no key for it, but
    what it was told of can be counted."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        before = order.shortages.get(key)
        if shop.known(Kind.SHORTAGE, [key]).get(key, order.id) != order.id:
            raise CoreKeyReused("key", key=key)
        if before is not None and before != dict(lines):
            raise CoreKeyReused("key", key=key)
        if before is None:
            order.check_open()
            _check_left(order, lines)
            shortages = {**order.shortages, key: dict(lines)}
            written = [{"key": SHORT, "value": json.dumps(shortages)}]
            shop.ask("update_metadata", id=order.id, metadata=written)
            shop.remember(Kind.SHORTAGE, {key: order.id})
            order = SaleorOrder.get(shop, reference)
        return _take_back_short(shop, order).core_order()


def _take_back_short(shop: Shop, order: SaleorOrder) -> SaleorOrder:
    untold = order.short - order.returned
    if not untold or order.status in OVER:
        return order
    rows = [
        {"orderLineId": order.lines[reference]["id"], "quantity": quantity}
        for reference, quantity in untold.items()
    ]
    told = shop.ask("order_fulfillment_return_products", order=order.id, lines=rows)
    return SaleorOrder(told["orderFulfillmentReturnProducts"]["order"])


def cancel(shop: Shop, reference: str) -> CoreOrder:
    """As ``CommerceCore.cancel``."""
    with alone(f"order {reference}"):
        return _end(shop, SaleorOrder.get(shop, reference), CoreStatus.CANCELLED)


def expire(shop: Shop, reference: str) -> CoreOrder:
    """As ``CommerceCore.expire``. Saleor expires orders by its own clock only: it is cancelled."""
    with alone(f"order {reference}"):
        order = SaleorOrder.get(shop, reference)
        if order.charged_won and order.status not in OVER:
            raise CoreOrderPaid("reference")
        return _end(shop, order, CoreStatus.EXPIRED)


def _check_left(order: SaleorOrder, lines: Mapping[str, int]) -> None:
    for reference, quantity in lines.items():
        left = order.left(reference)
        if not 1 <= quantity <= left:
            raise OverFulfilled("lines", line=reference, left=left)


def _rows(shop: Shop, order: SaleorOrder, lines: Mapping[str, int]) -> list[dict[str, Any]]:
    variants = stocked(shop, [order.lines[reference]["productSku"] for reference in lines])
    rows = []
    for reference, quantity in lines.items():
        node = order.lines[reference]
        if node["productSku"] not in variants:
            raise NotFound("lines", line=reference)
        stock = {"warehouse": variants[node["productSku"]].warehouse, "quantity": quantity}
        rows.append({"orderLineId": node["id"], "stocks": [stock]})
    return rows


def _end(shop: Shop, order: SaleorOrder, how: CoreStatus) -> CoreOrder:
    if order.status in LEFT:
        raise CoreOrderFulfilled("reference")
    if order.status in OVER:
        return order.core_order()
    # Said first: an order that is over is never asked again what became of it.
    shop.ask("update_metadata", id=order.id, metadata=[{"key": ENDED, "value": how.value}])
    told = shop.ask("order_cancel", order=order.id)
    return SaleorOrder(told["orderCancel"]["order"]).core_order()
