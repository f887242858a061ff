"""What Saleor does not check when money is recorded. Read the order under a lock, then ask here.

Saleor takes a payment on an expired order and revives it without stock, charges the same payment
twice, and refunds more than was ever charged.
"""

from commerce.core.errors import Overpaid, OverRefund


def check_payment(amount_won: int, *, total_won: int, charged_won: int) -> None:
    """``charged_won``: refunds not taken off, for what went back is not to be paid again.

    Raises Overpaid.
    """
    left_won = total_won - charged_won
    if amount_won > left_won:
        raise Overpaid("amount_won", left_won=max(0, left_won))


def check_refund(amount_won: int, *, charged_won: int, refunded_won: int) -> None:
    """Raises OverRefund."""
    left_won = charged_won - refunded_won
    if amount_won > left_won:
        raise OverRefund("amount_won", left_won=max(0, left_won))
