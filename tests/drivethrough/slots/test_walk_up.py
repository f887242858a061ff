"""A share of a slot's cars is kept from booking until shortly before it begins."""

from datetime import time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.openings import actions as openings
from drivethrough.openings.actions import WalkUpShare
from drivethrough.slots import opening, queries
from drivethrough.slots.models import Slot
from drivethrough.slots.refusals import SlotFull, SlotSpan
from tests.builders.drivethrough import (
    NOW,
    SATURDAY,
    a_booking,
    a_hold,
    a_regular_opening,
    a_site,
    a_slot,
)


def a_slot_kept() -> Slot:
    """Three cars, one of them kept until half an hour before; booked until it begins."""
    slot = a_slot(cars=3)
    Slot.objects.filter(pk=slot.pk).update(
        walk_up_cars=1,
        walk_up_until_at=slot.starts_at - timedelta(minutes=30),
        cut_off_at=slot.starts_at,
    )
    slot.refresh_from_db()
    return slot


@pytest.mark.django_db
def test_what_is_kept_cannot_be_booked_before_its_time() -> None:
    slot = a_slot_kept()
    released = slot.starts_at - timedelta(minutes=30)
    a_booking(slot=slot)
    a_booking(slot=slot)
    before = released - timedelta(seconds=1)
    with pytest.raises(SlotFull) as refused:
        a_hold(slot=slot, now=before)
    assert refused.value.data["left"] == 0
    assert not queries.open_slots(slot.site.reference, before).exists()
    assert list(queries.open_slots(slot.site.reference, released)) == [slot]
    a_hold(slot=slot, now=released)


@pytest.mark.django_db
def test_the_share_of_an_opening_is_that_of_each_of_its_slots() -> None:
    opening = a_regular_opening(cars=8, walk_up_percent=20, walk_up_minutes=45)
    openings.open_ahead(site=opening.site, now=NOW)
    slot = Slot.objects.order_by("starts_at").first()
    assert slot is not None
    assert (slot.walk_up_cars, slot.bookable(NOW)) == (1, 7)
    assert slot.walk_up_until_at == slot.starts_at - timedelta(minutes=45)


@pytest.mark.django_db
def test_a_smaller_slot_keeps_at_most_what_it_has() -> None:
    slot = a_slot_kept()
    Slot.objects.filter(pk=slot.pk).update(walk_up_cars=3)
    opening.change_capacity(slot=slot, cars=2, preparers=None)
    assert slot.walk_up_cars == 2


@pytest.mark.django_db
def test_more_than_half_or_more_than_there_is_is_refused() -> None:
    with pytest.raises(WalkUpShare):
        a_regular_opening(walk_up_percent=51)
    with pytest.raises(SlotSpan):
        opening.open_slots(
            site=a_site(),
            on_date=SATURDAY,
            start=time(10),
            end=time(11),
            cars=2,
            walk_up_cars=3,
            cut_off_at=NOW,
        )


@given(st.integers(0, 20), st.integers(0, 20), st.integers(0, 20), st.booleans())
def test_booked_and_kept_together_are_never_more_than_there_is(
    cars: int, share: int, taken: int, before: bool
) -> None:
    slot = Slot(
        capacity_cars=cars,
        walk_up_cars=min(share, cars),
        taken_cars=min(taken, cars),
        walk_up_until_at=NOW,
    )
    now = NOW - timedelta(seconds=1) if before else NOW
    bookable = slot.bookable(now)
    assert 0 <= bookable <= slot.left
    if bookable and before:
        assert slot.taken_cars + bookable + slot.walk_up_cars == cars
