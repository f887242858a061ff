"""Places for all who ask at the same moment, in one statement."""

from datetime import timedelta

import pytest
from django.db import connection

from drivethrough.slots import holding, waiting
from drivethrough.slots.holding import NewHold
from drivethrough.slots.models import Booking, Slot, SlotStatus
from tests.builders.drivethrough import NOW, a_hold, a_key, a_slot, an_owner, places_in_use

pytestmark = pytest.mark.django_db

UNTIL = NOW + timedelta(minutes=15)


def takers(wishes):
    """The keys of those who got a place."""
    return {booking.key for booking in holding.take_all(wishes) if booking}


def wish(slot: Slot, *, key: str = "", owner: str = "", now=NOW) -> NewHold:
    return NewHold(slot.reference, owner or an_owner(), key or a_key(), now, UNTIL)


def test_the_first_who_ask_get_what_is_left_of_each_slot():
    two, one = a_slot(cars=2), a_slot(cars=1)
    wishes = [wish(slot, key=f"{n}") for n, slot in enumerate([two, one, two, two, one])]
    assert takers(wishes) == {"0", "1", "2"}
    for slot in (two, one):
        slot.refresh_from_db()
        assert slot.left == 0
        assert slot.taken_cars == places_in_use(slot)


def test_a_place_is_held_as_if_it_had_been_asked_for_alone():
    slot = a_slot()
    together, _ = holding.take_all([wish(slot, key="tap", owner="BAS-ADA"), wish(slot)])
    alone = holding.take(wish(slot, owner="BAS-BOB"))
    differ = {"id", "reference", "key", "owner_reference"}
    fields = [field.attname for field in Booking._meta.fields if field.attname not in differ]
    assert [getattr(together, name) for name in fields] == [getattr(alone, name) for name in fields]
    assert together.owner_reference == "BAS-ADA"
    assert Booking.objects.get(key="tap") == together


def test_who_has_a_hold_at_the_site_or_a_known_key_is_left_out():
    slot = a_slot(cars=9)
    a_hold(slot=slot, owner_reference="BAS-ADA")
    holding.take(wish(slot, key="known"))
    wishes = [wish(slot, owner="BAS-ADA"), wish(slot, key="known"), wish(slot, key="new")]
    assert takers(wishes) == {"new"}
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == 3


@pytest.mark.parametrize("status", [SlotStatus.PAUSED, SlotStatus.CLOSED, SlotStatus.CANCELLED])
def test_a_slot_that_is_not_open_gives_nobody_a_place(status):
    slot = a_slot(status=status)
    assert holding.take_all([wish(slot), wish(slot)]) == [None, None]


def test_the_cut_off_is_each_ones_own_moment():
    slot = a_slot()
    late = wish(slot, key="late", now=slot.cut_off_at)
    in_time = wish(slot, key="in time", now=slot.cut_off_at - timedelta(microseconds=1))
    assert takers([late, in_time]) == {"in time"}


def test_what_is_kept_for_walk_ups_is_not_booked():
    slot = a_slot(cars=3)
    Slot.objects.update(walk_up_cars=2, walk_up_until_at=slot.starts_at)
    assert len(takers([wish(slot), wish(slot)])) == 1


def test_a_place_that_somebody_waits_for_is_not_given_away():
    slot = a_slot(cars=1)
    held = a_hold(slot=slot)
    waiting.join(
        site=slot.site,
        from_at=slot.starts_at,
        until_at=slot.ends_at,
        owner_reference="CUS-ADA",
        key="wait",
        now=NOW,
    )
    Booking.objects.filter(pk=held.pk).update(status="cancelled")
    Slot.objects.update(taken_cars=0)
    assert holding.take_all([wish(slot), wish(slot)]) == [None, None]


def test_of_one_owner_the_first_takes_a_place():
    slot = a_slot(cars=9)
    wishes = [wish(slot, owner="BAS-ADA", key="b"), wish(slot, owner="BAS-ADA", key="a")]
    assert takers(wishes) == {"b"}
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == 1


def test_of_one_key_only_whose_row_went_in_has_the_booking():
    slot = a_slot(cars=9)
    wishes = [wish(slot, owner=owner, key="tap") for owner in ("BAS-EVE", "BAS-BOB")]
    eves, bobs = holding.take_all(wishes)
    assert (eves, bobs) == (None, Booking.objects.get())
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == 1


def test_a_connection_plans_each_statement_once():
    slot = a_slot(cars=9)
    for _ in range(2):
        holding.take_all([wish(slot), wish(slot)])
        holding.take(wish(slot))
    with connection.cursor() as cursor:
        cursor.execute(
            "select count(*) from pg_prepared_statements where statement like '%held_until%'"
        )
        assert cursor.fetchone() == (2,)
