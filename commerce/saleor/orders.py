"""A Saleor order read as the core's side of a fulfilment."""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Self

from commerce.core.errors import CoreOrderEnded, CoreOrderUnknown
from commerce.core.port import CoreOrder, CoreStatus, Quote, Taxed, Wanted, WantedLine
from commerce.saleor.money import whole_won
from commerce.saleor.shop import Shop

Node = dict[str, Any]

LINES = "mall.lines"
GROUP = "mall.group"
ENDED = "mall.ended"
SHORT = "mall.short"
OURS = "mall."

STATUSES = {
    "UNCONFIRMED": CoreStatus.PLACED,
    "UNFULFILLED": CoreStatus.CONFIRMED,
    "PARTIALLY_FULFILLED": CoreStatus.PARTLY_FULFILLED,
    "FULFILLED": CoreStatus.FULFILLED,
    "CANCELED": CoreStatus.CANCELLED,
    "EXPIRED": CoreStatus.EXPIRED,
    # Only somebody in the Dashboard takes goods back; they had left.
    "PARTIALLY_RETURNED": CoreStatus.PARTLY_FULFILLED,
    "RETURNED": CoreStatus.FULFILLED,
}
RETURNED = ("PARTIALLY_RETURNED", "RETURNED")
OVER = (CoreStatus.CANCELLED, CoreStatus.EXPIRED)


def wanted_metadata(wanted: Wanted) -> list[dict[str, str]]:
    """What the order has to remember: Saleor's lines have no room for our references."""
    told = {GROUP: wanted.group, LINES: _lines_text(wanted.lines)}
    told |= {f"{OURS}{key}": value for key, value in wanted.facts.items()}
    return [{"key": key, "value": value} for key, value in told.items()]


def _lines_text(lines: Sequence[WantedLine]) -> str:
    return json.dumps(
        sorted(
            [line.reference, line.variant_reference, line.quantity, line.unit_price_won]
            for line in lines
        ),
        ensure_ascii=False,
        separators=(",", ":"),
    )


