"""One shopper in two tabs, and the deadline, choose at the same moment."""

from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order
from drivethrough.rebooking.models import Answer, Displacement
from drivethrough.slots import actions as slots
from drivethrough.slots.models import TAKES_A_PLACE, Booking, BookingStatus, Slot, SlotStatus
from drivethrough.slots.moving import move
from storefront.journeys.choose_instead import choose_refund, choose_slot, end_unanswered
from storefront.journeys.displace_cars import call_off_day, offer_others
from tests.builders import drivethrough
from tests.builders.journeys import NOW, TOMORROW, Mall, a_mall, a_placed_order, a_shopper
from tests.races.together import at_once

LATER = NOW + timedelta(minutes=10)  # than it was paid
pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def displaced(mall: Mall) -> tuple[Displacement, Slot]:
    a_placed_order(mall, shopper=a_shopper(), goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    call_off_day(site=mall.site, on_date=TOMORROW, reason="눈", now=NOW)
    next_day = TOMORROW + timedelta(days=1)
    return Displacement.objects.get(), drivethrough.a_slot(site=mall.site, on_date=next_day)


def count_places(*some: Slot) -> None:
    for slot in some:
        slot.refresh_from_db()
        assert slot.taken_cars == drivethrough.places_in_use(slot)


def test_control_looking_before_choosing_chooses_twice() -> None:
    row, _ = displaced(a_mall())
    both_have_looked = Barrier(2, timeout=20)

    def chosen_after_looking(answer: Answer) -> Answer:
        assert Displacement.objects.get(pk=row.pk).answered_at is None
        both_have_looked.wait()
        Displacement.objects.filter(pk=row.pk).update(answer=answer, answered_at=NOW)
        return answer

    answers = at_once(
        [partial(chosen_after_looking, answer) for answer in (Answer.SLOT, Answer.REFUND)]
    )

    assert answers == [Answer.SLOT, Answer.REFUND]


def test_two_choices_of_one_shopper_end_as_one() -> None:
    mall = a_mall()
    row, slot = displaced(mall)

    answers = at_once(
        [
            partial(
                choose_slot,
                reference=row.reference,
                slot_reference=slot.reference,
                key="one",
                now=NOW,
            ),
            partial(choose_refund, reference=row.reference, key="two", now=LATER),
        ]
    )

    assert sum(isinstance(answer, Displacement) for answer in answers) == 1
    row.refresh_from_db()
    part, booking = Fulfilment.objects.get(), Booking.objects.get()
    refunded = Order.objects.get().payments.get().refunded_won
    if row.answer == Answer.SLOT:
        assert (booking.slot, booking.status, refunded) == (slot, BookingStatus.CONFIRMED, 0)
        assert part.status == FulfilmentStatus.CONFIRMED
    else:
        assert (booking.status, refunded) == (BookingStatus.CANCELLED, 12_000)
    count_places(mall.slot, slot)


def test_the_same_tap_in_many_threads_chooses_once() -> None:
    row, slot = displaced(a_mall())

    choose = partial(
        choose_slot, reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW
    )
    answers = at_once([choose] * 4)

    assert set(answers) == {row}
    count_places(slot)
    assert slot.taken_cars == 1


def test_a_choice_and_the_deadline_end_as_one() -> None:
    mall = a_mall()
    row, slot = displaced(mall)

    chosen, _, _ = at_once(
        [
            partial(
                choose_slot,
                reference=row.reference,
                slot_reference=slot.reference,
                key="tap",
                now=NOW,
            ),
            partial(end_unanswered, now=row.answer_until),
            partial(end_unanswered, now=row.answer_until),
        ]
    )

    row.refresh_from_db()
    booking = Booking.objects.get()
    if isinstance(chosen, Displacement):
        assert (row.answer, booking.status) == (Answer.SLOT, BookingStatus.CONFIRMED)
    else:
        assert (row.answer, booking.status) == (Answer.REFUND, BookingStatus.CANCELLED)
    count_places(mall.slot, slot)


def test_a_day_called_off_while_a_hold_is_confirmed_loses_nobody() -> None:
    for _ in range(6):
        slot = drivethrough.a_slot(on_date=TOMORROW)
        held = drivethrough.a_hold(slot=slot, now=NOW)
        confirm = partial(
            slots.confirm,
            booking_reference=held.reference,
            owner_reference=held.owner_reference,
            new_owner_reference=f"FUL-{held.pk}",
            plate="12가3456",
            phone_last4="5678",
            now=NOW,
        )
        off = partial(call_off_day, site=slot.site, on_date=TOMORROW, reason="눈", now=NOW)
        at_once([confirm, off])
        offer_others(now=NOW)

        held.refresh_from_db()
        slot.refresh_from_db()
        asked = Displacement.objects.filter(booking=held).exists()
        assert slot.status == SlotStatus.CANCELLED
        assert (held.status == BookingStatus.CONFIRMED) == asked
        count_places(slot)


def test_two_shoppers_moving_into_the_last_place_and_out_of_each_others_never_deadlock() -> None:
    site = drivethrough.a_site()
    here = drivethrough.a_slot(site=site, on_date=TOMORROW, cars=2)
    there = drivethrough.a_slot(site=site, on_date=TOMORROW, cars=2, start=drivethrough.time(11))
    ada, bob = (
        drivethrough.a_booking(slot=here, now=NOW),
        drivethrough.a_booking(slot=there, now=NOW),
    )
    for _ in range(6):
        at_once(
            [
                partial(
                    move, booking_reference=ada.reference, slot_reference=there.reference, now=NOW
                ),
                partial(
                    move, booking_reference=bob.reference, slot_reference=here.reference, now=NOW
                ),
            ]
        )
        here, there = there, here
        count_places(here, there)
    assert Booking.objects.filter(status__in=TAKES_A_PLACE).count() == 2
