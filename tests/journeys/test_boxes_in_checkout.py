"""A regular box begins in the one checkout, and its first box is in the one payment."""

from datetime import date, time, timedelta
from typing import Any

import pytest

from commerce.basket import actions as baskets
from commerce.basket.actions import QuantityRange
from commerce.boxes.actions import SubscriptionExists, skip
from commerce.boxes.models import Box, Renewal, RenewalStatus, Subscription, SubscriptionStatus
from commerce.catalogue.models import Way
from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund
from commerce.payments.sandbox.cards import DECLINED
from logistics.delivery_windows.models import DeliveryWindow
from logistics.seoul_time import moment
from storefront.accounts.guests import PREFIX
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import SHOPPER, cancel_part, expire_unpaid
from storefront.journeys.confirm_payment import charge_and_confirm
from storefront.journeys.place_order import (
    BoxNeedsCard,
    BoxNeedsMember,
    Placed,
    WindowNeeded,
    place_order,
)
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.renew_subscriptions import renew_due
from tests.builders import boxes, commerce
from tests.builders.journeys import NOW, Mall, Shopper, a_checkout, a_hold_for, a_mall, a_shopper
from tests.builders.orders import PAYS

pytestmark = pytest.mark.django_db

FIRST, SECOND = date(2026, 3, 12), date(2026, 3, 19)
BOX_WON = 27_000


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def box(mall: Mall) -> Box:
    farm = mall.strawberries.product.merchant
    variant = commerce.a_product(
        merchant=farm, name="꾸러미", price_won=BOX_WON, on_hand=10, ways=[Way.DELIVERY]
    ).variants.get()
    return boxes.a_box(variant=variant, weeks=3)


@pytest.fixture
def thursday(mall: Mall) -> DeliveryWindow:
    return a_window(mall, FIRST)


def a_window(mall: Mall, on: date) -> DeliveryWindow:
    return DeliveryWindow.objects.create(
        depot=mall.depot,
        on_date=on,
        starts_at=moment(on, time(14)),
        ends_at=moment(on, time(16)),
        cut_off_at=moment(on - timedelta(days=1), time(22)),
        capacity_stops=10,
    )


def ordered(
    mall: Mall,
    box: Box,
    window: DeliveryWindow,
    shopper: Shopper | None = None,
    *,
    card: str = PAYS,
    **fields: Any,
) -> Placed:
    """Greens home tomorrow, strawberries at the gate tomorrow, the box on its Thursday."""
    shopper = shopper or a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    baskets.add_goods(basket=basket, variant=mall.spinach, quantity=2, way=Way.DELIVERY)
    baskets.add_goods(basket=basket, variant=mall.strawberries, quantity=1, way=Way.DRIVE_THROUGH)
    baskets.add_box(basket=basket, box_reference=box.reference, variant=box.variant)
    a_hold_for(basket, mall.slot)
    plan = plan_checkout(basket=basket, address=shopper.address, now=NOW)
    windows = {part.key: (window if part.box else mall.window).reference for part in plan.parts}
    kept = {"card_token": card, "card_kept": True, "windows": windows}
    checkout = a_checkout(basket, shopper, mall.window, **kept | fields)
    placed = place_order(checkout=checkout, customer=shopper.customer, key="submit", now=NOW)
    for payment in placed.payments:
        if payment.method == PaymentMethod.CARD:
            charge_and_confirm(payment_reference=payment.reference, now=NOW)
    placed.order.refresh_from_db()
    return placed


