from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pytest_django import Settings

from commerce.orders.actions import IdempotencyMismatch
from commerce.payments import actions, refunds
from commerce.payments.models import Payment, Refund, RefundStatus
from commerce.payments.refunds import RefundAbovePaid, RefundOfNothing, RefundUnknown
from commerce.payments.sandbox.models import SandboxRefund
from tests.builders.commerce import NOW
from tests.builders.orders import a_card_payment, a_paid_payment, an_on_site_payment

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(minutes=5)


def _refund(
    payment: Payment, amount_won: int, key: str = "cancel-1", tax_free_won: int = 0
) -> Refund:
    return refunds.open_refund(
        payment=payment,
        amount_won=amount_won,
        tax_free_won=tax_free_won,
        reason="cancelled",
        key=key,
        now=NOW,
    )


def _sent(refund: Refund) -> Refund:
    return refunds.send_refund(refund_reference=refund.reference, now=LATER)


def test_a_card_gets_its_money_back() -> None:
    payment = a_paid_payment()
    refund = _sent(_refund(payment, 4_000))
    given_back = SandboxRefund.objects.get()
    assert (refund.status, refund.done_at) == (RefundStatus.DONE, LATER)
    assert refund.gateway_reference == given_back.gateway_reference
    assert (given_back.key, given_back.amount_won) == (refund.reference, 4_000)
    payment.refresh_from_db()
    assert payment.refunded_won == 4_000


def test_the_same_key_gets_the_same_refund() -> None:
    payment = a_paid_payment()
    assert _refund(payment, 4_000) == _refund(payment, 4_000)
    payment.refresh_from_db()
    assert payment.refunded_won == 4_000


def test_a_key_used_for_another_amount_is_refused() -> None:
    payment = a_paid_payment()
    _refund(payment, 4_000)
    with pytest.raises(IdempotencyMismatch):
        _refund(payment, 4_001)
    payment.refresh_from_db()
    assert payment.refunded_won == 4_000


def test_a_key_used_for_another_payment_is_refused() -> None:
    _refund(a_paid_payment(), 4_000)
    other = a_paid_payment()
    with pytest.raises(IdempotencyMismatch):
        _refund(other, 4_000)
    other.refresh_from_db()
    assert other.refunded_won == 0


def test_no_more_is_given_back_than_was_paid() -> None:
    payment = a_paid_payment()
    _refund(payment, 8_999)
    with pytest.raises(RefundAbovePaid) as refusal:
        _refund(payment, 2, key="cancel-2")
    assert refusal.value.data == {"left": 1}
    assert Refund.objects.count() == 1
    payment.refresh_from_db()
    assert payment.refunded_won == 8_999


def test_nothing_is_given_back_for_what_was_not_paid() -> None:
    with pytest.raises(RefundAbovePaid) as refusal:
        _refund(a_card_payment(), 1)
    assert refusal.value.data == {"left": 0}
    assert Refund.objects.count() == 0


@pytest.mark.parametrize("amount_won", [0, -1])
def test_a_refund_of_nothing_is_refused(amount_won: int) -> None:
    with pytest.raises(RefundOfNothing):
        _refund(a_paid_payment(), amount_won)
    assert Refund.objects.count() == 0


def test_the_database_never_counts_more_refunded_than_paid() -> None:
    payment = a_paid_payment()
    with pytest.raises(IntegrityError), transaction.atomic():
        Payment.objects.filter(pk=payment.pk).update(refunded_won=9_001)


def test_sending_twice_gives_back_once() -> None:
    refund = _refund(a_paid_payment(), 4_000)
    assert _sent(refund) == _sent(refund)
    assert SandboxRefund.objects.count() == 1


def test_a_worker_that_died_after_the_gateway_answered_gives_back_once() -> None:
    refund = _sent(_refund(a_paid_payment(), 4_000))
    Refund.objects.filter(pk=refund.pk).update(status=RefundStatus.OPEN, done_at=None)
    again = _sent(refund)
    assert again.gateway_reference == refund.gateway_reference
    assert SandboxRefund.objects.count() == 1


