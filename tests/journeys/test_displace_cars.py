"""Snow: a site's day is called off, and everybody who booked gets something instead."""

from datetime import time, timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import PaymentMethod
from drivethrough.rebooking.actions import AlreadyChosen, ChoiceOver
from drivethrough.rebooking.models import Answer, Displacement
from drivethrough.slots.days import bring_back
from drivethrough.slots.models import Booking, BookingStatus, SlotStatus
from drivethrough.slots.moving import move
from drivethrough.slots.refusals import SlotFull
from logistics.consignments.models import Consignment
from logistics.seoul_time import moment
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.choose_instead import (
    NotBrought,
    choices,
    choose_home,
    choose_refund,
    choose_slot,
    end_unanswered,
)
from storefront.journeys.displace_cars import call_off_day, call_off_slot, offer_others
from storefront.notices.models import Notice
from tests.builders import drivethrough
from tests.builders.journeys import (
    NOW,
    TOMORROW,
    Mall,
    a_basket_of,
    a_hold_for,
    a_mall,
    a_placed_order,
    a_shopper,
)

pytestmark = pytest.mark.django_db

NEXT_DAY = TOMORROW + timedelta(days=1)
LATER = NOW + timedelta(minutes=10)  # than it was paid


def called_off(mall: Mall) -> Displacement:
    """Strawberries were to be fetched tomorrow at ten; it snows."""
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    call_off_day(site=mall.site, on_date=TOMORROW, reason="눈", now=NOW)
    return Displacement.objects.get()


def the_next_day(mall: Mall, **fields: object) -> drivethrough.Slot:
    return drivethrough.a_slot(site=mall.site, on_date=NEXT_DAY, **fields)  # type: ignore[arg-type]


def test_every_car_of_the_day_is_asked_and_told_once() -> None:
    mall = a_mall()
    row = called_off(mall)
    offer_others(now=NOW)
    mall.slot.refresh_from_db()
    assert mall.slot.status == SlotStatus.CANCELLED
    assert (row.slot, row.booking.status) == (mall.slot, BookingStatus.CONFIRMED)
    assert row.answer_until == NOW + timedelta(hours=24)
    notice = Notice.objects.get(kind="slot_called_off")
    assert f"/instead/{row.reference}:" in notice.facts["link"]


def test_one_slot_alone_is_called_off() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    call_off_slot(slot=mall.slot, now=NOW)
    assert Displacement.objects.get().slot == mall.slot
    mall.later_slot.refresh_from_db()
    assert mall.later_slot.status == SlotStatus.OPEN


def test_a_basket_that_only_holds_a_place_loses_it_and_is_asked_nothing() -> None:
    mall = a_mall()
    held = a_hold_for(a_basket_of(a_shopper(), (mall.strawberries, Way.DRIVE_THROUGH)), mall.slot)
    call_off_day(site=mall.site, on_date=TOMORROW, reason="눈", now=NOW)
    held.refresh_from_db()
    assert held.status == BookingStatus.CANCELLED
    assert not Displacement.objects.exists()


def test_another_slot_moves_booking_and_promise() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall)
    choose_slot(reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW)
    part = Fulfilment.objects.get()
    booking = Booking.objects.get()
    assert (booking.slot, booking.status) == (slot, BookingStatus.CONFIRMED)
    assert (part.promised_from, part.status) == (slot.starts_at, FulfilmentStatus.CONFIRMED)
    assert Displacement.objects.get().answer == Answer.SLOT
    assert Notice.objects.filter(kind="part_moved").count() == 1


def test_another_site_gets_booking_and_part() -> None:
    mall = a_mall()
    row = called_off(mall)
    there = drivethrough.a_slot(on_date=NEXT_DAY)
    offered = choices(reference=row.reference, now=NOW)
    assert [one.site for one in offered.elsewhere] == [there.site]
    choose_slot(reference=row.reference, slot_reference=there.reference, key="tap", now=NOW)
    assert Booking.objects.get().site == there.site
    assert Fulfilment.objects.get().hands_over == there.site.reference


def test_a_delivery_instead_takes_a_window_and_asks_for_a_van() -> None:
    mall = a_mall()
    row = called_off(mall)
    window = choices(reference=row.reference, now=NOW).windows[0]
    choose_home(reference=row.reference, window_reference=window.reference, key="tap", now=NOW)
    part = Fulfilment.objects.get()
    assert (part.way, part.booking_reference) == (Way.DELIVERY, "")
    assert (part.window_reference, part.delivery_won) == (window.reference, 0)
    assert Booking.objects.get().status == BookingStatus.CANCELLED
    assert Consignment.objects.get().owner_reference == part.reference
    window.refresh_from_db()
    assert window.taken_stops == 1


