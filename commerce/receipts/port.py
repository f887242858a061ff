"""The port to whoever tells the tax office of money paid in cash (현금영수증).

The setting CASH_RECEIPTS names the adapter. The same ``key`` is told once and answered alike.
"""

from dataclasses import dataclass
from typing import Protocol

from django.conf import settings
from django.utils.module_loading import import_string

from commerce.errors import CommerceError


class CashReceiptsUnavailable(CommerceError):
    """No answer; whether it was told is not known. Ask again with the same key."""

    code = "CASH_RECEIPTS_UNAVAILABLE"
    retryable = True


@dataclass(frozen=True, slots=True)
class Told:
    """``identifier``: a mobile number in national form or a business number, digits only."""

    key: str
    for_business: bool
    identifier: str
    exempt_won: int
    supply_won: int
    vat_won: int


@dataclass(frozen=True, slots=True)
class Issued:
    approval_number: str


@dataclass(frozen=True, slots=True)
class NotIssued:
    """``code``: the office's own word for why."""

    code: str


class CashReceipts(Protocol):
    def issue(self, told: Told) -> Issued | NotIssued:
        """Raises CashReceiptsUnavailable."""


def cash_receipts() -> CashReceipts:
    """The adapter named by the setting CASH_RECEIPTS."""
    adapter: CashReceipts = import_string(settings.CASH_RECEIPTS)()
    return adapter
