"""Calling, handing over and giving up on cars, from the tablet."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commerce.orders.models import FulfilmentStatus
from commerce.payments.models import Payment, PaymentStatus
from drivethrough.queue.models import Arrival, ArrivalStatus, Call
from drivethrough.slots.models import BookingStatus
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate, an_arrived_car, the_part

pytestmark = pytest.mark.django_db


def call(gate: Gate, key: str = "tap", lane: str = "") -> object:
    url = reverse("lane_call", args=[lane or gate.lane.reference])
    return gate.farmer.post(url, {"key": key})


def test_the_board_shows_who_waits_and_who_is_expected() -> None:
    gate = a_gate()
    an_arrived_car(gate, plate="12가3456")
    a_car(gate, plate="34나5678")
    page = gate.farmer.get(reverse("lane_home"))
    assert page.status_code == 200
    assert [car.load.booking.plate for car in page.context["waiting"]] == ["12가3456"]
    assert [car.load.booking.plate for car in page.context["expected"]] == ["34나5678"]
    assert page.context["counts"]["waiting"] == 1


def test_a_called_car_stands_at_its_lane_with_its_goods() -> None:
    gate = a_gate()
    an_arrived_car(gate, on_site=True)
    call(gate)
    page = gate.farmer.get(reverse("lane_home"))
    load = page.context["lanes"][0].load
    assert (load.booking.plate, load.due_won, load.pieces) == ("12가3456", 16_000, 2)
    assert "받을 돈 16,000원" in page.content.decode()


def test_a_double_tap_calls_one_car() -> None:
    gate = a_gate()
    an_arrived_car(gate, plate="12가3456")
    an_arrived_car(gate, plate="34나5678")
    call(gate, "tap")
    call(gate, "tap")
    assert Call.objects.count() == 1


def test_calling_when_nobody_waits_says_so() -> None:
    gate = a_gate()
    call(gate)
    page = gate.farmer.get(reverse("lane_home"))
    assert not Call.objects.exists()
    assert "기다리는 차가 없어요." in [str(message) for message in page.context["messages"]]


def test_a_call_without_its_key_is_refused() -> None:
    gate = a_gate()
    an_arrived_car(gate)
    answer = gate.farmer.post(reverse("lane_call", args=[gate.lane.reference]))
    page = gate.farmer.get(answer.url)
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert not Call.objects.exists()


def test_a_closed_lane_calls_nobody() -> None:
    gate = a_gate()
    an_arrived_car(gate)
    gate.farmer.post(reverse("lane_open", args=[gate.lane.reference]), {"open": "no"})
    call(gate)
    assert not gate.lane.open
    assert not Call.objects.exists()


def test_a_lane_opens_again() -> None:
    gate = a_gate()
    for said in ("no", "yes"):
        gate.farmer.post(reverse("lane_open", args=[gate.lane.reference]), {"open": said})
    assert gate.lane.open


@pytest.mark.parametrize("taken_as", ["", "seashells"])
def test_nothing_is_handed_over_before_it_is_said_how_its_money_was_taken(taken_as: str) -> None:
    gate = a_gate()
    booking = an_arrived_car(gate, on_site=True)
    call(gate)
    sent = {"key": "given", "taken_as": taken_as}
    gate.farmer.post(reverse("lane_serve", args=[booking.reference]), sent)
    page = gate.farmer.get(reverse("lane_home"))
    assert [message.level_tag for message in page.context["messages"]] == ["error"]
    assert Payment.objects.get().status == PaymentStatus.OPEN


@pytest.mark.parametrize("taken_as", ["cash", "terminal"])
def test_handing_over_serves_the_car_and_takes_the_money(taken_as: str) -> None:
    gate = a_gate()
    booking = an_arrived_car(gate, on_site=True)
    call(gate)
    sent = {"key": "given", "taken_as": taken_as}
    gate.farmer.post(reverse("lane_serve", args=[booking.reference]), sent)
    booking.refresh_from_db()
    assert booking.status == BookingStatus.SERVED
    assert the_part(booking).status == FulfilmentStatus.HANDED_OVER
    paid = Payment.objects.get()
    assert (paid.status, paid.taken_as) == (PaymentStatus.PAID, taken_as)
    assert not Call.objects.filter(ended_at=None).exists()


def test_a_double_tap_hands_over_once() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    call(gate)
    for _ in range(2):
        gate.farmer.post(reverse("lane_serve", args=[booking.reference]), {"key": "given"})
    page = gate.farmer.get(reverse("lane_home"))
    assert {message.level_tag for message in page.context["messages"]} == {"success"}
    assert page.context["counts"]["served"] == 1


def test_a_car_that_did_not_come_frees_its_lane_and_may_come_again() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    call(gate)
    gate.farmer.post(reverse("lane_leave", args=[booking.reference]))
    assert Arrival.objects.get().status == ArrivalStatus.LEFT
    gate.farmer.post(reverse("lane_arrive"), {"key": "again", "booking": booking.reference})
    assert Arrival.objects.get().status == ArrivalStatus.WAITING


def test_an_open_page_asks_for_the_moving_part_only() -> None:
    gate = a_gate()
    part = gate.farmer.get(reverse("lane_home"), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode()
    assert "lane-board" in part.content.decode()


def test_the_board_costs_the_same_for_many_cars() -> None:
    gate = a_gate()
    an_arrived_car(gate, plate="12가3456")
    a_car(gate, plate="34나0001")
    few = _queries(gate)
    for n in range(2):
        an_arrived_car(gate, plate=f"56다000{n}")
        a_car(gate, plate=f"78라000{n}")
    assert _queries(gate) == few


def _queries(gate: Gate) -> int:
    gate.farmer.get(reverse("lane_home"))
    with CaptureQueriesContext(connection) as captured:
        gate.farmer.get(reverse("lane_home"))
    return len(captured)


@pytest.mark.parametrize("page", ["lane_serve", "lane_leave", "lane_car"])
def test_another_sites_car_is_not_found(page: str) -> None:
    gate, other = a_gate(), a_gate()
    booking = an_arrived_car(other)
    url = reverse(page, args=[booking.reference])
    answer = gate.farmer.get(url) if page == "lane_car" else gate.farmer.post(url, {"key": "k"})
    assert answer.status_code == 404
    assert Arrival.objects.get().status == ArrivalStatus.WAITING


def test_another_sites_lane_is_not_found() -> None:
    gate, other = a_gate(), a_gate()
    an_arrived_car(other)
    assert call(gate, lane=other.lane.reference).status_code == 404
    closing = gate.farmer.post(reverse("lane_open", args=[other.lane.reference]), {"open": "no"})
    assert closing.status_code == 404
    assert not Call.objects.exists()
    assert other.lane.open


def test_another_sites_cars_are_not_on_the_board() -> None:
    gate, other = a_gate(), a_gate()
    an_arrived_car(other, plate="99하9999")
    assert "99하9999" not in gate.farmer.get(reverse("lane_home")).content.decode()


def test_the_cars_own_page_says_where_it_stands() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    page = gate.farmer.get(reverse("lane_car", args=[booking.reference])).content.decode()
    assert "다음 차례입니다" in page
    assert "딸기" in page
