"""Connecting writes what is missing or set otherwise, and nothing else."""

from collections.abc import Callable

import pytest

from commerce.saleor import known_ids
from commerce.saleor.known_ids import Kind
from commerce.saleor.setup import names
from commerce.saleor.setup.connect import connect, connect_app, differs
from tests.commerce.saleor.setup.conftest import SetUpShop

pytestmark = pytest.mark.django_db


def _connected(shop: SetUpShop) -> set[str]:
    """The parts that were changed."""
    steps = connect(shop.client(), "mall-kr", merchants={}, fees_won=[0])
    return {step.part for step in steps if step.changed}


def test_a_shop_that_is_set_up_is_left_alone(shop: SetUpShop) -> None:
    assert _connected(shop) == set()
    assert not connect_app(shop.client(), new_token=False).changed
    assert shop.changes == []


def _no_rate(shop: SetUpShop) -> None:
    shop.told["taxCountryConfiguration"]["taxClassCountryRates"] = []


SPOILT: dict[str, tuple[Callable[[SetUpShop], object], str, list[str]]] = {
    "reservations are on": (
        lambda shop: shop.told["shop"].update(reserveStockDurationAnonymousUser=10),
        "shop settings",
        ["ShopSettingsUpdate"],
    ),
    "Saleor holds unpaid goods back": (
        lambda shop: shop.told["shop"].update(fulfillmentAllowUnpaid=False),
        "shop settings",
        ["ShopSettingsUpdate"],
    ),
    "Saleor confirms orders by itself": (
        lambda shop: shop.channel["orderSettings"].update(automaticallyConfirmAllNewOrders=True),
        "channel",
        ["ChannelUpdate"],
    ),
    "unpaid orders expire early": (
        lambda shop: shop.channel["orderSettings"].update(expireOrdersAfter=5),
        "channel",
        ["ChannelUpdate"],
    ),
    "prices come without tax": (
        lambda shop: shop.channel["taxConfiguration"].update(pricesEnteredWithTax=False),
        "tax",
        ["TaxConfigurationUpdate"],
    ),
    "what has no class is not taxed": (_no_rate, "tax", ["TaxCountryConfigurationUpdate"]),
    "produce is taxed": (
        lambda shop: shop.tax_class(names.EXEMPT)["countries"][0].update(rate=10.0),
        "tax classes",
        ["TaxClassUpdate"],
    ),
    "the zone serves another channel": (
        lambda shop: shop.zone.update(channels=[]),
        "shipping zone",
        ["ShippingZoneUpdate"],
    ),
    "there is no category": (
        lambda shop: shop.told["categories"].update(edges=[]),
        "category",
        ["CategoryCreate"],
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_set_otherwise_is_set_right(shop: SetUpShop, spoilt: str) -> None:
    spoil, part, mutations = SPOILT[spoilt]
    spoil(shop)
    client = shop.client()
    changed = set()
    for step in connect(client, "mall-kr", merchants={}, fees_won=[]):
        changed |= {step.part} if step.changed else set()
        if step.part == part:
            break
    assert (changed, shop.changes) == ({part}, mutations)


def test_a_warehouse_that_is_known_and_not_in_the_channel_is_let_in(shop: SetUpShop) -> None:
    client = shop.client()
    known_ids.remember(client.api_url, Kind.WAREHOUSE, {"MER-1": "V2FyZWhvdXNlOjE="})
    steps = connect(client, "mall-kr", merchants={"MER-1": "과일마당"}, fees_won=[])
    assert [step.part for step in steps if step.changed] == ["창고 · warehouse: MER-1 과일마당"]
    assert shop.changes == ["ChannelUpdate", "ShippingZoneUpdate"]


def test_an_app_that_lacks_a_permission_gets_it(shop: SetUpShop) -> None:
    shop.permissions.remove("HANDLE_PAYMENTS")
    step = connect_app(shop.client(), new_token=False)
    assert (step.changed, step.token, shop.changes) == (True, "", ["AppUpdate"])


def test_a_token_is_made_when_one_is_asked_for(shop: SetUpShop) -> None:
    step = connect_app(shop.client(), new_token=True)
    assert (step.token, shop.changes) == ("new", ["AppTokenCreate"])


@pytest.mark.parametrize(
    ("has", "wanted", "at_fault"),
    [
        ({"a": None}, {"a": None}, []),
        ({"a": 0}, {"a": None}, []),
        ({"a": 10}, {"a": None}, ["a"]),
        ({"a": False}, {"a": True}, ["a"]),
        ({}, {"a": True}, ["a"]),
        ({"a": True, "b": 1}, {"a": True}, []),
    ],
)
def test_off_is_nothing_or_none_at_all(
    has: dict[str, object], wanted: dict[str, object], at_fault: list[str]
) -> None:
    assert differs(has, wanted) == at_fault
