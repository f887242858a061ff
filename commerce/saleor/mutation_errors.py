"""Turns the ``errors`` list of a mutation into one refusal with a name.

Codes as of Saleor 3.23 (``saleor/*/error_codes.py``), by mutation, since the same code means
different things: INVALID is a bad slug here and an order that was completed already there.
"""

from collections.abc import Sequence
from typing import Any

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
from commerce.saleor.answers import message
from commerce.saleor.errors import (
    BadId,
    InvalidAddress,
    OrderMovedOn,
    Refused,
    SaleorError,
)

Error = dict[str, Any]
Kind = type[CommerceError]

PRODUCT_MUTATIONS = (
    "productBulkCreate",
    "productUpdate",
    "productVariantBulkCreate",
    "productVariantBulkUpdate",
    "productChannelListingUpdate",
    "productMediaCreate",
)
PRODUCT_CODES = (
    "ATTRIBUTE_ALREADY_ASSIGNED",
    "ATTRIBUTE_CANNOT_BE_ASSIGNED",
    "BLANK",
    "CANNOT_MANAGE_PRODUCT_WITHOUT_VARIANT",
    "DUPLICATED_INPUT_ITEM",
    "FILE_SIZE_LIMIT_EXCEEDED",
    "INVALID",
    "INVALID_FILE_TYPE",
    "INVALID_PRICE",
    "MAX_LENGTH",
    "PRODUCT_NOT_ASSIGNED_TO_CHANNEL",
    "PRODUCT_WITHOUT_CATEGORY",
    "REQUIRED",
    "UNIQUE",
    "UNSUPPORTED_MEDIA_PROVIDER",
    "UNSUPPORTED_MIME_TYPE",
)
DRAFT_MUTATIONS = ("draftOrderCreate", "draftOrderComplete")
DRAFT_CODES: dict[str, Kind] = {
    "BILLING_ADDRESS_NOT_SET": InvalidAddress,
    "INSUFFICIENT_STOCK": OutOfStock,
    "NOT_AVAILABLE_IN_CHANNEL": NotPublished,
    "ORDER_NO_SHIPPING_ADDRESS": InvalidAddress,
    "PRODUCT_NOT_PUBLISHED": NotPublished,
    "PRODUCT_UNAVAILABLE_FOR_PURCHASE": NotPublished,
}
NAMED: dict[tuple[str, str], Kind] = {
    **{(name, code): ProductInvalid for name in PRODUCT_MUTATIONS for code in PRODUCT_CODES},
    **{(name, code): kind for name in DRAFT_MUTATIONS for code, kind in DRAFT_CODES.items()},
    ("orderFulfill", "FULFILL_ORDER_LINE"): OverFulfilled,
    ("orderFulfill", "INSUFFICIENT_STOCK"): OutOfStock,
    ("orderCancel", "CANNOT_CANCEL_ORDER"): CoreOrderFulfilled,
    ("orderGrantRefundCreate", "AMOUNT_GREATER_THAN_AVAILABLE"): OverRefund,
    ("orderGrantRefundCreate", "SHIPPING_COSTS_ALREADY_GRANTED"): OverRefund,
    # The same event with another amount; Saleor keeps a CHARGE_FAILURE or REFUND_FAILURE of it.
    ("transactionEventReport", "INCORRECT_DETAILS"): CoreKeyReused,
}
# Refused with INVALID on the id when the order is in another status.
FROM_ONE_STATUS = ("draftOrderComplete", "draftOrderDelete", "orderConfirm")
WAREHOUSE_MUTATIONS = ("createWarehouse", "updateWarehouse")
ADDRESS_FIELDS = frozenset(
    {"country", "countryArea", "city", "cityArea", "postalCode", "streetAddress1", "phone"}
)


def refusal(mutation: str, errors: Sequence[Error]) -> CommerceError | SaleorError:
    """The first error that has a name decides; others of that name add their lines to it.

    ``mutation`` is its field, such as "draftOrderCreate". Without a name: Refused. BadId when an id
    of ours was none.
    """
    for error in errors:
        if str(error.get("message") or "").startswith("Invalid ID"):
            return BadId(message(error["message"]))
    kinds = [_kind(mutation, error) for error in errors]
    kind = next((kind for kind in kinds if kind is not None), None)
    if kind is None:
        return Refused(
            _field(errors[0]),
            saleor_code=errors[0]["code"],
            message=message(errors[0].get("message")),
        )
    alike = [error for error, found in zip(errors, kinds, strict=True) if found is kind]
    return kind(_field(alike[0]), **_facts(kind, alike))


def refused_rows(
    mutation: str, results: Sequence[dict[str, Any]]
) -> dict[int, CommerceError | SaleorError]:
    """By place, the rows of a bulk mutation that were refused while others were done."""
    return {
        place: refusal(mutation, row["errors"])
        for place, row in enumerate(results)
        if row["errors"]
    }


def _kind(mutation: str, error: Error) -> Kind | None:
    code, field = error["code"], error.get("field")
    if code == "NOT_FOUND":
        return NotFound
    if code == "UNIQUE" and field == "externalReference":
        return CoreKeyReused
    if error.get("addressType"):
        return InvalidAddress
    if mutation in WAREHOUSE_MUTATIONS and field in ADDRESS_FIELDS:
        return InvalidAddress
    if mutation in FROM_ONE_STATUS and code == "INVALID" and field == "id":
        return OrderMovedOn
    if any(line["code"] == "QUANTITY_GREATER_THAN_AVAILABLE" for line in error.get("lines") or ()):
        return OverRefund
    return NAMED.get((mutation, code))


def _field(error: Error) -> str:
    return error.get("field") or ""


def _facts(kind: Kind, errors: Sequence[Error]) -> dict[str, object]:
    if kind is ProductInvalid:
        return {"saleor_code": errors[0]["code"]}
    if kind is InvalidAddress:
        return {"address_type": errors[0].get("addressType") or ""}
    if kind in (OutOfStock, NotPublished, OverFulfilled):
        return {
            "lines": _ids(errors, "orderLines"),
            "variants": _ids(errors, "variants"),
            "warehouse": errors[0].get("warehouse") or "",
        }
    return {}


def _ids(errors: Sequence[Error], key: str) -> list[str]:
    """Each once: Saleor may name a line in several errors."""
    return list(dict.fromkeys(id_ for error in errors for id_ in error.get(key) or ()))
