"""Waiting for a place, and one held for whoever has waited longest."""

from datetime import datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.errors import DrivethroughError, InvalidTransition, KeyReused
from drivethrough.slots import actions, opening, queries, waiting
from drivethrough.slots.models import Booking, BookingStatus, Slot, Waiting, WaitingStatus
from drivethrough.slots.moving import move
from drivethrough.slots.refusals import SlotFull
from drivethrough.slots.spans import business_day
from tests.builders.drivethrough import (
    NOW,
    SATURDAY,
    a_booking,
    a_hold,
    a_key,
    a_site,
    a_slot,
    an_owner,
    places_in_use,
)

database = pytest.mark.django_db


def a_full_slot(**fields: object) -> tuple[Slot, Booking]:
    slot = a_slot(cars=1, **fields)  # type: ignore[arg-type]
    return slot, a_booking(slot=slot)


def waits(slot: Slot, owner: str | None = None, now: datetime = NOW) -> Waiting:
    return waiting.join(
        site=slot.site,
        from_at=slot.starts_at,
        until_at=slot.ends_at,
        owner_reference=owner or an_owner(),
        key=a_key(),
        now=now,
    )


def waits_all_day(slot: Slot, now: datetime = NOW) -> Waiting:
    from_at, until_at = business_day(SATURDAY)
    return waiting.join(
        site=slot.site,
        from_at=from_at,
        until_at=until_at,
        owner_reference=an_owner(),
        key=a_key(),
        now=now,
    )


def taken(row: Waiting, basket: str = "BAS-ADA", now: datetime = NOW) -> Booking:
    return waiting.take_offer(
        waiting_reference=row.reference,
        owner_reference=row.owner_reference,
        basket_reference=basket,
        now=now,
    )


def freed(booking: Booking) -> None:
    actions.cancel(booking_reference=booking.reference, now=NOW)


def counted(slot: Slot) -> int:
    slot.refresh_from_db()
    assert slot.taken_cars == places_in_use(slot)
    return slot.taken_cars


@database
def test_a_place_that_comes_free_is_held_for_who_has_waited_longest() -> None:
    slot, booking = a_full_slot()
    first, second = waits(slot), waits(slot, now=NOW + timedelta(seconds=1))
    assert queries.before_in_line(second) == 1
    freed(booking)
    assert list(waiting.slots_to_offer(NOW)) == [slot]
    offered = waiting.offer_next(slot=slot, now=NOW)
    assert offered == first
    assert (offered.status, offered.booking.slot) == (WaitingStatus.OFFERED, slot)  # type: ignore[union-attr]
    assert waiting.offer_next(slot=slot, now=NOW) is None
    assert counted(slot) == 1


@database
def test_nothing_is_offered_while_the_slot_is_full() -> None:
    slot, _ = a_full_slot()
    waits(slot)
    assert not waiting.slots_to_offer(NOW).exists()
    assert waiting.offer_next(slot=slot, now=NOW) is None


@database
def test_a_freed_place_is_not_for_who_comes_by_while_somebody_waits() -> None:
    slot, booking = a_full_slot()
    waits(slot)
    freed(booking)
    assert not queries.open_slots(slot.site.reference, NOW).exists()
    assert list(queries.full_slots(slot.site.reference, NOW)) == [slot]
    with pytest.raises(SlotFull):
        a_hold(slot=slot)
    mover = a_booking(slot=a_slot(site=slot.site, start=time(12)))
    with pytest.raises(SlotFull):
        move(booking_reference=mover.reference, slot_reference=slot.reference, now=NOW)


@database
def test_a_larger_slot_is_offered_to_as_many_as_it_has_room_for() -> None:
    slot, _ = a_full_slot()
    rows = [waits(slot, now=NOW + timedelta(seconds=n)) for n in range(3)]
    opening.change_capacity(slot=slot, cars=3, preparers=None)
    assert [waiting.offer_next(slot=slot, now=NOW) for _ in range(3)] == [*rows[:2], None]
    assert counted(slot) == 3


@database
def test_who_waits_for_the_day_is_offered_any_slot_of_it() -> None:
    site = a_site()
    ten, _ = a_full_slot(site=site)
    eleven, booking = a_full_slot(site=site, start=time(11))
    row = waits_all_day(ten)
    freed(booking)
    assert waiting.offer_next(slot=eleven, now=NOW) == row


@database
def test_taken_the_place_is_the_baskets_hold() -> None:
    slot, booking = a_full_slot()
    row = waits(slot)
    freed(booking)
    waiting.offer_next(slot=slot, now=NOW)
    hold = taken(row)
    assert hold == taken(row)
    assert (hold.owner_reference, hold.status) == ("BAS-ADA", BookingStatus.HELD)
    assert hold.held_until == NOW + timedelta(minutes=15)
    assert list(queries.holds_of("BAS-ADA", NOW)) == [hold]
    row.refresh_from_db()
    assert row.status == WaitingStatus.TAKEN
    assert counted(slot) == 1


