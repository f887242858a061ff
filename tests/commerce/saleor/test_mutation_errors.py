"""Errors without a word about their source are as a real Saleor 3.23.28 gave them; the others
follow its source code (``saleor/*/error_codes.py``) and say so."""

from typing import Any

import pytest

from commerce.core.errors import (
    CoreKeyReused,
    CoreOrderFulfilled,
    NotPublished,
    OutOfStock,
    OverFulfilled,
    OverRefund,
    ProductInvalid,
)
from commerce.errors import CommerceError, NotFound
from commerce.saleor.errors import (
    BadId,
    InvalidAddress,
    OrderMovedOn,
    Refused,
)
from commerce.saleor.mutation_errors import refusal, refused_rows

LINE = "T3JkZXJMaW5lOjhlNmQxYjUxLWMyZmYtNGM0Yi04ZGZiLWExZDI5ZGE5MGEzMQ=="
OTHER_LINE = "T3JkZXJMaW5lOjk3YjUwMDBkLWRkMzUtNDZjMS1hOTNjLWQ0YjU1M2Y3NDg5NQ=="
WAREHOUSE = "V2FyZWhvdXNlOmMwMWI1YzkwLWI2ZjItNDhlYy04MGJiLWMxMjJlZWE5ZDNjMQ=="

Error = dict[str, Any]


def _error(field: str | None, code: str, message: str = "", **more: Any) -> Error:
    return {"field": field, "code": code, "message": message, **more}


def _refused(mutation: str, *errors: Error) -> CommerceError:
    found = refusal(mutation, errors)
    assert isinstance(found, CommerceError)
    return found


def _no_stock(line: str, **more: Any) -> Error:
    return _error(
        "lines", "INSUFFICIENT_STOCK", "Insufficient product stock.", orderLines=[line], **more
    )


TAKEN = _error(
    "externalReference", "UNIQUE", "Product with this External reference already exists."
)
UNKNOWN = _error("externalReference", "NOT_FOUND", "Couldn't resolve to a node: mall:p:nope")
NOT_A_DRAFT = _error("id", "INVALID", "The order is not draft.")


@pytest.mark.parametrize(
    ("mutation", "error", "kind", "field"),
    [
        ("productBulkCreate", TAKEN, CoreKeyReused, "externalReference"),
        ("productUpdate", UNKNOWN, NotFound, "externalReference"),
        ("productBulkCreate", _error("slug", "UNIQUE"), ProductInvalid, "slug"),
        ("draftOrderCreate", TAKEN, CoreKeyReused, "externalReference"),
        ("draftOrderComplete", NOT_A_DRAFT, OrderMovedOn, "id"),
        ("orderCancel", _error("order", "CANNOT_CANCEL_ORDER"), CoreOrderFulfilled, "order"),
        (
            "transactionEventReport",
            _error("pspReference", "INCORRECT_DETAILS", "The transaction with provided …"),
            CoreKeyReused,
            "pspReference",
        ),
        (
            "orderGrantRefundCreate",
            _error("amount", "AMOUNT_GREATER_THAN_AVAILABLE", "Amount cannot be greater …"),
            OverRefund,
            "amount",
        ),
    ],
)
def test_a_refusal_has_a_name_and_the_field_at_fault(
    mutation: str, error: Error, kind: type[CommerceError], field: str
) -> None:
    found = _refused(mutation, error)
    assert type(found) is kind
    assert found.field == field


@pytest.mark.parametrize(
    ("mutation", "error", "kind"),
    [
        (
            "orderConfirm",
            _error("id", "INVALID", "Provided order id belongs to an order with status …"),
            OrderMovedOn,
        ),
        (
            "draftOrderDelete",
            _error("id", "INVALID", "Provided order id belongs to non-draft order."),
            OrderMovedOn,
        ),
        ("draftOrderCreate", _error("lines", "NOT_AVAILABLE_IN_CHANNEL"), NotPublished),
        (
            "orderGrantRefundCreate",
            _error("grantRefundForShipping", "SHIPPING_COSTS_ALREADY_GRANTED"),
            OverRefund,
        ),
    ],
)
def test_what_only_the_source_code_shows_has_a_name_too(
    mutation: str, error: Error, kind: type[CommerceError]
) -> None:
    assert type(_refused(mutation, error)) is kind


def test_a_product_without_a_category_keeps_saleors_code() -> None:
    found = _refused(
        "productChannelListingUpdate", _error("isPublished", "PRODUCT_WITHOUT_CATEGORY")
    )
    assert isinstance(found, ProductInvalid)
    assert (found.field, found.data) == ("isPublished", {"saleor_code": "PRODUCT_WITHOUT_CATEGORY"})


