"""Bank transfers in the ledger: what came in, and what was sent back because no order needs it."""

from datetime import datetime

from commerce.payments.models import Deposit, DepositReturn
from commerce.settlement import postings
from commerce.settlement.ledger import post
from commerce.settlement.models import Journal


def record_deposit(*, deposit: Deposit, now: datetime) -> Journal:
    """In our bank account, whosever it will be; a repeat gets the first journal."""
    return post(
        key=f"deposited:{deposit.reference}",
        event="deposited",
        order_reference=deposit.payment.order.reference,
        lines=postings.deposited(deposit.amount_won),
        now=now,
    )


def record_deposit_return(*, returned: DepositReturn, now: datetime) -> Journal:
    """Back to whoever sent it; a repeat gets the first journal."""
    return post(
        key=f"deposit-returned:{returned.reference}",
        event="deposit_returned",
        order_reference=returned.payment.order.reference,
        lines=postings.undone(postings.deposited(returned.amount_won)),
        now=now,
    )
