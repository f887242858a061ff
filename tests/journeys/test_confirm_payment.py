from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import FulfilmentStatus, OrderStatus
from commerce.payments import actions as payments
from commerce.payments import charging
from commerce.payments.models import PaymentMethod, PaymentStatus, Refund, RefundStatus
from commerce.payments.sandbox.cards import AUTHENTICATES
from commerce.payments.sandbox.models import SandboxCharge
from commerce.settlement.models import LedgerEntry
from commerce.settlement.queries import balances, trial_balance
from logistics.consignments.models import Consignment
from storefront.journeys.cancel_order import cancel_order, cancel_part, expire_unpaid
from storefront.journeys.confirm_payment import (
    charge_and_confirm,
    charge_forgotten,
    look_and_confirm,
    send_refunds,
    sweep_unknown,
)
from storefront.notices.models import Notice
from tests.builders.journeys import (
    NOTHING_TAKEN,
    NOW,
    a_mall,
    a_placed_order,
    goods_part,
    taken_of,
)

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=31)


def test_money_taken_by_card_is_held_until_the_goods_change_hands() -> None:
    a_placed_order(a_mall())
    assert balances() == {"gateway": 21_800, "held": -21_800}


def test_charging_twice_takes_the_money_once() -> None:
    order = a_placed_order(a_mall())
    charge_and_confirm(payment_reference=order.payments.get().reference, now=SOON)
    assert balances() == {"gateway": 21_800, "held": -21_800}
    assert Notice.objects.filter(kind="order_confirmed").count() == 1


def test_after_a_decline_another_card_confirms_the_order() -> None:
    order = a_placed_order(a_mall(), card_token="tok_declined")
    assert Notice.objects.get().kind == "payment_declined"
    (second,) = payments.open_payment(
        order=order, method=PaymentMethod.CARD, card_token="tok_4242", now=SOON
    )
    charge_and_confirm(payment_reference=second.reference, now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_a_declined_order_ends_after_half_an_hour_and_everything_is_free_again() -> None:
    mall = a_mall()
    order = a_placed_order(mall, card_token="tok_declined")
    assert expire_unpaid(now=SOON) == 0
    assert expire_unpaid(now=LATER) == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert taken_of(mall) == NOTHING_TAKEN
    assert not LedgerEntry.objects.exists()


def test_a_silent_gateway_leaves_the_order_waiting_until_the_sweep_finds_the_money() -> None:
    order = a_placed_order(a_mall(), card_token="tok_unavailable")
    assert order.payments.get().status == PaymentStatus.CHARGING
    assert expire_unpaid(now=LATER) == 0
    assert sweep_unknown(now=LATER) == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert balances() == {"gateway": 21_800, "held": -21_800}


def test_an_order_stands_once_the_shoppers_bank_says_yes() -> None:
    order = a_placed_order(a_mall(), card_token=AUTHENTICATES)
    reference = order.payments.get().reference
    look_and_confirm(payment_reference=reference, now=SOON)
    assert order.payments.get().status == PaymentStatus.CHARGING
    SandboxCharge.objects.update(outcome="paid")
    for _hint in range(2):
        look_and_confirm(payment_reference=reference, now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert balances() == {"gateway": 21_800, "held": -21_800}


def test_an_order_whose_shopper_never_came_back_from_the_bank_ends() -> None:
    mall = a_mall()
    a_placed_order(mall, card_token=AUTHENTICATES)
    assert expire_unpaid(now=LATER) == 0
    sweep_unknown(now=LATER)
    assert expire_unpaid(now=LATER) == 1
    assert taken_of(mall) == NOTHING_TAKEN


def test_a_charge_whose_page_died_is_made_by_the_sweep() -> None:
    order = a_placed_order(a_mall(), charged=False)
    assert charge_forgotten(now=NOW) == 0
    assert charge_forgotten(now=SOON) == 1
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_a_success_nobody_followed_is_found_by_the_sweep() -> None:
    order = a_placed_order(a_mall(), charged=False)
    charging.charge(payment_reference=order.payments.get().reference, now=NOW)
    sweep_unknown(now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_a_success_after_the_cancellation_goes_back_whole() -> None:
    mall = a_mall()
    order = a_placed_order(mall, card_token="tok_unavailable")
    cancel_order(order=order, reason="shopper", now=NOW + timedelta(seconds=30))
    sweep_unknown(now=SOON)
    send_refunds(now=SOON)
    order.refresh_from_db()
    payment = order.payments.get()
    assert (order.status, payment.status) == (OrderStatus.CANCELLED, PaymentStatus.PAID)
    assert (payment.amount_won, payment.refunded_won) == (21_800, 21_800)
    assert {refund.status for refund in Refund.objects.all()} == {RefundStatus.DONE}
    assert {kind: won for kind, won in balances().items() if won} == {}
    assert not Consignment.objects.exists()
    assert taken_of(mall) == NOTHING_TAKEN


def test_a_part_cancelled_while_the_card_was_charged_goes_back_out_of_its_own_money() -> None:
    order = a_placed_order(a_mall(), card_token="tok_unavailable")
    home = goods_part(order, Way.DELIVERY)
    cancel_part(fulfilment=home, reason="shopper", now=NOW + timedelta(seconds=30))
    sweep_unknown(now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert not Consignment.objects.filter(owner_reference=home.reference).exists()
    assert Refund.objects.get().amount_won == home.total_won
    gate = goods_part(order, Way.DRIVE_THROUGH)
    assert gate.status == FulfilmentStatus.CONFIRMED
    held = LedgerEntry.objects.filter(
        account__kind="held", line_reference=gate.lines.get().reference
    )
    assert [entry.amount_won for entry in held] == [-12_000]


def test_cancelling_before_the_success_was_written_down_gives_back_once() -> None:
    order = a_placed_order(a_mall(), charged=False)
    reference = order.payments.get().reference
    charging.charge(payment_reference=reference, now=NOW)
    cancel_order(order=order, reason="shopper", now=SOON)
    charge_and_confirm(payment_reference=reference, now=SOON)
    assert order.payments.get().refunded_won == 21_800
    assert balances() == {"gateway": 0, "held": 0}
    assert trial_balance() == 0
