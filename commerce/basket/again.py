"""A basket filled with what was ordered before, as far as it is still sold."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.db import transaction

from commerce.basket import actions
from commerce.basket.models import Basket, BasketLine
from commerce.catalogue.models import Variant, Way
from commerce.catalogue.queries import for_sale


@dataclass(frozen=True)
class Before:
    """What somebody had, and how it came to them."""

    variant: Variant
    way: Way
    quantity: int


@transaction.atomic
def fill_again(*, basket: Basket, befores: Sequence[Before]) -> list[Before]:
    """Puts in as many as there were, the way they came or else the first way there is now; what
    is in the basket already is raised to that, so a repeat adds nothing. Answers what is not sold
    any more. BASKET_CLOSED.
    """
    gone = []
    for before in befores:
        sold = for_sale().select_related("product__merchant").filter(pk=before.variant.pk).first()
        ways = sold.product.open_ways if sold else []
        if sold is None or not ways:
            gone.append(before)
            continue
        way = before.way if before.way in ways else ways[0]
        there = BasketLine.objects.filter(
            basket=basket, variant=sold, way=way, box_reference=""
        ).first()
        wanted = actions.most_of(sold, before.quantity + sold.order_step - 1)
        missing = wanted - (there.quantity if there else 0)
        if missing > 0:
            actions.add_goods(basket=basket, variant=sold, quantity=missing, way=way)
    return gone
