"""One slot, many shoppers, and a sweep that never waits for them."""

import random
from datetime import time, timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, OperationalError, transaction
from django.db.models import F

from drivethrough.errors import DrivethroughError
from drivethrough.slots import actions, opening
from drivethrough.slots.models import TAKES_A_PLACE, Booking, BookingStatus, Slot
from drivethrough.slots.refusals import CapacityBelowBooked, HoldExpired, SlotFull
from tests.builders.drivethrough import (
    NOW,
    a_booking,
    a_hold,
    a_key,
    a_site,
    a_slot,
    an_owner,
    places_in_use,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 32
TABS = 8
LAPSED = NOW + timedelta(minutes=15)


def holding(slot, *, owner_reference=None, key=None, now=NOW):
    return partial(
        actions.hold,
        slot_reference=slot.reference,
        owner_reference=owner_reference or an_owner(),
        key=key or a_key(),
        now=now,
    )


def releasing(held):
    return partial(
        actions.release,
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        now=NOW,
    )


def confirming(held, now=NOW):
    return partial(
        actions.confirm,
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        new_owner_reference="FUL-1",
        plate="12가3456",
        phone_last4="5678",
        now=now,
    )


def made(answers):
    return [answer for answer in answers if isinstance(answer, Booking)]


def refused(answers):
    return [type(answer) for answer in answers if isinstance(answer, Exception)]


def check_counters():
    """Every slot counts exactly its bookings and is not overfull."""
    for slot in Slot.objects.all():
        assert slot.taken_cars == places_in_use(slot) <= slot.capacity_cars


def test_control_looking_before_taking_sells_the_last_place_twice():
    slot = a_slot(cars=1)
    both_have_looked = Barrier(2, timeout=20)

    @transaction.atomic
    def taken_without_a_guard():
        seen = Slot.objects.get(pk=slot.pk)
        assert seen.left == 1
        both_have_looked.wait()
        seen.taken_cars += 1
        seen.save()
        return Booking.objects.create(
            slot=seen,
            site_id=seen.site_id,
            key=a_key(),
            owner_reference=an_owner(),
            held_until=LAPSED,
            made_at=NOW,
        )

    at_once([taken_without_a_guard] * 2)

    slot.refresh_from_db()
    assert (slot.taken_cars, places_in_use(slot)) == (1, 2)


def test_the_last_place_goes_to_one_of_many():
    slot = a_slot(cars=1)

    answers = at_once([holding(slot) for _ in range(SHOPPERS)])

    assert len(made(answers)) == 1
    assert refused(answers) == [SlotFull] * (SHOPPERS - 1)
    assert Booking.objects.get() in answers
    check_counters()


def test_as_many_get_a_place_as_there_are():
    slot = a_slot(cars=20)

    answers = at_once([holding(slot) for _ in range(SHOPPERS)])

    assert len(made(answers)) == 20 == Booking.objects.count()
    assert refused(answers) == [SlotFull] * (SHOPPERS - 20)
    check_counters()


def test_the_last_place_goes_to_one_of_many_inside_bigger_transactions():
    slot = a_slot(cars=1)

    answers = at_once([transaction.atomic(holding(slot)) for _ in range(TABS)])

    assert len(made(answers)) == 1
    assert refused(answers) == [SlotFull] * (TABS - 1)
    check_counters()


def test_control_looking_for_the_key_before_taking_fails_in_one_tab():
    slot = a_slot()
    both_have_looked = Barrier(2, timeout=20)

    def taken_when_the_key_is_new():
        assert not Booking.objects.filter(key="tap").exists()
        both_have_looked.wait()
        return Booking.objects.create(
            slot=slot,
            site_id=slot.site_id,
            key="tap",
            owner_reference=an_owner(),
            held_until=LAPSED,
            made_at=NOW,
        )

    answers = at_once([taken_when_the_key_is_new] * 2)

    assert refused(answers) == [IntegrityError]


@pytest.mark.parametrize("cars", [1, 5])
@pytest.mark.parametrize("wrapped", [False, True])
def test_the_same_key_at_once_is_one_booking_and_one_answer(cars, wrapped):
    slot = a_slot(cars=cars)
    for number in range(5):
        owner = f"BAS-{number}"
        hold = holding(slot, owner_reference=owner, key=f"tap-{number}")
        answers = at_once([transaction.atomic(hold) if wrapped else hold] * TABS)
        if number < cars:
            assert set(answers) == {Booking.objects.get(key=f"tap-{number}")}
        else:
            assert refused(answers) == [SlotFull] * TABS
        check_counters()


def test_one_basket_choosing_in_many_tabs_ends_with_one_hold():
    site = a_site()
    slots = [a_slot(site=site, start=time(9 + n, 0)) for n in range(4)]
    a_hold(slot=slots[0], owner_reference="BAS-ADA")

    answers = at_once([holding(slots[n % 4], owner_reference="BAS-ADA") for n in range(4)])

    assert set(refused(answers)) <= {actions.HoldContended}
    held = Booking.objects.get(owner_reference="BAS-ADA", status=BookingStatus.HELD)
    assert held in answers
    check_counters()


def test_control_moving_without_one_order_of_locks_deadlocks():
    ten, eleven = a_slot(), a_slot()
    both_have_one = Barrier(2, timeout=20)

    @transaction.atomic
    def moved(first, second):
        Slot.objects.filter(pk=first.pk).update(taken_cars=F("taken_cars") + 1)
        both_have_one.wait()
        Slot.objects.filter(pk=second.pk).update(taken_cars=F("taken_cars") + 1)

    answers = at_once([partial(moved, ten, eleven), partial(moved, eleven, ten)])

    assert refused(answers) == [OperationalError]


def test_two_shoppers_swapping_slots_never_deadlock():
    site = a_site()
    here, there = a_slot(site=site), a_slot(site=site, start=time(11, 0))
    for _ in range(10):
        answers = at_once(
            [
                holding(here, owner_reference="BAS-ADA"),
                holding(there, owner_reference="BAS-BOB"),
            ]
        )
        assert len(made(answers)) == 2
        here, there = there, here
        check_counters()


def test_control_two_sweeps_that_look_first_free_each_place_twice():
    slot = a_slot(cars=4)
    for _ in range(2):
        a_hold(slot=slot)
        a_booking(slot=slot)
    both_have_looked = Barrier(2, timeout=20)

    def swept_after_looking():
        lapsed = list(Booking.objects.filter(status=BookingStatus.HELD, held_until__lte=LAPSED))
        both_have_looked.wait()
        for booking in lapsed:
            Booking.objects.filter(pk=booking.pk).update(status=BookingStatus.EXPIRED)
            Slot.objects.filter(pk=slot.pk).update(taken_cars=F("taken_cars") - 1)

    at_once([swept_after_looking] * 2)

    slot.refresh_from_db()
    assert (slot.taken_cars, places_in_use(slot)) == (0, 2)


def test_sweeps_and_shoppers_together_keep_the_counter():
    slot = a_slot(cars=10)
    old = [a_hold(slot=slot) for _ in range(10)]

    def shop():
        answers = []
        for _ in range(20):
            try:
                answers.append(holding(slot, now=LAPSED)())
            except SlotFull as full:
                answers.append(full)
        return answers

    sweeps = [partial(actions.expire_holds, now=LAPSED)] * 3
    answers = at_once([*sweeps, *[shop] * 4])

    new = [booking for answer in answers[3:] for booking in made(answer)]
    expired = Booking.objects.filter(status=BookingStatus.EXPIRED)
    assert sum(answers[:3]) <= 10
    assert set(expired) == set(old)
    assert set(Booking.objects.filter(status=BookingStatus.HELD)) == set(new)
    assert len(new) == 10
    check_counters()


def test_a_sweep_passes_over_a_hold_that_is_being_confirmed():
    slot = a_slot()
    busy, idle = a_hold(slot=slot), a_hold(slot=a_slot())
    confirmed, swept = Barrier(2, timeout=20), Barrier(2, timeout=20)

    @transaction.atomic
    def confirmed_slowly():
        booking = confirming(busy, LAPSED)()
        confirmed.wait()
        swept.wait()
        return booking

    def swept_meanwhile():
        confirmed.wait()
        freed = actions.expire_holds(now=LAPSED)
        swept.wait()
        return freed

    answers = at_once([confirmed_slowly, swept_meanwhile])

    assert answers == [busy, 1]
    busy.refresh_from_db()
    idle.refresh_from_db()
    assert (busy.status, idle.status) == ("confirmed", "expired")
    check_counters()


def test_a_lapsed_hold_confirmed_swept_and_wanted_by_others_is_sold_once():
    for _ in range(10):
        slot = a_slot(cars=1)
        held = a_hold(slot=slot)

        paid, _, other = at_once(
            [
                confirming(held, LAPSED),
                partial(actions.expire_holds, now=LAPSED),
                holding(slot, now=LAPSED),
            ]
        )

        outcome = (type(paid), type(other))
        assert outcome in {(Booking, SlotFull), (HoldExpired, Booking)}
        assert places_in_use(slot) == 1
        check_counters()


def test_control_releasing_after_looking_frees_two_places():
    slot = a_slot()
    a_booking(slot=slot)
    held = a_hold(slot=slot)
    both_have_looked = Barrier(2, timeout=20)

    def released_after_looking():
        assert Booking.objects.get(pk=held.pk).status == BookingStatus.HELD
        both_have_looked.wait()
        Booking.objects.filter(pk=held.pk).update(status=BookingStatus.CANCELLED)
        Slot.objects.filter(pk=slot.pk).update(taken_cars=F("taken_cars") - 1)

    at_once([released_after_looking] * 2)

    slot.refresh_from_db()
    assert (slot.taken_cars, places_in_use(slot)) == (0, 1)


def test_releasing_in_many_tabs_frees_one_place():
    slot = a_slot()
    a_booking(slot=slot)
    held = a_hold(slot=slot)

    answers = at_once([releasing(held)] * TABS)

    assert set(answers) == {held}
    slot.refresh_from_db()
    assert slot.taken_cars == 1
    check_counters()


def test_extending_in_many_tabs_adds_ten_minutes_once():
    held = a_hold()
    extend = partial(
        actions.extend,
        booking_reference=held.reference,
        owner_reference=held.owner_reference,
        now=NOW,
    )

    answers = at_once([extend] * TABS)

    assert {answer.held_until for answer in answers} == {NOW + timedelta(minutes=25)}


def test_a_smaller_slot_is_never_overfull_while_shoppers_take_places():
    slot = a_slot(cars=TABS)
    shrink = partial(opening.change_capacity, slot=slot, cars=2, preparers=None)

    answers = at_once([shrink, *(holding(slot) for _ in range(TABS))])

    assert set(refused(answers)) <= {CapacityBelowBooked, SlotFull}
    check_counters()


def test_opening_one_day_twice_at_once_is_one_day():
    site = a_site()
    ten = a_slot()
    day = partial(
        opening.open_slots,
        site=site,
        on_date=ten.starts_at.date(),
        start=time(10, 0),
        end=time(12, 0),
        cars=5,
        cut_off_at=ten.cut_off_at,
    )

    answers = at_once([day] * 4)

    assert [len(slots) for slots in answers] == [4] * 4
    assert site.slots.count() == 4


def test_a_rush_of_everything_at_once_neither_deadlocks_nor_miscounts():
    site = a_site()
    slots = [a_slot(site=site, start=time(9 + n, 0), cars=4) for n in range(3)]

    def shop(seed):
        chance, now, mine = random.Random(seed), NOW, None
        for _ in range(25):
            now += timedelta(minutes=chance.randint(0, 6))
            try:
                if mine is None or chance.random() < 0.6:
                    slot = chance.choice(slots)
                    mine = holding(slot, owner_reference=f"BAS-{seed}", now=now)()
                else:
                    chance.choice([releasing(mine), confirming(mine, now)])()
                if chance.random() < 0.3:
                    actions.expire_holds(now=now)
            except DrivethroughError:
                mine = None

    answers = at_once([partial(shop, seed) for seed in range(TABS)])

    assert answers == [None] * TABS
    assert Booking.objects.filter(status__in=TAKES_A_PLACE).exists()
    check_counters()
