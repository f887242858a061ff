"""What a shopper has to read of sending things back before ordering, by the goods it is about."""

from typing import NamedTuple

from commerce.catalogue.models import Product, Storage
from commerce.orders.return_notices import ReturnNotice, notice_for
from storefront.journeys.plan_checkout import CheckoutPlan


class Before(NamedTuple):
    notice: ReturnNotice
    products: list[Product]


def notices_before(plan: CheckoutPlan) -> list[Before]:
    """Each notice once, with the goods of the basket that it is about; books have none."""
    goods = [line.product for part in plan.parts for line in part.lines if line.product]
    by_keeping = {
        keeps: [p for p in goods if (p.storage == Storage.AMBIENT) == keeps]
        for keeps in (False, True)
    }
    return [Before(notice_for(keeps=keeps), found) for keeps, found in by_keeping.items() if found]
