"""Fewer cars than booked: never silently, always with a place or the money."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.orders.models import FulfilmentStatus
from drivethrough.rebooking.models import Answer, Displacement
from drivethrough.slots.models import Booking, Slot, SlotStatus
from storefront.journeys.choose_instead import choose_refund, end_unanswered
from storefront.notices.models import Notice
from tests.builders.drivethrough import a_slot, places_in_use
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate, the_part

pytestmark = pytest.mark.django_db


def a_coming_slot(gate: Gate, start: time = time(10), cars: int = 3) -> Slot:
    on_date = timezone.localdate() + timedelta(days=3)
    return a_slot(site=gate.site, on_date=on_date, start=start, cars=cars)


def two_cars(gate: Gate) -> tuple[Slot, Slot, Booking]:
    """At ten, the second having booked last; a slot at eleven is free."""
    ten, eleven = a_coming_slot(gate), a_coming_slot(gate, time(11))
    a_car(gate, slot=ten)
    return ten, eleven, a_car(gate, slot=ten, plate="34나5678")


def fewer(gate: Gate, slot: Slot, **instead: str) -> object:
    url = reverse("lane_fewer_cars", args=[slot.reference])
    sent = {f"instead:{booking.replace('_', '-')}": where for booking, where in instead.items()}
    return gate.farmer.post(url, {"cars": "1", **sent})


def moving(booking: Booking, where: str) -> dict[str, str]:
    return {booking.reference.replace("-", "_"): where}


def test_who_booked_last_is_proposed_to_go_to_the_nearest_slot() -> None:
    gate = a_gate()
    ten, eleven, last = two_cars(gate)
    url = reverse("lane_fewer_cars", args=[ten.reference])
    page = gate.farmer.get(url, {"cars": "1"})
    assert [one["booking"] for one in page.context["going"]] == [last]
    assert page.context["going"][0]["fits"][0].slot == eleven


def test_a_car_that_is_moved_is_told_and_keeps_a_place() -> None:
    gate = a_gate()
    ten, eleven, last = two_cars(gate)
    fewer(gate, ten, **moving(last, eleven.reference))
    ten.refresh_from_db()
    last.refresh_from_db()
    assert (ten.capacity_cars, ten.taken_cars, last.slot) == (1, 1, eleven)
    assert the_part(last).promised_from == eleven.starts_at
    assert Notice.objects.filter(kind="slot_moved_by_site").count() == 1
    assert places_in_use(eleven) == 1


def test_who_says_nothing_stays_where_it_was_moved() -> None:
    gate = a_gate()
    ten, eleven, last = two_cars(gate)
    fewer(gate, ten, **moving(last, eleven.reference))
    row = Displacement.objects.get()
    end_unanswered(now=row.answer_until)
    row.refresh_from_db()
    assert row.answer == Answer.KEPT
    assert the_part(last).status == FulfilmentStatus.CONFIRMED


def test_who_was_moved_may_have_the_money_instead() -> None:
    gate = a_gate()
    ten, eleven, last = two_cars(gate)
    fewer(gate, ten, **moving(last, eleven.reference))
    row = Displacement.objects.get()
    choose_refund(reference=row.reference, key="tap", now=timezone.now())
    assert the_part(last).status == FulfilmentStatus.CANCELLED


def test_the_money_can_go_back_at_once() -> None:
    gate = a_gate()
    ten, _, last = two_cars(gate)
    fewer(gate, ten, **moving(last, "refund"))
    ten.refresh_from_db()
    assert (ten.capacity_cars, ten.taken_cars) == (1, 1)
    assert the_part(last).order.payments.get().refunded_won == 16_000


def test_not_enough_moved_nothing_is_changed() -> None:
    gate = a_gate()
    ten, _, _ = two_cars(gate)
    answer = fewer(gate, ten)
    ten.refresh_from_db()
    assert answer.context["refusal"]["code"] == "CAPACITY_BELOW_BOOKED"  # type: ignore[attr-defined]
    assert (ten.capacity_cars, ten.taken_cars) == (3, 2)


def test_into_a_full_slot_nobody_is_moved_and_nothing_changed() -> None:
    gate = a_gate()
    ten, _, last = two_cars(gate)
    full = a_coming_slot(gate, time(12), cars=1)
    a_car(gate, slot=full, plate="56다7890")
    answer = fewer(gate, ten, **moving(last, full.reference))
    last.refresh_from_db()
    assert answer.context["refusal"]["code"] == "SLOT_FULL"  # type: ignore[attr-defined]
    assert last.slot == ten
    assert not Displacement.objects.exists()


def test_a_slot_is_called_off_from_its_row() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    a_car(gate, slot=slot)
    gate.farmer.post(reverse("lane_slot_status", args=[slot.reference]), {"do": "cancel"})
    slot.refresh_from_db()
    assert slot.status == SlotStatus.CANCELLED
    assert Displacement.objects.get().slot == slot


def test_a_booked_day_is_closed_when_the_farmer_says_so() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    a_car(gate, slot=slot)
    on_date = str(timezone.localdate() + timedelta(days=3))
    sent = {"on_date": on_date, "reason": "눈", "booked_too": "on"}
    gate.farmer.post(reverse("lane_close_day"), sent)
    assert Displacement.objects.get().slot == slot
