"""What of the mall's setting-up is there in a Saleor."""

from dataclasses import dataclass
from typing import Any, Self

from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.money import whole_won
from commerce.saleor.setup import names

Node = dict[str, Any]


@dataclass(frozen=True)
class State:
    """Global ids, "" for what is not there. ``methods``: by price in won."""

    version: str
    settings: Node
    channel: Node | None
    taxed: str
    exempt: str
    rates: dict[str, float]
    default_rate: float | None
    zone: Node | None
    methods: dict[int, str]
    untaxed_methods: tuple[int, ...]
    product_type: str
    attribute: str
    category: str

    @classmethod
    def read(cls, client: Client, channel_slug: str) -> Self:
        told = client.execute(
            Document.load("setup"),
            {
                "channel": channel_slug,
                "productType": names.PRODUCT_TYPE,
                "category": names.CATEGORY,
                "attribute": names.MERCHANT_ATTRIBUTE,
            },
        )
        channel = told["channel"]
        classes = {node["name"]: node for node in _nodes(told["taxClasses"])}
        zone = next((z for z in _nodes(told["shippingZones"]) if z["name"] == names.ZONE), None)
        methods = _methods(zone, channel)
        taxed = _id(classes.get(names.TAXED))
        return cls(
            version=told["shop"]["version"],
            settings=told["shop"],
            channel=channel,
            taxed=taxed,
            exempt=_id(classes.get(names.EXEMPT)),
            rates={name: _rate_in_korea(node) for name, node in classes.items()},
            default_rate=_default_rate(told["taxCountryConfiguration"]),
            zone=zone,
            methods={price: method["id"] for price, method in methods.items()},
            untaxed_methods=tuple(
                price for price, method in methods.items() if _id(method["taxClass"]) != taxed
            ),
            product_type=_id(_first(told["productTypes"])),
            attribute=_id(told["attribute"]),
            category=_id(_first(told["categories"])),
        )

    @property
    def channel_id(self) -> str:
        return _id(self.channel)

    @property
    def zone_id(self) -> str:
        return _id(self.zone)

    @property
    def zone_has_channel(self) -> bool:
        return self.channel_id in {one["id"] for one in (self.zone or {}).get("channels", ())}

    @property
    def warehouses(self) -> frozenset[str]:
        """References of those that sell in the channel and send into the zone."""
        sends = {warehouse["id"] for warehouse in (self.zone or {}).get("warehouses", ())}
        return frozenset(
            warehouse["externalReference"]
            for warehouse in (self.channel or {}).get("warehouses", ())
            if warehouse["externalReference"] and warehouse["id"] in sends
        )

    @property
    def missing(self) -> list[str]:
        """By name; empty once ``mall saleor connect`` was there."""
        parts = {
            "channel": self.channel,
            "tax classes": self.taxed and self.exempt,
            "shipping zone": self.zone,
            "product type": self.product_type,
            "category": self.category,
        }
        return [name for name, part in parts.items() if not part]


def _nodes(connection: Node) -> list[Node]:
    return [edge["node"] for edge in connection["edges"]]


def _first(connection: Node) -> Node | None:
    return next(iter(_nodes(connection)), None)


def _id(node: Node | None) -> str:
    return node["id"] if node else ""


def _rate_in_korea(tax_class: Node) -> float:
    rates = {rate["country"]["code"]: rate["rate"] for rate in tax_class["countries"]}
    return float(rates.get("KR", -1))


def _default_rate(configuration: Node | None) -> float | None:
    """Of what has no class."""
    rates = configuration["taxClassCountryRates"] if configuration else []
    return next((float(rate["rate"]) for rate in rates if rate["taxClass"] is None), None)


def _methods(zone: Node | None, channel: Node | None) -> dict[int, Node]:
    """Of two with the same price the first; an app's own have no listing here."""
    if zone is None or channel is None:
        return {}
    found: dict[int, Node] = {}
    for method in zone["shippingMethods"] or []:
        for listing in method["channelListings"] or []:
            if listing["channel"]["id"] == channel["id"]:
                found.setdefault(whole_won(listing["price"]["amount"]), method)
    return found
