"""Lanes and tablets that tap at the same moment."""

from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, transaction

from drivethrough.errors import InvalidTransition, KeyReused
from drivethrough.queue import actions, calling, queries
from drivethrough.queue.actions import AlreadyServed, LaneBusy
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
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
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TAPS = 8


def call(lane, key=None):
    return partial(
        actions.call_next, lane_reference=lane.reference, key=key or a_key(), now=AT_THE_GATE
    )


def serve(booking, key=None):
    return partial(
        actions.serve, booking_reference=booking.reference, key=key or a_key(), now=AT_THE_GATE
    )


def arrive(booking, key=None):
    return partial(
        actions.arrive, booking_reference=booking.reference, key=key or a_key(), now=AT_THE_GATE
    )


def calls(answers):
    return [answer for answer in answers if isinstance(answer, Call)]


def refused(answers):
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def test_control_two_lanes_that_choose_first_choose_the_same_car():
    slot = a_slot()
    an_arrival(slot=slot)
    an_arrival(slot=slot)
    both_have_chosen = Barrier(2, timeout=20)

    @transaction.atomic
    def chosen_then_marked():
        here = queries.waiting(slot.site.reference, SATURDAY)
        car = calling.choose_next([queries.as_car(arrival) for arrival in here])
        both_have_chosen.wait()
        Arrival.objects.filter(reference=car.reference).update(status=ArrivalStatus.CALLED)
        return car.reference

    north, south = at_once([chosen_then_marked] * 2)

    assert north == south


def test_lanes_calling_at_once_never_call_the_same_car():
    for _ in range(10):
        site = a_site(lanes=4)
        slot = a_slot(site=site)
        cars = {an_arrival(slot=slot) for _ in range(3)}

        answers = at_once([call(lane) for lane in site.lanes.all()])

        assert {made.arrival for made in calls(answers)} == cars
        assert answers.count(None) == 1
        assert Call.objects.filter(lane__site=site).count() == 3


def test_two_tablets_at_one_lane_call_one_car():
    slot = a_slot()
    first, second = an_arrival(slot=slot), an_arrival(slot=slot)
    lane = slot.site.lanes.get(number=1)

    answers = at_once([call(lane) for _ in range(TAPS)])

    assert [made.arrival for made in calls(answers)] == [first]
    assert refused(answers) == [LaneBusy] * (TAPS - 1)
    second.refresh_from_db()
    assert second.status == ArrivalStatus.WAITING


def test_a_car_called_by_name_and_by_turn_at_once_stands_at_one_lane():
    for _ in range(10):
        slot = a_slot()
        first, second = an_arrival(slot=slot), an_arrival(slot=slot)
        north, south = slot.site.lanes.all()
        by_name = partial(
            actions.call_car,
            lane_reference=north.reference,
            booking_reference=first.booking.reference,
            key=a_key(),
            now=AT_THE_GATE,
        )

        answers = at_once([by_name, call(south)])

        called = [made.arrival for made in calls(answers)]
        assert refused(answers) in ([], [InvalidTransition])
        assert set(called) == ({first} if refused(answers) else {first, second})
        assert Call.objects.filter(lane__site=slot.site).count() == len(called)


def test_control_looking_for_the_key_before_calling_fails_in_one_tap():
    slot = a_slot()
    arrival = an_arrival(slot=slot)
    lane = slot.site.lanes.get(number=1)
    both_have_looked = Barrier(2, timeout=20)

    def called_when_the_key_is_new():
        assert not Call.objects.filter(key="tap").exists()
        both_have_looked.wait()
        return Call.objects.create(key="tap", lane=lane, arrival=arrival, called_at=AT_THE_GATE)

    answers = at_once([called_when_the_key_is_new] * 2)

    assert refused(answers) == [IntegrityError]


def test_a_double_tap_gets_one_call():
    slot = a_slot()
    an_arrival(slot=slot)
    an_arrival(slot=slot)

    answers = at_once([call(slot.site.lanes.get(number=1), key="tap")] * TAPS)

    assert set(answers) == {Call.objects.get()}


def test_one_key_at_two_lanes_calls_one_car():
    for number in range(5):
        slot = a_slot()
        an_arrival(slot=slot)
        an_arrival(slot=slot)

        answers = at_once([call(lane, key=f"tap-{number}") for lane in slot.site.lanes.all()])

        assert len(calls(answers)) == 1
        assert refused(answers) == [KeyReused]
        called = Arrival.objects.filter(site=slot.site, status=ArrivalStatus.CALLED)
        assert called.count() == 1


def test_control_looking_before_letting_a_car_in_fails_in_one_scan():
    booking = a_booking()
    both_have_looked = Barrier(2, timeout=20)

    def let_in_when_not_here():
        assert not Arrival.objects.filter(booking=booking).exists()
        both_have_looked.wait()
        return Arrival.objects.create(
            key=a_key(), site=booking.site, booking=booking, arrived_at=AT_THE_GATE
        )

    answers = at_once([let_in_when_not_here] * 2)

    assert refused(answers) == [IntegrityError]


@pytest.mark.parametrize("key", [None, "scan"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_one_car_scanned_at_once_arrives_once(key, wrapped):
    booking = a_booking()
    scans = [arrive(booking, key) for _ in range(TAPS)]

    answers = at_once([transaction.atomic(scan) if wrapped else scan for scan in scans])

    assert set(answers) == {Arrival.objects.get()}


def test_one_key_for_two_cars_lets_one_in():
    for number in range(5):
        cars = [a_booking(), a_booking()]

        answers = at_once([arrive(car, f"scan-{number}") for car in cars])

        assert refused(answers) == [KeyReused]
        assert Arrival.objects.filter(booking__in=cars).count() == 1


@pytest.mark.parametrize("scanned", [True, False])
def test_a_double_tap_hands_over_once(scanned):
    booking = an_arrival().booking if scanned else a_booking()

    answers = at_once([serve(booking, key="tap")] * TAPS)

    assert set(answers) == {Arrival.objects.get(status=ArrivalStatus.SERVED)}
    assert Booking.objects.get(pk=booking.pk).status == "served"


@pytest.mark.parametrize("scanned", [True, False])
def test_two_tablets_hand_over_once(scanned):
    booking = an_arrival().booking if scanned else a_booking()

    answers = at_once([serve(booking) for _ in range(TAPS)])

    assert refused(answers) == [AlreadyServed] * (TAPS - 1)
    assert Arrival.objects.get() in answers


@pytest.mark.parametrize("ending", ["serve", "leave"])
def test_a_car_that_ends_while_it_is_called_holds_no_lane(ending):
    for _ in range(10):
        slot = a_slot()
        going, staying = an_arrival(slot=slot), an_arrival(slot=slot)
        leave = partial(actions.leave, booking_reference=going.booking.reference, now=AT_THE_GATE)
        end = {"serve": serve(going.booking), "leave": leave}[ending]

        answers = at_once([call(slot.site.lanes.get(number=1)), end])

        assert refused(answers) == []
        assert answers[0].arrival in {going, staying}
        still_open = Call.objects.filter(ended_at__isnull=True, lane__site=slot.site)
        assert [made.arrival for made in still_open] in ([], [staying])
        assert answers[1].status in {ArrivalStatus.SERVED, ArrivalStatus.LEFT}
