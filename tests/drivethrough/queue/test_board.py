"""What the tablet at the gate and the phone in the car show."""

from datetime import date, time, timedelta

import pytest

from drivethrough.errors import NotFound
from drivethrough.queue.actions import call_next, leave, serve
from drivethrough.queue.queries import ArrivalPosition, CarStatus, arrival_position, lane_board
from drivethrough.slots.queries import BookingUnknown
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


def a_busy_morning(site):
    """One car each: served, gone, called, waiting early, waiting late, expected."""
    ten = a_slot(site=site, cars=20)
    eleven = a_slot(site=site, start=time(11, 0), cars=20)
    served, gone, called = (an_arrival(slot=ten) for _ in range(3))
    serve(booking_reference=served.booking.reference, key=a_key(), now=AT_THE_GATE)
    leave(booking_reference=gone.booking.reference, now=AT_THE_GATE)
    lane = site.lanes.get(number=1)
    call_next(lane_reference=lane.reference, key=a_key(), now=AT_THE_GATE)
    late = an_arrival(slot=eleven)
    early = an_arrival(slot=ten, now=AT_THE_GATE + timedelta(minutes=1))
    expected = a_booking(slot=eleven)
    a_hold(slot=ten)
    return served, gone, called, early, late, expected


def test_the_board_shows_lanes_queue_and_bookings_of_the_day():
    site = a_site(lanes=2)
    served, gone, called, early, late, expected = a_busy_morning(site)
    a_booking(slot=a_slot(site=site, on_date=date(2026, 11, 29)))
    an_arrival()  # another site

    board = lane_board(site.reference, SATURDAY)

    assert [(now.lane.number, now.call and now.call.arrival) for now in board.lanes] == [
        (1, called),
        (2, None),
    ]
    assert board.waiting == [early, late]
    assert {car.booking: car.status for car in board.cars} == {
        served.booking: CarStatus.SERVED,
        gone.booking: CarStatus.MISSED,
        called.booking: CarStatus.CALLED,
        early.booking: CarStatus.WAITING,
        late.booking: CarStatus.WAITING,
        expected: CarStatus.EXPECTED,
    }
    assert [car.booking for car in board.upcoming] == [expected]
    assert board.counts == {"expected": 1, "waiting": 2, "called": 1, "served": 1, "missed": 1}
    starts = [car.booking.slot.starts_at for car in board.cars]
    assert starts == sorted(starts)


def test_the_board_takes_the_same_five_queries_however_busy(django_assert_num_queries):
    site = a_site(lanes=3)
    with django_assert_num_queries(5):
        lane_board(site.reference, SATURDAY)
    a_busy_morning(site)
    with django_assert_num_queries(5):
        board = lane_board(site.reference, SATURDAY)
        assert all(car.booking.slot.starts_at and car.booking.site.name for car in board.cars)
        assert all(car.booking.plate and car.booking.slot.ends_at for car in board.waiting)
        assert [now.call.arrival.booking.plate for now in board.lanes if now.call]


def test_an_empty_day_has_every_count():
    board = lane_board(a_site().reference, SATURDAY)
    assert set(board.counts.values()) == {0}
    assert (board.waiting, board.cars) == ([], [])


def test_an_unknown_site_is_not_found():
    with pytest.raises(NotFound):
        lane_board("SIT-NONE", SATURDAY)


def test_the_shopper_sees_how_many_cars_come_before():
    served, gone, called, early, late, expected = a_busy_morning(a_site())
    positions = [
        arrival_position(booking.reference)
        for booking in (*(a.booking for a in (served, gone, called, early, late)), expected)
    ]
    assert positions == [
        ArrivalPosition(CarStatus.SERVED, 0, None),
        ArrivalPosition(CarStatus.MISSED, 0, None),
        ArrivalPosition(CarStatus.CALLED, 0, 1),
        ArrivalPosition(CarStatus.WAITING, 0, None),
        ArrivalPosition(CarStatus.WAITING, 1, None),
        ArrivalPosition(CarStatus.EXPECTED, 0, None),
    ]


def test_an_unknown_booking_has_no_position():
    with pytest.raises(BookingUnknown):
        arrival_position("BOK-NONE")
