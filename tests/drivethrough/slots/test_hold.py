"""Keeping a place during checkout."""

from datetime import time, timedelta

import pytest

from drivethrough.errors import KeyReused, NotFound
from drivethrough.slots.actions import expire_holds, extend, hold, release
from drivethrough.slots.models import Booking, BookingStatus, SlotStatus
from drivethrough.slots.opening import cancel_slot, pause
from drivethrough.slots.queries import BookingUnknown, holds_of
from drivethrough.slots.refusals import HoldExpired, SlotClosed, SlotFull, SlotPast
from tests.builders.drivethrough import (
    NOW,
    a_booking,
    a_hold,
    a_key,
    a_site,
    a_slot,
    places_in_use,
)

pytestmark = pytest.mark.django_db

FIFTEEN = timedelta(minutes=15)


def try_to_hold(slot, owner_reference="BAS-ADA", key=None, now=NOW):
    return hold(
        slot_reference=slot.reference,
        owner_reference=owner_reference,
        key=key or a_key(),
        now=now,
    )


def test_a_hold_keeps_one_place_for_fifteen_minutes():
    slot = a_slot(cars=3)
    held = try_to_hold(slot)
    slot.refresh_from_db()
    assert (held.status, held.held_until, held.made_at) == ("held", NOW + FIFTEEN, NOW)
    assert (held.slot, held.site, held.owner_reference) == (slot, slot.site, "BAS-ADA")
    assert slot.taken_cars == 1


def test_the_same_key_gets_the_same_hold():
    slot = a_slot()
    first = try_to_hold(slot, key="tap-1")
    again = try_to_hold(slot, key="tap-1", now=NOW + timedelta(minutes=1))
    slot.refresh_from_db()
    assert (again.pk, again.held_until) == (first.pk, NOW + FIFTEEN)
    assert slot.taken_cars == 1


def test_the_same_key_gets_its_booking_even_when_the_slot_has_filled_since():
    slot = a_slot(cars=1)
    first = try_to_hold(slot, key="tap-1")
    assert try_to_hold(slot, key="tap-1").pk == first.pk


@pytest.mark.parametrize(("other_slot", "other_owner"), [(True, False), (False, True)])
def test_a_key_cannot_ask_for_something_else(other_slot, other_owner):
    slot = a_slot()
    try_to_hold(slot, key="tap-1")
    asked = a_slot() if other_slot else slot
    with pytest.raises(KeyReused):
        try_to_hold(asked, "BAS-BOB" if other_owner else "BAS-ADA", key="tap-1")
    asked.refresh_from_db()
    assert Booking.objects.count() == 1
    assert asked.taken_cars == places_in_use(asked)


def test_a_full_slot_is_refused_with_the_three_nearest_free_ones():
    site = a_site()
    full = a_slot(site=site, start=time(11, 0), cars=1)
    far, near, nearer, after = (
        a_slot(site=site, start=time(*at)) for at in ((9, 0), (10, 0), (10, 30), (11, 30))
    )
    paused = a_slot(site=site, start=time(12, 0), status=SlotStatus.PAUSED)
    taken = a_slot(site=site, start=time(12, 30), cars=1)
    a_slot(start=time(11, 0))  # another site
    a_hold(slot=full)
    a_hold(slot=taken)

    with pytest.raises(SlotFull) as refusal:
        try_to_hold(full)

    offered = refusal.value.data["alternatives"]
    assert refusal.value.data["left"] == 0
    assert [a["reference"] for a in offered] == [near.reference, nearer.reference, after.reference]
    assert offered[0] == {
        "reference": near.reference,
        "starts_at": near.starts_at.isoformat(),
        "ends_at": near.ends_at.isoformat(),
        "left": 3,
    }
    assert {far.reference, paused.reference}.isdisjoint(a["reference"] for a in offered)
    full.refresh_from_db()
    assert (full.taken_cars, places_in_use(full)) == (1, 1)


@pytest.mark.parametrize("status", [SlotStatus.PAUSED, SlotStatus.CLOSED, SlotStatus.CANCELLED])
def test_a_slot_that_is_not_open_is_refused(status):
    slot = a_slot(status=status)
    with pytest.raises(SlotClosed) as refusal:
        try_to_hold(slot)
    assert refusal.value.data["status"] == status
    assert Booking.objects.count() == 0


def test_a_slot_can_be_taken_until_just_before_its_cut_off():
    slot = a_slot()
    try_to_hold(slot, now=slot.cut_off_at - timedelta(microseconds=1))
    with pytest.raises(SlotClosed):
        try_to_hold(slot, now=slot.cut_off_at)


def test_a_slot_that_has_begun_is_past():
    slot = a_slot()
    with pytest.raises(SlotPast):
        try_to_hold(slot, now=slot.starts_at)


def test_an_unknown_slot_is_not_found():
    with pytest.raises(NotFound):
        hold(slot_reference="SLT-NONE", owner_reference="BAS-ADA", key="k", now=NOW)


def test_a_new_hold_at_the_site_gives_up_the_old_one():
    site = a_site()
    ten, eleven = a_slot(site=site), a_slot(site=site, start=time(11, 0))
    old = try_to_hold(ten)
    new = try_to_hold(eleven)
    for row in (old, ten, eleven):
        row.refresh_from_db()
    assert (old.status, old.ended_at) == ("cancelled", NOW)
    assert (ten.taken_cars, eleven.taken_cars) == (0, 1)
    assert list(holds_of("BAS-ADA", NOW)) == [new]


