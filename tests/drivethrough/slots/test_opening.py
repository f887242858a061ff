"""The farmer opens a day, changes its size and calls it off."""

from datetime import date, time, timedelta

import pytest
from django.db import IntegrityError, transaction

from drivethrough.errors import InvalidTransition
from drivethrough.slots.models import Slot, SlotStatus
from drivethrough.slots.opening import (
    cancel_slot,
    change_capacity,
    close,
    open_slots,
    pause,
    reopen,
)
from drivethrough.slots.refusals import CapacityBelowBooked, SlotsOverlap, SlotSpan
from drivethrough.slots.spans import at
from tests.builders.drivethrough import SATURDAY, a_booking, a_hold, a_site, a_slot

pytestmark = pytest.mark.django_db

FRIDAY_EVENING = at(date(2026, 11, 27), time(18, 0))


def open_a_day(site, *, start=time(10, 0), end=time(12, 0), minutes=30, cars=12, cut_off_at=None):
    return open_slots(
        site=site,
        on_date=SATURDAY,
        start=start,
        end=end,
        minutes=minutes,
        cars=cars,
        cut_off_at=cut_off_at or FRIDAY_EVENING,
    )


def test_two_hours_are_four_slots_of_half_an_hour():
    slots = open_a_day(a_site())
    ten = at(SATURDAY, time(10, 0))
    half = timedelta(minutes=30)
    assert [(slot.starts_at, slot.ends_at) for slot in slots] == [
        (ten + n * half, ten + (n + 1) * half) for n in range(4)
    ]
    assert {(s.capacity_cars, s.cut_off_at, s.status) for s in slots} == {
        (12, FRIDAY_EVENING, SlotStatus.OPEN)
    }


def test_opening_again_keeps_what_is_there_and_adds_what_is_missing():
    site = a_site()
    first = open_a_day(site)
    a_hold(slot=first[0])
    longer = open_a_day(site, start=time(9, 30), end=time(12, 30), cars=99)
    assert [slot.pk for slot in longer[1:5]] == [slot.pk for slot in first]
    assert [slot.capacity_cars for slot in longer] == [99, 12, 12, 12, 12, 99]
    assert Slot.objects.get(pk=first[0].pk).taken_cars == 1


def test_slots_may_not_lie_across_one_another():
    site = a_site()
    open_a_day(site)
    with pytest.raises(SlotsOverlap) as refusal:
        open_a_day(site, start=time(11, 45), end=time(13, 0), minutes=15)
    assert refusal.value.data == {"starts_at": at(SATURDAY, time(11, 30)).isoformat()}
    assert Slot.objects.count() == 4


def test_slots_may_touch():
    site = a_site()
    open_a_day(site)
    assert len(open_a_day(site, start=time(12, 0), end=time(13, 0), minutes=20)) == 3


@pytest.mark.parametrize(
    "asked",
    [
        {"start": time(12, 0), "end": time(10, 0)},
        {"start": time(10, 0), "end": time(10, 20)},
        {"minutes": 0},
        {"minutes": -30},
        {"cars": 0},
    ],
)
def test_a_day_without_room_for_a_slot_is_refused(asked):
    with pytest.raises(SlotSpan):
        open_a_day(a_site(), **asked)
    assert Slot.objects.count() == 0


def test_booking_ends_when_a_slot_begins_if_the_cut_off_is_later():
    slots = open_a_day(a_site(), end=time(11, 0), cut_off_at=at(SATURDAY, time(10, 15)))
    assert [slot.cut_off_at for slot in slots] == [
        at(SATURDAY, time(10, 0)),
        at(SATURDAY, time(10, 15)),
    ]


def test_capacity_goes_down_to_what_is_booked_and_no_further():
    slot = a_slot(cars=5)
    a_hold(slot=slot)
    a_booking(slot=slot)
    assert change_capacity(slot=slot, cars=2, preparers=None).capacity_cars == 2
    for cars in (1, 0, -1):
        with pytest.raises(CapacityBelowBooked) as refusal:
            change_capacity(slot=slot, cars=cars, preparers=None)
        assert refusal.value.data["booked"] == 2
    slot.refresh_from_db()
    assert (slot.capacity_cars, slot.taken_cars) == (2, 2)


def test_a_slot_is_paused_closed_and_opened_again():
    slot = a_slot()
    assert pause(slot=slot).status == SlotStatus.PAUSED
    assert close(slot=slot).status == SlotStatus.CLOSED
    assert reopen(slot=slot).status == SlotStatus.OPEN


@pytest.mark.parametrize("action", [pause, close, reopen])
def test_a_cancelled_slot_stays_cancelled(action):
    slot = a_slot()
    cancel_slot(slot=slot)
    with pytest.raises(InvalidTransition):
        action(slot=slot)
    slot.refresh_from_db()
    assert slot.status == SlotStatus.CANCELLED


@pytest.mark.parametrize(
    "wrong", [{"taken_cars": 4}, {"taken_cars": -1}, {"cut_off_at": at(SATURDAY, time(10, 1))}]
)
def test_the_database_has_the_last_word_on_a_slot(wrong):
    slot = a_slot(cars=3)
    with pytest.raises(IntegrityError), transaction.atomic():
        Slot.objects.filter(pk=slot.pk).update(**wrong)
