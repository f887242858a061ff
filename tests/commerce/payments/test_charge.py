from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from commerce.orders import actions as orders
from commerce.payments import actions, charging, queries
from commerce.payments.actions import PaymentUnknown
from commerce.payments.models import Payment, PaymentStatus
from commerce.payments.queries import Owed
from commerce.payments.sandbox.models import SandboxCharge
from tests.builders.commerce import NOW
from tests.builders.orders import a_card_payment, an_on_site_payment, the_part
from tests.fakes.gateways import CountingGateway

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def asked(settings: Settings) -> list[str]:
    """What the gateway was asked during the test."""
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.CountingGateway"
    CountingGateway.asked.clear()
    return CountingGateway.asked


@pytest.fixture
def silence(settings: Settings) -> None:
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.SilentGateway"


def _charged(payment: Payment) -> Payment:
    return charging.charge(payment_reference=payment.reference, now=NOW)


def test_a_good_card_pays() -> None:
    payment = _charged(a_card_payment())
    assert (payment.status, payment.paid_at) == (PaymentStatus.PAID, NOW)
    charge = SandboxCharge.objects.get()
    assert (charge.key, charge.amount_won) == (payment.reference, 9_000)
    assert payment.gateway_reference == charge.gateway_reference


def test_a_declined_card_says_why() -> None:
    payment = _charged(a_card_payment(card_token="tok_declined"))
    assert (payment.status, payment.decline_code) == (PaymentStatus.DECLINED, "card_declined")
    assert payment.paid_at is None


def test_charging_again_asks_nobody(asked: list[str]) -> None:
    payment = a_card_payment()
    first, second = _charged(payment), _charged(payment)
    assert asked == [f"charge {payment.reference}"]
    assert (first.status, second.status) == (PaymentStatus.PAID, PaymentStatus.PAID)


def test_a_payment_called_off_is_not_charged(asked: list[str]) -> None:
    payment = a_card_payment()
    actions.cancel_open(order=payment.order, now=NOW)
    assert _charged(payment).status == PaymentStatus.CANCELLED
    assert asked == []


def test_money_due_on_site_is_never_charged(asked: list[str]) -> None:
    assert _charged(an_on_site_payment()).status == PaymentStatus.OPEN
    assert asked == []


def test_an_unknown_payment_is_refused() -> None:
    with pytest.raises(PaymentUnknown):
        charging.charge(payment_reference="PAY-NOBODY", now=NOW)


@pytest.mark.usefixtures("silence")
def test_silence_leaves_the_payment_charging() -> None:
    payment = _charged(a_card_payment())
    assert (payment.status, payment.asked_at) == (PaymentStatus.CHARGING, NOW)


def test_a_timeout_after_the_money_moved_is_found_out_by_the_sweep(asked: list[str]) -> None:
    payment = _charged(a_card_payment(card_token="tok_unavailable"))
    assert payment.status == PaymentStatus.CHARGING
    (swept,) = charging.sweep(now=LATER)
    assert (swept.status, swept.paid_at) == (PaymentStatus.PAID, LATER)
    assert asked == [f"charge {payment.reference}", f"find {payment.reference}"]
    assert SandboxCharge.objects.count() == 1


def test_a_crash_before_the_gateway_was_asked_is_charged_with_the_same_key(
    asked: list[str],
) -> None:
    payment = _crashed(a_card_payment())
    (swept,) = charging.sweep(now=LATER)
    assert swept.status == PaymentStatus.PAID
    assert asked == [f"find {payment.reference}", f"charge {payment.reference}"]


def test_a_charge_that_may_still_be_answered_is_left_to_its_worker(asked: list[str]) -> None:
    _crashed(a_card_payment())
    assert charging.sweep(now=NOW + timedelta(seconds=74)) == []
    assert asked == []


@pytest.mark.usefixtures("silence")
def test_a_sweep_in_silence_waits_another_while() -> None:
    payment = _crashed(a_card_payment())
    assert charging.sweep(now=LATER) == []
    payment.refresh_from_db()
    assert (payment.status, payment.asked_at) == (PaymentStatus.CHARGING, LATER)


def test_one_broken_payment_does_not_stop_the_sweep(settings: Settings) -> None:
    broken, fine = _crashed(a_card_payment()), _crashed(a_card_payment())
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.BrokenForOne"
    settings.BROKEN_PAYMENT = broken.reference
    assert charging.sweep(now=LATER) == [fine]
    broken.refresh_from_db()
    assert broken.status == PaymentStatus.CHARGING


def test_a_success_after_the_order_was_cancelled_is_kept_and_reported() -> None:
    payment = _charged(a_card_payment(card_token="tok_unavailable"))
    orders.cancel_fulfilment(fulfilment=the_part(payment.order), now=NOW)
    assert actions.cancel_open(order=payment.order, now=NOW) == []
    (swept,) = charging.sweep(now=LATER)
    assert swept.status == PaymentStatus.PAID
    assert queries.owed_back() == [Owed(payment=swept, owed_won=9_000)]


@pytest.mark.django_db(transaction=True)
def test_the_gateway_is_never_asked_inside_a_transaction(asked: list[str]) -> None:
    payment = a_card_payment()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        _charged(payment)
    payment.refresh_from_db()
    assert (payment.status, asked) == (PaymentStatus.OPEN, [])


def test_a_stored_card_is_charged_with_nobody_there(asked: list[str]) -> None:
    payment = a_card_payment(off_session=True)
    assert _charged(payment).status == PaymentStatus.PAID
    assert asked == [f"charge off session {payment.reference}"]


def _crashed(payment: Payment) -> Payment:
    """Claimed by a worker that died before it asked the gateway."""
    payment.status = PaymentStatus.CHARGING
    payment.asked_at = NOW
    payment.save()
    return payment
