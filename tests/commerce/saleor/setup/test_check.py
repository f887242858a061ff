"""The doctor finds whatever would make a Saleor sell too much, tax otherwise, or refuse us."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from commerce.saleor.setup import names
from commerce.saleor.setup.check import check, check_app
from tests.commerce.saleor.setup.conftest import SetUpShop

NOW = datetime(2026, 11, 26, 5, 0, tzinfo=UTC)

pytestmark = pytest.mark.django_db


def _problems(shop: SetUpShop, *, merchants: tuple[str, ...] = ()) -> dict[str, str]:
    """Advice by part."""
    found = check(
        shop.client(),
        "mall-kr",
        merchants=list(merchants),
        fees_won=[0],
        sample=["VAR-1"],
        now=NOW,
    )
    return {finding.part: finding.advice for finding in found if finding.advice}


def test_a_shop_that_is_set_up_has_no_problem(shop: SetUpShop) -> None:
    assert _problems(shop) == {}


SPOILT: dict[str, tuple[Callable[[SetUpShop], object], str]] = {
    "a permission is missing": (
        lambda shop: shop.permissions.remove("MANAGE_ORDERS"),
        "permissions",
    ),
    "another version": (lambda shop: shop.told["shop"].update(version="3.24.0"), "version"),
    "no category": (lambda shop: shop.told["categories"].update(edges=[]), "set up"),
    "reservations are on": (
        lambda shop: shop.told["shop"].update(reserveStockDurationAuthenticatedUser=10),
        "no reservations",
    ),
    "Saleor holds unpaid goods back": (
        lambda shop: shop.told["shop"].update(fulfillmentAllowUnpaid=False),
        "fulfilment settings",
    ),
    "a channel in euros": (lambda shop: shop.channel.update(currencyCode="EUR"), "channel"),
    "Saleor confirms orders by itself": (
        lambda shop: shop.channel["orderSettings"].update(automaticallyConfirmAllNewOrders=True),
        "order settings",
    ),
    "the fullest warehouse first": (
        lambda shop: shop.channel["stockSettings"].update(
            allocationStrategy="PRIORITIZE_HIGH_STOCK"
        ),
        "stock settings",
    ),
    "the zone serves another channel": (lambda shop: shop.zone.update(channels=[]), "zone"),
    "prices come without tax": (
        lambda shop: shop.channel["taxConfiguration"].update(pricesEnteredWithTax=False),
        "tax",
    ),
    "produce is taxed": (
        lambda shop: shop.tax_class(names.EXEMPT)["countries"][0].update(rate=10.0),
        "tax rates",
    ),
    "a method of another tax class": (
        lambda shop: shop.zone["shippingMethods"][0].update(taxClass=None),
        "shipping methods",
    ),
    "no method": (lambda shop: shop.zone.update(shippingMethods=[]), "shipping methods"),
    "more is promised than is there": (
        lambda shop: shop.stocks.append(
            {"quantity": 3, "quantityAllocated": 4, "warehouse": {"id": "W"}}
        ),
        "nothing oversold",
    ),
    "an order that should have expired": (
        lambda shop: shop.unpaid.append({"externalReference": "FUL-1", "transactions": []}),
        "clock",
    ),
}


@pytest.mark.parametrize("spoilt", SPOILT)
def test_what_is_wrong_is_found_and_only_that(shop: SetUpShop, spoilt: str) -> None:
    spoil, part = SPOILT[spoilt]
    spoil(shop)
    assert set(_problems(shop)) == {part}


def test_a_merchant_without_a_warehouse_is_found(shop: SetUpShop) -> None:
    assert set(_problems(shop, merchants=("MER-NEW",))) == {"warehouses"}


def test_an_order_with_a_transaction_never_expires(shop: SetUpShop) -> None:
    shop.unpaid.append({"externalReference": "FUL-1", "transactions": [{"id": "x"}]})
    assert _problems(shop) == {}


MANIFEST = {
    "permissions": ["MANAGE_ORDERS"],
    "webhooks": [
        {
            "identifier": "orders",
            "targetUrl": "https://mall.example/saleor/deliveries",
            "query": "subscription { event { id } }",
            "asyncEvents": ["ORDER_CREATED"],
        }
    ],
    "extensions": [
        {"mount": "ORDER_DETAILS_WIDGETS", "url": "https://mall.example/saleor/order"},
    ],
}


def _app_problems(shop: SetUpShop) -> set[str]:
    return {one.part for one in check_app(shop.client(), MANIFEST) if one.advice}


def test_an_app_as_the_manifest_has_it_is_no_problem(shop: SetUpShop) -> None:
    assert _app_problems(shop) == set()


@pytest.mark.parametrize(
    "spoilt",
    [
        {"isActive": False},
        {"subscriptionQuery": "subscription { event { issuedAt } }"},
        {"identifier": "other"},
        {"identifier": None},
        {"targetUrl": "https://old.example/saleor/deliveries"},
        {"asyncEvents": [{"eventType": "ORDER_PAID"}]},
    ],
)
def test_a_webhook_that_is_not_the_manifests_is_found(
    shop: SetUpShop, spoilt: dict[str, object]
) -> None:
    shop.webhook.update(spoilt)
    assert _app_problems(shop) == {"webhooks"}


APP_SPOILT: dict[str, tuple[Callable[[SetUpShop], object], str]] = {
    "switched off": (lambda shop: setattr(shop, "active", False), "our app"),
    "a permission is missing": (
        lambda shop: shop.permissions.remove("MANAGE_ORDERS"),
        "our app's permissions",
    ),
    "an old page": (lambda shop: shop.page.update(url="https://old.example/"), "our page"),
    "what could not be delivered": (lambda shop: setattr(shop, "failed", 2), "deliveries"),
}


@pytest.mark.parametrize("spoilt", APP_SPOILT)
def test_what_is_wrong_with_the_app_is_found_and_only_that(shop: SetUpShop, spoilt: str) -> None:
    spoil, part = APP_SPOILT[spoilt]
    spoil(shop)
    assert _app_problems(shop) == {part}
