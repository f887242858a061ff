"""One booking, moved and given up in several tabs at once."""

from functools import partial

import pytest

from drivethrough.slots.actions import cancel
from drivethrough.slots.models import BookingStatus
from drivethrough.slots.moving import move
from tests.builders.drivethrough import NOW, a_booking, a_slot
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def moving(booking, slot):
    return partial(
        move, booking_reference=booking.reference, slot_reference=slot.reference, now=NOW
    )


def taken(*slots):
    for slot in slots:
        slot.refresh_from_db()
    return [slot.taken_cars for slot in slots]


def test_a_move_asked_for_in_many_tabs_is_one_and_every_tab_is_told_so():
    here, there = a_slot(cars=2), a_slot(cars=2)
    booking = a_booking(slot=here)

    answers = at_once([moving(booking, there)] * 6)

    assert [getattr(answer, "slot_id", answer) for answer in answers] == [there.pk] * 6
    assert taken(here, there) == [0, 1]


def test_a_place_moved_and_given_up_at_once_is_given_up_where_it_is():
    for _ in range(5):
        here, there = a_slot(cars=2), a_slot(cars=2)
        booking = a_booking(slot=here)

        at_once(
            [
                moving(booking, there),
                partial(cancel, booking_reference=booking.reference, now=NOW),
            ]
        )

        booking.refresh_from_db()
        assert booking.status == BookingStatus.CANCELLED
        assert taken(here, there) == [0, 0]
