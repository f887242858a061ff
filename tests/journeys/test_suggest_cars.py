"""How many cars a slot should take."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Product, Way
from drivethrough.planning import NothingMeasured
from drivethrough.queue import actions as queue
from drivethrough.slots.models import Booking
from storefront.journeys.serve_car import serve
from storefront.journeys.suggest_cars import suggest_cars
from tests.builders.journeys import AT_THE_GATE, Mall, a_mall, a_placed_order

pytestmark = pytest.mark.django_db


def a_served_car(mall: Mall) -> None:
    """Called at once, its hand-over three minutes long."""
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    booking = Booking.objects.get()
    queue.arrive(key="scan", booking_reference=booking.reference, now=AT_THE_GATE)
    lane = mall.site.lanes.get(number=1)
    queue.call_next(lane_reference=lane.reference, key="call", now=AT_THE_GATE)
    serve(
        booking_reference=booking.reference,
        site_reference=mall.site.reference,
        key="tap",
        now=AT_THE_GATE + timedelta(minutes=3),
    )


def test_longer_waits_and_longer_slots_allow_more_cars() -> None:
    mall = a_mall()
    a_served_car(mall)
    short, long, hour = (
        suggest_cars(site=mall.site, slot_minutes=slot, preparers=2, wait_minutes=wait)
        for slot, wait in ((30, 3), (30, 15), (60, 15))
    )
    assert 0 < short.cars < long.cars < hour.cars
    # Two lanes, three minutes each: twenty cars fill half an hour, and one in twenty never comes.
    assert long.cars * 0.95 < 20
    # One piece takes 75 seconds to pack.
    assert long.by_staff == 2 * 1_800 // 75


def test_what_was_booked_to_prepare_a_car_is_what_it_took() -> None:
    mall = a_mall()
    Product.objects.filter(pk=mall.strawberries.product_id).update(preparation_seconds=600)
    mall.strawberries.product.refresh_from_db()
    a_served_car(mall)
    found = suggest_cars(site=mall.site, slot_minutes=30, preparers=2, wait_minutes=15)
    assert (found.preparation_seconds, found.by_staff) == (600, 6)
    assert (found.cars, found.limited_by) == (6, "staff")


def test_where_nobody_was_handed_anything_there_is_nothing_to_go_by() -> None:
    with pytest.raises(NothingMeasured):
        suggest_cars(site=a_mall().site, slot_minutes=30, preparers=2, wait_minutes=5)