def test_goods_at_home_at_the_gate_and_a_box_are_one_order_and_one_payment(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    order = ordered(mall, box, thursday).order
    parts = {
        (part.way, part.goods_won, part.delivery_won, part.promised_from.date())
        for part in order.fulfilments.all()
    }
    assert parts == {
        ("delivery", 5_000, 4_000, mall.window.on_date),
        ("drive_through", 12_000, 0, mall.slot.starts_at.date()),
        ("delivery", BOX_WON, 0, FIRST),
    }
    payment = Payment.objects.get()
    assert (payment.amount_won, payment.status) == (48_000, PaymentStatus.PAID)
    assert order.status == OrderStatus.CONFIRMED
    assert check_all(NOW) == []


def test_its_first_renewal_is_this_order_and_the_others_are_to_come(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    order = ordered(mall, box, thursday).order
    renewals = Renewal.objects.order_by("cycle__hand_over_on")
    said = [(x.cycle.hand_over_on, x.status, x.order_reference) for x in renewals]
    assert said[:2] == [(FIRST, "placed", order.reference), (SECOND, "due", "")]


def test_the_next_box_is_charged_to_the_kept_card_at_its_cut_off(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    ordered(mall, box, thursday)
    a_window(mall, SECOND)
    assert renew_due(now=moment(date(2026, 3, 16), time(18))) == 1
    second = Payment.objects.latest("pk")
    assert (second.amount_won, second.status) == (BOX_WON, PaymentStatus.PAID)
    assert Order.objects.count() == 2


def test_cancelling_the_box_gives_back_exactly_the_box(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    order = ordered(mall, box, thursday).order
    part = order.fulfilments.get(goods_won=BOX_WON)
    cancel_part(fulfilment=part, reason=SHOPPER, now=NOW + timedelta(minutes=2))
    assert [refund.amount_won for refund in Refund.objects.all()] == [BOX_WON]
    assert Subscription.objects.get().status == SubscriptionStatus.ACTIVE


def test_an_order_that_is_never_paid_takes_its_subscription_along(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    order = ordered(mall, box, thursday, card=DECLINED).order
    assert order.status == OrderStatus.PLACED
    expire_unpaid(now=NOW + timedelta(hours=1))
    subscription = Subscription.objects.get()
    assert subscription.status == SubscriptionStatus.ENDED
    statuses = set(subscription.renewals.exclude(cycle__hand_over_on=FIRST).values_list("status"))
    assert statuses == {(RenewalStatus.SKIPPED,)}


def test_another_box_of_the_same_kind_is_refused_and_nothing_is_ordered(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    shopper = a_shopper()
    boxes.a_subscription(box=box, customer=shopper.customer, address=shopper.address)
    with pytest.raises(SubscriptionExists):
        ordered(mall, box, thursday, shopper)


def test_boxes_to_come_need_a_card(mall: Mall, box: Box, thursday: DeliveryWindow) -> None:
    on_site = {"method": PaymentMethod.ON_SITE, "card_token": "", "card_kept": False}
    with pytest.raises(BoxNeedsCard):
        ordered(mall, box, thursday, **on_site)


def test_boxes_are_for_members(mall: Mall, box: Box, thursday: DeliveryWindow) -> None:
    guest = a_shopper(user_reference=f"{PREFIX}1")
    with pytest.raises(BoxNeedsMember):
        ordered(mall, box, thursday, guest)


def test_a_box_comes_on_its_own_day_alone(mall: Mall, box: Box, thursday: DeliveryWindow) -> None:
    with pytest.raises(WindowNeeded):
        ordered(mall, box, mall.window)


def test_goods_are_not_offered_as_far_ahead_as_a_box(
    mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    shopper = a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    baskets.add_goods(basket=basket, variant=mall.spinach, quantity=1, way=Way.DELIVERY)
    baskets.add_box(basket=basket, box_reference=box.reference, variant=box.variant)
    plan = plan_checkout(basket=basket, address=shopper.address, now=NOW)
    offered = {bool(part.box): part.windows for part in plan.parts}
    assert offered == {False: [mall.window, mall.later_window], True: [thursday]}


def test_the_box_of_a_basket_is_one(box: Box) -> None:
    basket = baskets.open_basket(customer=commerce.a_customer(), now=NOW)
    lines = {
        baskets.add_box(basket=basket, box_reference=box.reference, variant=box.variant).pk
        for _twice in range(2)
    }
    assert len(lines) == 1
    with pytest.raises(QuantityRange):
        baskets.set_quantity(line=basket.lines.get(), quantity=2)


def test_the_same_goods_may_be_bought_once_beside_the_box(box: Box) -> None:
    basket = baskets.open_basket(customer=commerce.a_customer(), now=NOW)
    baskets.add_box(basket=basket, box_reference=box.reference, variant=box.variant)
    baskets.add_goods(basket=basket, variant=box.variant, quantity=2, way=Way.DELIVERY)
    assert sorted(basket.lines.values_list("quantity", flat=True)) == [1, 2]


def test_the_next_box_may_be_skipped(mall: Mall, box: Box, thursday: DeliveryWindow) -> None:
    order = ordered(mall, box, thursday).order
    second = Renewal.objects.get(cycle__hand_over_on=SECOND)
    skip(renewal_reference=second.reference, customer=order.customer, now=NOW)
    a_window(mall, SECOND)
    assert renew_due(now=moment(date(2026, 3, 16), time(18))) == 0
