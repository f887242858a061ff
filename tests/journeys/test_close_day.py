from datetime import time, timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import PaymentMethod, PaymentStatus
from commerce.settlement.queries import balances
from drivethrough.queue import actions as queue
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
from drivethrough.slots.models import Booking, BookingStatus
from logistics.seoul_time import moment
from storefront.journeys.close_day import close_day
from storefront.journeys.hand_over import hand_over
from storefront.journeys.record_stop import depart
from storefront.journeys.settle_merchants import review_and_approve, settle_until
from tests.builders.journeys import (
    AT_THE_GATE,
    NEXT_MORNING,
    TODAY,
    TOMORROW,
    a_mall,
    a_placed_order,
    a_published_plan,
    goods_part,
    the_route,
)

pytestmark = pytest.mark.django_db

NIGHT = moment(TOMORROW + timedelta(days=1), time(3, 30))


def test_a_car_that_never_came_is_missed_and_its_money_goes_back() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    assert close_day(until_on=TODAY, now=NIGHT) == []  # it was promised for the day after
    assert close_day(until_on=TOMORROW, now=NIGHT) == [order.fulfilments.get()]
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert Booking.objects.get().status == BookingStatus.MISSED
    assert {kind: won for kind, won in balances().items() if won} == {}


def test_a_second_run_gives_nothing_back_again() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    assert len(close_day(until_on=TOMORROW, now=NIGHT)) == 3
    assert close_day(until_on=TOMORROW, now=NIGHT) == []
    assert order.payments.get().refunded_won == 21_800


def test_a_car_that_came_and_was_never_served_leaves_its_lane_free() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    booking = Booking.objects.get()
    queue.arrive(key="scan", booking_reference=booking.reference, now=AT_THE_GATE)
    lane = mall.site.lanes.get(number=1)
    queue.call_next(lane_reference=lane.reference, key="call", now=AT_THE_GATE)
    close_day(until_on=TOMORROW, now=NIGHT)
    assert Arrival.objects.get().status == ArrivalStatus.LEFT
    assert not Call.objects.filter(ended_at=None).exists()


def test_what_is_handed_over_stays_so() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
    close_day(until_on=TOMORROW, now=NIGHT)
    assert goods_part(order, Way.DRIVE_THROUGH).status == FulfilmentStatus.HANDED_OVER
    assert order.payments.get().refunded_won == 9_800
    assert Order.objects.get().status == OrderStatus.CLOSED


def test_goods_in_a_van_wait_for_their_drivers_report() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),))
    a_published_plan(mall)
    route = the_route(mall)
    depart(
        route_reference=route.reference,
        driver_reference=mall.shift.driver.reference,
        now=NEXT_MORNING,
    )
    assert close_day(until_on=TOMORROW, now=NIGHT) == []
    assert order.fulfilments.get().status == FulfilmentStatus.OUT


def test_what_was_to_be_paid_on_site_is_asked_for_no_more() -> None:
    mall = a_mall()
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    close_day(until_on=TOMORROW, now=NIGHT)
    assert {p.status for p in order.payments.all()} == {PaymentStatus.CANCELLED}


def test_only_what_was_handed_over_is_settled_and_once() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
    close_day(until_on=TOMORROW, now=NIGHT)
    run = settle_until(until_on=TOMORROW, now=NIGHT)
    (first,) = run.settlements.all()
    assert (first.merchant_reference, first.total_won) == (
        mall.strawberries.product.merchant.reference,
        11_280,
    )
    assert settle_until(until_on=TOMORROW, now=NIGHT) == run
    assert balances()["merchant"] == -11_280
    review_and_approve(until_on=TOMORROW, by=("op-one", "op-two"), now=NIGHT)
    assert balances()["merchant"] == 0
