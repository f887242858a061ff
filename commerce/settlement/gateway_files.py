"""What a gateway itself says it did: rows of its own CSV, read and held against our books.

Stripe: the itemised report «Balance change from activity», with ``payment_intent_id``. Toss: the
columns of its settlement API (``/v1/settlements``), a cancellation with an amount below 0.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Literal

from commerce.errors import CommerceError

About = Literal["payment", "refund", "dispute", "payout"]

STRIPE = ("balance_transaction_id", "created", "currency", "gross", "fee", "reporting_category")
STRIPE_REFERENCES = ("source_id", "payment_intent_id")
TOSS = ("orderId", "paymentKey", "transactionKey", "amount", "fee", "soldDate")

ROW_ID_MOST = 64

# What a row of Stripe's is about, and the column that names it. What a category undoes is of the
# same thing, so that the two add up to nothing.
CATEGORIES: dict[str, tuple[About, str]] = {
    "charge": ("payment", "payment_intent_id"),
    "refund": ("refund", "source_id"),
    "refund_failure": ("refund", "source_id"),
    "dispute": ("dispute", "source_id"),
    "dispute_reversal": ("dispute", "source_id"),
    "transfer": ("payout", "source_id"),
    "transfer_reversal": ("payout", "source_id"),
}


class GatewayFileColumns(CommerceError):
    """Neither gateway's columns. ``data``: ``missing``, those of the closer one."""

    code = "GATEWAY_FILE_COLUMNS"


class GatewayFileRow(CommerceError):
    """``data``: ``row``, as a spreadsheet counts, and the ``column`` at fault."""

    code = "GATEWAY_FILE_ROW"


@dataclass(frozen=True)
class FileRow:
    """Won as the gateway owes them to us: a refund is below 0. ``about`` is None for a fee of its
    own. ``row_id`` is the gateway's, and never twice."""

    row_id: str
    about: About | None
    gateway_reference: str
    amount_won: int
    fee_won: int
    on: date


Reader = Callable[[Mapping[str, str], int], FileRow]


def parse(rows: Sequence[Sequence[str]]) -> list[FileRow]:
    """The header first. Raises GatewayFileColumns, GatewayFileRow."""
    header = [name.strip() for name in rows[0]]
    read, wanted = _format(header)
    missing = [name for name in wanted if name not in header]
    if missing:
        raise GatewayFileColumns("file", missing=", ".join(missing))
    filled = [
        (number, row) for number, row in enumerate(rows[1:], 2) if any(x.strip() for x in row)
    ]
    return [
        read({name: x.strip() for name, x in zip(header, row, strict=False)}, number)
        for number, row in filled
    ]


def _format(header: Sequence[str]) -> tuple[Reader, tuple[str, ...]]:
    if len(set(header) & set(TOSS)) > len(set(header) & set(STRIPE)):
        return _toss, TOSS
    return _stripe, STRIPE + STRIPE_REFERENCES


def _stripe(row: Mapping[str, str], number: int) -> FileRow:
    if row.get("currency", "").lower() != "krw":
        raise GatewayFileRow("file", row=number, column="currency")
    about, column = CATEGORIES.get(row.get("reporting_category", ""), (None, "source_id"))
    return FileRow(
        row_id=_text(row, "balance_transaction_id", number, ROW_ID_MOST),
        about=about,
        gateway_reference=_text(row, column, number) if about else row.get(column, ""),
        amount_won=_won(row, "gross", number),
        fee_won=_won(row, "fee", number),
        on=_date(row, "created", number),
    )


def _toss(row: Mapping[str, str], number: int) -> FileRow:
    amount_won = _won(row, "amount", number)
    about: About = "payment" if amount_won >= 0 else "refund"
    return FileRow(
        row_id=_text(row, "transactionKey", number, ROW_ID_MOST),
        about=about,
        gateway_reference=_text(
            row, "paymentKey" if about == "payment" else "transactionKey", number
        ),
        amount_won=amount_won,
        fee_won=_won(row, "fee", number),
        on=_date(row, "soldDate", number),
    )


def _text(row: Mapping[str, str], column: str, number: int, most: int = 255) -> str:
    text = row.get(column, "")
    if not text or len(text) > most or "\x00" in text:
        raise GatewayFileRow("file", row=number, column=column)
    return text


def _won(row: Mapping[str, str], column: str, number: int) -> int:
    """``12,000``, ``-9000`` or ``9000.00``."""
    try:
        won = Decimal(row.get(column, "").replace(",", "") or "0")
        whole = int(won)
    except (InvalidOperation, ValueError, OverflowError):
        raise GatewayFileRow("file", row=number, column=column) from None
    if whole != won or abs(whole) > 2_000_000_000:
        raise GatewayFileRow("file", row=number, column=column)
    return whole


def _date(row: Mapping[str, str], column: str, number: int) -> date:
    try:
        return date.fromisoformat(row.get(column, "")[:10])
    except ValueError:
        raise GatewayFileRow("file", row=number, column=column) from None