def test_money_taken_on_site_is_given_back_by_hand() -> None:
    payment = an_on_site_payment()
    actions.take_on_site(payment_reference=payment.reference, taken_by="SIT-1", now=NOW)
    refund = _sent(_refund(payment, 9_000))
    assert (refund.status, refund.done_at, refund.gateway_reference) == ("done", LATER, "")
    assert SandboxRefund.objects.count() == 0


def test_silence_leaves_the_refund_for_the_sweep(settings: Settings) -> None:
    refund = _refund(a_paid_payment(), 4_000)
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.SilentGateway"
    assert _sent(refund).status == RefundStatus.OPEN
    assert refunds.sweep_refunds(now=LATER) == []
    settings.PAYMENT_GATEWAY = "commerce.payments.sandbox.gateway.SandboxGateway"
    (swept,) = refunds.sweep_refunds(now=LATER)
    assert (swept, swept.status) == (refund, RefundStatus.DONE)


def test_a_refused_refund_frees_its_won(settings: Settings) -> None:
    payment = a_paid_payment()
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.RefusingGateway"
    refund = _sent(_refund(payment, 9_000))
    assert (refund.status, refund.done_at) == (RefundStatus.REFUSED, None)
    payment.refresh_from_db()
    assert payment.refunded_won == 0
    assert _refund(payment, 9_000, key="cancel-2") != refund


def test_goods_without_vat_go_back_without_vat() -> None:
    payment = a_paid_payment()  # 5,000 won of spinach and 4,000 of delivery
    assert _refund(payment, 6_000, tax_free_won=5_000).tax_free_won == 5_000
    payment.refresh_from_db()
    assert (payment.tax_free_won, payment.tax_free_refunded_won) == (5_000, 5_000)


def test_no_more_goes_back_without_vat_than_was_paid_without() -> None:
    payment = a_paid_payment()
    _refund(payment, 4_000, "cancel-1", tax_free_won=4_000)
    assert _refund(payment, 4_000, "cancel-2", tax_free_won=4_000).tax_free_won == 1_000


def test_a_refused_refund_frees_its_part_without_vat(settings: Settings) -> None:
    payment = a_paid_payment()
    settings.PAYMENT_GATEWAY = "tests.fakes.gateways.RefusingGateway"
    _sent(_refund(payment, 5_000, tax_free_won=5_000))
    payment.refresh_from_db()
    assert payment.tax_free_refunded_won == 0


def test_an_unknown_refund_is_refused() -> None:
    with pytest.raises(RefundUnknown):
        refunds.send_refund(refund_reference="REF-NOBODY", now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_refund_that_may_still_be_rolled_back_is_not_sent() -> None:
    payment = a_paid_payment()
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        _sent(_refund(payment, 4_000))
    assert SandboxRefund.objects.count() == 0


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(st.integers(1, 4_000), st.integers(1, 4)), max_size=10))
def test_refunded_is_what_the_refunds_add_up_to_and_never_above_paid(
    wishes: list[tuple[int, int]],
) -> None:
    payment = a_paid_payment()
    for amount_won, key in wishes:
        try:
            _sent(_refund(payment, amount_won, key=f"{payment.reference}-{key}"))
        except (RefundAbovePaid, IdempotencyMismatch):
            continue
    payment.refresh_from_db()
    given_back = sum(payment.refunds.values_list("amount_won", flat=True))
    tax_free = sum(payment.refunds.values_list("tax_free_won", flat=True))
    assert tax_free == payment.tax_free_refunded_won <= payment.tax_free_won
    at_gateway = SandboxRefund.objects.filter(charge__key=payment.reference)
    assert given_back == payment.refunded_won <= payment.amount_won
    assert sum(at_gateway.values_list("amount_won", flat=True)) == given_back
