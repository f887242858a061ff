"""What several payments paid for goes back to each of them, out of what it paid."""

from collections import defaultdict
from datetime import datetime

from django.db import transaction

from commerce.orders.models import Fulfilment
from commerce.payments import refunds, tenders
from commerce.payments.models import Payment, Refund
from commerce.payments.tenders import Divided
from commerce.settlement import actions as settlement


@transaction.atomic
def give_back_to_each(
    *, part: Fulfilment, divided: Divided, reason: str, key: str, now: datetime
) -> list[Refund]:
    """One refund for each payment; its order's row is locked by the caller."""
    by_payment: dict[Payment, Divided] = defaultdict(list)
    for share, won in divided:
        by_payment[share.payment].append((share, won))
    # Vouchers by row, as everywhere: two orders may have been paid with the same two.
    in_turn = sorted(by_payment, key=lambda payment: (payment.voucher_id or 0, payment.pk))
    return [_refund(part, one, by_payment[one], reason, f"{key}:{one.pk}", now) for one in in_turn]


def _refund(
    part: Fulfilment, payment: Payment, divided: Divided, reason: str, key: str, now: datetime
) -> Refund:
    refund = refunds.open_refund(
        payment=payment,
        amount_won=sum(won for _share, won in divided),
        tax_free_won=sum(won for share, won in divided if tenders.is_tax_free(share)),
        reason=reason,
        key=key,
        shares=divided,
        now=now,
    )
    settlement.record_refund(refund=refund, fulfilment=part, now=now)
    return refund
