"""A basket's goods are kept for it while its checkout goes on."""

from collections import Counter
from datetime import datetime

from django.db import transaction

from commerce.basket import actions as baskets
from commerce.basket.models import Basket, BasketLine
from commerce.stock import holding
from commerce.stock.models import StockHold
from commerce.stock.queries import live_hold
from storefront.journeys.part_loads import following


def keep_goods(*, basket: Basket, now: datetime) -> StockHold | None:
    """All that is in it, for some minutes; the time of a hold that runs goes on. None without
    goods. INSUFFICIENT_STOCK keeps what was kept before."""
    wanted: Counter[int] = Counter()
    goods = basket.lines.filter(variant__isnull=False)
    for variant_id, quantity in goods.values_list("variant", "quantity"):
        wanted[variant_id] += quantity
    if not wanted:
        holding.let_go(owner_reference=basket.reference)
        return None
    return holding.keep(owner_reference=basket.reference, quantities=wanted, now=now)


@transaction.atomic
def change_quantity(*, line: BasketLine, quantity: int, now: datetime) -> BasketLine | None:
    """So many of it instead, and so many kept where the basket's goods are: both or neither. Its
    slots follow before its goods, as ``place_order`` locks them.

    As ``commerce.basket.actions.set_quantity`` and ``part_loads.following``; INSUFFICIENT_STOCK.
    """
    with following(line.basket, now=now):
        left = baskets.set_quantity(line=line, quantity=quantity)
    if live_hold(line.basket.reference, now) is not None:
        keep_goods(basket=line.basket, now=now)
    return left
