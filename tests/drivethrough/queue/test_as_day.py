"""A site's day as the planner of queues sees it."""

from datetime import datetime, timedelta

import pytest

from drivethrough.planning import Car, CarState, Day, Lane, Staff
from drivethrough.queue.actions import call_next, leave, serve
from drivethrough.queue.as_day import Goods, as_day, moment_of, second_of
from drivethrough.queue.queries import handover_seconds, lane_board
from drivethrough.sites.actions import set_lane_open
from drivethrough.sites.models import Site
from drivethrough.slots.loads import Load
from drivethrough.slots.models import Booking
from tests.builders.drivethrough import (
    AT_THE_GATE,
    SATURDAY,
    a_booking,
    a_key,
    a_site,
    a_slot,
    an_arrival,
)

pytestmark = pytest.mark.django_db

TEN = 36_000
TWENTY_PAST = TEN + 1_200


def the_day(site: Site, **goods: Goods) -> Day:
    board = lane_board(site.reference, SATURDAY)
    return as_day(board, goods, handover_seconds=120, preparers=3)


def the_car(day: Day, booking: Booking) -> Car:
    return next(car for car in day.cars if car.reference == booking.reference)


def call(site: Site, number: int = 1, now: datetime = AT_THE_GATE) -> None:
    lane = site.lanes.get(number=number)
    call_next(lane_reference=lane.reference, key=a_key(), now=now)


def test_seconds_are_of_the_day_in_seoul() -> None:
    assert second_of(AT_THE_GATE, SATURDAY) == TWENTY_PAST
    assert moment_of(TWENTY_PAST, SATURDAY) == AT_THE_GATE


def test_a_booked_car_is_expected_in_its_slot() -> None:
    site = a_site()
    booking = a_booking(slot=a_slot(site=site))
    car = the_car(the_day(site), booking)
    assert (car.state, car.slot_begins, car.slot_ends) == (CarState.EXPECTED, TEN, TEN + 1_800)
    assert (car.arrival, car.preparation_seconds, car.handover_seconds) == (None, 0, 120)


def test_what_was_booked_to_prepare_a_car_comes_before_any_other_figure() -> None:
    slot = a_slot(site=a_site())
    said, unsaid = a_booking(slot=slot, load=Load(420)), a_booking(slot=slot)
    goods = {said.reference: Goods(75, None), unsaid.reference: Goods(75, None)}
    day = the_day(slot.site, **goods)
    assert the_car(day, said).preparation_seconds == 420
    assert the_car(day, unsaid).preparation_seconds == 75


def test_a_car_that_came_waits_since_then() -> None:
    site = a_site()
    arrival = an_arrival(slot=a_slot(site=site))
    car = the_car(the_day(site), arrival.booking)
    assert (car.state, car.arrival) == (CarState.WAITING, TWENTY_PAST)


def test_a_called_car_stands_at_its_lane() -> None:
    site = a_site()
    arrival = an_arrival(slot=a_slot(site=site))
    call(site, 2, AT_THE_GATE + timedelta(minutes=1))
    car = the_car(the_day(site), arrival.booking)
    assert (car.state, car.lane, car.called) == (CarState.CALLED, 2, TWENTY_PAST + 60)


def test_served_and_missed_cars_are_what_they_are() -> None:
    site = a_site()
    slot = a_slot(site=site)
    served, gone = an_arrival(slot=slot), an_arrival(slot=slot)
    serve(booking_reference=served.booking.reference, key=a_key(), now=AT_THE_GATE)
    leave(booking_reference=gone.booking.reference, now=AT_THE_GATE)
    day = the_day(site)
    assert the_car(day, served.booking).state == CarState.SERVED
    assert the_car(day, gone.booking).state == CarState.MISSED


def test_goods_packed_the_evening_before_are_ready_from_the_first_second_on() -> None:
    site = a_site()
    booking = a_booking(slot=a_slot(site=site))
    evening = AT_THE_GATE - timedelta(hours=16)
    car = the_car(the_day(site, **{booking.reference: Goods(90, evening)}), booking)
    assert (car.preparation_seconds, car.ready) == (90, 0)


def test_a_closed_lane_is_closed_and_everybody_prepares_all_day() -> None:
    site = a_site(lanes=2)
    set_lane_open(lane=site.lanes.get(number=2), open=False)
    day = the_day(site)
    assert day.lanes == (Lane(1), Lane(2, closed=True))
    assert day.staff == (Staff(0, 3),)


def a_served_car(site: Site, *, minutes: int, later: int = 0) -> None:
    came = AT_THE_GATE + timedelta(minutes=later)
    slot = site.slots.first() or a_slot(site=site, cars=20)
    arrival = an_arrival(slot=slot, now=came)
    call(site, now=came)
    done = came + timedelta(minutes=minutes)
    serve(booking_reference=arrival.booking.reference, key=a_key(), now=done)


def test_hand_overs_are_measured_from_the_call_until_the_car_left() -> None:
    site = a_site()
    a_served_car(site, minutes=2)
    a_served_car(site, minutes=5, later=10)
    a_served_car(a_site(), minutes=1)
    assert handover_seconds(site.reference) == [300, 120]


def test_a_hand_over_that_somebody_forgot_to_end_is_no_measure() -> None:
    site = a_site()
    a_served_car(site, minutes=31)
    assert handover_seconds(site.reference) == []


def test_a_call_that_nobody_followed_is_no_hand_over() -> None:
    site = a_site()
    arrival = an_arrival(slot=a_slot(site=site))
    call(site)
    leave(booking_reference=arrival.booking.reference, now=AT_THE_GATE + timedelta(minutes=3))
    later = AT_THE_GATE + timedelta(minutes=10)
    an_arrival(booking=arrival.booking, now=later)
    serve(booking_reference=arrival.booking.reference, key=a_key(), now=later)
    assert handover_seconds(site.reference) == []