@database
def test_the_baskets_other_hold_at_the_site_is_given_up() -> None:
    slot, booking = a_full_slot()
    other = a_hold(slot=a_slot(site=slot.site, start=time(12)), owner_reference="BAS-ADA")
    row = waits(slot)
    freed(booking)
    waiting.offer_next(slot=slot, now=NOW)
    taken(row)
    other.refresh_from_db()
    assert other.status == BookingStatus.CANCELLED


@database
def test_an_offer_that_lapses_goes_to_the_next() -> None:
    slot, booking = a_full_slot()
    first, second = waits(slot), waits(slot, now=NOW + timedelta(seconds=1))
    freed(booking)
    offered = waiting.offer_next(slot=slot, now=NOW)
    later = offered.booking.held_until  # type: ignore[union-attr]
    with pytest.raises(waiting.OfferOver):
        taken(first, now=later)
    actions.expire_holds(now=later)
    assert waiting.end_over(now=later) == 1
    assert waiting.offer_next(slot=slot, now=later) == second
    first.refresh_from_db()
    assert first.status == WaitingStatus.LAPSED
    with pytest.raises(waiting.OfferOver):
        taken(first, now=later)


@database
def test_who_leaves_gives_the_offered_place_to_the_next_and_twice_is_once() -> None:
    slot, booking = a_full_slot()
    first, second = waits(slot), waits(slot, now=NOW + timedelta(seconds=1))
    freed(booking)
    waiting.offer_next(slot=slot, now=NOW)
    for _ in range(2):
        left = waiting.leave(
            waiting_reference=first.reference, owner_reference=first.owner_reference, now=NOW
        )
    assert left.status == WaitingStatus.LEFT
    assert waiting.offer_next(slot=slot, now=NOW) == second


@database
def test_what_was_taken_is_left_no_more() -> None:
    slot, booking = a_full_slot()
    row = waits(slot)
    freed(booking)
    waiting.offer_next(slot=slot, now=NOW)
    taken(row)
    with pytest.raises(InvalidTransition):
        waiting.leave(waiting_reference=row.reference, owner_reference=row.owner_reference, now=NOW)


@database
def test_one_owner_waits_once_for_a_slot_and_a_key_is_one_waiting() -> None:
    slot, _ = a_full_slot()
    row = waits(slot, "ada")
    assert waits(slot, "ada") == row
    asked = {"site": slot.site, "from_at": slot.starts_at, "until_at": slot.ends_at, "now": NOW}
    again = waiting.join(**asked, owner_reference="ada", key=row.key)  # type: ignore[arg-type]
    assert again == row
    with pytest.raises(KeyReused):
        waiting.join(**asked, owner_reference="bob", key=row.key)  # type: ignore[arg-type]


@database
def test_where_there_is_room_or_nothing_is_open_nobody_waits() -> None:
    slot = a_slot()
    with pytest.raises(waiting.SlotHasRoom):
        waits(slot)
    shut, _ = a_full_slot()
    opening.close(slot=shut)
    for asked in (lambda: waits(shut), lambda: waits(slot, now=slot.cut_off_at)):
        with pytest.raises(waiting.NothingToWaitFor):
            asked()
    assert not Waiting.objects.exists()


@database
def test_after_the_cut_off_the_wait_is_over() -> None:
    slot, booking = a_full_slot()
    row = waits(slot)
    assert waiting.end_over(now=slot.cut_off_at - timedelta(seconds=1)) == 0
    assert waiting.end_over(now=slot.cut_off_at) == 1
    row.refresh_from_db()
    assert row.status == WaitingStatus.OVER
    freed(booking)
    assert not waiting.slots_to_offer(slot.cut_off_at).exists()


@database
def test_anothers_place_in_line_is_unknown() -> None:
    slot, _ = a_full_slot()
    row = waits(slot)
    with pytest.raises(DrivethroughError) as refused:
        waiting.leave(waiting_reference=row.reference, owner_reference="mallory", now=NOW)
    assert refused.value.code == "WAITING_UNKNOWN"


@given(st.timedeltas(timedelta(seconds=1), timedelta(days=60)))
def test_an_offer_is_never_beyond_the_cut_off_and_else_ten_minutes_to_two_days(
    lead: timedelta,
) -> None:
    offer = waiting.offer_time(lead)
    assert offer <= lead
    assert min(lead, timedelta(minutes=10)) <= offer <= timedelta(hours=48)


def test_two_days_ahead_an_offer_stands_for_almost_five_hours() -> None:
    assert waiting.offer_time(timedelta(hours=48)) == timedelta(hours=4, minutes=48)
