"""Cars that give a plate or four digits instead of their code."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drivethrough.queue.models import Arrival
from tests.builders.drivethrough import a_slot
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate

pytestmark = pytest.mark.django_db


def arrive(gate: Gate, text: str = "", key: str = "scan", **more: str) -> object:
    return gate.farmer.post(reverse("lane_arrive"), {"text": text, "key": key, **more})


@pytest.mark.parametrize("text", ["12가3456", " 12가 3456 ", "3456", "5678"])
def test_plate_or_last_four_digits_find_the_car(text: str) -> None:
    gate = a_gate()
    booking = a_car(gate)
    assert arrive(gate, text).url == reverse("lane_home")
    assert Arrival.objects.get().booking == booking


def test_the_farmer_is_told_what_is_to_be_paid() -> None:
    gate = a_gate()
    a_car(gate, on_site=True)
    arrive(gate, "12가3456")
    (message,) = gate.farmer.get(reverse("lane_home")).context["messages"]
    assert "받을 돈 16,000원" in str(message)


def test_a_paid_car_owes_nothing() -> None:
    gate = a_gate()
    a_car(gate)
    arrive(gate, "12가3456")
    (message,) = gate.farmer.get(reverse("lane_home")).context["messages"]
    assert "결제 완료" in str(message)


def test_when_several_fit_the_farmer_chooses() -> None:
    gate = a_gate()
    a_car(gate, plate="12가3456", phone_last4="5678")
    second = a_car(gate, plate="34나5678", phone_last4="1111")
    answer = arrive(gate, "5678")
    assert answer.status_code == 400
    assert not Arrival.objects.exists()
    choices = {choice["reference"] for choice in answer.context["choices"]}
    assert second.reference in choices
    arrive(gate, key="chosen", booking=second.reference)
    assert Arrival.objects.get().booking == second


def test_scanned_twice_it_is_one_arrival() -> None:
    gate = a_gate()
    a_car(gate)
    arrive(gate, "12가3456", "first")
    arrive(gate, "12가3456", "second")
    assert Arrival.objects.count() == 1


def test_what_is_no_plate_is_refused_with_the_typed_text_kept() -> None:
    gate = a_gate()
    answer = arrive(gate, "아무 말")
    assert answer.status_code == 400
    assert answer.context["refusal"]["code"] == "PLATE_FORMAT"
    assert answer.context["typed"] == "아무 말"


def test_an_unknown_plate_is_not_found() -> None:
    answer = arrive(a_gate(), "12가3456")
    assert (answer.status_code, answer.context["refusal"]["code"]) == (404, "BOOKING_UNKNOWN")


def test_tomorrows_car_is_told_its_day() -> None:
    gate = a_gate()
    tomorrow = timezone.localdate() + timedelta(days=1)
    a_car(gate, slot=a_slot(site=gate.site, on_date=tomorrow, start=time(10)))
    answer = arrive(gate, "12가3456")
    assert answer.context["refusal"]["code"] == "WRONG_DAY"
    assert not Arrival.objects.exists()


def test_another_sites_booking_cannot_be_brought_in() -> None:
    gate, other = a_gate(), a_gate()
    booking = a_car(other)
    assert arrive(gate, booking=booking.reference).status_code == 404
    assert arrive(gate, "12가3456").status_code == 404
    assert not Arrival.objects.exists()


def test_another_sites_key_tells_nothing() -> None:
    gate, other = a_gate(), a_gate()
    a_car(other)
    arrive(other, "12가3456", "their-key")
    answer = arrive(gate, "12가3456", "their-key")
    assert answer.status_code == 404
    assert "딸기" not in answer.content.decode()
