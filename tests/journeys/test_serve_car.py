import pytest

from commerce.catalogue.models import Way
from commerce.orders.actions import InvalidTransition
from commerce.orders.models import FulfilmentStatus, Order
from commerce.stock.models import StockRecord
from drivethrough.queue import actions as queue
from drivethrough.queue.actions import AlreadyServed
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
from drivethrough.slots import actions as slots
from drivethrough.slots.models import Booking, BookingStatus
from storefront.journeys.serve_car import serve
from storefront.refusals import NotFound
from tests.builders import drivethrough
from tests.builders.journeys import AT_THE_GATE, Mall, a_mall, a_placed_order

pytestmark = pytest.mark.django_db


def _a_car(mall: Mall) -> Booking:
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    return Booking.objects.get()


def _serve(mall: Mall, booking: Booking, key: str = "tap"):
    return serve(
        booking_reference=booking.reference,
        site_reference=mall.site.reference,
        key=key,
        now=AT_THE_GATE,
    )


def test_a_called_car_gets_its_goods_and_frees_the_lane() -> None:
    mall = a_mall()
    booking = _a_car(mall)
    queue.arrive(key="scan", booking_reference=booking.reference, now=AT_THE_GATE)
    lane = mall.site.lanes.get(number=1)
    queue.call_next(lane_reference=lane.reference, key="call", now=AT_THE_GATE)
    part = _serve(mall, booking)
    part.refresh_from_db()
    booking.refresh_from_db()
    assert (part.status, booking.status) == (FulfilmentStatus.HANDED_OVER, BookingStatus.SERVED)
    assert Arrival.objects.get().status == ArrivalStatus.SERVED
    assert not Call.objects.filter(ended_at=None).exists()


def test_a_double_tap_serves_once() -> None:
    mall = a_mall()
    booking = _a_car(mall)
    assert _serve(mall, booking) == _serve(mall, booking)
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 9


def test_the_second_tablet_is_told_that_the_car_was_served() -> None:
    mall = a_mall()
    booking = _a_car(mall)
    _serve(mall, booking, "tablet-1")
    with pytest.raises(AlreadyServed):
        _serve(mall, booking, "tablet-2")
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 9


def test_another_sites_booking_is_not_found() -> None:
    mall = a_mall()
    booking = _a_car(mall)
    with pytest.raises(NotFound):
        serve(
            booking_reference=booking.reference,
            site_reference=drivethrough.a_site().reference,
            key="tap",
            now=AT_THE_GATE,
        )
    assert Order.objects.get().fulfilments.get().status == FulfilmentStatus.CONFIRMED


def test_a_car_marked_missed_that_comes_late_is_served_after_all() -> None:
    mall = a_mall()
    booking = _a_car(mall)
    slots.mark_missed(booking_reference=booking.reference, now=AT_THE_GATE)
    assert _serve(mall, booking).reference == booking.owner_reference


def test_a_car_whose_card_was_declined_gets_nothing() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),), card_token="tok_declined")
    with pytest.raises(InvalidTransition):
        _serve(mall, Booking.objects.get())
    assert not Arrival.objects.exists()
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 10
