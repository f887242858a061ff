"""A stall's days off: shoppers cannot choose them, and what was promised before is settled."""

from datetime import date, time, timedelta

import pytest

from commerce.basket import actions as baskets
from commerce.business_days import business_date
from commerce.catalogue.models import Way
from commerce.errors import NotFound
from commerce.merchants import resting as days
from commerce.merchants.models import Merchant, MerchantClosing
from commerce.merchants.resting import ClosingRange, RestDays
from commerce.orders.models import FulfilmentStatus, OrderLine, ShortReason
from commerce.payments.models import Refund
from logistics.consignments.models import Consignment
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.seoul_time import moment
from storefront.day.invariants import check_all
from storefront.journeys import resting
from storefront.journeys.place_order import ParcelNoDay
from storefront.journeys.plan_checkout import plan_checkout
from storefront.journeys.resting import MerchantAway, OthersInPart
from storefront.notices.models import Notice
from storefront.refusals import NotFound as NotFoundHere
from tests.builders.commerce import a_merchant
from tests.builders.journeys import NOW, TODAY, TOMORROW, Mall, a_mall, a_placed_order, by_parcel

SOON = NOW + timedelta(minutes=2)
THURSDAY = TOMORROW + timedelta(days=1)

pytestmark = pytest.mark.django_db


def seller(mall: Mall) -> Merchant:
    return Merchant.objects.get(pk=mall.spinach.product.merchant_id)


def rest(merchant: Merchant, on: date = TOMORROW) -> MerchantClosing:
    return days.close_day(merchant_reference=merchant.reference, on_date=on, now=NOW)


def a_window_on(mall: Mall, on: date) -> DeliveryWindow:
    return DeliveryWindow.objects.create(
        depot=mall.depot,
        on_date=on,
        starts_at=moment(on, time(14)),
        ends_at=moment(on, time(16)),
        cut_off_at=moment(on - timedelta(days=1), time(22)),
        capacity_stops=5,
    )


def an_order(mall: Mall, *variants):
    goods = tuple((variant, Way.DELIVERY) for variant in variants or (mall.spinach,))
    return a_placed_order(mall, goods=goods)


def test_a_shopper_sees_only_times_when_every_stall_of_the_part_is_there() -> None:
    mall = a_mall()
    order = an_order(mall, mall.spinach, mall.tofu)
    thursday = a_window_on(mall, THURSDAY)
    rest(seller(mall))
    basket = baskets.open_basket(customer=order.customer, now=NOW)
    baskets.add_goods(basket=basket, variant=mall.spinach, quantity=1, way=Way.DELIVERY)
    baskets.add_goods(basket=basket, variant=mall.tofu, quantity=1, way=Way.DELIVERY)
    plan = plan_checkout(basket=basket, address=order.customer.addresses.get(), now=SOON)
    (part,) = plan.parts
    assert part.windows == [thursday]
    assert part.resting == [seller(mall)]


def test_what_was_promised_for_a_day_off_is_shown_to_its_stall_alone() -> None:
    mall = a_mall()
    order = an_order(mall)
    assert resting.promised_while_away(seller(mall), SOON) == []
    rest(seller(mall))
    (part,) = resting.promised_while_away(seller(mall), SOON)
    assert part.order_reference == order.reference
    other = a_merchant(name="남의 가게")
    rest(other)
    assert resting.promised_while_away(other, SOON) == []


def test_it_comes_another_day_and_the_shopper_is_told_once() -> None:
    mall = a_mall()
    part = an_order(mall).fulfilments.get()
    to = a_window_on(mall, THURSDAY)
    rest(seller(mall))
    for _twice in range(2):
        resting.bring_another_day(
            merchant=seller(mall),
            part_reference=part.reference,
            window_reference=to.reference,
            now=SOON,
        )
    part.refresh_from_db()
    assert (part.window_reference, part.promised_from) == (to.reference, to.starts_at)
    moved = Consignment.objects.get(owner_reference=part.reference)
    assert (moved.on_date, moved.earliest_at) == (THURSDAY, to.starts_at)
    live = WindowPlace.objects.filter(released_at=None)
    assert [place.window_id for place in live] == [to.pk]
    assert {w.taken_stops for w in DeliveryWindow.objects.exclude(pk=to.pk)} == {0}
    assert Notice.objects.filter(kind="part_moved").count() == 1
    assert resting.promised_while_away(seller(mall), SOON) == []
    assert check_all(SOON) == []


