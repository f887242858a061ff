"""What is written into the ledger when a voucher programme gets money, gives it out or ends.

What vouchers pay for is written by ``actions``: they are one more source of customers' money, the
merchant is owed the same whatever paid.
"""

from collections.abc import Sequence
from datetime import datetime

from commerce.settlement import postings
from commerce.settlement.ledger import post, post_each
from commerce.settlement.models import Journal
from commerce.vouchers.actions import Lapsed
from commerce.vouchers.models import Batch, Funding, Recharge


def record_recharge(*, recharge: Recharge, now: datetime) -> Journal:
    """Money is at the bank for a programme; a repeat gets the first journal."""
    return post(
        key=f"recharged:{recharge.reference}",
        event="budget_recharged",
        order_reference="",
        lines=postings.recharged(recharge.programme.reference, recharge.amount_won),
        now=now,
    )


def record_issue(*, batch: Batch, now: datetime) -> Journal:
    """Vouchers hold some of a budget; a repeat gets the first journal."""
    return post(
        key=f"issued:{batch.reference}",
        event="vouchers_issued",
        order_reference="",
        lines=postings.vouchers_issued(batch.programme.reference, batch.total_won),
        now=now,
    )


def record_expired(*, lapsed: Sequence[Lapsed], now: datetime) -> None:
    """What nobody spent in time; the caller sees that each end is recorded once."""
    post_each(
        event="voucher_expired",
        by_key={
            f"voucher-expired:{one.voucher.reference}:{one.number}": postings.voucher_expired(
                one.voucher.programme.reference,
                one.won,
                sold=one.voucher.programme.funding == Funding.SOLD,
            )
            for one in lapsed
        },
        now=now,
    )
