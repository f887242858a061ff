"""From a hold to a booking, and what becomes of it."""

from datetime import time, timedelta

import pytest

from drivethrough.errors import InvalidTransition
from drivethrough.slots.actions import (
    cancel,
    confirm,
    expire_holds,
    mark_missed,
    mark_served,
    release,
)
from drivethrough.slots.models import BookingStatus
from drivethrough.slots.opening import cancel_slot, pause
from drivethrough.slots.queries import BookingUnknown
from drivethrough.slots.refusals import HoldExpired, PhoneLast4Format, PlateFormat
from tests.builders.drivethrough import NOW, a_booking, a_hold, a_slot, places_in_use

pytestmark = pytest.mark.django_db

LAPSED = NOW + timedelta(minutes=15)


def to_confirm(held, *, owner_reference=None, plate="12가3456", phone_last4="5678", now=NOW):
    return confirm(
        booking_reference=held.reference,
        owner_reference=owner_reference or held.owner_reference,
        new_owner_reference="FUL-1",
        plate=plate,
        phone_last4=phone_last4,
        now=now,
    )


def test_a_confirmed_hold_is_the_fulfilments_and_knows_the_car():
    slot = a_slot()
    booking = to_confirm(a_hold(slot=slot), plate=" 12가 3456 ")
    slot.refresh_from_db()
    assert (booking.status, booking.owner_reference) == ("confirmed", "FUL-1")
    assert (booking.plate, booking.phone_last4) == ("12가3456", "5678")
    assert (booking.held_until, slot.taken_cars) == (None, 1)


def test_confirming_again_changes_nothing():
    held = a_hold()
    first = to_confirm(held)
    again = to_confirm(held, plate="99나9999", now=LAPSED)
    assert (again.pk, again.plate) == (first.pk, "12가3456")


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ({"plate": ""}, PlateFormat),
        ({"plate": "SEOUL 1234"}, PlateFormat),
        ({"phone_last4": "56"}, PhoneLast4Format),
        ({"phone_last4": "１２３４"}, PhoneLast4Format),
    ],
)
def test_a_car_nobody_could_find_at_the_gate_is_refused(typed, refusal):
    held = a_hold()
    with pytest.raises(refusal):
        to_confirm(held, **typed)
    held.refresh_from_db()
    assert held.status == BookingStatus.HELD


def test_nobody_else_can_confirm_a_hold():
    held = a_hold()
    with pytest.raises(BookingUnknown):
        to_confirm(held, owner_reference="BAS-MALLORY")
    held.refresh_from_db()
    assert held.status == BookingStatus.HELD


@pytest.mark.parametrize("swept", [False, True])
def test_a_lapsed_hold_is_confirmed_while_there_is_room(swept):
    slot = a_slot(cars=2)
    held = a_hold(slot=slot)
    if swept:
        expire_holds(now=LAPSED)
    booking = to_confirm(held, now=LAPSED)
    slot.refresh_from_db()
    assert (booking.status, booking.ended_at, slot.taken_cars) == ("confirmed", None, 1)


def test_a_lapsed_hold_whose_place_is_gone_is_refused_with_other_slots():
    slot = a_slot(cars=1)
    other = a_slot(site=slot.site, start=time(11, 0))
    held = a_hold(slot=slot)
    quicker = a_hold(slot=slot, now=LAPSED)
    with pytest.raises(HoldExpired) as refusal:
        to_confirm(held, now=LAPSED)
    assert [a["reference"] for a in refusal.value.data["alternatives"]] == [other.reference]
    for row in (held, quicker, slot):
        row.refresh_from_db()
    assert (held.status, quicker.status, slot.taken_cars) == ("expired", "held", 1)


@pytest.mark.parametrize("swept", [False, True])
def test_a_lapsed_hold_is_refused_once_the_slot_takes_no_bookings(swept):
    slot = a_slot()
    held = a_hold(slot=slot)
    pause(slot=slot)
    if swept:
        expire_holds(now=LAPSED)
    with pytest.raises(HoldExpired):
        to_confirm(held, now=LAPSED)
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot)


def test_a_live_hold_outlasts_the_cut_off():
    slot = a_slot()
    held = a_hold(slot=slot, now=slot.cut_off_at - timedelta(minutes=1))
    assert to_confirm(held, now=slot.cut_off_at).status == BookingStatus.CONFIRMED


def test_a_live_hold_in_a_cancelled_slot_is_refused():
    slot = a_slot()
    held = a_hold(slot=slot)
    cancel_slot(slot=slot)
    with pytest.raises(HoldExpired):
        to_confirm(held)


def test_a_released_hold_cannot_be_confirmed():
    slot = a_slot()
    held = a_hold(slot=slot)
    release(booking_reference=held.reference, owner_reference=held.owner_reference, now=NOW)
    with pytest.raises(HoldExpired):
        to_confirm(held)
    slot.refresh_from_db()
    assert slot.taken_cars == 0


def test_cancelling_twice_frees_one_place():
    slot = a_slot()
    a_booking(slot=slot)
    booking = a_booking(slot=slot)
    for minute in (1, 2):
        booking = cancel(booking_reference=booking.reference, now=NOW + timedelta(minutes=minute))
    slot.refresh_from_db()
    assert (booking.status, booking.ended_at) == ("cancelled", NOW + timedelta(minutes=1))
    assert slot.taken_cars == 1


def test_a_confirmed_booking_is_not_released():
    slot = a_slot()
    booking = a_booking(slot=slot, owner_reference="FUL-1")
    with pytest.raises(InvalidTransition) as refusal:
        release(booking_reference=booking.reference, owner_reference="FUL-1", now=NOW)
    assert refusal.value.data == {"now": "confirmed", "allowed": ["served", "missed", "cancelled"]}
    slot.refresh_from_db()
    assert slot.taken_cars == 1


def test_a_served_car_keeps_its_place_in_the_span():
    slot = a_slot()
    booking = a_booking(slot=slot)
    for _ in range(2):
        booking = mark_served(booking_reference=booking.reference, now=slot.starts_at)
    slot.refresh_from_db()
    assert (booking.status, booking.ended_at) == ("served", slot.starts_at)
    assert slot.taken_cars == 1


def test_a_missed_car_is_still_served_when_it_comes_late():
    booking = a_booking()
    assert mark_missed(booking_reference=booking.reference, now=NOW).status == "missed"
    assert mark_served(booking_reference=booking.reference, now=NOW).status == "served"


def test_a_served_booking_is_neither_missed_nor_cancelled():
    booking = a_booking()
    mark_served(booking_reference=booking.reference, now=NOW)
    for action in (mark_missed, cancel):
        with pytest.raises(InvalidTransition) as refusal:
            action(booking_reference=booking.reference, now=NOW)
        assert refusal.value.data == {"now": "served", "allowed": []}
    booking.refresh_from_db()
    assert booking.status == BookingStatus.SERVED


def test_a_hold_is_not_served():
    held = a_hold()
    with pytest.raises(InvalidTransition):
        mark_served(booking_reference=held.reference, now=NOW)
    held.refresh_from_db()
    assert held.status == BookingStatus.HELD
