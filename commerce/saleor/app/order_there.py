"""An order as it stands in a Saleor now: what we ask for, and how we read it. Plain Python.

An order's own metadata counts before what its shipping method brought along, so that staff can
change a window or a number plate in the Dashboard.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from commerce.saleor.errors import NotWholeWon
from commerce.saleor.money import whole_won

Node = Mapping[str, Any]

CURRENCY = "KRW"
WINDOW, SLOT, PLATE = "mall.window", "mall.slot", "mall.plate"

QUERY = """query($id:ID!){order(id:$id){
  id number status authorizeStatus externalReference customerNote
  user{id} channel{currencyCode} metadata{key value}
  shippingMethod{metadata{key value}}
  shippingAddress{firstName lastName phone country{code} countryArea city cityArea postalCode
    streetAddress1 streetAddress2}
  billingAddress{firstName lastName phone}
  lines{id quantity variant{externalReference} totalPrice{gross{amount}}}
  shippingPrice{gross{amount}} total{gross{amount}}
  totalCharged{amount} totalRefunded{amount} transactions{id}
}}"""


class OrderUnreadable(ValueError):
    """Not an order as it was asked for. ``args``: what is odd."""


@dataclass(frozen=True)
class LineThere:
    """``id`` is the Saleor's of the line, ``variant`` our reference, "" for goods without one."""

    id: str
    variant: str
    quantity: int
    total_won: int


@dataclass(frozen=True)
class DoorThere:
    """An address as a Saleor has it: no point on a map."""

    country: str
    area: str
    city: str
    district: str
    street: str
    detail: str
    postcode: str


@dataclass(frozen=True)
class OrderThere:
    """``charged_won``: taken, what went back since included. ``who``: the Saleor's own customer, or
    the order itself for a guest. ``transactions``: its payments, by the Saleor's ids."""

    id: str
    number: str
    status: str
    authorized: bool
    currency: str
    external_reference: str
    who: str
    full_name: str
    phone: str
    note: str
    window: str
    slot: str
    plate: str
    door: DoorThere | None
    lines: Sequence[LineThere]
    delivery_won: int
    total_won: int
    charged_won: int
    refunded_won: int
    transactions: Sequence[str]

    @property
    def stands(self) -> bool:
        """Paid, or confirmed by somebody while no card waits to be charged for it; and not over."""
        if self.is_unconfirmed:
            return self.is_paid
        confirmed = self.status in ("UNFULFILLED", "PARTIALLY_FULFILLED", "FULFILLED")
        return confirmed and (self.charged_won > 0 or not self.authorized)

    @property
    def is_unconfirmed(self) -> bool:
        return self.status == "UNCONFIRMED"

    @property
    def over(self) -> bool:
        return self.status in ("CANCELED", "EXPIRED")

    @property
    def is_paid(self) -> bool:
        """Also when some of it went back since: a Saleor then says that it is paid in part."""
        return self.charged_won >= self.total_won


def read(node: Node) -> OrderThere:
    """Raises OrderUnreadable."""
    try:
        return _read(node)
    except (KeyError, TypeError, AttributeError, NotWholeWon) as odd:
        raise OrderUnreadable(type(odd).__name__) from None


def _read(node: Node) -> OrderThere:
    shipping = node["shippingMethod"] or {"metadata": []}
    told = _texts(shipping["metadata"]) | _texts(node["metadata"])
    currency = node["channel"]["currencyCode"]
    # Cents of another currency are no won; such an order is not ours to take.
    won = whole_won if currency == CURRENCY else int
    charged, refunded = (
        won(node[name]["amount"] if node[name] else 0) for name in ("totalCharged", "totalRefunded")
    )
    door = node["shippingAddress"]
    person = door or node["billingAddress"] or {}
    return OrderThere(
        id=node["id"],
        number=_text(node, "number"),
        status=node["status"],
        authorized=node["authorizeStatus"] != "NONE",
        currency=currency,
        external_reference=_text(node, "externalReference"),
        who=node["user"]["id"] if node["user"] else node["id"],
        full_name=_full_name(person),
        phone=_text(person, "phone"),
        note=_text(node, "customerNote"),
        window=told.get(WINDOW, ""),
        slot=told.get(SLOT, ""),
        plate=told.get(PLATE, ""),
        door=None if door is None else _door(door),
        lines=tuple(
            LineThere(
                id=line["id"],
                variant=_text(line["variant"] or {}, "externalReference"),
                quantity=line["quantity"],
                total_won=won(line["totalPrice"]["gross"]["amount"]),
            )
            for line in node["lines"]
        ),
        delivery_won=won(node["shippingPrice"]["gross"]["amount"]),
        total_won=won(node["total"]["gross"]["amount"]),
        charged_won=charged + refunded,
        refunded_won=refunded,
        transactions=tuple(one["id"] for one in node["transactions"]),
    )


def _door(address: Node) -> DoorThere:
    return DoorThere(
        country=address["country"]["code"],
        area=_text(address, "countryArea"),
        city=_text(address, "city"),
        district=_text(address, "cityArea"),
        street=_text(address, "streetAddress1"),
        detail=_text(address, "streetAddress2"),
        postcode=_text(address, "postalCode"),
    )


def _full_name(person: Node) -> str:
    """Korean names are written together, family name first."""
    first, last = _text(person, "firstName"), _text(person, "lastName")
    together = last + first
    return f"{first} {last}".strip() if together.isascii() else together


def _texts(metadata: Sequence[Node]) -> dict[str, str]:
    return {entry["key"]: _text(entry, "value") for entry in metadata}


def _text(thing: Node, name: str) -> str:
    value = thing.get(name)
    return value.strip() if isinstance(value, str) else ""