def test_what_cannot_be_brought_is_refused_and_can_still_be_chosen_otherwise() -> None:
    mall = a_mall()
    product = mall.strawberries.product
    product.ways = [Way.DRIVE_THROUGH]
    product.save()
    row = called_off(mall)
    with pytest.raises(NotBrought):
        choose_home(
            reference=row.reference,
            window_reference=mall.window.reference,
            key="tap",
            now=NOW,
        )
    assert choose_refund(reference=row.reference, key="tap", now=LATER).answer == Answer.REFUND


def test_the_money_back_ends_the_part() -> None:
    mall = a_mall()
    row = called_off(mall)
    choose_refund(reference=row.reference, key="tap", now=LATER)
    order = Order.objects.get()
    assert order.status == OrderStatus.CANCELLED
    assert order.payments.get().refunded_won == 12_000
    assert Booking.objects.get().status == BookingStatus.CANCELLED


def test_the_same_tap_twice_chooses_once_and_another_is_refused() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall)
    asked = {"reference": row.reference, "slot_reference": slot.reference, "now": NOW}
    first = choose_slot(**asked, key="tap")  # type: ignore[arg-type]
    assert choose_slot(**asked, key="tap") == first  # type: ignore[arg-type]
    with pytest.raises(AlreadyChosen):
        choose_refund(reference=row.reference, key="other", now=NOW)
    slot.refresh_from_db()
    assert slot.taken_cars == 1
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_a_full_slot_refuses_and_the_choice_stays_open() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall, cars=1)
    drivethrough.a_booking(slot=slot, now=NOW)
    with pytest.raises(SlotFull):
        choose_slot(reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW)
    row.refresh_from_db()
    assert row.answer == ""


def test_who_does_not_answer_gets_the_money_by_itself_once() -> None:
    mall = a_mall()
    row = called_off(mall)
    assert end_unanswered(now=row.answer_until - timedelta(seconds=1)) == 0
    assert end_unanswered(now=row.answer_until) == 1
    assert end_unanswered(now=row.answer_until) == 0
    row.refresh_from_db()
    assert row.answer == Answer.REFUND
    assert Order.objects.get().payments.get().refunded_won == 12_000


def test_after_the_deadline_nothing_can_be_chosen() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall)
    with pytest.raises(ChoiceOver):
        choose_slot(
            reference=row.reference,
            slot_reference=slot.reference,
            key="tap",
            now=row.answer_until,
        )


def test_called_off_in_the_evening_there_is_time_until_the_slots_day_ends() -> None:
    mall = a_mall()
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    morning = moment(TOMORROW, time(8))
    call_off_day(site=mall.site, on_date=TOMORROW, reason="눈", now=morning)
    assert Displacement.objects.get().answer_until == moment(NEXT_DAY, time(0))


def test_who_cancels_meanwhile_is_given_back_once() -> None:
    mall = a_mall()
    row = called_off(mall)
    cancel_order(order=Order.objects.get(), reason="shopper", now=LATER)
    with pytest.raises(ChoiceOver):
        choose_refund(reference=row.reference, key="tap", now=LATER)
    end_unanswered(now=row.answer_until)
    row.refresh_from_db()
    assert row.answer == Answer.GONE
    assert Order.objects.get().payments.get().refunded_won == 12_000


def test_what_was_to_be_paid_at_the_gate_is_paid_where_it_comes() -> None:
    mall = a_mall()
    a_placed_order(
        mall,
        goods=((mall.strawberries, Way.DRIVE_THROUGH),),
        method=PaymentMethod.ON_SITE,
    )
    call_off_day(site=mall.site, on_date=TOMORROW, reason="눈", now=NOW)
    row = Displacement.objects.get()
    slot = the_next_day(mall)
    choose_slot(reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW)
    assert Fulfilment.objects.get().order.payments.get().status == "open"


def test_called_off_again_where_it_went_it_is_asked_again() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall)
    choose_slot(reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW)
    call_off_day(site=mall.site, on_date=NEXT_DAY, reason="눈", now=NOW)
    assert Displacement.objects.count() == 2
    assert Displacement.objects.filter(answered_at=None).get().slot == slot


def test_back_in_its_first_slot_and_sent_off_again_it_is_asked_again() -> None:
    mall = a_mall()
    row = called_off(mall)
    slot = the_next_day(mall)
    choose_slot(reference=row.reference, slot_reference=slot.reference, key="tap", now=NOW)
    mall.slot.refresh_from_db()
    bring_back(site=mall.site, on_date=TOMORROW)
    move(booking_reference=row.booking.reference, slot_reference=mall.slot.reference, now=NOW)
    call_off_slot(slot=mall.slot, now=NOW)
    assert Displacement.objects.filter(slot=mall.slot).count() == 2
    assert Displacement.objects.filter(answered_at=None).count() == 1
