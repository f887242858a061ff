"""The commerce core that is a Saleor 3.23: see ``commerce.core.port``.

One Saleor order is one fulfilment of ours; its external reference is the fulfilment's. Money rules
are ours (``money_rules``), for Saleor books whatever it is told.
"""

from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime

from commerce.core.port import Changes, CoreOrder, Level, Listed, ProductFacts, Quote, Wanted
from commerce.saleor import changes, handing_over, listing, paying, placing, publishing
from commerce.saleor import variants as shelves
from commerce.saleor.orders import SaleorOrder
from commerce.saleor.shop import Shop, configured


class SaleorCore:
    """Asks the shop that the settings name, unless it is given another."""

    immediate = False

    def __init__(self, shop: Shop | None = None) -> None:
        self.shop = configured() if shop is None else shop

    def publish(self, product: ProductFacts) -> None:
        publishing.publish(self.shop, product)

    def set_stock(self, on_hand: Mapping[str, int]) -> None:
        shelves.set_stock(self.shop, on_hand)

    def stock(self, variants: Sequence[str]) -> dict[str, Level]:
        found = shelves.stocked(self.shop, variants)
        return {reference: variant.level for reference, variant in found.items()}

    def quote(self, wanted: Wanted) -> Quote:
        return placing.quote(self.shop, wanted)

    def place(self, wanted: Wanted) -> CoreOrder:
        return placing.place(self.shop, wanted)

    def confirm(self, reference: str) -> CoreOrder:
        return handing_over.confirm(self.shop, reference)

    def record_payment(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        return paying.record_payment(self.shop, reference, key=key, amount_won=amount_won)

    def record_refund(self, reference: str, *, key: str, amount_won: int) -> CoreOrder:
        return paying.record_refund(self.shop, reference, key=key, amount_won=amount_won)

    def fulfil(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        return handing_over.fulfil(self.shop, reference, key=key, lines=lines)

    def shorten(self, reference: str, *, key: str, lines: Mapping[str, int]) -> CoreOrder:
        return handing_over.shorten(self.shop, reference, key=key, lines=lines)

    def cancel(self, reference: str) -> CoreOrder:
        return handing_over.cancel(self.shop, reference)

    def expire(self, reference: str) -> CoreOrder:
        return handing_over.expire(self.shop, reference)

    def read(self, reference: str) -> CoreOrder | None:
        order = SaleorOrder.find(self.shop, reference)
        return None if order is None else order.core_order()

    def listed(self, only: Collection[str] | None = None) -> Iterator[Listed]:
        return listing.listed(self.shop, only)

    def hide(self, product: str) -> None:
        publishing.hide(self.shop, product)

    def tidy_up(self, before: datetime) -> int:
        return placing.throw_quotes_away(self.shop, before)

    def changed_since(self, since: datetime) -> Changes:
        return changes.changed_since(self.shop, since)
