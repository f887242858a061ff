"""A booking moves to another slot, and is never without a place."""

from datetime import time, timedelta

import pytest

from drivethrough.errors import InvalidTransition
from drivethrough.slots import opening
from drivethrough.slots.models import Booking, Slot
from drivethrough.slots.moving import BookingFixed, move
from drivethrough.slots.refusals import SlotClosed, SlotFull
from tests.builders.drivethrough import (
    NOW,
    SATURDAY,
    a_booking,
    a_hold,
    a_site,
    a_slot,
    places_in_use,
)

pytestmark = pytest.mark.django_db


def two_slots(cars: int = 3) -> tuple[Slot, Slot]:
    site = a_site()
    return a_slot(site=site), a_slot(site=site, start=time(11), cars=cars)


def counted(*slots: Slot) -> list[int]:
    for slot in slots:
        slot.refresh_from_db()
        assert slot.taken_cars == places_in_use(slot)
    return [slot.taken_cars for slot in slots]


def test_the_new_place_is_taken_and_the_old_one_given_back() -> None:
    ten, eleven = two_slots()
    booking = a_booking(slot=ten)
    moved = move(booking_reference=booking.reference, slot_reference=eleven.reference, now=NOW)
    assert (moved.pk, moved.slot, moved.plate) == (booking.pk, eleven, "12가3456")
    assert counted(ten, eleven) == [0, 1]


def test_moved_again_to_the_same_slot_nothing_changes() -> None:
    ten, eleven = two_slots()
    booking = a_booking(slot=ten)
    for _ in range(2):
        move(booking_reference=booking.reference, slot_reference=eleven.reference, now=NOW)
    assert counted(ten, eleven) == [0, 1]


def test_to_another_site_the_booking_belongs_there() -> None:
    ten, there = a_slot(), a_slot()
    booking = a_booking(slot=ten)
    moved = move(booking_reference=booking.reference, slot_reference=there.reference, now=NOW)
    assert Booking.objects.get(pk=moved.pk).site == there.site


def test_a_full_slot_refuses_and_the_old_place_stays() -> None:
    ten, eleven = two_slots(cars=1)
    a_booking(slot=eleven)
    booking = a_booking(slot=ten)
    with pytest.raises(SlotFull):
        move(booking_reference=booking.reference, slot_reference=eleven.reference, now=NOW)
    assert counted(ten, eleven) == [1, 1]
    assert Booking.objects.get(pk=booking.pk).slot == ten


def test_a_cancelled_slot_refuses() -> None:
    ten, eleven = two_slots()
    opening.cancel_slot(slot=eleven)
    booking = a_booking(slot=ten)
    with pytest.raises(SlotClosed):
        move(booking_reference=booking.reference, slot_reference=eleven.reference, now=NOW)


def test_past_the_booked_slots_cut_off_only_the_farmer_moves_it() -> None:
    ten = a_slot()
    sunday = a_slot(site=ten.site, on_date=SATURDAY + timedelta(days=1))
    booking = a_booking(slot=ten)
    asked = {"booking_reference": booking.reference, "slot_reference": sunday.reference}
    with pytest.raises(BookingFixed):
        move(**asked, now=ten.cut_off_at)
    assert counted(ten, sunday) == [1, 0]
    move(**asked, now=ten.cut_off_at, late=True)
    assert counted(ten, sunday) == [0, 1]


def test_a_second_before_the_cut_off_it_still_moves() -> None:
    ten, eleven = two_slots()
    Slot.objects.filter(pk=eleven.pk).update(cut_off_at=eleven.starts_at)
    booking = a_booking(slot=ten)
    last = ten.cut_off_at - timedelta(seconds=1)
    move(booking_reference=booking.reference, slot_reference=eleven.reference, now=last)
    assert counted(ten, eleven) == [0, 1]


def test_a_hold_is_not_moved() -> None:
    ten, eleven = two_slots()
    held = a_hold(slot=ten)
    with pytest.raises(InvalidTransition):
        move(booking_reference=held.reference, slot_reference=eleven.reference, now=NOW)
