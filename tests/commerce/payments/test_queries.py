from datetime import timedelta

import pytest
from pytest_django import DjangoAssertNumQueries

from commerce.orders import actions as orders
from commerce.payments import actions, queries, refunds
from commerce.payments.models import Payment
from commerce.payments.queries import Owed
from tests.builders.commerce import NOW, a_customer
from tests.builders.orders import (
    a_card_payment,
    a_gate_part,
    a_paid_payment,
    a_part,
    an_on_site_payment,
    an_order,
    the_part,
)

pytestmark = pytest.mark.django_db


def test_an_order_comes_with_payments_and_refunds(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    payment = a_paid_payment(order=an_order(parts=[a_part(), a_gate_part()]))
    for won in (1_000, 2_000):
        _refund(payment, won)
    with django_assert_num_queries(5):
        order = queries.order_with_payments(payment.order.reference)
        assert order is not None
        assert order.customer.full_name == "김영희"
        assert [len(part.lines.all()) for part in order.fulfilments.all()] == [1, 1]
        refunds = [refund.amount_won for p in order.payments.all() for refund in p.refunds.all()]
    assert refunds == [1_000, 2_000]


def test_an_unknown_order_is_none() -> None:
    assert queries.order_with_payments("ORD-NOBODY") is None


def test_a_shoppers_orders_come_with_payments_newest_first() -> None:
    ada = a_customer()
    old = a_paid_payment(order=an_order(customer=ada))
    new = a_card_payment(order=an_order(customer=ada, now=NOW + timedelta(days=1)))
    a_paid_payment()
    seen = queries.orders_with_payments(ada)
    assert [list(order.payments.all()) for order in seen] == [[new], [old]]


def test_what_is_due_at_the_door_is_shown_until_it_is_taken() -> None:
    due, taken = an_on_site_payment(), an_on_site_payment()
    actions.take_on_site(payment_reference=taken.reference, taken_by="DRV-1", now=NOW)
    by_card = a_card_payment()
    parts = [the_part(payment.order).reference for payment in (due, taken, by_card)]
    assert queries.due_on_site(parts) == {parts[0]: due}


def test_a_paid_order_that_was_never_confirmed_is_found() -> None:
    forgotten = a_paid_payment()
    orders.confirm(order=a_paid_payment().order, now=NOW)
    a_card_payment()
    assert list(queries.paid_unconfirmed()) == [forgotten]


def test_nothing_is_owed_for_what_is_still_coming() -> None:
    a_paid_payment()
    an_on_site_payment()
    assert queries.owed_back() == []


def test_the_part_that_was_cancelled_is_owed_until_it_is_refunded() -> None:
    payment = a_paid_payment(order=an_order(parts=[a_part(), a_gate_part()]))
    home, _gate = payment.order.fulfilments.order_by("pk")
    orders.cancel_fulfilment(fulfilment=home, now=NOW)
    assert queries.owed_back(order=payment.order) == [Owed(payment, 9_000)]
    _refund(payment, 4_000)
    assert queries.owed_back() == [Owed(payment, 5_000)]
    _refund(payment, 5_000)
    assert queries.owed_back() == []


def test_a_cancelled_part_paid_on_site_is_owed_alone() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    for payment in actions.open_payment(order=order, method="on_site", now=NOW):
        actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    gate = order.fulfilments.order_by("pk")[1]
    orders.cancel_fulfilment(fulfilment=gate, now=NOW)
    assert queries.owed_back() == [Owed(Payment.objects.get(fulfilment=gate), 5_000)]


def test_a_payment_is_found_by_reference_or_not_at_all() -> None:
    payment = a_card_payment()
    assert queries.payment(payment.reference) == payment
    assert queries.payment("PAY-NOBODY") is None


def _refund(payment: Payment, amount_won: int) -> None:
    refunds.open_refund(
        payment=payment,
        amount_won=amount_won,
        reason="cancelled",
        key=f"{payment.reference}-{amount_won}",
        now=NOW,
    )
