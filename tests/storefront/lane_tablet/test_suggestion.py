"""The suggested number of cars, beside the form that opens slots."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drivethrough.queue import actions as queue
from storefront.journeys.serve_car import serve
from tests.storefront.lane_tablet.gate import Gate, a_gate, an_arrived_car

pytestmark = pytest.mark.django_db


def ask(gate: Gate, **changes: str) -> object:
    return gate.farmer.get(
        reverse("lane_suggest"), {"slot_minutes": "30", "staff": "2", "wait": "5", **changes}
    )


def a_served_car(gate: Gate) -> None:
    booking = an_arrived_car(gate)
    now = timezone.now()
    queue.call_next(lane_reference=gate.lane.reference, key="call", now=now)
    serve(
        booking_reference=booking.reference,
        site_reference=gate.site.reference,
        key="tap",
        now=now + timedelta(minutes=2),
    )


def test_the_suggestion_is_filled_into_the_form() -> None:
    gate = a_gate()
    a_served_car(gate)
    page = ask(gate, slot_minutes="60")
    cars = page.context["suggestion"].cars
    assert cars > 0
    assert (page.context["typed"]["cars"], page.context["typed"]["minutes"]) == (str(cars), "60")
    assert f"한 칸에 {cars}대" in page.content.decode()


def test_without_a_measured_hand_over_it_says_so() -> None:
    answer = ask(a_gate())
    assert answer.status_code == 400
    assert answer.context["suggestion_refusal"]["code"] == "NOTHING_MEASURED"


@pytest.mark.parametrize(
    ("field", "value"), [("staff", "0"), ("wait", "61"), ("slot_minutes", "7"), ("wait", "")]
)
def test_a_question_that_cannot_be_meant_is_refused_beside_its_form(field: str, value: str) -> None:
    answer = ask(a_gate(), **{field: value})
    assert answer.status_code == 400
    assert answer.context["suggestion_refusal"]["field"] == field
    assert answer.context["asked"][field] == value


def test_the_slots_page_asks_for_it() -> None:
    assert reverse("lane_suggest") in a_gate().farmer.get(reverse("lane_slots")).content.decode()
