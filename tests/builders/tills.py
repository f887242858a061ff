"""Small makers of money that somebody took on site, counts and hands in."""

from datetime import datetime
from itertools import count
from typing import Any

from commerce.payments.models import Payment, TakenAs
from commerce.settlement import actions, tills
from commerce.settlement.models import LedgerEntry, TillCount
from commerce.settlement.tills import Holding
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import a_refund, an_ordered_part, goods_of, till_money

TILL = "DRV-MINSU"
_numbers = count(1)


def taken(
    won: int, *, by: str = TILL, taken_as: TakenAs = TakenAs.CASH, now: datetime = NOW
) -> Payment:
    """Goods of so many won, paid where they were handed over."""
    part = an_ordered_part(goods_of(a_merchant(), won))
    payment = till_money(part, by, taken_as)
    actions.record_payment(payment=payment, now=now)
    return payment


def given_back(payment: Payment, won: int, *, now: datetime = NOW) -> None:
    actions.record_refund(refund=a_refund(payment, won, now=now), fulfilment=None, now=now)


def holding(till: str = TILL) -> Holding:
    """As the ledger has it now."""
    return tills.sums(tills.uncounted(till).select_related("account"))


def counted(cash_won: int, slips_won: int = 0, *, till: str = TILL, **said: Any) -> TillCount:
    """Seen as it is now, unless ``seen`` says otherwise; counted as given."""
    asked = {
        "till_reference": till,
        "seen": said["seen"] if "seen" in said else holding(till),
        "counted": Holding(cash_won, slips_won),
        "note": "",
        "by": "minsu",
        "key": f"count-{next(_numbers)}",
        "now": NOW,
    }
    return tills.count(**asked | said)


def confirmed(made: TillCount, *, by: str = "dispatcher", now: datetime = NOW) -> TillCount:
    return tills.confirm(
        reference=made.reference, received_won=made.counted_cash_won, by=by, now=now
    )


def rejected(made: TillCount, *, by: str = "dispatcher", reason: str = "다시") -> TillCount:
    return tills.reject(reference=made.reference, reason=reason, by=by, now=NOW)


def stands(kind: str, owner: str = TILL) -> int:
    """Won on one account."""
    entries = LedgerEntry.objects.filter(account__kind=kind, account__owner_reference=owner)
    return sum(entries.values_list("amount_won", flat=True))
