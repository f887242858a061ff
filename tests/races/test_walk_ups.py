"""Cars at the gate, at two tablets, beside who books at home at the same moment."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import transaction

from drivethrough.errors import KeyReused
from drivethrough.slots import actions, walking_up
from drivethrough.slots.models import Booking, BookingStatus, Slot
from drivethrough.slots.refusals import SlotFull
from drivethrough.slots.walking_up import NoPlaceToday
from tests.builders.drivethrough import AT_THE_GATE, a_key, a_slot, an_owner, places_in_use
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TABLETS = 6


def a_share(*, cars, kept):
    """Booked until it begins; what is kept for the gate is let go half an hour before."""
    slot = a_slot(cars=cars)
    slot.cut_off_at = slot.starts_at
    slot.walk_up_cars, slot.walk_up_until_at = kept, slot.starts_at - timedelta(minutes=30)
    slot.save()
    return slot


def walking_up_to(slot, *, key=None, now=AT_THE_GATE):
    return partial(
        walking_up.take,
        site=slot.site,
        owner_reference=an_owner(),
        key=key or a_key(),
        plate="12가3456",
        phone_last4="",
        now=now,
    )


def booking(slot, *, now):
    return partial(
        actions.hold,
        slot_reference=slot.reference,
        owner_reference=an_owner(),
        key=a_key(),
        now=now,
    )


def made(answers):
    return [answer for answer in answers if isinstance(answer, Booking)]


def refused(answers):
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def check(slot, *, taken):
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == taken


def test_control_looking_before_taking_sells_one_place_to_two_cars():
    slot = a_slot(cars=1)
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def taken_without_a_guard():
        free = walking_up.free_today(slot.site, AT_THE_GATE).get()
        both_have_looked.wait()
        Slot.objects.filter(pk=free.pk).update(taken_cars=free.taken_cars + 1)
        return Booking.objects.create(
            key=a_key(),
            slot=free,
            site=slot.site,
            owner_reference=an_owner(),
            status=BookingStatus.CONFIRMED,
            made_at=AT_THE_GATE,
        )

    answers = at_once([taken_without_a_guard] * 2)

    slot.refresh_from_db()
    assert refused(answers) == []
    assert (slot.taken_cars, places_in_use(slot)) == (1, 2)


def test_the_last_place_goes_to_one_car_of_many_tablets():
    slot = a_slot(cars=1)

    answers = at_once([walking_up_to(slot) for _ in range(TABLETS)])

    assert len(made(answers)) == 1
    assert refused(answers) == [NoPlaceToday] * (TABLETS - 1)
    check(slot, taken=1)


def test_what_is_kept_for_the_gate_is_not_sold_at_home_at_the_same_moment():
    slot = a_share(cars=3, kept=2)
    before = slot.walk_up_until_at - timedelta(microseconds=1)
    at_home = [booking(slot, now=before) for _ in range(3)]
    at_the_gate = [walking_up_to(slot, now=before) for _ in range(2)]

    answers = at_once(at_home + at_the_gate)

    assert len(made(answers[3:])) == 2
    assert set(refused(answers[:3])) == {SlotFull}
    assert len(made(answers[:3])) <= 1
    check(slot, taken=len(made(answers)))


def test_a_share_that_is_let_go_is_sold_once_at_home_or_at_the_gate():
    for _ in range(5):
        slot = a_share(cars=1, kept=1)
        now = slot.walk_up_until_at

        answers = at_once([booking(slot, now=now), walking_up_to(slot, now=now)])

        assert len(made(answers)) == 1
        assert refused(answers) in ([SlotFull], [NoPlaceToday])
        check(slot, taken=1)


def test_one_tap_sent_twice_at_once_takes_one_place():
    slot = a_slot(cars=TABLETS)

    answers = at_once([walking_up_to(slot, key="tap")] * TABLETS)

    assert set(made(answers)) == {Booking.objects.get()}
    assert set(refused(answers)) <= {KeyReused}  # the tap comes again, and hears the first answer
    check(slot, taken=1)
