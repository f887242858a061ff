"""Products are ordered until a time of their own: too late for a day, they are for a later one."""

from datetime import datetime

from commerce.business_days import business_date
from commerce.catalogue.models import Product
from commerce.orders.models import Fulfilment
from storefront.refusals import StorefrontError


class ProductClosed(StorefrontError):
    """``data``: ``name``, ``name_en`` of what closed first, ``on`` (a date)."""

    code = "PRODUCT_CLOSED"


def refuse_when_closed(part: Fulfilment, at: datetime, *, now: datetime) -> None:
    """PRODUCT_CLOSED when something in the part could no longer be ordered for that day."""
    on = business_date(at)
    for product in products_in(part):
        if product.own_cut_off and not product.own_cut_off.takes(on, now):
            names = {"name": product.name, "name_en": product.name_en or product.name}
            raise ProductClosed("slot", **names, on=on.isoformat())


def products_in(part: Fulfilment) -> list[Product]:
    """In the order in which they were listed."""
    goods = part.lines.filter(variant__isnull=False, quantity__gte=1)
    return list(
        Product.objects.filter(variants__in=goods.values("variant")).distinct().order_by("pk")
    )
