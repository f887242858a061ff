"""What to pack, added up."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drivethrough.slots import actions as slots
from tests.builders.drivethrough import a_slot
from tests.storefront.lane_tablet.gate import a_car, a_gate

pytestmark = pytest.mark.django_db


def test_items_are_added_up_for_each_slot_and_the_day() -> None:
    gate = a_gate()
    later = a_slot(site=gate.site, on_date=timezone.localdate(), start=time(13))
    a_car(gate, plate="12가0001", quantity=2)
    a_car(gate, plate="12가0002", quantity=3)
    a_car(gate, plate="12가0003", quantity=1, slot=later)
    page = gate.farmer.get(reverse("lane_prep"))
    assert [[row.quantity for row in slot.rows] for slot in page.context["slots"]] == [[5], [1]]
    assert [(row.line.name, row.quantity) for row in page.context["total"]] == [("딸기", 6)]


def test_a_car_that_has_its_goods_needs_no_packing() -> None:
    gate = a_gate()
    booking = a_car(gate)
    slots.mark_served(booking_reference=booking.reference, now=timezone.now())
    assert gate.farmer.get(reverse("lane_prep")).context["total"] == []


def test_the_first_day_with_bookings_is_shown() -> None:
    gate = a_gate()
    in_three_days = timezone.localdate() + timedelta(days=3)
    a_car(gate, slot=a_slot(site=gate.site, on_date=in_three_days))
    assert gate.farmer.get(reverse("lane_prep")).context["on_date"] == in_three_days


@pytest.mark.parametrize("on", ["x", "2020-01-01", "9999-12-31"])
def test_a_day_that_cannot_be_shown_is_refused(on: str) -> None:
    assert a_gate().farmer.get(reverse("lane_prep"), {"on": on}).status_code == 400


def test_another_sites_goods_are_not_listed() -> None:
    gate, other = a_gate(), a_gate()
    a_car(other)
    assert gate.farmer.get(reverse("lane_prep")).context["total"] == []
