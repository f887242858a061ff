"""A merchant said yes to a file of products: it is written, the commerce core told of each, and the
page how far it is."""

from collections.abc import Callable
from datetime import datetime

from commerce.catalogue.models import Product
from commerce.core import shelf
from commerce.product_sheets import actions as sheets
from commerce.product_sheets.models import ProductImport
from storefront.live import channels
from storefront.live.publish import send

# A page that is open hears of it at most so often.
TOLD_TIMES = 50


def write_products(*, reference: str, now: Callable[[], datetime]) -> None:
    """Until it is through; nothing when it is already, or was never confirmed. Several workers may
    do this at once. No transaction may be open: each product has its own."""
    sent = ProductImport.objects.select_related("merchant").filter(reference=reference).first()
    if sent is None:
        return

    def written(product: Product) -> None:
        shelf.changed([product.reference], now=now())

    channel = channels.imports(sent.merchant.reference)
    groups, told, pause = sent.groups, sent.done, max(1, sent.total // TOLD_TIMES)
    while True:
        own = sheets.write_on(reference=reference, groups=groups, on_written=written, now=now())
        if own is None:
            break
        if own.done >= told + pause or own.done == own.total:
            told = own.done
            send(channel, done=own.done)
