"""What is settled by weight is held on the card first, and taken once it was weighed."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import Order, OrderLine, OrderStatus, ShortReason
from commerce.payments import holding
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund
from commerce.payments.sandbox.models import SandboxCharge
from commerce.settlement.queries import balances
from storefront.day.invariants import check
from storefront.journeys.cancel_order import cancel_order, cancel_part, expire_unpaid
from storefront.journeys.confirm_payment import send_refunds, take_held
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.weigh_line import weigh_line
from storefront.notices.models import Notice
from tests.builders.journeys import NEXT_MORNING, NOW, Mall, a_mall, a_placed_order

pytestmark = pytest.mark.django_db

MOST = 2_500 + 3_300 + 4_000
AS_WEIGHED = MOST - 330  # nine tenths of the tofu
CHECKED = ("orders_add_up", "core_agrees_with_parts", "confirmed_parts_are_paid_for")


def a_held_order(mall: Mall | None = None, **fields: object) -> Order:
    """Spinach, and up to so many grams of tofu for 3,300 won, brought home together."""
    mall = mall or a_mall()
    mall.tofu.by_weight = True
    mall.tofu.save()
    goods = ((mall.spinach, Way.DELIVERY), (mall.tofu, Way.DELIVERY))
    return a_placed_order(mall, goods=goods, **fields)  # type: ignore[arg-type]


def weighed(order: Order, tenths: int = 9) -> None:
    line = OrderLine.objects.get(fulfilment__order=order, unit_grams__isnull=False)
    weigh_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        grams=(line.most_grams or 0) * tenths // 10,
        now=NEXT_MORNING,
    )


def test_the_most_it_may_cost_is_held_and_nothing_is_booked() -> None:
    order = a_held_order()
    payment = order.payments.get()
    assert (payment.status, payment.held_won) == (PaymentStatus.AUTHORISED, MOST)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED
    assert SandboxCharge.objects.get().outcome == "authorised"
    assert balances() == {}


def test_an_order_without_anything_by_weight_is_charged_at_once() -> None:
    order = a_placed_order(a_mall())
    assert order.payments.get().status == PaymentStatus.PAID


def test_what_was_weighed_is_taken_and_the_rest_let_go() -> None:
    order = a_held_order()
    weighed(order)
    assert take_held(now=NEXT_MORNING) == 1
    payment = order.payments.get()
    assert (payment.status, payment.amount_won, payment.held_won) == ("paid", AS_WEIGHED, MOST)
    assert SandboxCharge.objects.get().captured_won == AS_WEIGHED
    assert balances() == {"gateway": AS_WEIGHED, "held": -AS_WEIGHED}
    assert not Refund.objects.exists()
    for name in CHECKED:
        assert check(name, NEXT_MORNING) == []


def test_what_weighs_more_is_taken_at_the_most_agreed() -> None:
    order = a_held_order()
    weighed(order, tenths=12)
    take_held(now=NEXT_MORNING)
    assert order.payments.get().amount_won == MOST


def test_nothing_is_taken_before_it_is_weighed() -> None:
    order = a_held_order()
    assert take_held(now=NEXT_MORNING) == 0
    assert order.payments.get().status == PaymentStatus.AUTHORISED


def test_sweeping_twice_takes_once() -> None:
    order = a_held_order()
    weighed(order)
    take_held(now=NEXT_MORNING)
    assert take_held(now=NEXT_MORNING + timedelta(minutes=5)) == 0
    assert balances() == {"gateway": AS_WEIGHED, "held": -AS_WEIGHED}
    assert order.payments.count() == 1


def test_goods_that_leave_unweighed_are_paid_at_the_most_agreed() -> None:
    order = a_held_order()
    part = order.fulfilments.get()
    hand_over(fulfilment=part, taken_by="DRV-1", now=NEXT_MORNING)
    assert balances() == {}
    take_held(now=NEXT_MORNING)
    assert balances()["gateway"] == MOST
    assert balances()["held"] == 0
    assert check("nothing_is_held_for_ended_orders", NEXT_MORNING) == []


def test_what_nobody_weighs_within_six_days_is_taken_and_given_back_when_it_is() -> None:
    order = a_held_order()
    sixth_day = NOW + holding.TAKE_AFTER
    assert take_held(now=sixth_day - timedelta(seconds=1)) == 0
    assert take_held(now=sixth_day) == 1
    assert order.payments.get().amount_won == MOST
    weighed(order)
    send_refunds(now=sixth_day)
    assert balances() == {"gateway": AS_WEIGHED, "held": -AS_WEIGHED}


def test_a_cancelled_order_lets_go_of_all_of_it() -> None:
    order = a_held_order()
    cancel_order(order=order, reason="shopper", now=NEXT_MORNING)
    take_held(now=NEXT_MORNING)
    assert order.payments.get().status == PaymentStatus.CANCELLED
    assert SandboxCharge.objects.get().outcome == "declined"
    assert balances() == {}
    assert check("core_agrees_with_parts", NEXT_MORNING) == []


def test_a_line_that_falls_short_is_not_taken() -> None:
    order = a_held_order()
    spinach = OrderLine.objects.get(fulfilment__order=order, unit_grams=None)
    shorten_line(
        line_reference=spinach.reference,
        merchant_reference=spinach.merchant_reference,
        there=0,
        reason=ShortReason.SOLD_OUT,
        now=NEXT_MORNING,
    )
    weighed(order)
    take_held(now=NEXT_MORNING)
    assert order.payments.get().amount_won == AS_WEIGHED - 2_500
    for name in CHECKED:
        assert check(name, NEXT_MORNING) == []


def test_what_falls_short_while_it_is_taken_goes_back() -> None:
    order = a_held_order()
    weighed(order)
    decided = holding.decide(order=order, now=NEXT_MORNING)
    assert decided is not None
    spinach = OrderLine.objects.get(fulfilment__order=order, unit_grams=None)
    shorten_line(
        line_reference=spinach.reference,
        merchant_reference=spinach.merchant_reference,
        there=0,
        reason=ShortReason.SOLD_OUT,
        now=NEXT_MORNING,
    )
    take_held(now=NEXT_MORNING)
    send_refunds(now=NEXT_MORNING)
    kept = AS_WEIGHED - 2_500
    assert balances() == {"gateway": kept, "held": -kept}
    assert Refund.objects.get().amount_won == 2_500


def test_what_is_cancelled_while_it_is_taken_goes_back() -> None:
    order = a_held_order()
    weighed(order)
    holding.decide(order=order, now=NEXT_MORNING)
    cancel_part(fulfilment=order.fulfilments.get(), reason="shopper", now=NEXT_MORNING)
    take_held(now=NEXT_MORNING)
    send_refunds(now=NEXT_MORNING)
    assert set(balances().values()) == {0}
    assert check("core_agrees_with_parts", NEXT_MORNING) == []


def test_what_the_bank_let_go_of_cancels_what_was_not_handed_over() -> None:
    order = a_held_order()
    SandboxCharge.objects.update(outcome="declined", decline_code="voided")
    weighed(order)
    take_held(now=NEXT_MORNING)
    order.refresh_from_db()
    assert (order.payments.get().status, order.status) == ("declined", OrderStatus.CANCELLED)
    assert Notice.objects.filter(kind="hold_lost").count() == 1
    assert balances() == {}
    assert check("core_agrees_with_parts", NEXT_MORNING) == []
    assert take_held(now=NEXT_MORNING) == 0


def test_a_held_order_is_not_given_up_as_unpaid() -> None:
    order = a_held_order()
    Order.objects.filter(pk=order.pk).update(status=OrderStatus.PLACED)
    assert expire_unpaid(now=NOW + timedelta(hours=1)) == 0


def test_a_card_that_is_declined_holds_nothing() -> None:
    order = a_held_order(card_token="tok_declined")
    assert order.payments.get().status == PaymentStatus.DECLINED
    assert Notice.objects.get().kind == "payment_declined"


def test_a_shopper_who_pays_at_the_door_has_nothing_held() -> None:
    a_held_order(method=PaymentMethod.ON_SITE)
    assert not Payment.objects.filter(holds=True).exists()
