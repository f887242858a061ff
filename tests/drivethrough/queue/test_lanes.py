"""Cars are called to lanes, served, or leave."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from drivethrough.errors import InvalidTransition, KeyReused, NotFound
from drivethrough.queue.actions import (
    AlreadyServed,
    BookingNotConfirmed,
    LaneBusy,
    LaneClosed,
    WrongDay,
    call_car,
    call_next,
    leave,
    serve,
)
from drivethrough.queue.models import Arrival, Call
from drivethrough.sites.actions import set_lane_open
from drivethrough.slots.actions import cancel
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


def call(lane, *, key=None, now=AT_THE_GATE):
    return call_next(lane_reference=lane.reference, key=key or a_key(), now=now)


def hand_over(arrival, *, key=None, now=AT_THE_GATE):
    return serve(booking_reference=arrival.booking.reference, key=key or a_key(), now=now)


def lanes_of(site):
    return list(site.lanes.all())


def test_the_first_car_in_turn_is_called_to_the_lane():
    site = a_site()
    eleven = a_slot(site=site, start=time(11, 0))
    an_arrival(slot=eleven)
    first = an_arrival(slot=a_slot(site=site), now=AT_THE_GATE + timedelta(minutes=1))
    lane = lanes_of(site)[0]
    made = call(lane)
    first.refresh_from_db()
    assert (made.arrival, made.lane, made.ended_at) == (first, lane, None)
    assert (first.status, made.called_at) == ("called", AT_THE_GATE)


def test_nobody_waiting_is_no_call():
    site = a_site()
    an_arrival()
    assert call(lanes_of(site)[0]) is None
    assert Call.objects.count() == 0


def test_a_double_tap_is_one_call():
    slot = a_slot()
    an_arrival(slot=slot)
    an_arrival(slot=slot)
    lane = lanes_of(slot.site)[0]
    assert call(lane, key="tap").pk == call(lane, key="tap").pk
    assert Call.objects.count() == 1


def test_a_tap_sent_again_after_the_hand_over_gets_the_same_call():
    slot = a_slot()
    arrival = an_arrival(slot=slot)
    an_arrival(slot=slot)
    lane = lanes_of(slot.site)[0]
    first = call(lane, key="tap")
    hand_over(arrival)
    again = call(lane, key="tap")
    assert (again.pk, again.arrival) == (first.pk, arrival)
    assert Call.objects.count() == 1


def test_a_taps_key_belongs_to_one_lane():
    slot = a_slot()
    an_arrival(slot=slot)
    an_arrival(slot=slot)
    north, south = lanes_of(slot.site)
    call(north, key="tap")
    with pytest.raises(KeyReused):
        call(south, key="tap")
    assert Call.objects.count() == 1


def test_a_lane_serves_one_car_at_a_time():
    slot = a_slot()
    first, second = an_arrival(slot=slot), an_arrival(slot=slot)
    lane = lanes_of(slot.site)[0]
    call(lane)
    with pytest.raises(LaneBusy) as refusal:
        call(lane)
    assert refusal.value.data == {"number": 1, "plate": "12가3456"}
    second.refresh_from_db()
    assert second.status == "waiting"
    hand_over(first)
    assert call(lane).arrival == second


def test_two_lanes_call_two_cars():
    slot = a_slot()
    cars = [an_arrival(slot=slot), an_arrival(slot=slot)]
    assert [call(lane).arrival for lane in lanes_of(slot.site)] == cars


def test_a_closed_lane_calls_nobody():
    arrival = an_arrival()
    lane = set_lane_open(lane=lanes_of(arrival.site)[0], open=False)
    with pytest.raises(LaneClosed):
        call(lane)
    arrival.refresh_from_db()
    assert arrival.status == "waiting"


def test_an_unknown_lane_is_not_found():
    with pytest.raises(NotFound):
        call_next(lane_reference="LAN-NONE", key="tap", now=AT_THE_GATE)


def test_a_car_left_over_from_another_day_is_not_called():
    arrival = an_arrival()
    assert call(lanes_of(arrival.site)[0], now=AT_THE_GATE + timedelta(days=1)) is None


def test_a_car_whose_booking_was_cancelled_is_not_called():
    arrival = an_arrival()
    cancel(booking_reference=arrival.booking.reference, now=AT_THE_GATE)
    assert call(lanes_of(arrival.site)[0]) is None


def call_this(arrival, lane, *, key=None, now=AT_THE_GATE):
    return call_car(
        lane_reference=lane.reference,
        booking_reference=arrival.booking.reference,
        key=key or a_key(),
        now=now,
    )


def test_a_car_can_be_called_before_its_turn():
    slot = a_slot()
    first, second = an_arrival(slot=slot), an_arrival(slot=slot)
    north, south = lanes_of(slot.site)
    made = call_this(second, north)
    second.refresh_from_db()
    assert (made.arrival, made.lane, second.status) == (second, north, "called")
    assert call(south).arrival == first


def test_a_double_tap_calls_this_car_once():
    slot = a_slot()
    arrival, other = an_arrival(slot=slot), an_arrival(slot=slot)
    lane = lanes_of(slot.site)[0]
    assert call_this(arrival, lane, key="tap").pk == call_this(arrival, lane, key="tap").pk
    with pytest.raises(KeyReused):
        call_this(other, lane, key="tap")
    assert Call.objects.count() == 1


def test_a_car_that_does_not_wait_cannot_be_called():
    slot = a_slot()
    called, gone, served = (an_arrival(slot=slot) for _ in range(3))
    north, south = lanes_of(slot.site)
    call_this(called, north)
    leave(booking_reference=gone.booking.reference, now=AT_THE_GATE)
    hand_over(served)
    for arrival, now, allowed in (
        (called, "called", ["served", "left"]),
        (gone, "left", ["waiting"]),
    ):
        with pytest.raises(InvalidTransition) as refusal:
            call_this(arrival, south)
        assert refusal.value.data == {"now": now, "allowed": allowed}
    with pytest.raises(BookingNotConfirmed):
        call_this(served, south)
    assert Call.objects.count() == 1


def test_this_car_is_not_called_to_a_closed_or_busy_lane_or_to_another_site():
    slot = a_slot()
    first, second = an_arrival(slot=slot), an_arrival(slot=slot)
    north, south = lanes_of(slot.site)
    call_this(first, north)
    set_lane_open(lane=south, open=False)
    elsewhere = lanes_of(a_site())[0]
    for lane, refusal in ((north, LaneBusy), (south, LaneClosed), (elsewhere, NotFound)):
        with pytest.raises(refusal):
            call_this(second, lane)
    second.refresh_from_db()
    assert second.status == "waiting"


def test_a_car_that_never_came_cannot_be_called():
    booking = a_booking()
    lane = lanes_of(booking.site)[0]
    with pytest.raises(NotFound):
        call_car(
            lane_reference=lane.reference,
            booking_reference=booking.reference,
            key="tap",
            now=AT_THE_GATE,
        )


def test_a_served_car_ends_its_call_its_arrival_and_its_booking():
    arrival = an_arrival()
    made = call(lanes_of(arrival.site)[0])
    done_at = AT_THE_GATE + timedelta(minutes=3)
    served = hand_over(arrival, now=done_at)
    made.refresh_from_db()
    arrival.booking.refresh_from_db()
    assert (served.status, served.ended_at, made.ended_at) == ("served", done_at, done_at)
    assert (arrival.booking.status, arrival.booking.ended_at) == ("served", done_at)


def test_a_double_tap_hands_over_once():
    arrival = an_arrival()
    first = hand_over(arrival, key="tap")
    again = hand_over(arrival, key="tap", now=AT_THE_GATE + timedelta(minutes=5))
    assert (again.status, again.ended_at) == ("served", first.ended_at)


def test_another_hand_over_of_the_same_goods_is_refused_with_when():
    arrival = an_arrival()
    hand_over(arrival, key="tap", now=at(SATURDAY, time(10, 42)))
    with pytest.raises(AlreadyServed) as refusal:
        hand_over(arrival, key="another tap")
    assert refusal.value.data["time"] == "10:42"


def test_a_hand_overs_key_belongs_to_one_car():
    slot = a_slot()
    one, two = an_arrival(slot=slot), an_arrival(slot=slot)
    hand_over(one, key="tap")
    with pytest.raises(KeyReused):
        hand_over(two, key="tap")
    two.refresh_from_db()
    two.booking.refresh_from_db()
    assert (two.status, two.booking.status) == ("waiting", "confirmed")


def test_a_car_that_was_never_scanned_is_served_all_the_same():
    booking = a_booking()
    served = serve(booking_reference=booking.reference, key="tap", now=AT_THE_GATE)
    assert (served.status, served.arrived_at, served.ended_at) == (
        "served",
        AT_THE_GATE,
        AT_THE_GATE,
    )


def test_a_hand_over_on_the_wrong_day_or_unpaid_leaves_no_arrival():
    sunday = a_booking(slot=a_slot(on_date=date(2026, 11, 29)))
    for booking, refusal in ((sunday, WrongDay), (a_hold(), BookingNotConfirmed)):
        with pytest.raises(refusal):
            serve(booking_reference=booking.reference, key=a_key(), now=AT_THE_GATE)
    assert Arrival.objects.count() == 0


def test_a_car_that_does_not_come_forward_frees_the_lane_and_is_missed():
    slot = a_slot()
    gone, next_one = an_arrival(slot=slot), an_arrival(slot=slot)
    lane = lanes_of(slot.site)[0]
    made = call(lane)
    for minute in (5, 6):
        left = leave(
            booking_reference=gone.booking.reference, now=AT_THE_GATE + timedelta(minutes=minute)
        )
    made.refresh_from_db()
    gone.booking.refresh_from_db()
    assert (left.status, left.ended_at) == ("left", AT_THE_GATE + timedelta(minutes=5))
    assert (made.ended_at, gone.booking.status) == (left.ended_at, "missed")
    assert call(lane).arrival == next_one


def test_a_car_whose_booking_was_cancelled_at_the_lane_frees_it():
    arrival = an_arrival()
    lane = lanes_of(arrival.site)[0]
    call(lane)
    cancel(booking_reference=arrival.booking.reference, now=AT_THE_GATE)
    with pytest.raises(InvalidTransition):
        hand_over(arrival)
    assert leave(booking_reference=arrival.booking.reference, now=AT_THE_GATE).status == "left"
    arrival.booking.refresh_from_db()
    assert arrival.booking.status == "cancelled"
    assert call(lane) is None


def test_a_served_car_does_not_leave():
    arrival = an_arrival()
    hand_over(arrival)
    with pytest.raises(InvalidTransition):
        leave(booking_reference=arrival.booking.reference, now=AT_THE_GATE)
    arrival.refresh_from_db()
    assert arrival.status == "served"


def test_a_car_that_never_came_cannot_leave():
    with pytest.raises(NotFound):
        leave(booking_reference=a_booking().reference, now=AT_THE_GATE)


def test_the_database_keeps_a_lane_to_one_car_and_a_car_to_one_lane():
    slot = a_slot()
    arrival, other = an_arrival(slot=slot), an_arrival(slot=slot)
    north, south = lanes_of(slot.site)
    call(north)
    for lane, car in ((north, other), (south, arrival)):
        with pytest.raises(IntegrityError), transaction.atomic():
            Call.objects.create(key=a_key(), lane=lane, arrival=car, called_at=AT_THE_GATE)