def test_a_refused_move_keeps_the_old_hold():
    site = a_site()
    ten, full = a_slot(site=site), a_slot(site=site, start=time(11, 0), cars=1)
    a_hold(slot=full)
    old = try_to_hold(ten)
    with pytest.raises(SlotFull):
        try_to_hold(full)
    old.refresh_from_db()
    ten.refresh_from_db()
    assert (old.status, ten.taken_cars) == ("held", 1)


def test_choosing_ones_own_full_slot_again_works():
    slot = a_slot(cars=1)
    old = try_to_hold(slot)
    new = try_to_hold(slot, now=NOW + timedelta(minutes=5))
    slot.refresh_from_db()
    old.refresh_from_db()
    assert (old.status, new.status, slot.taken_cars) == ("cancelled", "held", 1)
    assert new.held_until == NOW + timedelta(minutes=20)


def test_holds_at_two_sites_stand_side_by_side():
    north, south = a_slot(), a_slot()
    both = [try_to_hold(north), try_to_hold(south)]
    assert list(holds_of("BAS-ADA", NOW)) == both


def test_a_lapsed_hold_makes_room_before_any_sweep():
    slot = a_slot(cars=1)
    lapsed = a_hold(slot=slot)
    held = try_to_hold(slot, now=NOW + FIFTEEN)
    lapsed.refresh_from_db()
    slot.refresh_from_db()
    assert (lapsed.status, held.status, slot.taken_cars) == ("expired", "held", 1)


def test_a_hold_ends_at_the_minute_it_says():
    held = try_to_hold(a_slot())
    assert expire_holds(now=NOW + FIFTEEN - timedelta(microseconds=1)) == 0
    assert holds_of("BAS-ADA", NOW + FIFTEEN).count() == 0
    assert expire_holds(now=NOW + FIFTEEN) == 1
    held.refresh_from_db()
    assert (held.status, held.ended_at) == ("expired", NOW + FIFTEEN)


def test_the_sweep_finds_all_that_is_due_and_nothing_else():
    site = a_site()
    ten, eleven = a_slot(site=site), a_slot(site=site, start=time(11, 0))
    for slot in (ten, ten, eleven):
        a_hold(slot=slot, now=NOW - timedelta(days=2), minutes=15)
    fresh, booked = a_hold(slot=ten), a_booking(slot=eleven)
    assert expire_holds(now=NOW) == 3
    assert expire_holds(now=NOW) == 0
    ten.refresh_from_db()
    eleven.refresh_from_db()
    assert (ten.taken_cars, eleven.taken_cars) == (1, 1)
    assert set(Booking.objects.exclude(status=BookingStatus.EXPIRED)) == {fresh, booked}


def test_a_hold_can_be_kept_ten_minutes_longer_once():
    held = try_to_hold(a_slot())
    for minute in (5, 6):
        held = extend(
            booking_reference=held.reference,
            owner_reference="BAS-ADA",
            now=NOW + timedelta(minutes=minute),
        )
    assert held.held_until == NOW + timedelta(minutes=25)


def test_a_lapsed_hold_cannot_be_kept_longer():
    slot = a_slot()
    held = try_to_hold(slot)
    with pytest.raises(HoldExpired) as refusal:
        extend(booking_reference=held.reference, owner_reference="BAS-ADA", now=NOW + FIFTEEN)
    assert [a["reference"] for a in refusal.value.data["alternatives"]] == [slot.reference]
    held.refresh_from_db()
    assert held.held_until == NOW + FIFTEEN


def test_releasing_twice_is_releasing_once():
    slot = a_slot()
    a_hold(slot=slot)
    held = try_to_hold(slot)
    for minute in (1, 2):
        held = release(
            booking_reference=held.reference,
            owner_reference="BAS-ADA",
            now=NOW + timedelta(minutes=minute),
        )
    slot.refresh_from_db()
    assert (held.status, held.ended_at) == ("cancelled", NOW + timedelta(minutes=1))
    assert slot.taken_cars == 1


def test_releasing_an_expired_hold_changes_nothing():
    slot = a_slot()
    held = try_to_hold(slot)
    expire_holds(now=NOW + FIFTEEN)
    released = release(
        booking_reference=held.reference, owner_reference="BAS-ADA", now=NOW + FIFTEEN
    )
    slot.refresh_from_db()
    assert (released.status, slot.taken_cars) == ("expired", 0)


@pytest.mark.parametrize("action", [extend, release])
def test_nobody_else_can_touch_a_hold(action):
    slot = a_slot()
    held = try_to_hold(slot)
    with pytest.raises(BookingUnknown):
        action(booking_reference=held.reference, owner_reference="BAS-MALLORY", now=NOW)
    held.refresh_from_db()
    slot.refresh_from_db()
    assert (held.status, held.held_until, slot.taken_cars) == ("held", NOW + FIFTEEN, 1)


def test_pausing_leaves_holds_and_cancelling_names_whom_to_offer_another():
    slot = a_slot()
    held, booked = a_hold(slot=slot), a_booking(slot=slot)
    pause(slot=slot)
    assert holds_of(held.owner_reference, NOW).count() == 1
    assert set(cancel_slot(slot=slot)) == {held, booked}
    assert slot.status == SlotStatus.CANCELLED
