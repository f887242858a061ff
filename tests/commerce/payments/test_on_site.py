from datetime import timedelta

import pytest

from commerce.payments import actions
from commerce.payments.actions import PaymentNotOpen, PaymentUnknown
from commerce.payments.models import PaymentStatus, TakenAs
from tests.builders.commerce import NOW
from tests.builders.orders import a_card_payment, a_gate_part, a_part, an_on_site_payment, an_order

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def test_money_taken_at_the_lane_is_paid() -> None:
    payment = an_on_site_payment()
    taken = actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    assert (taken.status, taken.taken_by, taken.paid_at) == (PaymentStatus.PAID, "SIT-1", NOW)


def test_taking_it_twice_keeps_the_first_time_and_taker() -> None:
    payment = an_on_site_payment()
    actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    again = actions.take_on_site(
        payment_reference=payment.reference,
        taken_by="DRV-1",
        taken_as=TakenAs.TERMINAL,
        now=LATER,
    )
    assert (again.taken_by, again.taken_as, again.paid_at) == ("SIT-1", "cash", NOW)


def test_a_payment_called_off_is_not_taken() -> None:
    payment = an_on_site_payment()
    actions.cancel_open(order=payment.order, now=NOW)
    with pytest.raises(PaymentNotOpen) as refusal:
        actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=LATER)
    assert refusal.value.data == {"status": "cancelled", "method": "on_site"}
    payment.refresh_from_db()
    assert (payment.status, payment.cancelled_at, payment.taken_by) == ("cancelled", NOW, "")


def test_a_card_payment_is_not_taken_on_site() -> None:
    payment = a_card_payment()
    with pytest.raises(PaymentNotOpen):
        actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.OPEN


def test_an_unknown_payment_is_refused() -> None:
    with pytest.raises(PaymentUnknown):
        actions.take_on_site(payment_reference="PAY-NOBODY", taken_by="SIT-1", now=NOW)


def test_one_part_is_called_off_without_the_others() -> None:
    order = an_order(parts=[a_part(), a_gate_part()])
    home, gate = actions.open_payment(order=order, method="on_site", now=NOW)
    assert actions.cancel_open(order=order, fulfilment=home.fulfilment, now=NOW) == [home]
    gate.refresh_from_db()
    assert gate.status == PaymentStatus.OPEN


def test_what_was_taken_is_not_called_off() -> None:
    payment = an_on_site_payment()
    actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    assert actions.cancel_open(order=payment.order, now=LATER) == []
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID
