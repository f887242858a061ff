"""Sets a Saleor up for the mall: everything that is missing, and what is set otherwise.

Done as staff, whose token lives five minutes. A second time changes nothing.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from commerce.saleor.client import Client
from commerce.saleor.document import Document
from commerce.saleor.setup import names
from commerce.saleor.setup.state import State
from commerce.saleor.shop import Shop

RATE = 10.0

CHANNEL: Mapping[str, Mapping[str, object]] = {
    # An order is placed, then paid, then confirmed by us; unpaid ones we expire ourselves, and
    # Saleor only what we forgot. All its payments are told by us.
    "orderSettings": {
        "automaticallyConfirmAllNewOrders": False,
        "allowUnpaidOrders": True,
        "expireOrdersAfter": 240,
        "deleteExpiredOrdersAfter": 30,
        "markAsPaidStrategy": "TRANSACTION_FLOW",
    },
    "stockSettings": {"allocationStrategy": "PRIORITIZE_SORTING_ORDER"},
}
SETTINGS: Mapping[str, object] = {
    "fulfillmentAllowUnpaid": True,
    "fulfillmentAutoApprove": True,
    "reserveStockDurationAnonymousUser": None,
    "reserveStockDurationAuthenticatedUser": None,
}
TAX: Mapping[str, object] = {
    "chargeTaxes": True,
    "pricesEnteredWithTax": True,
    "displayGrossPrices": True,
    "taxCalculationStrategy": "FLAT_RATES",
}


@dataclass(frozen=True)
class Step:
    """``changed``: it was not so before. ``token``: told once, by Saleor and by us."""

    part: str
    changed: bool
    token: str = ""


def staff_token(visitor: Client, email: str, password: str) -> str:
    """Good for five minutes. A Refused when Saleor knows no such pair."""
    told = visitor.execute(Document.load("token_create"), {"email": email, "password": password})
    token: str = told["tokenCreate"]["token"]
    return token


def connect(
    client: Client, channel: str, *, merchants: Mapping[str, str], fees_won: Iterable[int]
) -> Iterator[Step]:
    """``client`` asks as staff that may do everything. ``channel``: slug. ``merchants``: name by
    reference. Each step is told once it is done."""
    setup = _SetUp(client, channel)
    yield Step("shop settings", setup.settings())
    yield Step("channel", setup.channel())
    yield Step("tax", setup.tax())
    yield Step("tax classes", setup.tax_classes())
    yield Step("shipping zone", setup.zone())
    yield Step("product type", setup.product_type())
    yield Step("category", setup.category())
    shop = Shop(client, channel)
    for fee_won in fees_won:
        new = fee_won not in shop.state.methods
        shop.shipping_method(fee_won)
        yield Step(f"배송 방법 · shipping method: {fee_won:,} won", new)
    for reference, name in merchants.items():
        new = reference not in shop.state.warehouses
        if new:
            shop.let_in(reference, name)
        yield Step(f"창고 · warehouse: {reference} {name}", new)


def connect_app(client: Client, *, new_token: bool) -> Step:
    """The app that the adapter asks as, with the permissions it needs and no other.

    Its token is told when it is made, or when ``new_token`` asks for one more.
    """
    apps = client.execute(Document.load("apps"))["apps"]["edges"]
    app = next((e["node"] for e in apps if e["node"]["identifier"] == names.APP), None)
    wanted = sorted(names.PERMISSIONS)
    if app is None:
        told = client.execute(
            Document.load("app_create"),
            {"name": "장터", "identifier": names.APP, "permissions": wanted},
        )
        return Step("app", changed=True, token=told["appCreate"]["authToken"])
    changed = sorted(code["code"] for code in app["permissions"]) != wanted
    if changed:
        client.execute(Document.load("app_update"), {"app": app["id"], "permissions": wanted})
    if not new_token:
        return Step("app", changed)
    told = client.execute(Document.load("app_token_create"), {"app": app["id"], "name": "장터"})
    return Step("app", changed=True, token=told["appTokenCreate"]["authToken"])


def differs(has: Mapping[str, Any], wanted: Mapping[str, Any]) -> list[str]:
    """The keys at fault. Off is 0 or nothing at all, which is one to Saleor."""
    return [
        key for key, value in wanted.items() if has.get(key) != value and (has.get(key) or value)
    ]


class _SetUp:
    """Each method says whether it changed something; the state is read once more after it did."""

    def __init__(self, client: Client, channel: str) -> None:
        self.client, self.slug = client, channel
        self.state = State.read(client, channel)

    def settings(self) -> bool:
        if not differs(self.state.settings, SETTINGS):
            return False
        return self._do("shop_settings_update")

    def channel(self) -> bool:
        if self.state.channel is None:
            new = {
                "name": "장터",
                "slug": self.slug,
                "currencyCode": "KRW",
                "defaultCountry": "KR",
                "isActive": True,
            }
            return self._do("channel_create", input={**new, **CHANNEL})
        if not any(differs(self.state.channel[part], want) for part, want in CHANNEL.items()):
            return False
        return self._do("channel_update", channel=self.state.channel_id, input=CHANNEL)

    def tax(self) -> bool:
        configuration = (self.state.channel or {})["taxConfiguration"]
        changed = False
        if differs(configuration, TAX):
            changed = self._do("tax_configuration_update", configuration=configuration["id"])
        if self.state.default_rate != RATE:
            changed = self._do("tax_country_configuration_update", rate=RATE)
        return changed

    def tax_classes(self) -> bool:
        changed = False
        for name, rate in ((names.TAXED, RATE), (names.EXEMPT, 0.0)):
            if name not in self.state.rates:
                changed = self._do("tax_class_create", name=name, rate=rate)
            elif self.state.rates[name] != rate:
                id_ = self.state.taxed if name == names.TAXED else self.state.exempt
                changed = self._do("tax_class_update", taxClass=id_, rate=rate)
        return changed

    def zone(self) -> bool:
        channel = self.state.channel_id
        if self.state.zone is None:
            return self._do("shipping_zone_create", name=names.ZONE, channel=channel)
        if self.state.zone_has_channel:
            return False
        joins = {"addChannels": [channel]}
        return self._do("shipping_zone_update", zone=self.state.zone_id, input=joins)

    def product_type(self) -> bool:
        changed = False
        if not self.state.attribute:
            changed = self._do("attribute_create", name="파는 곳", slug=names.MERCHANT_ATTRIBUTE)
        if not self.state.product_type:
            changed = self._do(
                "product_type_create",
                name="장터 상품",
                slug=names.PRODUCT_TYPE,
                attribute=self.state.attribute,
                taxClass=self.state.taxed,
            )
        return changed

    def category(self) -> bool:
        if self.state.category:
            return False
        return self._do("category_create", name="장터", slug=names.CATEGORY)

    def _do(self, document: str, **variables: Any) -> bool:
        self.client.execute(Document.load(document), variables)
        self.state = State.read(self.client, self.slug)
        return True
