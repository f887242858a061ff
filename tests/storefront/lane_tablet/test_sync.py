"""What tablets kept while they were away: taken once each, in the order of its time, answered."""

import json
from datetime import timedelta
from itertools import count, permutations
from random import Random
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.test import Client
from django.utils import timezone

from commerce.orders.models import FulfilmentStatus
from commerce.payments.models import Payment, PaymentStatus
from commerce.stock.models import StockRecord
from drivethrough.queue.models import Arrival, ArrivalStatus, Call, QueueEvent
from drivethrough.slots.models import Booking, BookingStatus
from storefront.accounts.models import Role
from tests.builders.mall import a_client, a_user
from tests.rolled_back import rolled_back
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate, an_arrived_car, the_part

pytestmark = pytest.mark.django_db

_ids = count(1)


def seen(kind: str, booking: Booking, *, ago: int = 5, **fields: Any) -> dict[str, Any]:
    """``ago``: seconds."""
    at = timezone.now() - timedelta(seconds=ago)
    return {
        "event_id": str(UUID(int=next(_ids))),
        "kind": kind,
        "booking": booking.reference,
        "happened_at": at.isoformat(),
    } | fields


def called(booking: Booking, gate: Gate, *, lane: int = 1, ago: int = 5) -> dict[str, Any]:
    return seen("called", booking, ago=ago, lane=gate.site.lanes.get(number=lane).reference)


def send(tablet: Client, *events: Any) -> list[dict[str, Any]]:
    answer = tablet.post("/lane/sync/", json.dumps(events), content_type="application/json")
    assert answer.status_code == 200, answer.content
    answers: list[dict[str, Any]] = answer.json()["answers"]
    return answers


def state(gate: Gate) -> dict[str, Any]:
    """Everything that screens and money are made of."""
    return {
        "cars": sorted(
            Arrival.objects.values_list("booking_id", "status", "arrived_at", "ended_at")
        ),
        "calls": sorted(
            Call.objects.values_list("key", "lane__number", "called_at", "ended_at"), key=str
        ),
        "bookings": sorted(Booking.objects.values_list("pk", "status")),
        "money": sorted(Payment.objects.values_list("pk", "status")),
        "parts": [the_part(booking).status for booking in Booking.objects.order_by("pk")],
    }


def test_a_car_is_seen_called_and_served_while_the_tablet_was_away() -> None:
    gate = a_gate()
    booking = a_car(gate, on_site=True)
    told = [
        seen("arrived", booking, ago=9),
        called(booking, gate, ago=7),
        seen("served", booking, ago=4, taken_as="terminal"),
    ]
    assert [one["answer"] for one in send(gate.farmer, *told)] == ["accepted"] * 3
    booking.refresh_from_db()
    assert booking.status == BookingStatus.SERVED
    assert the_part(booking).status == FulfilmentStatus.HANDED_OVER
    paid = Payment.objects.get()
    assert (paid.status, paid.taken_as) == (PaymentStatus.PAID, "terminal")
    assert Arrival.objects.get().ended_at.isoformat() == told[2]["happened_at"].replace(
        "Z", "+00:00"
    )


def test_told_again_it_does_nothing_again() -> None:
    gate = a_gate()
    booking = a_car(gate)
    event = seen("served", booking)
    send(gate.farmer, event)
    before = state(gate)
    assert [one["answer"] for one in send(gate.farmer, event, event)] == ["already_had"] * 2
    assert state(gate) == before
    assert QueueEvent.objects.count() == 1


def test_doubled_reordered_and_in_parts_two_tablets_come_to_the_same_day() -> None:
    gate = a_gate()
    ada, bob, cho = (a_car(gate, plate=f"12가345{n}") for n in range(3))
    told = [
        seen("arrived", ada, ago=30),
        called(ada, gate, lane=1, ago=28),
        called(ada, gate, lane=2, ago=27),  # the other tablet's
        seen("arrived", bob, ago=26),
        called(bob, gate, lane=1, ago=25),  # while Ada is there
        seen("served", ada, ago=24),
        called(bob, gate, lane=1, ago=22),
        seen("left", bob, ago=20),
        seen("arrived", bob, ago=10),
        seen("left", cho, ago=8),
    ]
    with rolled_back():
        send(gate.farmer, *told)
        wanted = state(gate)
    assert {row[1] for row in wanted["cars"]} == {"served", "waiting"}
    drawn = Random(7)
    for _ in range(12):
        with rolled_back():
            flapping = told + drawn.sample(told, 4)
            drawn.shuffle(flapping)
            for at in range(0, len(flapping), 3):
                send(gate.farmer, *flapping[at : at + 3])
            assert state(gate) == wanted


