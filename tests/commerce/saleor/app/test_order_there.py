"""An order as a Saleor 3.23.28 answered it: one of a storefront's, for a drive-through slot. Only
the id of its line was written beside it later."""

import json
from pathlib import Path
from typing import Any

import pytest

from commerce.saleor.app.order_there import LineThere, OrderUnreadable, read

RECORDED = json.loads(Path(__file__).with_name("order_there.json").read_text())


def test_a_recorded_order_is_read_whole() -> None:
    order = read(RECORDED)
    assert (order.number, order.status, order.currency) == ("32", "UNFULFILLED", "KRW")
    assert order.lines == (LineThere("T3JkZXJMaW5lOjE=", "VAR-BDSYFD7UZZ", 1, 30_000),)
    assert (order.total_won, order.charged_won, order.refunded_won) == (30_000, 30_000, 0)
    assert (order.slot[:4], order.window, order.plate) == ("SLT-", "", "12가3456")
    assert (order.full_name, order.phone) == ("김하나", "+821012345678")
    assert order.door is not None
    assert (order.door.area, order.door.city, order.door.district) == ("경기도", "수원시", "팔달구")
    assert order.who == order.id  # a guest's
    assert len(order.transactions) == 1
    assert order.stands


def changed(**fields: Any) -> Any:
    return read(RECORDED | fields)


def test_an_orders_own_metadata_counts_before_its_shipping_methods() -> None:
    order = changed(metadata=[{"key": "mall.slot", "value": "SLT-OTHER"}])
    assert order.slot == "SLT-OTHER"


def test_what_went_back_was_charged_before() -> None:
    order = changed(totalCharged={"amount": 26_000.0}, totalRefunded={"amount": 4_000.0})
    assert (order.charged_won, order.refunded_won, order.is_paid) == (30_000, 4_000, True)


@pytest.mark.parametrize(
    ("fields", "stands"),
    [
        ({"status": "UNCONFIRMED"}, True),
        ({"status": "UNCONFIRMED", "totalCharged": {"amount": 0.0}}, False),
        ({"totalCharged": {"amount": 0.0}, "authorizeStatus": "NONE"}, True),
        ({"totalCharged": {"amount": 0.0}, "authorizeStatus": "FULL"}, False),
        ({"status": "CANCELED"}, False),
        ({"status": "DRAFT"}, False),
    ],
)
def test_an_order_stands_once_it_is_paid_or_confirmed(fields: dict[str, Any], stands: bool) -> None:
    assert changed(**fields).stands is stands


@pytest.mark.parametrize(
    "odd",
    [{"lines": None}, {"channel": None}, {"total": {"gross": {"amount": 1.5}}}, {"metadata": 1}],
)
def test_another_shape_is_refused(odd: dict[str, Any]) -> None:
    with pytest.raises(OrderUnreadable):
        changed(**odd)


def test_a_name_in_latin_letters_keeps_its_order() -> None:
    address = RECORDED["shippingAddress"] | {"firstName": "Ada", "lastName": "Kim"}
    assert changed(shippingAddress=address).full_name == "Ada Kim"
