"""Drivers know their minute, and hear of it when it moves."""

from datetime import timedelta
from functools import partial

import pytest
from django.urls import reverse

from commerce.catalogue.models import Way
from drivethrough.queue import turns
from drivethrough.queue.models import Turn
from drivethrough.queue.queries import CarStatus, DayCar
from drivethrough.slots.models import Booking
from storefront.journeys import displace_cars
from storefront.journeys.displace_cars import call_off_slot
from storefront.journeys.tell_turns import tell, tell_turns
from storefront.notices.models import Notice
from tests.builders.journeys import AT_THE_GATE, Mall, a_mall, a_placed_order
from tests.races.together import at_once

pytestmark = pytest.mark.django_db


def a_car(mall: Mall, *, status: CarStatus = CarStatus.EXPECTED) -> DayCar:
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    return DayCar(Booking.objects.select_related("slot").latest("pk"), status)


def at(car: DayCar, minutes: int) -> bool:
    return tell(car, call_at=car.booking.slot.ends_at + timedelta(minutes=minutes), now=AT_THE_GATE)


def test_the_sweep_gives_each_car_a_minute_once(client) -> None:
    car = a_car(a_mall())
    assert tell_turns(now=AT_THE_GATE) == 1
    assert tell_turns(now=AT_THE_GATE) == 0
    assert Turn.objects.get().call_at >= AT_THE_GATE
    page = client.get(reverse("arrive", args=[car.booking.reference]))
    assert page.context["call_at"] == Turn.objects.get().call_at


def test_a_minute_within_the_booked_slot_needs_no_message() -> None:
    assert at(a_car(a_mall()), -20)
    assert not Notice.objects.filter(kind="turn_moved").exists()


def test_a_turn_that_moves_by_minutes_is_told_and_by_less_is_not() -> None:
    car = a_car(a_mall())
    told = [at(car, minutes) for minutes in (-20, -17, -12, -12, 10)]
    assert told == [True, False, True, False, True]
    assert Notice.objects.filter(kind="turn_moved").count() == 2


def test_who_is_here_reads_it_on_the_page_only() -> None:
    assert at(a_car(a_mall(), status=CarStatus.WAITING), 30)
    assert not Notice.objects.filter(kind="turn_moved").exists()


def test_sites_where_nobody_comes_soon_are_not_planned() -> None:
    a_car(a_mall())
    assert list(turns.sites_with_cars(AT_THE_GATE - timedelta(days=1))) == []


def test_a_driver_whose_slot_is_called_off_is_not_asked_to_come(client) -> None:
    mall = a_mall()
    car = a_car(mall)
    call_off_slot(slot=mall.slot, now=AT_THE_GATE - timedelta(hours=3))
    page = client.get(reverse("arrive", args=[car.booking.reference]))
    assert "취소되었어요" in page.content.decode()


def test_tablets_screen_and_driver_look_again_when_a_slot_is_called_off(monkeypatch) -> None:
    mall = a_mall()
    car = a_car(mall)
    told: list[str] = []
    monkeypatch.setattr(displace_cars, "changed", told.append)
    call_off_slot(slot=mall.slot, now=AT_THE_GATE - timedelta(hours=3))
    site = mall.site.reference
    assert told == [f"lane:{site}", f"screen:{site}", f"booking:{car.booking.reference}"]


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_sweeps_at_the_same_moment_tell_once() -> None:
    car = a_car(a_mall())
    assert sorted(at_once([partial(at, car, 10)] * 4)) == [False, False, False, True]
    assert Notice.objects.filter(kind="turn_moved").count() == 1
