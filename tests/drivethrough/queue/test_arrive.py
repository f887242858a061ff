"""Cars come to the gate."""

from datetime import date, time, timedelta

import pytest

from drivethrough.errors import KeyReused
from drivethrough.queue.actions import (
    AlreadyServed,
    BookingAmbiguous,
    BookingNotConfirmed,
    WrongDay,
    arrive,
    arrive_by_plate_or_phone,
    leave,
    serve,
)
from drivethrough.queue.models import Arrival
from drivethrough.slots.actions import cancel, mark_missed
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.refusals import PlateFormat
from drivethrough.slots.spans import at
from tests.builders.drivethrough import (
    AT_THE_GATE,
    SATURDAY,
    a_booking,
    a_hold,
    a_key,
    a_site,
    a_slot,
    an_arrival,
)

pytestmark = pytest.mark.django_db

SUNDAY = date(2026, 11, 29)


def come(booking, *, key=None, now=AT_THE_GATE):
    return arrive(key=key or a_key(), booking_reference=booking.reference, now=now)


def say(site, text, *, key=None, now=AT_THE_GATE):
    return arrive_by_plate_or_phone(
        site_reference=site.reference, text=text, key=key or a_key(), now=now
    )


def test_a_booked_car_waits_once_it_has_come():
    booking = a_booking()
    arrival = come(booking)
    assert (arrival.status, arrival.arrived_at) == ("waiting", AT_THE_GATE)
    assert (arrival.booking, arrival.site) == (booking, booking.site)


def test_scanning_again_is_the_same_arrival():
    booking = a_booking()
    first = come(booking, key="scan-1")
    for key in ("scan-1", "scan-2"):
        again = come(booking, key=key, now=AT_THE_GATE + timedelta(minutes=5))
        assert (again.pk, again.arrived_at) == (first.pk, AT_THE_GATE)
    assert Arrival.objects.count() == 1


def test_a_scans_key_belongs_to_one_car():
    come(a_booking(), key="scan-1")
    with pytest.raises(KeyReused):
        come(a_booking(), key="scan-1")
    assert Arrival.objects.count() == 1


def test_a_car_of_another_day_is_told_its_slot():
    booking = a_booking(slot=a_slot(on_date=SUNDAY, start=time(11, 30)))
    with pytest.raises(WrongDay) as refusal:
        come(booking)
    assert refusal.value.data == {
        "on": "2026-11-29",
        "time": "11:30",
        "starts_at": at(SUNDAY, time(11, 30)).isoformat(),
        "site": "수원종합운동장 주차장",
    }
    assert Arrival.objects.count() == 0


def test_the_day_is_seouls_before_nine_in_the_morning():
    booking = a_booking(slot=a_slot(start=time(8, 0)))
    assert come(booking, now=at(SATURDAY, time(0, 1))).status == "waiting"


def test_a_served_car_is_told_when():
    booking = an_arrival().booking
    serve(booking_reference=booking.reference, key="tap", now=at(SATURDAY, time(10, 42)))
    with pytest.raises(AlreadyServed) as refusal:
        come(booking)
    assert refusal.value.data["time"] == "10:42"


def test_a_scan_sent_again_after_the_hand_over_gets_its_arrival():
    booking = a_booking()
    come(booking, key="scan-1")
    serve(booking_reference=booking.reference, key="tap", now=AT_THE_GATE)
    assert come(booking, key="scan-1").status == "served"


def test_a_car_that_left_queues_anew():
    booking = a_booking()
    first = come(booking)
    leave(booking_reference=booking.reference, now=AT_THE_GATE)
    later = AT_THE_GATE + timedelta(minutes=40)
    again = come(booking, now=later)
    assert (again.pk, again.status) == (first.pk, "waiting")
    assert (again.arrived_at, again.ended_at) == (later, None)


def test_a_missed_booking_may_still_come_the_same_day():
    booking = a_booking()
    mark_missed(booking_reference=booking.reference, now=AT_THE_GATE)
    assert come(booking, now=at(SATURDAY, time(17, 0))).status == "waiting"


def test_only_a_confirmed_booking_may_come():
    cancelled = a_booking()
    cancel(booking_reference=cancelled.reference, now=AT_THE_GATE)
    for booking, status in ((a_hold(), "held"), (cancelled, "cancelled")):
        with pytest.raises(BookingNotConfirmed) as refusal:
            come(booking)
        assert refusal.value.data == {"status": status}
    assert Arrival.objects.count() == 0


@pytest.mark.parametrize("text", ["12가3456", "12가 3456", "3456", "5678"])
def test_a_car_is_found_by_plate_its_last_four_or_the_phones(text):
    slot = a_slot()
    a_booking(slot=slot, plate="99나9999", phone_last4="0000")
    a_booking()  # the same car at another site
    booking = a_booking(slot=slot, plate="12가3456", phone_last4="5678")
    assert say(slot.site, text).booking == booking


def test_the_same_key_gets_the_same_car_whatever_is_typed():
    slot = a_slot()
    a_booking(slot=slot, phone_last4="5678")
    assert say(slot.site, "5678", key="k").pk == say(slot.site, "garbage", key="k").pk


@pytest.mark.parametrize("text", ["", "567", "안녕하세요", "12가34567"])
def test_what_is_no_plate_and_no_number_is_refused(text):
    with pytest.raises(PlateFormat):
        say(a_site(), text)


def test_a_car_nobody_booked_is_unknown():
    slot = a_slot()
    a_booking(slot=slot)
    a_hold(slot=slot)
    with pytest.raises(BookingUnknown):
        say(slot.site, "77다7777")


def test_when_two_cars_fit_the_staff_choose():
    slot = a_slot()
    one = a_booking(slot=slot, plate="12가1111", phone_last4="5678")
    two = a_booking(slot=slot, plate="34나5678", phone_last4="2222")
    with pytest.raises(BookingAmbiguous) as refusal:
        say(slot.site, "5678")
    assert refusal.value.data["bookings"] == [
        {"reference": one.reference, "plate": "12가1111", "time": "10:00"},
        {"reference": two.reference, "plate": "34나5678", "time": "10:00"},
    ]
    assert Arrival.objects.count() == 0


def test_a_served_car_does_not_stand_in_anothers_way():
    slot = a_slot()
    served = a_booking(slot=slot, plate="12가1111", phone_last4="5678")
    serve(booking_reference=served.reference, key="tap", now=AT_THE_GATE)
    waiting = a_booking(slot=slot, plate="34나2222", phone_last4="5678")
    assert say(slot.site, "5678").booking == waiting
    with pytest.raises(AlreadyServed):
        say(slot.site, "12가1111")


def test_a_car_without_a_booking_today_is_told_its_next_one():
    site = a_site()
    a_booking(slot=a_slot(site=site, on_date=date(2026, 11, 27)))
    a_booking(slot=a_slot(site=site, on_date=date(2026, 12, 5)))
    a_booking(slot=a_slot(site=site, on_date=SUNDAY))
    with pytest.raises(WrongDay) as refusal:
        say(site, "12가3456")
    assert refusal.value.data["on"] == "2026-11-29"


def test_a_car_that_comes_days_late_is_told_its_last_one():
    slot = a_slot(on_date=date(2026, 11, 27))
    a_booking(slot=slot)
    with pytest.raises(WrongDay) as refusal:
        say(slot.site, "3456")
    assert refusal.value.data["on"] == "2026-11-27"
