"""What an order costs in the end, by seller and tax class: what was kept, and nothing else."""

from collections.abc import Sequence
from dataclasses import dataclass

from commerce.catalogue.models import TaxClass
from commerce.core import tax
from commerce.core.tax import Taxed
from commerce.merchants.models import Merchant
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine
from commerce.returns.models import ReturnRequest, ReturnStatus


@dataclass(frozen=True)
class ReceiptLine:
    line: OrderLine
    quantity: int
    taxed: Taxed

    @property
    def taxable(self) -> bool:
        return self.line.tax_class == TaxClass.TAXABLE


@dataclass(frozen=True)
class ReceiptSeller:
    """``merchant`` is None only where its record is gone."""

    merchant: Merchant | None
    lines: tuple[ReceiptLine, ...]


@dataclass(frozen=True)
class Receipt:
    """``exempt_won + supply_won + vat_won = total_won``, always; delivery bears VAT."""

    sellers: tuple[ReceiptSeller, ...]
    delivery: Taxed
    exempt_won: int
    supply_won: int
    vat_won: int

    @property
    def total_won(self) -> int:
        return self.exempt_won + self.supply_won + self.vat_won


def receipt_of(order: Order) -> Receipt:
    """Cancelled parts, short or given up goods and what was paid back after a return are not in it.

    A handful of queries, whatever the order's size.
    """
    parts = list(
        order.fulfilments.exclude(status=FulfilmentStatus.CANCELLED).prefetch_related("lines")
    )
    lines = _kept_lines(order, parts)
    delivery = tax.order([tax.shipping(part.delivery_won) for part in parts])
    taxed = tax.order([*(one.taxed for one in lines if one.taxable), delivery])
    return Receipt(
        sellers=_by_seller(lines),
        delivery=delivery,
        exempt_won=sum(one.taxed.gross_won for one in lines if not one.taxable),
        supply_won=taxed.net_won,
        vat_won=taxed.tax_won,
    )


def _kept_lines(order: Order, parts: Sequence[Fulfilment]) -> list[ReceiptLine]:
    back: dict[int, int] = {}
    for returned in ReturnRequest.objects.filter(
        line__fulfilment__order=order, status=ReturnStatus.REFUNDED
    ):
        back[returned.line_id] = back.get(returned.line_id, 0) + returned.quantity
    kept = []
    for line in (line for part in parts for line in part.lines.all() if line.unit_price_won):
        quantity = line.quantity - back.get(line.pk, 0)
        if quantity:
            taxable = line.tax_class == TaxClass.TAXABLE
            gross_won = line.line_won - line.won_of(line.quantity - quantity)
            taxed = tax.line(gross_won, 1, taxable=taxable)
            kept.append(ReceiptLine(line, quantity, taxed))
    return kept


def _by_seller(lines: Sequence[ReceiptLine]) -> tuple[ReceiptSeller, ...]:
    references = list(dict.fromkeys(one.line.merchant_reference for one in lines))
    merchants = Merchant.objects.filter(reference__in=references)
    known = {merchant.reference: merchant for merchant in merchants}
    return tuple(
        ReceiptSeller(
            known.get(reference),
            tuple(one for one in lines if one.line.merchant_reference == reference),
        )
        for reference in references
    )
