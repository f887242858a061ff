"""A business day begins for what comes new every day or is made to order; the core hears of it."""

from datetime import datetime

from commerce.core import shelf
from commerce.stock.daily import fill_daily
from commerce.stock.models import StockRecord


def fill_shelves(*, now: datetime) -> int:
    """How many were filled; a second run on one day changes nothing."""

    def filled(record: StockRecord) -> None:
        shelf.changed([record.variant.product.reference], now=now)

    return fill_daily(now=now, on_filled=filled)