def test_it_does_not_come_on_another_day_off_nor_without_the_other_stalls() -> None:
    mall = a_mall()
    alone, together = an_order(mall), an_order(mall, mall.spinach, mall.tofu)
    to = a_window_on(mall, THURSDAY)
    rest(seller(mall))
    rest(seller(mall), THURSDAY)
    for order, refusal in ((alone, MerchantAway), (together, OthersInPart)):
        part = order.fulfilments.get()
        with pytest.raises(refusal):
            resting.bring_another_day(
                merchant=seller(mall),
                part_reference=part.reference,
                window_reference=to.reference,
                now=SOON,
            )
        part.refresh_from_db()
        assert part.window_reference == mall.window.reference


def test_only_ones_own_lines_are_paid_back() -> None:
    mall = a_mall()
    order = an_order(mall, mall.spinach, mall.tofu)
    rest(seller(mall))
    part = order.fulfilments.get()
    for lines in (1, 0):
        told = resting.pay_back_own_lines(
            merchant=seller(mall), part_reference=part.reference, now=SOON
        )
        assert told == lines
    assert Refund.objects.get().amount_won == 2_500
    spinach = OrderLine.objects.get(name="시금치")
    assert (spinach.quantity, spinach.short_reason) == (0, ShortReason.CLOSED)
    assert OrderLine.objects.get(name="손두부").quantity == 1
    assert check_all(SOON) == []


def test_a_part_of_one_stall_is_cancelled_whole() -> None:
    mall = a_mall()
    part = an_order(mall).fulfilments.get()
    resting.pay_back_own_lines(merchant=seller(mall), part_reference=part.reference, now=SOON)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert Refund.objects.get().amount_won == 6_500


def test_another_stall_can_do_neither() -> None:
    mall = a_mall()
    part = an_order(mall).fulfilments.get()
    stranger = a_merchant(name="남의 가게")
    with pytest.raises(NotFoundHere):
        resting.pay_back_own_lines(merchant=stranger, part_reference=part.reference, now=SOON)
    closing = rest(seller(mall))
    with pytest.raises(NotFound):
        days.reopen_day(merchant_reference=stranger.reference, closing_reference=closing.reference)
    assert MerchantClosing.objects.count() == 1


def test_a_closing_is_from_today_on_and_once() -> None:
    merchant = a_merchant()
    assert rest(merchant, TODAY) == rest(merchant, TODAY)
    with pytest.raises(ClosingRange):
        rest(merchant, TODAY - timedelta(days=1))
    assert MerchantClosing.objects.count() == 1


@pytest.mark.parametrize(("weekdays", "market"), [(range(7), None), ([7], None), ([], 6)])
def test_no_week_without_an_open_day(weekdays: list[int], market: int | None) -> None:
    merchant = a_merchant()
    with pytest.raises(RestDays):
        days.rest_regularly(
            merchant_reference=merchant.reference, weekdays=weekdays, market_day=market
        )


def a_parcel_of(mall: Mall):
    return a_placed_order(mall, goods=(by_parcel(mall.spinach),)).fulfilments.get()


def test_a_parcel_is_sent_when_its_stall_is_back_and_its_shopper_is_told_once() -> None:
    mall = a_mall()
    part = a_parcel_of(mall)
    rest(seller(mall))
    for _ in range(2):
        resting.send_when_back(merchant=seller(mall), part_reference=part.reference, now=SOON)
    part.refresh_from_db()
    assert business_date(part.promised_from) == THURSDAY
    assert resting.promised_while_away(seller(mall), SOON) == []
    told = Notice.objects.get(kind="parcel_later")
    assert (told.facts["day"], told.facts["until"]) == ("2026-03-05", "2026-03-07")
    assert check_all(SOON) == []


def test_only_a_parcel_of_one_s_own_is_sent_later() -> None:
    mall = a_mall()
    parcel, delivered = a_parcel_of(mall), an_order(mall).fulfilments.get()
    stranger = a_merchant(name="남의 가게")
    for merchant, part in ((stranger, parcel), (seller(mall), delivered)):
        with pytest.raises(NotFoundHere):
            resting.send_when_back(merchant=merchant, part_reference=part.reference, now=SOON)
    assert not Notice.objects.filter(kind="parcel_later").exists()


def test_a_parcel_whose_stall_is_away_for_long_is_not_promised_anew() -> None:
    mall = a_mall()
    part = a_parcel_of(mall)
    for n in range(61):
        rest(seller(mall), TOMORROW + timedelta(days=n))
    with pytest.raises(ParcelNoDay):
        resting.send_when_back(merchant=seller(mall), part_reference=part.reference, now=SOON)
    resting.pay_back_own_lines(merchant=seller(mall), part_reference=part.reference, now=SOON)
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert [refund.amount_won for refund in Refund.objects.all()] == [part.total_won]
