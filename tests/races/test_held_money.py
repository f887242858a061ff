"""What is held on a card is taken or let go, whoever decides at the same moment."""

from functools import partial
from threading import Barrier

import pytest

from commerce.orders.models import Order, OrderQuerySet
from commerce.payments import holding
from commerce.payments.models import Payment, PaymentStatus
from commerce.payments.sandbox.models import SandboxCharge
from commerce.settlement.queries import balances, trial_balance
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds, take_held
from tests.builders.journeys import NEXT_MORNING
from tests.journeys.test_held_money import AS_WEIGHED, a_held_order, weighed
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def a_weighed_order() -> Order:
    order = a_held_order()
    weighed(order)
    return order


def decide_and_cancel_at_once(order: Order) -> None:
    at_once(
        [
            partial(holding.decide, order=order, now=NEXT_MORNING),
            partial(cancel_order, order=order, reason="shopper", now=NEXT_MORNING),
        ]
    )


def test_control_without_the_orders_lock_a_cancelled_order_is_to_be_taken(monkeypatch) -> None:
    """The setup does race: what is decided is of before the cancellation."""
    order = a_weighed_order()
    summed, cancelled = Barrier(2, timeout=20), Barrier(2, timeout=20)
    real = holding.tax_free_by_part

    def sum_then_wait(parts):
        found = real(parts)
        summed.wait()
        cancelled.wait()
        return found

    def cancel_between() -> None:
        summed.wait()
        cancel_order(order=order, reason="shopper", now=NEXT_MORNING)
        cancelled.wait()

    with monkeypatch.context() as patched:
        patched.setattr(OrderQuerySet, "locked", lambda rows: rows.order_by("pk"))
        patched.setattr(holding, "tax_free_by_part", sum_then_wait)
        at_once([partial(holding.decide, order=order, now=NEXT_MORNING), cancel_between])
    payment = order.payments.get()
    assert (payment.status, payment.amount_won) == (PaymentStatus.CAPTURING, AS_WEIGHED)
    assert Order.objects.get().status == "cancelled"


@pytest.mark.parametrize("_", range(3))
def test_money_taken_as_the_order_is_cancelled_is_let_go_or_goes_back(_: int) -> None:
    order = a_weighed_order()
    decide_and_cancel_at_once(order)
    take_held(now=NEXT_MORNING)
    send_refunds(now=NEXT_MORNING)
    payment = order.payments.get()
    assert payment.status in (PaymentStatus.CANCELLED, PaymentStatus.PAID)
    kept = payment.amount_won - payment.refunded_won if payment.status == "paid" else 0
    assert (kept, balances().get("gateway", 0), trial_balance()) == (0, 0, 0)


def test_two_sweeps_at_once_take_the_money_once() -> None:
    order = a_weighed_order()
    at_once([partial(take_held, now=NEXT_MORNING)] * 4)
    assert order.payments.get().amount_won == AS_WEIGHED
    assert balances() == {"gateway": AS_WEIGHED, "held": -AS_WEIGHED}
    assert SandboxCharge.objects.get().captured_won == AS_WEIGHED
    assert Payment.objects.filter(status=PaymentStatus.PAID).count() == 1
