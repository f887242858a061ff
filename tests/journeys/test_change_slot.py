"""A shopper comes at another time after all."""

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment
from drivethrough.slots.models import Booking
from drivethrough.slots.moving import BookingFixed
from storefront.journeys.change_slot import change_slot
from storefront.notices.models import Notice
from storefront.refusals import NotFound
from tests.builders import drivethrough
from tests.builders.journeys import CUT_OFF, NOW, Mall, a_mall, a_placed_order

pytestmark = pytest.mark.django_db


def a_part(mall: Mall) -> Fulfilment:
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    return Fulfilment.objects.get()


def test_booking_and_promise_move_together() -> None:
    mall = a_mall()
    later = mall.later_slot
    part = change_slot(fulfilment=a_part(mall), slot_reference=later.reference, now=NOW)
    assert (part.promised_from, part.promised_until) == (later.starts_at, later.ends_at)
    assert Booking.objects.get().slot == later
    mall.slot.refresh_from_db()
    later.refresh_from_db()
    assert (mall.slot.taken_cars, later.taken_cars) == (0, 1)


def test_the_same_time_again_changes_nothing_and_tells_nobody() -> None:
    mall = a_mall()
    change_slot(fulfilment=a_part(mall), slot_reference=mall.slot.reference, now=NOW)
    assert not Notice.objects.filter(kind="part_moved").exists()


def test_after_the_cut_off_it_stays() -> None:
    mall = a_mall()
    part = a_part(mall)
    with pytest.raises(BookingFixed):
        change_slot(fulfilment=part, slot_reference=mall.later_slot.reference, now=CUT_OFF)
    assert Booking.objects.get().slot == mall.slot


def test_another_site_is_not_offered() -> None:
    mall = a_mall()
    there = drivethrough.a_slot(on_date=mall.window.on_date)
    with pytest.raises(NotFound):
        change_slot(fulfilment=a_part(mall), slot_reference=there.reference, now=NOW)
