"""Two who open, change or close a depot's days at the same moment."""

from datetime import time
from functools import partial
from threading import Barrier

import pytest
from django.db import DatabaseError

from logistics.delivery_windows import actions as windows
from logistics.delivery_windows.models import DeliveryWindow, WindowPlace
from logistics.fleet.models import Shift
from logistics.regular_week import actions
from logistics.regular_week.models import WEEK, ClosedDay, RegularShift
from tests.builders.logistics import (
    BEFORE_CUT_OFF,
    SATURDAY,
    a_depot,
    a_driver,
    a_key,
    a_regular_shift,
    a_regular_window,
    a_shift,
    a_vehicle,
    a_window,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WORKERS = 4


def take(window: DeliveryWindow) -> WindowPlace:
    return windows.take(window_reference=window.reference, key=a_key(), now=BEFORE_CUT_OFF)


def closing(window: DeliveryWindow) -> "partial[ClosedDay]":
    return partial(
        actions.close_day,
        depot=window.depot,
        on_date=window.on_date,
        reason="눈",
        now=BEFORE_CUT_OFF,
    )


def test_control_looking_before_closing_loses_a_promised_stop() -> None:
    window = a_window()
    looked, promised = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def closed_after_looking() -> None:
        assert DeliveryWindow.objects.get(pk=window.pk).taken_stops == 0
        looked.wait()
        promised.wait()
        DeliveryWindow.objects.filter(pk=window.pk).delete()

    def promise() -> WindowPlace:
        looked.wait()
        place = take(window)
        promised.wait()
        return place

    _, place = at_once([closed_after_looking, promise])

    assert isinstance(place, WindowPlace)
    assert not WindowPlace.objects.filter(pk=place.pk).exists()


def test_a_day_is_closed_or_promised_and_never_both() -> None:
    for _ in range(5):
        window = a_window()
        closed, place = at_once([closing(window), partial(take, window)])

        if isinstance(closed, ClosedDay):
            assert isinstance(place, windows.WindowUnknown)
            assert not DeliveryWindow.objects.filter(pk=window.pk).exists()
        else:
            assert isinstance(closed, windows.WindowsPromised)
            assert isinstance(place, WindowPlace)
            assert not ClosedDay.objects.filter(depot=window.depot).exists()


def test_a_day_that_is_closed_while_it_is_opened_stays_closed() -> None:
    for _ in range(5):
        regular = a_regular_window()
        at_once(
            [
                partial(actions.open_ahead, depot=regular.depot, now=BEFORE_CUT_OFF),
                partial(
                    actions.close_day,
                    depot=regular.depot,
                    on_date=SATURDAY,
                    reason="눈",
                    now=BEFORE_CUT_OFF,
                ),
            ]
        )

        opened = DeliveryWindow.objects.filter(depot=regular.depot)
        assert opened.count() == 14
        assert not opened.filter(on_date=SATURDAY).exists()


def test_opened_by_many_at_once_is_opened_once() -> None:
    depot = a_depot()
    a_regular_window(depot=depot)
    a_regular_shift(depot=depot)

    answers = at_once([partial(actions.open_ahead, depot=depot, now=BEFORE_CUT_OFF)] * WORKERS)

    assert sorted(answers) == [(0, 0)] * (WORKERS - 1) + [(15, 15)]
    assert DeliveryWindow.objects.filter(depot=depot).count() == 15
    assert Shift.objects.filter(depot=depot).count() == 15


def test_opening_and_rostering_by_hand_wait_for_each_other_in_no_ring() -> None:
    for _ in range(5):
        depot = a_depot()
        drivers = [a_driver(depot=depot) for _ in range(3)]
        vans = [a_vehicle(depot=depot) for _ in range(3)]
        for driver, van in zip(drivers, vans, strict=True):
            a_regular_shift(depot=depot, driver=driver, vehicle=van)
        by_hand = [
            partial(a_shift, depot=depot, driver=driver, vehicle=van)
            for driver, van in zip(drivers, reversed(vans), strict=True)
        ]

        opened, *_ = at_once(
            [partial(actions.open_ahead, depot=depot, now=BEFORE_CUT_OFF), *by_hand]
        )

        assert isinstance(opened, actions.Opened)


def test_control_looking_before_adding_to_the_week_fails_in_one_tab() -> None:
    depot = a_depot()
    vehicle = a_vehicle(depot=depot)
    both_have_looked = Barrier(2, timeout=20)

    def added_after_looking() -> RegularShift:
        assert not RegularShift.objects.filter(vehicle=vehicle).exists()
        both_have_looked.wait()
        return RegularShift.objects.create(
            depot=depot,
            driver=a_driver(depot=depot),
            vehicle=vehicle,
            weekdays=WEEK,
            start=time(9),
            end=time(18),
        )

    answers = at_once([added_after_looking] * 2)

    # Refused by the constraint, or ended as one of two that waited for each other in it.
    assert sorted(isinstance(answer, DatabaseError) for answer in answers) == [False, True]


def test_of_two_who_want_one_van_every_week_one_gets_it() -> None:
    depot = a_depot()
    vehicle = a_vehicle(depot=depot)

    answers = at_once([partial(a_regular_shift, depot=depot, vehicle=vehicle)] * WORKERS)

    assert sum(isinstance(answer, RegularShift) for answer in answers) == 1
    assert sum(isinstance(a, actions.RegularShiftOverlaps) for a in answers) == WORKERS - 1
