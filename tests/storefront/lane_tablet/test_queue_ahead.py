"""The queue ahead, and each car's turn with its reason."""

from datetime import datetime
from xml.etree import ElementTree as ET

import pytest
from django.urls import reverse
from django.utils.translation import override

from drivethrough.planning import Reason, Why
from drivethrough.queue.as_day import moment_of
from storefront.lane_tablet.reasons import WORDS, told
from tests.builders.drivethrough import SATURDAY
from tests.builders.mall import a_client, a_user
from tests.storefront.lane_tablet.gate import a_gate, an_arrived_car

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