@dataclass(frozen=True)
class SaleorOrder:
    """``node`` as the fragment OrderFacts asks for it; not a draft."""

    node: Node

    @classmethod
    def find(cls, shop: Shop, reference: str) -> Self | None:
        """None for none, and for a draft, which holds nothing."""
        node = shop.ask("order", reference=reference)["order"]
        return None if node is None or node["status"] == "DRAFT" else cls(node)

    @classmethod
    def get(cls, shop: Shop, reference: str) -> Self:
        """CORE_ORDER_UNKNOWN."""
        found = cls.find(shop, reference)
        if found is None:
            raise CoreOrderUnknown("reference")
        return found

    @property
    def id(self) -> str:
        id_: str = self.node["id"]
        return id_

    @cached_property
    def metadata(self) -> Mapping[str, str]:
        return {entry["key"]: entry["value"] for entry in self.node["metadata"]}

    @property
    def status(self) -> CoreStatus:
        """Saleor cannot be told that an order expired, so a cancelled one says it beside."""
        if self.node["status"] in RETURNED and self.short:
            return self._without_what_is_short()
        found = STATUSES[self.node["status"]]
        if found is CoreStatus.CANCELLED and self.metadata.get(ENDED) == CoreStatus.EXPIRED:
            return CoreStatus.EXPIRED
        return found

    def _without_what_is_short(self) -> CoreStatus:
        """To Saleor what never leaves has left and come back."""
        if not any(self.fulfilled.values()):
            return CoreStatus.CONFIRMED
        whole = all(node["quantityFulfilled"] == node["quantity"] for node in self.lines.values())
        return CoreStatus.FULFILLED if whole else CoreStatus.PARTLY_FULFILLED

    def check_open(self) -> None:
        """CORE_ORDER_ENDED."""
        if self.status in OVER:
            raise CoreOrderEnded("reference", status=self.status.value)

    def is_for(self, wanted: Wanted) -> bool:
        """The same lines, and the same price of delivery."""
        delivery_won = whole_won(self.node["shippingPrice"]["gross"]["amount"])
        return (
            self.metadata.get(LINES) == _lines_text(wanted.lines)
            and delivery_won == wanted.delivery_won
        )

    @cached_property
    def lines(self) -> Mapping[str, Node]:
        """By our line's reference. Lines that agree in everything may stand for each other, as
        long as they always do so in one way."""
        told = json.loads(self.metadata.get(LINES) or "[]")
        pool: dict[tuple[str, int, int], list[Node]] = {}
        for node in sorted(self.node["lines"], key=lambda line: line["id"]):
            unit_won = whole_won(node["unitPrice"]["gross"]["amount"])
            pool.setdefault((node["productSku"], node["quantity"], unit_won), []).append(node)
        return {
            reference: pool[variant, quantity, unit_won].pop(0)
            for reference, variant, quantity, unit_won in told
        }

    @cached_property
    def shortages(self) -> Mapping[str, dict[str, int]]:
        """What will never leave by each key, by our line's reference."""
        told: dict[str, dict[str, int]] = json.loads(self.metadata.get(SHORT) or "{}")
        return told

    @cached_property
    def short(self) -> Counter[str]:
        """The same altogether. Saleor may still have to be told of a part of it."""
        return sum((Counter(lines) for lines in self.shortages.values()), Counter())

    @cached_property
    def returned(self) -> Counter[str]:
        """What was taken back, or never left, by our line's reference."""
        return self._counted(
            [one for one in self.node["fulfillments"] if one["status"] == "RETURNED"]
        )

    @property
    def fulfilled(self) -> dict[str, int]:
        return {
            reference: node["quantityFulfilled"]
            - min(self.short[reference], self.returned[reference])
            for reference, node in self.lines.items()
        }

    def left(self, reference: str) -> int:
        """How many of a line may still leave."""
        node = self.lines.get(reference)
        if node is None:
            return 0
        untold = max(0, self.short[reference] - self.returned[reference])
        return node["quantity"] - node["quantityFulfilled"] - untold

    def events(self, type_: str) -> dict[str, int]:
        """Won by key, of CHARGE_SUCCESS or REFUND_SUCCESS."""
        return {
            event["pspReference"]: whole_won(event["amount"]["amount"])
            for transaction in self.node["transactions"]
            for event in transaction["events"]
            if event["type"] == type_
        }

    @property
    def charged_won(self) -> int:
        return sum(self.events("CHARGE_SUCCESS").values())

    @property
    def refunded_won(self) -> int:
        return sum(self.events("REFUND_SUCCESS").values())

    @cached_property
    def quote(self) -> Quote:
        return Quote(
            lines={reference: taxed(node["totalPrice"]) for reference, node in self.lines.items()},
            delivery=taxed(self.node["shippingPrice"]),
            total=taxed(self.node["total"]),
        )

    def shipments(self) -> dict[str, dict[str, int]]:
        """What left by each key, by our line's reference."""
        found: dict[str, list[Node]] = {}
        for fulfilment in self.node["fulfillments"]:
            if fulfilment["status"] != "CANCELED":
                found.setdefault(fulfilment["trackingNumber"], []).append(fulfilment)
        return {key: dict(self._counted(fulfilments)) for key, fulfilments in found.items()}

    def _counted(self, fulfilments: Sequence[Node]) -> Counter[str]:
        """Quantities by our line's reference."""
        ours = {node["id"]: reference for reference, node in self.lines.items()}
        counts: Counter[str] = Counter()
        for fulfilment in fulfilments:
            for line in fulfilment["lines"]:
                counts[ours.get(line["orderLine"]["id"], "")] += line["quantity"]
        return counts

    def core_order(self) -> CoreOrder:
        return CoreOrder(
            reference=self.node["externalReference"],
            status=self.status,
            quote=self.quote,
            charged_won=self.charged_won,
            refunded_won=self.refunded_won,
            fulfilled=self.fulfilled,
        )


def taxed(price: Node) -> Taxed:
    """A TaxedMoney with gross, net and tax."""
    return Taxed(
        gross_won=whole_won(price["gross"]["amount"]),
        net_won=whole_won(price["net"]["amount"]),
        tax_won=whole_won(price["tax"]["amount"]),
    )
