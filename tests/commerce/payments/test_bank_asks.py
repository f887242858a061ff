"""The shopper's bank wants to hear from the shopper before it pays (3-D Secure)."""

from datetime import timedelta

import pytest
from django.db import transaction
from pytest_django import Settings

from commerce.payments import asking, charging
from commerce.payments.gateway import NeedsAction
from commerce.payments.models import Payment, PaymentStatus
from commerce.payments.sandbox.cards import AUTHENTICATES
from commerce.payments.sandbox.models import SandboxCharge
from tests.builders.commerce import NOW
from tests.builders.orders import a_card_payment

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)


@pytest.fixture
def waiting() -> Payment:
    opened = a_card_payment(card_token=AUTHENTICATES)
    return charging.charge(payment_reference=opened.reference, now=NOW)


def _bank(outcome: str) -> None:
    SandboxCharge.objects.update(outcome=outcome, decline_code="authentication_failed")


def _looked_again(payment: Payment) -> Payment:
    return charging.look_again(payment_reference=payment.reference, now=SOON)


def test_a_payment_waits_for_the_bank(waiting: Payment) -> None:
    charge = SandboxCharge.objects.get()
    assert waiting.status == PaymentStatus.CHARGING
    assert waiting.gateway_reference == charge.gateway_reference


def test_the_browser_gets_a_secret_that_is_kept_nowhere(waiting: Payment) -> None:
    needed = charging.action_needed(payment_reference=waiting.reference)
    secret = f"{waiting.gateway_reference}_secret"
    assert needed == NeedsAction(waiting.gateway_reference, secret)
    assert secret not in str(Payment.objects.values().get())


def test_a_payment_that_waits_for_nobody_needs_no_action() -> None:
    assert charging.action_needed(payment_reference=a_card_payment().reference) is None


def test_a_silent_gateway_asks_for_no_action(waiting: Payment, settings: Settings) -> None:
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.SilentGateway"
    assert charging.action_needed(payment_reference=waiting.reference) is None


def test_the_banks_yes_pays(waiting: Payment) -> None:
    _bank("paid")
    paid = _looked_again(waiting)
    assert (paid.status, paid.paid_at) == (PaymentStatus.PAID, SOON)


def test_the_banks_no_declines(waiting: Payment) -> None:
    _bank("declined")
    declined = _looked_again(waiting)
    assert (declined.status, declined.decline_code) == ("declined", "authentication_failed")


def test_hints_that_come_too_early_or_twice_change_nothing(waiting: Payment) -> None:
    assert _looked_again(waiting).status == PaymentStatus.CHARGING
    _bank("paid")
    first = _looked_again(waiting)
    later = charging.look_again(payment_reference=waiting.reference, now=SOON + timedelta(hours=1))
    assert later.paid_at == first.paid_at == SOON


def test_a_hint_in_silence_changes_nothing(waiting: Payment, settings: Settings) -> None:
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.SilentGateway"
    assert _looked_again(waiting).status == PaymentStatus.CHARGING


def test_a_hint_about_a_charge_nobody_made_charges_nothing() -> None:
    payment = a_card_payment()
    Payment.objects.update(status=PaymentStatus.CHARGING, asked_at=NOW)
    assert _looked_again(payment).status == PaymentStatus.CHARGING
    assert not SandboxCharge.objects.exists()


def test_the_sweep_finds_the_banks_answer_when_no_hint_came(waiting: Payment) -> None:
    _bank("paid")
    (swept,) = charging.sweep(now=SOON)
    assert (swept, swept.status) == (waiting, PaymentStatus.PAID)


def test_a_bank_is_waited_for_twenty_minutes_and_not_longer(waiting: Payment) -> None:
    assert charging.sweep(now=NOW + asking.ACTION_WITHIN) == []
    given_up_at = NOW + asking.ACTION_WITHIN + timedelta(minutes=2)
    (swept,) = charging.sweep(now=given_up_at)
    assert (swept.status, swept.decline_code) == (PaymentStatus.DECLINED, "voided")
    assert SandboxCharge.objects.get().outcome == "declined"


@pytest.mark.django_db(transaction=True)
def test_the_gateway_is_not_asked_inside_a_transaction(waiting: Payment) -> None:
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        _looked_again(waiting)
