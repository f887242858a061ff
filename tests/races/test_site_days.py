"""Two who open, close or book a site's day at the same moment."""

from functools import partial
from threading import Barrier

import pytest
from django.db.models import F

from drivethrough.openings import actions
from drivethrough.openings.models import SiteClosing
from drivethrough.slots import actions as slots
from drivethrough.slots.days import SiteDayBooked
from drivethrough.slots.models import Booking, Slot, SlotStatus
from drivethrough.slots.refusals import SlotClosed
from tests.builders.drivethrough import (
    NOW,
    SATURDAY,
    a_key,
    a_regular_opening,
    a_slot,
    an_owner,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

WORKERS = 4


def closing(slot: Slot) -> "partial[SiteClosing]":
    return partial(actions.close_day, site=slot.site, on_date=SATURDAY, reason="눈", now=NOW)


def holding(slot: Slot) -> "partial[Booking]":
    return partial(
        slots.hold,
        slot_reference=slot.reference,
        owner_reference=an_owner(),
        key=a_key(),
        now=NOW,
    )


def test_control_looking_before_closing_shuts_a_day_with_a_car() -> None:
    slot = a_slot()
    looked, held = Barrier(2, timeout=20), Barrier(2, timeout=20)

    def closed_after_looking() -> None:
        assert Slot.objects.get(pk=slot.pk).taken_cars == 0
        looked.wait()
        held.wait()
        Slot.objects.filter(pk=slot.pk).update(status=SlotStatus.CANCELLED)

    def hold() -> Booking:
        looked.wait()
        booking = holding(slot)()
        held.wait()
        return booking

    at_once([closed_after_looking, hold])

    assert Slot.objects.filter(status=SlotStatus.CANCELLED, taken_cars=F("capacity_cars") - 2)


def test_a_day_is_closed_or_booked_and_never_both() -> None:
    for _ in range(8):
        slot = a_slot()
        closed, booking = at_once([closing(slot), holding(slot)])

        if isinstance(closed, SiteClosing):
            assert isinstance(booking, SlotClosed)
        else:
            assert isinstance(closed, SiteDayBooked)
            assert isinstance(booking, Booking)
            assert not SiteClosing.objects.filter(site=slot.site).exists()


def test_opened_by_many_at_once_is_opened_once() -> None:
    opening = a_regular_opening()

    answers = at_once([partial(actions.open_ahead, site=opening.site, now=NOW)] * WORKERS)

    assert sorted(answers) == [0] * (WORKERS - 1) + [12]
    assert opening.site.slots.count() == 12
