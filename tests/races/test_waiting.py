"""Many sweeps, many who wait, one place."""

from functools import partial
from threading import Barrier

import pytest
from django.db import connection

from drivethrough.slots import actions, waiting
from drivethrough.slots.models import (
    TAKES_A_PLACE,
    Booking,
    Slot,
    Waiting,
    WaitingStatus,
)
from storefront.journeys.offer_places import offer_places
from storefront.notices.models import Notice
from tests.builders.drivethrough import NOW, a_booking, a_key, a_slot, an_owner, places_in_use
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SWEEPS = 6


def waits(slot: Slot, owner: str | None = None) -> Waiting:
    return waiting.join(
        site=slot.site,
        from_at=slot.starts_at,
        until_at=slot.ends_at,
        owner_reference=owner or an_owner(),
        key=a_key(),
        now=NOW,
    )


def a_freed_place(waiters: int) -> tuple[Slot, list[Waiting]]:
    """One place of one, free again, and so many who wait for it."""
    slot = a_slot(cars=1)
    booking = a_booking(slot=slot)
    rows = [waits(slot) for _ in range(waiters)]
    actions.cancel(booking_reference=booking.reference, now=NOW)
    return slot, rows


def check(slot: Slot, holders: int) -> None:
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot) == holders <= slot.capacity_cars


def test_control_looking_before_offering_promises_one_place_to_two() -> None:
    slot, rows = a_freed_place(2)
    both_have_looked = Barrier(2, timeout=20)

    def offered_after_looking(row: Waiting) -> None:
        assert Slot.objects.get(pk=slot.pk).left == 1
        both_have_looked.wait()
        with connection.cursor() as cursor:  # no place, no lock: only the row
            cursor.execute(
                "update drivethrough_waiting set status = 'lapsed' where id = %s", [row.pk]
            )

    at_once([partial(offered_after_looking, row) for row in rows])

    assert Waiting.objects.filter(status="lapsed").count() == 2


def test_one_freed_place_has_exactly_one_holder_and_it_is_the_first() -> None:
    for _ in range(5):
        slot, rows = a_freed_place(3)

        answers = at_once([partial(offer_places, now=NOW)] * SWEEPS)

        assert sum(answers) == 1  # type: ignore[arg-type]
        offered = Waiting.objects.get(status=WaitingStatus.OFFERED, site=slot.site)
        assert offered == rows[0]
        assert Notice.objects.filter(key=f"place_free:{offered.reference}").count() == 1
        check(slot, 1)


def test_a_sweep_and_shoppers_who_come_by_give_the_place_to_who_waits() -> None:
    slot, rows = a_freed_place(1)
    holding = [
        partial(
            actions.hold,
            slot_reference=slot.reference,
            owner_reference=an_owner(),
            key=a_key(),
            now=NOW,
        )
        for _ in range(4)
    ]

    at_once([*holding, partial(offer_places, now=NOW)])

    assert Booking.objects.get(slot=slot, status__in=TAKES_A_PLACE).owner_reference == (
        rows[0].reference
    )
    check(slot, 1)


def test_an_offer_taken_in_many_tabs_while_its_time_runs_out_is_one_hold_or_none() -> None:
    for _ in range(5):
        slot, rows = a_freed_place(1)
        offer_places(now=NOW)
        row = Waiting.objects.get(pk=rows[0].pk)
        assert row.booking is not None
        until = row.booking.held_until
        assert until is not None
        take = partial(
            waiting.take_offer,
            waiting_reference=row.reference,
            owner_reference=row.owner_reference,
            basket_reference=f"BAS-{row.pk}",
            now=NOW,
        )

        answers = at_once([take, take, partial(actions.expire_holds, now=until)])

        row.refresh_from_db()
        holders = sum(isinstance(answer, Booking) for answer in answers)
        assert (row.status == WaitingStatus.TAKEN) == (holders == 2)
        check(slot, Booking.objects.filter(slot=slot, status__in=TAKES_A_PLACE).count())


def test_joining_in_many_tabs_is_one_place_in_line() -> None:
    slot = a_slot(cars=1)
    a_booking(slot=slot)

    answers = at_once([partial(waits, slot, "ada")] * 4)

    assert len({row.pk for row in answers if isinstance(row, Waiting)}) == 1
    assert Waiting.objects.count() == 1


def test_a_tab_that_waits_for_another_to_take_the_offer_gets_the_same_hold() -> None:
    slot, rows = a_freed_place(1)
    offer_places(now=NOW)
    take = partial(
        waiting.take_offer,
        waiting_reference=rows[0].reference,
        owner_reference=rows[0].owner_reference,
        basket_reference="BAS-1",
        now=NOW,
    )

    answers = at_once([take] * 6)

    assert answers == [Waiting.objects.get(pk=rows[0].pk).booking] * 6
    check(slot, 1)
