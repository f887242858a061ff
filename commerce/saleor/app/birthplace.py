"""What becomes of an order is told to the Saleor in which it was born.

Saleor has no keys for this: the order is read first, and a key that it bears is not used again. So
a call may be repeated, but two must not tell the same order at once.
"""

import json
from collections import Counter
from collections.abc import Mapping
from typing import Any

from commerce.core.errors import CoreOrderEnded
from commerce.errors import NotFound
from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.money import decimal_text, whole_won

Node = dict[str, Any]

CANCELED = "CANCELED"
OVER = (CANCELED, "EXPIRED")
# Of fulfilments with goods that are not back.
OUT = ("FULFILLED", "WAITING_FOR_APPROVAL")
SHORT = "mall.not_there"
OWN = "장터"  # the name of our transaction


class OrderBorn:
    """``id_`` is the Saleor's. Lines are named by the Saleor's ids too."""

    def __init__(self, client: Client, id_: str) -> None:
        """NOT_FOUND."""
        self.client = client
        node = self._ask("order_born", id=id_)["order"]
        if node is None:
            raise NotFound("order")
        self.node: Node = node
        self.lines = {line["id"]: line for line in node["lines"]}

    def hand_over(self, *, key: str, lines: Mapping[str, int]) -> None:
        """Our key is the tracking number. What its staff said before that it left, has left.

        CORE_ORDER_ENDED, OUT_OF_STOCK when a Saleor does not have what we handed over.
        """
        if key in self._keys_of_shipments():
            return
        leaving = self._still_there(lines)
        if not leaving:
            return
        self._check_open()
        rows = [
            {"orderLineId": line, "stocks": _stocks(self.lines[line], quantity)}
            for line, quantity in leaving.items()
        ]
        self._ask("order_fulfill", order=self.node["id"], key=key, lines=rows)

    def take_off(self, *, key: str, lines: Mapping[str, int]) -> None:
        """So many will never leave: nothing is held for them. Written beside the order first, by
        key, so that what Saleor was told can be counted. Nothing of an order that is over."""
        if self.node["status"] in OVER:
            return
        shortages = self._shortages()
        if key not in shortages:
            shortages[key] = self._still_there(lines)
            written = [{"key": SHORT, "value": json.dumps(shortages)}]
            self._ask("update_metadata", id=self.node["id"], metadata=written)
        short = sum((Counter(one) for one in shortages.values()), Counter())
        untold = self._still_there(short - self._returned())
        if untold:
            rows = [{"orderLineId": line, "quantity": n} for line, n in untold.items()]
            self._ask("order_fulfillment_return_products", order=self.node["id"], lines=rows)

    def end(self, *, key: str, lines: Mapping[str, int]) -> None:
        """These lines come to nothing; the whole order does when nothing else of it has left or
        is still to leave."""
        if self.node["status"] in OVER:
            return
        waiting = {line for line, node in self.lines.items() if node["quantityToFulfill"]}
        has_left = any(one["status"] in OUT for one in self.node["fulfillments"])
        if has_left or waiting - lines.keys():
            self.take_off(key=key, lines=lines)
        else:
            self._ask("order_cancel", order=self.node["id"])

    def book_payment(self, *, key: str, amount_won: int) -> None:
        """Taken by us where it was handed over: in a transaction of our own."""
        own = self._own_transaction()
        if own is None:
            made = self._ask("transaction_create", order=self.node["id"], name=OWN, reference=key)
            own = made["transactionCreate"]["transaction"]
        self._report(own, "CHARGE_SUCCESS", key, amount_won)

    def grant_refund(self, *, key: str, amount_won: int) -> None:
        """Its staff see what is to go back; our key is the reason. Of what we took ourselves it
        has gone back as well.

        Nothing where no transaction has so much left: then it went back already, or was never paid
        by one.
        """
        own = self._own_transaction()
        granted = key in {grant["reason"] for grant in self.node["grantedRefunds"]}
        paid_with = own or self._with_at_least(amount_won)
        if paid_with is not None and not granted:
            self._ask(
                "order_grant_refund_create",
                order=self.node["id"],
                transaction=paid_with["id"],
                amount=decimal_text(amount_won),
                key=key,
            )
        if own is not None:
            self._report(own, "REFUND_SUCCESS", key, amount_won)

    def _ask(self, document: str, **variables: Any) -> dict[str, Any]:
        return self.client.execute(Document.load(document), variables)

    def _check_open(self) -> None:
        if self.node["status"] in OVER:
            raise CoreOrderEnded("order", status=self.node["status"].lower())

    def _keys_of_shipments(self) -> set[str]:
        return {
            one["trackingNumber"] for one in self.node["fulfillments"] if one["status"] != CANCELED
        }

    def _still_there(self, lines: Mapping[str, int]) -> dict[str, int]:
        """Of these quantities what has not left, by what Saleor knows."""
        left = {
            line: min(quantity, self.lines[line]["quantityToFulfill"])
            for line, quantity in lines.items()
        }
        return {line: quantity for line, quantity in left.items() if quantity > 0}

    def _shortages(self) -> dict[str, dict[str, int]]:
        """What will never leave, by key and line."""
        told = {entry["key"]: entry["value"] for entry in self.node["metadata"]}
        found: dict[str, dict[str, int]] = json.loads(told.get(SHORT) or "{}")
        return found

    def _returned(self) -> Counter[str]:
        counts: Counter[str] = Counter()
        for fulfilment in self.node["fulfillments"]:
            if fulfilment["status"] == "RETURNED":
                for line in fulfilment["lines"]:
                    counts[line["orderLine"]["id"]] += line["quantity"]
        return counts

    def _own_transaction(self) -> Node | None:
        return next((one for one in self.node["transactions"] if one["name"] == OWN), None)

    def _with_at_least(self, amount_won: int) -> Node | None:
        """A transaction with so much left."""
        return next((x for x in self.node["transactions"] if _left_won(x) >= amount_won), None)

    def _report(self, transaction: Node, type_: str, key: str, amount_won: int) -> None:
        self._ask(
            "transaction_event_report",
            transaction=transaction["id"],
            reference=key,
            type=type_,
            amount=decimal_text(amount_won),
        )


def _stocks(line: Node, quantity: int) -> list[dict[str, Any]]:
    """From where it is held; what is held nowhere, as a Saleor does for goods that it does not
    count, from the first warehouse that has a stock of it."""
    rows, left = [], quantity
    for held in line["allocations"]:
        taken = min(left, held["quantity"])
        if taken:
            rows.append({"warehouse": held["warehouse"]["id"], "quantity": taken})
            left -= taken
    if left:
        stocks = line["variant"]["stocks"] if line["variant"] else []
        if not stocks:
            raise NotFound("lines", line=line["id"])
        rows.append({"warehouse": stocks[0]["warehouse"]["id"], "quantity": left})
    return rows


def _left_won(transaction: Node) -> int:
    signs = {"CHARGE_SUCCESS": 1, "REFUND_SUCCESS": -1}
    return sum(
        signs.get(event["type"], 0) * whole_won(event["amount"]["amount"])
        for event in transaction["events"]
    )
