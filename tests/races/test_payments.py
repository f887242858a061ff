from collections import Counter
from datetime import timedelta
from threading import Barrier

import pytest
from pytest_django import Settings

from commerce.payments import actions, charging, refunds
from commerce.payments.actions import PaymentNotOpen
from commerce.payments.gateway import gateway
from commerce.payments.models import Payment, PaymentStatus, Refund
from commerce.payments.refunds import RefundAbovePaid
from commerce.payments.sandbox.models import SandboxCharge, SandboxRefund
from tests.builders.commerce import NOW
from tests.builders.orders import (
    PAYS,
    a_card_payment,
    a_paid_payment,
    an_on_site_payment,
    an_order,
)
from tests.fakes.gateways import CountingGateway
from tests.races.together import at_once

pytestmark = pytest.mark.django_db(transaction=True)

WORKERS = 8
LATER = NOW + timedelta(minutes=5)


@pytest.fixture
def asked(settings: Settings) -> list[str]:
    """What the gateway was asked during the test."""
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.CountingGateway"
    CountingGateway.asked.clear()
    return CountingGateway.asked


def test_control_workers_that_only_look_charge_a_card_many_times() -> None:
    payment, looked = a_card_payment(), Barrier(WORKERS, timeout=20)

    def look_then_charge(attempt: int) -> None:
        is_open = Payment.objects.get(pk=payment.pk).status == PaymentStatus.OPEN
        looked.wait()
        if is_open:
            gateway().charge(
                key=f"attempt-{attempt}",
                amount_won=payment.amount_won,
                card_token=PAYS,
                order_reference="ORD-1",
            )

    at_once([lambda n=n: look_then_charge(n) for n in range(WORKERS)])
    assert SandboxCharge.objects.count() == WORKERS


def test_eight_workers_charge_once(asked: list[str]) -> None:
    payment = a_card_payment()
    answers = at_once(
        [
            lambda: charging.charge(payment_reference=payment.reference, now=NOW)
            for _ in range(WORKERS)
        ]
    )
    assert asked == [f"charge {payment.reference}"]
    assert {answer.status for answer in answers} <= {PaymentStatus.PAID, PaymentStatus.CHARGING}
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID
    assert SandboxCharge.objects.count() == 1


def test_two_sweeps_ask_once(asked: list[str]) -> None:
    payment = a_card_payment()
    Payment.objects.update(status=PaymentStatus.CHARGING, asked_at=NOW)
    at_once([lambda: charging.sweep(now=LATER) for _ in range(WORKERS)])
    assert asked == [f"find {payment.reference}", f"charge {payment.reference}"]
    payment.refresh_from_db()
    assert payment.status == PaymentStatus.PAID


def test_a_payment_is_called_off_or_charged_but_never_both() -> None:
    for _ in range(8):
        payment = a_card_payment()
        at_once(
            [
                lambda p=payment: actions.cancel_open(order=p.order, now=NOW),
                lambda p=payment: charging.charge(payment_reference=p.reference, now=NOW),
            ]
        )
        payment.refresh_from_db()
        charged = SandboxCharge.objects.filter(key=payment.reference).exists()
        assert (payment.status, charged) in [("cancelled", False), ("paid", True)]


def test_tabs_that_pay_at_once_open_one_payment() -> None:
    order = an_order()
    answers = at_once(
        [lambda: a_card_payment(order=order) for _ in range(WORKERS)],
    )
    assert answers == [Payment.objects.get()] * WORKERS


def test_money_at_the_lane_is_taken_once() -> None:
    payment = an_on_site_payment()
    answers = at_once(
        [
            lambda n=n: actions.take_on_site(
                payment_reference=payment.reference, taken_by=f"SIT-{n}", now=NOW
            )
            for n in range(WORKERS)
        ]
    )
    payment.refresh_from_db()
    assert {answer.taken_by for answer in answers} == {payment.taken_by}


def test_money_at_the_lane_is_taken_or_called_off_but_never_both() -> None:
    for _ in range(8):
        payment = an_on_site_payment()
        called_off, taken = at_once(
            [
                lambda p=payment: actions.cancel_open(order=p.order, now=NOW),
                lambda p=payment: actions.take_on_site(
                    payment_reference=p.reference, taken_by="SIT-1", now=NOW
                ),
            ]
        )
        payment.refresh_from_db()
        if payment.status == PaymentStatus.PAID:
            assert (called_off, taken.taken_by) == ([], "SIT-1")
        else:
            assert called_off == [payment]
            assert isinstance(taken, PaymentNotOpen)


def test_control_refunds_that_only_look_give_back_more_than_was_paid() -> None:
    payment, looked = a_paid_payment(), Barrier(WORKERS, timeout=20)

    def look_then_refund(n: int) -> None:
        left = payment.amount_won - Payment.objects.get(pk=payment.pk).refunded_won
        looked.wait()
        if left >= 9_000:
            Refund.objects.create(
                payment=payment, key=f"refund-{n}", amount_won=9_000, reason="", opened_at=NOW
            )
            Payment.objects.filter(pk=payment.pk).update(
                refunded_won=payment.amount_won - left + 9_000
            )

    at_once([lambda n=n: look_then_refund(n) for n in range(WORKERS)])
    given_back = sum(payment.refunds.values_list("amount_won", flat=True))
    assert given_back == WORKERS * payment.amount_won


def test_sixteen_refunds_never_give_back_more_than_was_paid() -> None:
    payment = a_paid_payment()
    answers = at_once([lambda n=n: _refund(payment, f"refund-{n}", 1_000) for n in range(16)])
    assert Counter(type(answer) for answer in answers) == {Refund: 9, RefundAbovePaid: 7}
    payment.refresh_from_db()
    assert payment.refunded_won == 9_000
    assert sum(payment.refunds.values_list("amount_won", flat=True)) == 9_000


def test_sixteen_repeats_of_one_refund_are_one() -> None:
    payment = a_paid_payment()
    answers = at_once([lambda: _refund(payment, "refund-1", 1_000) for _ in range(16)])
    assert answers == [Refund.objects.get()] * 16
    payment.refresh_from_db()
    assert payment.refunded_won == 1_000


def test_workers_that_send_one_refund_give_back_once() -> None:
    refund = _refund(a_paid_payment(), "refund-1", 1_000)
    answers = at_once(
        [
            lambda: refunds.send_refund(refund_reference=refund.reference, now=LATER)
            for _ in range(WORKERS)
        ]
    )
    assert {answer.status for answer in answers} == {"done"}
    assert SandboxRefund.objects.count() == 1


def _refund(payment: Payment, key: str, amount_won: int) -> Refund:
    return refunds.open_refund(
        payment=payment, amount_won=amount_won, reason="cancelled", key=key, now=NOW
    )
