"""Many ask for a place while one is being answered."""

from functools import partial
from threading import Barrier, Semaphore

import pytest
from django.db import IntegrityError, transaction

from drivethrough.slots import actions, holding, rush
from drivethrough.slots.holding import NewHold
from drivethrough.slots.models import Booking
from drivethrough.slots.refusals import SlotFull
from tests.builders.drivethrough import NOW, a_key, a_slot, an_owner, places_in_use
from tests.drivethrough.slots.test_lots import UNTIL
from tests.races.together import at_once, wait_until_somebody_waits

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 8


def holding_one(slot):
    return partial(
        actions.hold,
        slot_reference=slot.reference,
        owner_reference=an_owner(),
        key=a_key(),
        now=NOW,
    )


def check(slot, *, taken):
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == taken


@pytest.fixture
def lots(monkeypatch):
    """How many were answered by each statement. The first is not asked before all the others
    stand in line."""
    asked, in_line = [], Semaphore(0)
    take, take_all, is_first = holding.take, holding.take_all, rush.Rush._is_first

    def once_all_stand_in_line(hold, **how):
        if not asked:
            for _ in range(SHOPPERS):
                assert in_line.acquire(timeout=20)
        asked.append(1)
        return take(hold, **how)

    def together(holds):
        asked.append(len(holds))
        return take_all(holds)

    def stands_in_line(self, one):
        try:
            return is_first(self, one)
        finally:
            in_line.release()

    monkeypatch.setattr(holding, "take", once_all_stand_in_line)
    monkeypatch.setattr(holding, "take_all", together)
    monkeypatch.setattr(rush.Rush, "_is_first", stands_in_line)
    return asked


def test_who_came_meanwhile_is_answered_by_one_statement(lots):
    slots = [a_slot(cars=SHOPPERS), a_slot(cars=SHOPPERS)]

    answers = at_once([holding_one(slots[n % 2]) for n in range(SHOPPERS)])

    assert {answer.pk for answer in answers} == set(Booking.objects.values_list("pk", flat=True))
    assert lots == [1, SHOPPERS - 1]
    for slot in slots:
        check(slot, taken=SHOPPERS // 2)


def test_of_those_who_came_meanwhile_as_many_get_a_place_as_there_are(lots):
    slot = a_slot(cars=3)

    answers = at_once([holding_one(slot) for _ in range(SHOPPERS)])

    refused = [type(answer) for answer in answers if not isinstance(answer, Booking)]
    assert refused == [SlotFull] * (SHOPPERS - 3)
    check(slot, taken=3)


def test_one_key_in_many_tabs_is_one_booking_for_all_of_them(lots):
    slot = a_slot()

    answers = at_once([holding_one(slot)] * SHOPPERS)

    assert set(answers) == {Booking.objects.get()}
    check(slot, taken=1)


def test_when_one_spoils_the_statement_everybody_asks_alone(lots, monkeypatch):
    slot = a_slot(cars=SHOPPERS)
    spoilt = []

    def refused(holds):
        spoilt.append(len(holds))
        raise IntegrityError

    monkeypatch.setattr(holding, "take_all", refused)

    answers = at_once([holding_one(slot) for _ in range(SHOPPERS)])

    assert set(answers) == set(Booking.objects.all())
    assert spoilt == [SHOPPERS - 1]
    assert lots == [1] * SHOPPERS
    check(slot, taken=SHOPPERS)


def test_whoever_leads_and_fails_leaves_nobody_waiting(lots, monkeypatch):
    slot = a_slot(cars=SHOPPERS)
    take = holding.take

    def lost(hold, **how):
        first = not lots
        booking = take(hold, **how)
        if first:
            raise ConnectionError
        return booking

    monkeypatch.setattr(holding, "take", lost)

    answers = at_once([holding_one(slot) for _ in range(SHOPPERS)])

    failed = [answer for answer in answers if not isinstance(answer, Booking)]
    assert [type(one) for one in failed] == [ConnectionError]
    check(slot, taken=SHOPPERS)


def two_lots_of_two(slot):
    """The second begins while the first is not committed. How many get a place, or why none."""
    first_has_taken = Barrier(2, timeout=20)

    def taken():
        lot = [NewHold(slot.reference, an_owner(), a_key(), NOW, UNTIL) for _ in range(2)]
        return len([booking for booking in holding.take_all(lot) if booking])

    @transaction.atomic
    def first():
        made = taken()
        first_has_taken.wait()
        wait_until_somebody_waits()
        return made

    def second():
        first_has_taken.wait()
        return taken()

    return at_once([first, second])


def test_control_a_lot_that_does_not_lock_its_slot_counts_what_is_gone(monkeypatch):
    unlocked = holding.TAKE_ALL.replace("for no key update", "")
    monkeypatch.setattr(holding, "TAKE_ALL", unlocked)
    slot = a_slot(cars=3)

    first, second = two_lots_of_two(slot)

    assert first == 2
    assert isinstance(second, IntegrityError)  # the counter's constraint; one place stays empty
    check(slot, taken=2)


def test_a_lot_gets_what_the_one_before_has_left():
    slot = a_slot(cars=3)

    first, second = two_lots_of_two(slot)

    assert (first, second) == (2, 1)
    check(slot, taken=3)
