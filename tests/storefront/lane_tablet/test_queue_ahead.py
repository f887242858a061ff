"""The queue ahead, and each car's turn with its reason."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import override

from commerce.orders.actions import mark_line_ready
from drivethrough.planning import Reason, Why
from drivethrough.queue import actions as queue
from drivethrough.queue.as_day import moment_of
from drivethrough.queue.models import Call
from drivethrough.slots import opening
from storefront.lane_tablet.reasons import WORDS, told
from tests.builders.drivethrough import SATURDAY
from tests.builders.mall import a_client, a_user
from tests.storefront.lane_tablet.gate import a_gate, an_arrived_car, the_part

TEN = 36_000
FACTS = {
    "lane": 2,
    "since": TEN,
    "expected": TEN,
    "ready": TEN,
    "begins": TEN,
    "until": TEN,
    "slot_ends": TEN,
    "before": ["B1"],
    "lanes": [1, 2],
    "to": ["B1", "B2"],
}


def at(second: int) -> datetime:
    return moment_of(second, SATURDAY)


@pytest.mark.parametrize("why", Why)
@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_reason_has_words(why: Why, language: str) -> None:
    with override(language):
        said = told(Reason(why, FACTS), {}, at)
    assert said
    assert "%" not in said


def test_a_reason_names_cars_by_plate_and_times_by_the_clock() -> None:
    plates = {"B1": "12가3456", "B2": "34나5678"}
    with override("ko"):
        first = told(Reason(Why.GIVES_WAY, FACTS), plates, at)
        ready = told(Reason(Why.WAITS_FOR_PREPARATION, FACTS), plates, at)
    assert first == "먼저 부르는 차: 12가3456, 34나5678"
    assert ready == "물건을 오전 10:00까지 챙겨요."


def test_of_many_cars_three_are_named() -> None:
    with override("en"):
        said = told(Reason(Why.GIVES_WAY, {"to": list("ABCDE")}), {}, at)
    assert said == "Called before it: A, B, C +2"


def test_no_reason_is_forgotten() -> None:
    assert set(WORDS) == set(Why)


@pytest.mark.django_db
def test_the_page_shows_a_picture_its_numbers_and_each_cars_turn() -> None:
    gate = a_gate()
    an_arrived_car(gate, plate="12가3456")
    an_arrived_car(gate, plate="34나5678")
    page = gate.farmer.get(reverse("lane_queue"))
    assert page.status_code == 200
    assert {car.booking.plate for car in page.context["cars"]} == {"12가3456", "34나5678"}
    assert all(car.here and car.visit and car.why for car in page.context["cars"])
    svg = ET.fromstring(page.context["picture"])  # noqa: S314 (our own)
    drawn = [title.text or "" for title in svg.iter("{http://www.w3.org/2000/svg}title")]
    assert drawn[0] == "예상 줄"
    assert any(title.startswith("12가3456 · ") for title in drawn)
    assert page.context["rows"][0].mean >= 0


@pytest.mark.django_db
def test_whoever_should_come_now_is_called_from_the_page() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    for line in the_part(booking).lines.all():
        mark_line_ready(
            line_reference=line.reference,
            merchant_reference=gate.merchant_reference,
            now=timezone.now(),
        )
    (car,) = gate.farmer.get(reverse("lane_queue")).context["cars"]
    url = reverse("lane_call_car", args=[booking.reference])
    for _ in range(2):
        gate.farmer.post(url, {"lane": car.call_to.reference, "key": car.key})
    made = Call.objects.get()
    assert (made.arrival.booking, made.lane) == (booking, car.call_to)


@pytest.mark.django_db
def test_a_car_whose_goods_are_not_packed_has_no_button() -> None:
    gate = a_gate()
    an_arrived_car(gate)
    (car,) = gate.farmer.get(reverse("lane_queue")).context["cars"]
    assert car.call_to is None


@pytest.mark.django_db
def test_a_car_that_cannot_be_called_any_more_says_so_on_the_board() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    queue.leave(booking_reference=booking.reference, now=timezone.now())
    url = reverse("lane_call_car", args=[booking.reference])
    page = gate.farmer.post(url, {"lane": gate.lane.reference, "key": "tap"}, follow=True)
    assert "할 수 없는 일" in page.content.decode()
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_another_sites_car_and_lane_are_not_called() -> None:
    gate, other = a_gate(), a_gate()
    mine, theirs = an_arrived_car(gate), an_arrived_car(other)
    for booking, lane in ((theirs, gate.lane), (mine, other.lane)):
        url = reverse("lane_call_car", args=[booking.reference])
        answer = gate.farmer.post(url, {"lane": lane.reference, "key": "tap"})
        assert answer.status_code == 404
    assert not Call.objects.exists()


@pytest.mark.django_db
def test_the_page_speaks_english() -> None:
    gate = a_gate()
    an_arrived_car(gate)
    gate.farmer.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = gate.farmer.get(reverse("lane_queue"))
    assert "When each car is called, and why" in page.content.decode()


@pytest.mark.django_db
def test_a_page_that_is_open_asks_for_its_moving_part_only() -> None:
    gate = a_gate()
    an_arrived_car(gate)
    part = gate.farmer.get(reverse("lane_queue") + "?staff=2", headers={"hx-request": "true"})
    words = part.content.decode()
    assert "12가3456" in words
    assert "<html" not in words


@pytest.mark.django_db
def test_whoever_was_said_to_prepare_today_is_reckoned_with() -> None:
    gate = a_gate()
    assert gate.farmer.get(reverse("lane_queue")).context["preparers"] == 2  # as many as lanes
    opening.change_capacity(slot=gate.slot, cars=8, preparers=5)
    assert gate.farmer.get(reverse("lane_queue")).context["preparers"] == 5
    assert gate.farmer.get(reverse("lane_queue") + "?staff=1").context["preparers"] == 1


@pytest.mark.django_db
def test_somebody_elses_site_is_not_shown() -> None:
    gate, other = a_gate(), a_gate()
    an_arrived_car(other)
    assert gate.farmer.get(reverse("lane_queue")).context["cars"] == []


@pytest.mark.django_db
@pytest.mark.parametrize("staff", ["0", "21", "-1", "", "두 명", "٣"])
def test_a_number_of_people_that_cannot_be_meant_is_refused(staff: str) -> None:
    answer = a_gate().farmer.get(reverse("lane_queue"), {"staff": staff})
    assert answer.status_code == 400


@pytest.mark.django_db
def test_only_farmers_see_it() -> None:
    assert a_client(a_user()).get(reverse("lane_queue")).status_code == 403
