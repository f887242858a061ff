"""Small makers of what a person reads on the bank's page."""

from datetime import datetime, timedelta
from itertools import count
from typing import Any

from commerce.catalogue.models import Way
from commerce.orders.models import Order
from commerce.payments.models import Deposit, Payment, PaymentMethod
from commerce.payments.transfers import Seen
from storefront.journeys.take_deposit import take_deposit
from tests.builders.journeys import NOW, Mall, a_placed_order

_numbers = count(1)
SOON = NOW + timedelta(minutes=20)


def an_awaited_order(mall: Mall, **fields: Any) -> tuple[Order, Payment]:
    """Spinach to the door, to be paid by transfer."""
    goods = ((mall.spinach, Way.DELIVERY),)
    order = a_placed_order(mall, method=PaymentMethod.TRANSFER, goods=goods, **fields)
    return order, order.payments.get()


def a_line(amount_won: int, **fields: Any) -> Seen:
    """Of the bank's page."""
    usual = {"depositor": "김영희", "deposited_at": SOON, "recorded_by": "USR-OPERATOR"}
    return Seen(amount_won=amount_won, **usual | fields)


def a_deposit(payment: Payment, won: int, *, now: datetime = SOON, **fields: Any) -> Deposit:
    """Read and written down at ``now``."""
    number = next(_numbers)
    # No two lines of a bank's page are of the same moment.
    at = now - timedelta(seconds=number % 50)
    return take_deposit(
        payment_reference=payment.reference,
        seen=a_line(won, **{"deposited_at": at} | fields),
        key=f"deposit-{number:016}",
        now=now,
    )
