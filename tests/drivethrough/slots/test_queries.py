"""What screens read about slots and bookings."""

from datetime import date, time, timedelta

import pytest

from drivethrough.errors import NotFound
from drivethrough.slots import queries
from drivethrough.slots.actions import cancel, mark_missed, mark_served
from drivethrough.slots.models import SlotStatus
from tests.builders.drivethrough import NOW, SATURDAY, a_booking, a_hold, a_site, a_slot

pytestmark = pytest.mark.django_db


def test_open_slots_are_those_a_shopper_can_take_now():
    site = a_site()
    free = a_slot(site=site)
    a_slot(site=site, start=time(11, 0), status=SlotStatus.CLOSED)
    a_hold(slot=a_slot(site=site, start=time(12, 0), cars=1))
    a_slot()
    assert list(queries.open_slots(site.reference, NOW)) == [free]
    assert list(queries.open_slots(site.reference, free.cut_off_at)) == []


def test_site_days_lists_every_day_with_its_slots_and_cars():
    site = a_site()
    ten = a_slot(site=site, cars=3)
    eleven = a_slot(site=site, start=time(11, 0), cars=4)
    sunday_at_one = a_slot(site=site, on_date=date(2026, 11, 29), start=time(1, 0), cars=5)
    a_slot(site=site, on_date=date(2026, 12, 1))
    a_hold(slot=ten)
    days = queries.site_days(site.reference, SATURDAY - timedelta(days=1), 4)
    assert [(day.on_date.day, day.slots) for day in days] == [
        (27, []),
        (28, [ten, eleven]),
        (29, [sunday_at_one]),
        (30, []),
    ]
    saturday = days[1]
    assert (saturday.capacity_cars, saturday.taken_cars, saturday.left) == (7, 1, 6)


def test_a_days_bookings_are_the_paid_for_ones_by_slot():
    site = a_site()
    ten, eleven = a_slot(site=site), a_slot(site=site, start=time(11, 0))
    late, early = a_booking(slot=eleven), a_booking(slot=ten)
    served, missed = a_booking(slot=eleven), a_booking(slot=eleven)
    cancelled = a_booking(slot=ten)
    mark_served(booking_reference=served.reference, now=NOW)
    mark_missed(booking_reference=missed.reference, now=NOW)
    cancel(booking_reference=cancelled.reference, now=NOW)
    a_hold(slot=ten)
    a_booking(slot=a_slot(site=site, on_date=date(2026, 11, 29)))
    found = queries.bookings_for_site_day(site.reference, SATURDAY)
    assert list(found) == [early, late, served, missed]


def test_a_booking_is_read_with_its_slot_and_site(django_assert_num_queries):
    reference = a_booking().reference
    with django_assert_num_queries(1):
        found = queries.booking(reference)
        assert (found.slot.site_id, found.site.city) == (found.site_id, "수원시")


def test_unknown_references_are_refused():
    with pytest.raises(queries.BookingUnknown):
        queries.booking("BOK-NONE")
    with pytest.raises(NotFound):
        queries.slot("SLT-NONE")