@pytest.mark.parametrize("order", list(permutations(range(2))))
def test_of_two_tablets_that_called_one_car_the_first_by_time_wins_and_the_other_is_told(
    order: tuple[int, ...],
) -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    Arrival.objects.update(arrived_at=timezone.now() - timedelta(seconds=20))
    QueueEvent.objects.update(happened_at=timezone.now() - timedelta(seconds=20))
    north = called(booking, gate, lane=1, ago=9)
    south = called(booking, gate, lane=2, ago=8)
    for tablet in order:
        send(gate.farmer, (north, south)[tablet])
    assert Call.objects.get().lane.number == 1
    (of_north,) = send(gate.farmer, north)
    (of_south,) = send(gate.farmer, south)
    assert of_north["answer"] == "already_had"
    assert (of_south["answer"], of_south["code"]) == ("refused", "CALLED_ELSEWHERE")
    assert of_south["data"]["number"] == 1
    assert Arrival.objects.get().status == ArrivalStatus.CALLED


def test_a_car_served_with_a_network_meanwhile_is_served_once() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    gate.farmer.post(f"/lane/cars/{booking.reference}/serve/", {"key": str(uuid4())})
    on_hand = list(StockRecord.objects.values_list("on_hand"))
    late = seen("served", booking, ago=-1)
    (answer,) = send(gate.farmer, late)
    assert (answer["answer"], answer["code"]) == ("refused", "ALREADY_SERVED")
    assert list(StockRecord.objects.values_list("on_hand")) == on_hand


def test_a_form_that_was_taken_but_not_answered_is_the_same_event() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate)
    key = str(uuid4())
    gate.farmer.post(f"/lane/lanes/{gate.lane.reference}/call/", {"key": key})
    event = called(booking, gate, ago=0) | {"event_id": key}
    assert [one["answer"] for one in send(gate.farmer, event)] == ["already_had"]
    assert Call.objects.count() == 1


def test_what_is_refused_keeps_nothing_else_back() -> None:
    gate = a_gate()
    booking = a_car(gate)
    elsewhere = a_car(a_gate())
    told = [
        "junk",
        seen("arrived", elsewhere),
        seen("arrived", booking) | {"happened_at": "2020-01-01T00:00:00Z"},
        seen("called", booking),
        seen("arrived", booking, ago=60 * 60 * 24),
        seen("arrived", booking),
    ]
    answers = send(gate.farmer, *told)
    assert [one.get("code", one["answer"]) for one in answers] == [
        "BAD_INPUT",
        "NOT_FOUND",
        "CLOCK_WRONG",
        "BAD_INPUT",
        "WRONG_DAY",
        "accepted",
    ]
    assert Arrival.objects.get().booking == booking


def test_only_the_sites_own_farmers_tell() -> None:
    gate = a_gate()
    booking = a_car(gate)
    other = a_client(a_user("other@jangteo.test", (Role.FARMER, a_gate().site.reference)))
    (answer,) = send(other, seen("served", booking))
    assert answer["code"] == "NOT_FOUND"
    assert the_part(booking).status != FulfilmentStatus.HANDED_OVER


def test_the_tablet_keeps_all_of_todays_cars() -> None:
    gate = a_gate()
    booking = an_arrived_car(gate, on_site=True)
    kept = gate.farmer.get("/lane/").context["day_kept"]
    (car,) = kept["cars"]
    assert (car["booking"], car["status"], car["due"]) == (
        booking.reference,
        "waiting",
        "받을 돈 16,000원",
    )
