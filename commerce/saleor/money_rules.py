"""What Saleor does not check when money is recorded. Read the order under a lock, then ask here.

Saleor takes a payment on an expired order and revives it without stock, charges the same payment
twice, and refunds more than was ever charged.
"""

from commerce.saleor.errors import OrderNotPayable, Overpaid, OverRefund

# A draft holds no stock yet, an expired or cancelled order holds none any more.
NOT_PAYABLE = frozenset({"DRAFT", "EXPIRED", "CANCELED", "RETURNED"})


def check_payment(
    amount_won: int, *, status: str, total_won: int, granted_won: int, charged_won: int
) -> None:
    """``granted_won`` are refunds granted, ``charged_won`` what is charged now, refunds taken off.

    Raises OrderNotPayable, Overpaid.
    """
    if status in NOT_PAYABLE:
        raise OrderNotPayable("order", status=status)
    left_won = total_won - granted_won - charged_won
    if amount_won > left_won:
        raise Overpaid("amount", left_won=max(0, left_won))


def check_refund(amount_won: int, *, charged_won: int) -> None:
    """``charged_won`` as Saleor's chargedAmount: what is left after earlier refunds. OverRefund."""
    if amount_won > charged_won:
        raise OverRefund("amount", left_won=max(0, charged_won))