def test_too_little_stock_names_every_line_once() -> None:
    found = _refused("draftOrderComplete", _no_stock(LINE), _no_stock(OTHER_LINE), _no_stock(LINE))
    assert isinstance(found, OutOfStock)
    assert found.data == {"lines": [LINE, OTHER_LINE], "variants": [], "warehouse": ""}


def test_too_little_stock_where_it_is_fulfilled_names_the_warehouse() -> None:
    found = _refused("orderFulfill", _no_stock(LINE, warehouse=WAREHOUSE))
    assert isinstance(found, OutOfStock)
    assert found.data == {"lines": [LINE], "variants": [], "warehouse": WAREHOUSE}


def test_lists_that_saleor_leaves_out_are_empty() -> None:
    error = _error("lines", "INSUFFICIENT_STOCK", variants=None)
    assert _refused("draftOrderComplete", error).data["lines"] == []


def test_more_than_is_left_of_a_line_cannot_be_fulfilled() -> None:
    found = _refused(
        "orderFulfill",
        _error(
            "orderLineId",
            "FULFILL_ORDER_LINE",
            "Only 5 items remaining to fulfill.",
            warehouse=None,
            orderLines=[LINE],
        ),
    )
    assert isinstance(found, OverFulfilled)
    assert found.data["lines"] == [LINE]


@pytest.mark.parametrize(
    ("field", "code", "message"),
    [
        ("countryArea", "INVALID", "This value is not valid for the address."),
        ("countryArea", "REQUIRED", "This field is required."),
        ("phone", "INVALID", "'12' is not a valid phone number."),
    ],
)
def test_an_address_is_refused_by_its_field(field: str, code: str, message: str) -> None:
    error = _error(field, code, message, addressType="SHIPPING", orderLines=None, variants=None)
    found = _refused("draftOrderCreate", error, error)
    assert isinstance(found, InvalidAddress)
    assert (found.field, found.data) == (field, {"address_type": "SHIPPING"})


def test_an_order_without_an_address_has_a_bad_one() -> None:
    error = _error("order", "ORDER_NO_SHIPPING_ADDRESS", addressType=None)
    assert isinstance(_refused("draftOrderComplete", error), InvalidAddress)


def test_a_warehouse_has_an_address_too() -> None:
    assert isinstance(_refused("createWarehouse", _error("city", "REQUIRED")), InvalidAddress)


def test_a_slug_is_no_address() -> None:
    assert isinstance(_refused("createWarehouse", _error("slug", "UNIQUE")), Refused)


def test_more_of_a_line_than_was_bought_is_an_over_refund() -> None:
    line = _error("quantity", "QUANTITY_GREATER_THAN_AVAILABLE", lineId=LINE)
    error = _error("lines", "INVALID", "Provided input for lines is invalid.", lines=[line])
    assert isinstance(_refused("orderGrantRefundCreate", error), OverRefund)


def test_the_same_code_means_another_thing_in_another_mutation() -> None:
    error = _error("id", "INVALID", "The order is not draft.")
    assert isinstance(_refused("draftOrderComplete", error), OrderMovedOn)
    assert isinstance(_refused("productUpdate", error), ProductInvalid)
    assert isinstance(_refused("orderCancel", error), Refused)


def test_a_refusal_without_a_name_keeps_saleors_words() -> None:
    found = _refused(
        "orderFulfillmentReturnProducts",
        _error("order", "CANNOT_REFUND", "Order cannot be refunded."),
    )
    assert isinstance(found, Refused)
    assert found.field == "order"
    assert found.data == {"saleor_code": "CANNOT_REFUND", "message": "Order cannot be refunded."}


def test_a_refusal_of_no_field_has_none() -> None:
    assert _refused("draftOrderComplete", _error(None, "TAX_ERROR")).field == ""


def test_the_first_error_with_a_name_decides() -> None:
    tax, stock = _error(None, "TAX_ERROR"), _no_stock(LINE)
    assert isinstance(_refused("draftOrderComplete", tax, stock), OutOfStock)


def test_errors_of_another_name_add_no_lines() -> None:
    unpublished = _error("lines", "PRODUCT_NOT_PUBLISHED", orderLines=[OTHER_LINE])
    found = _refused("draftOrderComplete", _no_stock(LINE), unpublished)
    assert found.data["lines"] == [LINE]


def test_a_bad_id_is_a_mistake_of_ours() -> None:
    error = _error("id", "GRAPHQL_ERROR", "Invalid ID: xxx. Expected: Order.")
    assert isinstance(refusal("orderCancel", [error]), BadId)


def test_refused_rows_are_known_by_their_place() -> None:
    done: dict[str, Any] = {"stock": {"quantity": 12}, "errors": []}
    missing = {"stock": None, "errors": [_error(None, "NOT_FOUND", "Stock was not found.")]}

    found = refused_rows("stockBulkUpdate", [done, missing, missing])

    assert {place: type(error) for place, error in found.items()} == {1: NotFound, 2: NotFound}
