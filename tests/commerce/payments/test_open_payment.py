import pytest
from django.db import IntegrityError, transaction

from commerce.catalogue.models import TaxClass
from commerce.orders import actions as orders
from commerce.payments import actions, charging
from commerce.payments.actions import CardMissing, OrderEnded, PaymentAlreadyOpen
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from tests.builders.commerce import NOW
from tests.builders.orders import (
    PAYS,
    a_bundle_line,
    a_card_payment,
    a_gate_part,
    a_part,
    an_on_site_payment,
    an_order,
    some_goods,
    the_part,
)

pytestmark = pytest.mark.django_db

FREE = a_part(delivery_won=0, lines=[a_bundle_line()])


def test_a_card_pays_once_for_the_whole_order() -> None:
    order = an_order(parts=[a_part(), a_gate_part(), FREE])
    (payment,) = actions.open_payment(order=order, method="card", card_token=PAYS, now=NOW)
    assert (payment.amount_won, payment.fulfilment, payment.status) == (14_000, None, "open")


def test_on_site_each_part_that_costs_something_is_paid_by_itself() -> None:
    order = an_order(parts=[a_part(), a_gate_part(), FREE])
    home, gate, _books = order.fulfilments.order_by("pk")
    asked = actions.open_payment(order=order, method="on_site", now=NOW)
    assert [(payment.fulfilment, payment.amount_won) for payment in asked] == [
        (home, 9_000),
        (gate, 5_000),
    ]


TOFU = some_goods(name="두부", tax_class=TaxClass.TAXABLE)


def test_a_payment_knows_how_much_of_it_bears_no_vat() -> None:
    order = an_order(parts=[a_part(lines=[some_goods(), TOFU]), a_gate_part()])
    (payment,) = actions.open_payment(order=order, method="card", card_token=PAYS, now=NOW)
    assert (payment.amount_won, payment.tax_free_won) == (19_000, 10_000)


def test_on_site_each_payment_knows_its_own_part_without_vat() -> None:
    order = an_order(parts=[a_part(lines=[some_goods(), TOFU]), a_gate_part(lines=[TOFU])])
    asked = actions.open_payment(order=order, method="on_site", now=NOW)
    assert [payment.tax_free_won for payment in asked] == [5_000, 0]


@pytest.mark.parametrize("method", ["card", "on_site"])
def test_a_free_order_has_no_payment(method: str) -> None:
    assert actions.open_payment(order=an_order(parts=[FREE]), method=method, now=NOW) == []


def test_a_cancelled_part_is_not_asked_for() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    orders.cancel_fulfilment(fulfilment=order.fulfilments.order_by("pk")[0], now=NOW)
    assert a_card_payment(order=order).amount_won == 5_000


def test_a_repeat_returns_the_payments_under_way() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    first = actions.open_payment(order=order, method="on_site", now=NOW)
    assert actions.open_payment(order=order, method="on_site", now=NOW) == first
    assert Payment.objects.count() == 2


def test_a_paid_order_is_not_asked_again() -> None:
    paid = a_card_payment()
    charging.charge(payment_reference=paid.reference, now=NOW)
    assert a_card_payment(order=paid.order) == paid


def test_another_card_may_be_tried_after_a_decline() -> None:
    declined = a_card_payment(card_token="tok_declined")
    charging.charge(payment_reference=declined.reference, now=NOW)
    retry = a_card_payment(order=declined.order)
    assert retry.reference != declined.reference
    assert retry.status == PaymentStatus.OPEN


def test_an_order_is_not_paid_two_ways() -> None:
    asked = an_on_site_payment()
    with pytest.raises(PaymentAlreadyOpen) as refusal:
        a_card_payment(order=asked.order)
    assert refusal.value.data == {"method": "on_site"}
    assert Payment.objects.count() == 1


def test_a_card_payment_needs_a_card() -> None:
    with pytest.raises(CardMissing):
        a_card_payment(card_token="")
    assert Payment.objects.count() == 0


def test_a_cancelled_order_is_not_asked_for() -> None:
    order = an_order()
    orders.cancel_fulfilment(fulfilment=the_part(order), now=NOW)
    with pytest.raises(OrderEnded):
        a_card_payment(order=order)
    assert Payment.objects.count() == 0


def test_the_database_allows_one_active_payment_for_an_order() -> None:
    payment = a_card_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.create(order=payment.order, method="card", amount_won=9_000, opened_at=NOW)


def test_a_card_to_come_is_waited_for() -> None:
    order = an_order()
    (payment,) = actions.open_payment(
        order=order, method=PaymentMethod.CARD, card_follows=True, now=NOW
    )
    assert charging.charge(payment_reference=payment.reference, now=NOW).status == "open"
    brought = charging.bring_card(payment_reference=payment.reference, card_token=PAYS)
    assert brought.card_token == PAYS
    assert charging.charge(payment_reference=payment.reference, now=NOW).status == "paid"


def test_the_first_card_that_comes_counts() -> None:
    (payment,) = actions.open_payment(
        order=an_order(), method=PaymentMethod.CARD, card_follows=True, now=NOW
    )
    for token in (PAYS, "tok_declined"):
        charging.bring_card(payment_reference=payment.reference, card_token=token)
    payment.refresh_from_db()
    assert payment.card_token == PAYS
