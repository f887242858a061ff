from datetime import timedelta

import pytest

from commerce.books.models import BundleStatus, LoanStatus
from commerce.catalogue.models import Way
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import PaymentMethod, PaymentStatus, Refund, RefundStatus
from commerce.settlement.queries import balances
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from logistics.consignments.models import Consignment, ConsignmentStatus
from storefront.journeys.cancel_order import cancel_order, cancel_part
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.record_stop import depart
from storefront.notices.models import Notice
from tests.builders.journeys import (
    AT_THE_GATE,
    NEXT_MORNING,
    NOTHING_TAKEN,
    NOW,
    a_mall,
    a_placed_order,
    a_published_plan,
    books_part,
    goods_part,
    taken_of,
    the_route,
)

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)


def test_a_cancelled_order_frees_everything_and_gives_all_money_back() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    cancel_order(order=order, reason="shopper", now=SOON)
    assert Order.objects.get().status == OrderStatus.CANCELLED
    assert taken_of(mall) == NOTHING_TAKEN
    assert {c.status for c in Consignment.objects.all()} == {ConsignmentStatus.CANCELLED}
    mall.bundle.refresh_from_db()
    assert mall.bundle.status == BundleStatus.AVAILABLE
    assert order.payments.get().refunded_won == 21_800
    assert {kind: won for kind, won in balances().items() if won} == {}
    send_refunds(now=SOON)
    assert {refund.status for refund in Refund.objects.all()} == {RefundStatus.DONE}


def test_cancelling_twice_gives_back_once() -> None:
    order = a_placed_order(a_mall())
    cancel_order(order=order, reason="shopper", now=SOON)
    cancel_order(order=order, reason="shopper", now=SOON)
    assert order.payments.get().refunded_won == 21_800
    assert Refund.objects.count() == 2  # the gate's part and the home's; books cost nothing
    kinds = sorted(Notice.objects.values_list("kind", flat=True))
    assert kinds == ["order_cancelled", "order_confirmed", "part_refunded", "part_refunded"]


def test_one_cancelled_part_leaves_the_others_as_they_are() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    for _ in range(2):
        cancel_part(fulfilment=gate, reason="shopper", now=SOON)
    assert Order.objects.get().status == OrderStatus.CONFIRMED
    assert Refund.objects.get().amount_won == 12_000
    assert taken_of(mall) == {"cars": 0, "stops": 1, "units": 2, "bundles": 1}
    assert goods_part(order, Way.DELIVERY).status == FulfilmentStatus.CONFIRMED


def test_what_goes_back_for_a_part_bears_as_much_vat_as_that_part_did() -> None:
    order = a_placed_order(a_mall())
    home = goods_part(order, Way.DELIVERY)  # spinach 2,500, tofu 3,300, delivery 4,000
    cancel_part(fulfilment=home, reason="shopper", now=SOON)
    refund = Refund.objects.get()
    assert (refund.amount_won, refund.tax_free_won) == (9_800, 2_500)


def test_the_window_is_kept_while_another_part_comes_in_it() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    cancel_part(fulfilment=goods_part(order, Way.DELIVERY), reason="shopper", now=SOON)
    assert taken_of(mall)["stops"] == 1
    cancel_part(fulfilment=books_part(order), reason="shopper", now=SOON)
    assert taken_of(mall)["stops"] == 0


def test_a_cancelled_bundle_is_free_for_the_next_family() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    cancel_part(fulfilment=books_part(order), reason="shopper", now=SOON)
    assert mall.bundle.loans.get().status == LoanStatus.CANCELLED
    assert not Refund.objects.exists()


def test_what_is_on_the_road_is_not_cancelled_and_nothing_else_is() -> None:
    mall = a_mall()
    order = a_placed_order(mall)
    a_published_plan(mall)
    route = the_route(mall)
    depart(
        route_reference=route.reference,
        driver_reference=route.shift.driver.reference,
        now=NEXT_MORNING,
    )
    before = taken_of(mall)
    with pytest.raises(InvalidTransition):
        cancel_order(order=order, reason="shopper", now=NEXT_MORNING)
    assert taken_of(mall) == before
    assert not Refund.objects.exists()
    assert goods_part(order, Way.DRIVE_THROUGH).status == FulfilmentStatus.CONFIRMED


def test_an_on_site_order_is_cancelled_without_any_money() -> None:
    mall = a_mall()
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    cancel_order(order=order, reason="shopper", now=SOON)
    assert {p.status for p in order.payments.all()} == {PaymentStatus.CANCELLED}
    assert not Refund.objects.exists()
    assert taken_of(mall) == NOTHING_TAKEN


def test_a_car_that_never_came_gets_its_money_back_and_stays_missed() -> None:
    mall = a_mall()
    order = a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    booking = Booking.objects.get()
    slots.mark_missed(booking_reference=booking.reference, now=AT_THE_GATE)
    cancel_part(fulfilment=order.fulfilments.get(), reason="missed", now=AT_THE_GATE)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.MISSED
    assert order.payments.get().refunded_won == 12_000
    assert taken_of(mall) == NOTHING_TAKEN | {"cars": 1}  # the place was used
