"""Small makers of what the ledger records: lines of a merchant, payments taken, refunds done."""

from datetime import date, datetime
from itertools import count
from typing import Any

from commerce.merchants.models import Merchant
from commerce.orders.actions import NewFulfilment, NewLine
from commerce.orders.models import Fulfilment, Order
from commerce.payments.models import (
    Payment,
    PaymentMethod,
    PaymentStatus,
    Refund,
    RefundStatus,
    TakenAs,
)
from commerce.settlement import commissions, runs
from commerce.settlement.commissions import Wished
from commerce.settlement.models import CommissionRule, Journal, Settlement
from tests.builders.commerce import NOW
from tests.builders.orders import a_part, an_order, some_goods

_numbers = count(1)


def goods_of(merchant: Merchant, won: int, **fields: Any) -> NewLine:
    """One of something that costs ``won``."""
    return some_goods(
        **{
            "merchant_reference": merchant.reference,
            "quantity": 1,
            "unit_price_won": won,
        }
        | fields
    )


def a_part_of(*lines: NewLine, delivery_won: int = 0) -> NewFulfilment:
    return a_part(lines=list(lines), delivery_won=delivery_won)


def parts_of(order: Order) -> list[Fulfilment]:
    return list(order.fulfilments.order_by("pk"))


def an_ordered_part(*lines: NewLine, delivery_won: int = 0) -> Fulfilment:
    """The only part of a new order."""
    return parts_of(an_order(parts=[a_part_of(*lines, delivery_won=delivery_won)]))[0]


def card_money(order: Order, **fields: Any) -> Payment:
    """The whole order, paid by card."""
    defaults = {
        "status": PaymentStatus.PAID,
        "amount_won": order.total_won,
        "opened_at": NOW,
        "paid_at": NOW,
    }
    return Payment.objects.create(order=order, method=PaymentMethod.CARD, **defaults | fields)


def till_money(
    fulfilment: Fulfilment, taken_by: str = "DRV-MINSU", taken_as: TakenAs = TakenAs.CASH
) -> Payment:
    """One part, paid where it was handed over."""
    return Payment.objects.create(
        order=fulfilment.order,
        fulfilment=fulfilment,
        method=PaymentMethod.ON_SITE,
        status=PaymentStatus.PAID,
        amount_won=fulfilment.total_won,
        taken_by=taken_by,
        taken_as=taken_as,
        opened_at=NOW,
        paid_at=NOW,
    )


def a_refund(
    payment: Payment,
    amount_won: int,
    status: RefundStatus = RefundStatus.DONE,
    now: datetime = NOW,
) -> Refund:
    return Refund.objects.create(
        payment=payment,
        key=f"refund-{next(_numbers)}",
        amount_won=amount_won,
        reason="cancelled",
        status=status,
        opened_at=now,
        done_at=now,
    )


def rule_set(wished: Wished, *, key: str = "k", now: datetime = NOW) -> CommissionRule:
    """A commission rule that one operator tried and proposed, and another approved."""
    seen_won = sum(one.by_won for one in commissions.simulate(wished, now=now))
    made = commissions.propose(wished, seen_won=seen_won, by="op", key=key, now=now)
    return commissions.approve(reference=made.reference, seen_won=seen_won, by="op-two", now=now)


def settled(*, until_on: date, now: datetime = NOW) -> list[Settlement]:
    """A run that two people have seen and said yes to: its settlements, by merchant."""
    run = runs.calculate(until_on=until_on, now=now)
    runs.review(until_on=until_on, by="op-one", now=now)
    runs.approve(until_on=until_on, by="op-two", now=now)
    return list(run.settlements.order_by("merchant_reference"))


def entries_of(journal: Journal) -> list[tuple[str, str, int]]:
    """(account kind, owner, won), sorted."""
    return sorted(
        journal.entries.values_list("account__kind", "account__owner_reference", "amount_won")
    )
