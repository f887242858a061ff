"""What is read out of a Saleor order that the contract's stories do not show."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.core.port import CoreStatus, Wanted, WantedLine
from commerce.saleor.orders import SaleorOrder, wanted_metadata


def _money(won: int) -> dict[str, Any]:
    return {part: {"amount": float(won)} for part in ("gross", "net", "tax")}


def _line(id_: str, sku: str, quantity: int, unit_won: int) -> dict[str, Any]:
    return {
        "id": id_,
        "productSku": sku,
        "quantity": quantity,
        "quantityFulfilled": 0,
        "unitPrice": {"gross": {"amount": float(unit_won)}},
        "totalPrice": _money(unit_won * quantity),
        "variant": None,
    }


def _order(lines: list[dict[str, Any]], wanted: Wanted | None = None, **node: Any) -> SaleorOrder:
    usual: dict[str, Any] = {
        "id": "T3JkZXI6MQ==",
        "externalReference": "FUL-1",
        "status": "UNCONFIRMED",
        "metadata": wanted_metadata(wanted) if wanted else [],
        "lines": lines,
        "shippingPrice": _money(4_000),
        "total": _money(0),
        "transactions": [],
        "grantedRefunds": [],
        "fulfillments": [],
    }
    return SaleorOrder(usual | node)


def _wanted(*lines: WantedLine) -> Wanted:
    return Wanted("FUL-1", "ORD-1", lines, 4_000, {"slot": "10:00"})


def _event(type_: str, key: str, won: int) -> dict[str, Any]:
    return {"type": type_, "pspReference": key, "amount": {"amount": float(won)}}


LINES = st.lists(
    st.tuples(st.sampled_from(["VAR-1", "VAR-2"]), st.integers(1, 2), st.integers(1, 2)), max_size=6
)


@given(LINES, st.randoms())
def test_each_line_of_ours_has_one_of_the_orders_whatever_its_order(
    lines: list[tuple[str, int, int]], chance: Any
) -> None:
    ours = [WantedLine(f"LIN-{n}", *line) for n, line in enumerate(lines)]
    theirs = [_line(f"line {n}", *line) for n, line in enumerate(lines)]
    chance.shuffle(theirs)
    found = _order(theirs, _wanted(*ours)).lines
    assert found.keys() == {line.reference for line in ours}
    assert len({node["id"] for node in found.values()}) == len(ours)
    for line in ours:
        node = found[line.reference]
        assert (node["productSku"], node["quantity"]) == (line.variant_reference, line.quantity)
    chance.shuffle(theirs)
    assert _order(theirs, _wanted(*ours)).lines == found


def test_facts_are_shown_beside_the_order() -> None:
    told = {entry["key"]: entry["value"] for entry in wanted_metadata(_wanted())}
    assert told == {"mall.group": "ORD-1", "mall.lines": "[]", "mall.slot": "10:00"}


def test_the_same_lines_at_another_price_of_delivery_are_another_order() -> None:
    order = _order([], _wanted())
    assert order.is_for(_wanted())
    assert not order.is_for(Wanted("FUL-1", "ORD-1", (), 3_999, {}))
    assert not order.is_for(_wanted(WantedLine("LIN-1", "VAR-1", 1, 100)))


@pytest.mark.parametrize(
    ("saleor", "ended", "status"),
    [
        ("CANCELED", "", CoreStatus.CANCELLED),
        ("CANCELED", "cancelled", CoreStatus.CANCELLED),
        ("CANCELED", "expired", CoreStatus.EXPIRED),
        ("EXPIRED", "", CoreStatus.EXPIRED),
        ("UNFULFILLED", "expired", CoreStatus.CONFIRMED),
        ("PARTIALLY_RETURNED", "", CoreStatus.PARTLY_FULFILLED),
        ("RETURNED", "", CoreStatus.FULFILLED),
    ],
)
def test_a_cancelled_order_says_whether_it_expired(
    saleor: str, ended: str, status: CoreStatus
) -> None:
    metadata = [{"key": "mall.ended", "value": ended}]
    assert _order([], status=saleor, metadata=metadata).status is status


def test_only_what_succeeded_counts_as_money() -> None:
    events = [
        _event("CHARGE_REQUEST", "PAY-1", 9_000),
        _event("CHARGE_SUCCESS", "PAY-1", 9_000),
        _event("CHARGE_FAILURE", "PAY-2", 5_000),
        _event("REFUND_SUCCESS", "REF-1", 2_000),
    ]
    order = _order([], transactions=[{"id": "x", "events": events}])
    assert (order.charged_won, order.refunded_won) == (9_000, 2_000)


def test_a_fulfilment_that_was_taken_back_in_the_dashboard_has_not_left() -> None:
    line = _line("line", "VAR-1", 3, 100)
    left = {"quantity": 1, "orderLine": {"id": "line"}}
    fulfilments = [
        {"status": "FULFILLED", "trackingNumber": "OUT-1", "lines": [left]},
        {"status": "CANCELED", "trackingNumber": "OUT-2", "lines": [left]},
    ]
    order = _order([line], _wanted(WantedLine("LIN-1", "VAR-1", 3, 100)), fulfillments=fulfilments)
    assert order.shipments() == {"OUT-1": {"LIN-1": 1}}


def test_an_order_that_was_born_in_the_shop_can_be_read() -> None:
    fulfilments = [
        {
            "status": "FULFILLED",
            "trackingNumber": "",
            "lines": [{"quantity": 1, "orderLine": {"id": "line"}}],
        }
    ]
    order = _order([_line("line", "OTHER", 1, 100)], fulfillments=fulfilments)
    assert order.core_order().quote.delivery.gross_won == 4_000
    assert order.core_order().fulfilled == {}
    assert order.shipments() == {"": {"": 1}}
