"""How many cars a slot takes, and new slots."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drivethrough.slots.loads import Load
from drivethrough.slots.models import Slot, SlotStatus
from tests.builders.drivethrough import a_booking, a_slot
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate

pytestmark = pytest.mark.django_db


def tomorrow() -> object:
    return timezone.localdate() + timedelta(days=1)


def a_coming_slot(gate: Gate, cars: int = 3) -> Slot:
    return a_slot(site=gate.site, on_date=tomorrow(), start=time(10), cars=cars)


def new_slots(**changes: str) -> dict[str, str]:
    return {
        "on_date": str(tomorrow()),
        "start": "14:00",
        "end": "16:00",
        "minutes": "30",
        "cars": "6",
        "cut_off_days": "1",
        "cut_off": "18:00",
        **changes,
    }


def test_the_page_shows_how_full_each_slot_is() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    a_car(gate, slot=slot)
    page = gate.farmer.get(reverse("lane_slots"))
    assert "1 / 3대" in page.content.decode()


def test_capacity_changes() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    gate.farmer.post(reverse("lane_slot_cars", args=[slot.reference]), {"cars": "9"})
    slot.refresh_from_db()
    assert slot.capacity_cars == 9


def test_capacity_below_booked_is_refused_beside_the_slot() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    for plate in ("12가3456", "34나5678"):
        a_car(gate, slot=slot, plate=plate)
    answer = gate.farmer.post(reverse("lane_slot_cars", args=[slot.reference]), {"cars": "1"})
    slot.refresh_from_db()
    assert answer.status_code == 400
    assert answer.context["slot_refusal"]["code"] == "CAPACITY_BELOW_BOOKED"
    assert answer.context["refused_slot"] == slot.reference
    assert slot.capacity_cars == 3


@pytest.mark.parametrize("cars", ["", "0", "-1", "٣", "²", "201", "99999999999999999999"])
def test_a_capacity_that_is_no_number_of_cars_is_refused(cars: str) -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    answer = gate.farmer.post(reverse("lane_slot_cars", args=[slot.reference]), {"cars": cars})
    slot.refresh_from_db()
    assert (answer.status_code, slot.capacity_cars) == (400, 3)


def test_a_slot_is_paused_and_reopened() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    url = reverse("lane_slot_status", args=[slot.reference])
    gate.farmer.post(url, {"do": "pause"})
    slot.refresh_from_db()
    assert slot.status == SlotStatus.PAUSED
    gate.farmer.post(url, {"do": "reopen"})
    slot.refresh_from_db()
    assert slot.status == SlotStatus.OPEN


def test_new_slots_open_for_a_day() -> None:
    gate = a_gate()
    answer = gate.farmer.post(reverse("lane_open_slots"), new_slots())
    opened = Slot.objects.filter(site=gate.site).exclude(pk=gate.slot.pk)
    assert answer.status_code == 302
    assert [timezone.localtime(slot.starts_at).time() for slot in opened] == [
        time(14),
        time(14, 30),
        time(15),
        time(15, 30),
    ]
    assert {slot.capacity_cars for slot in opened} == {6}
    assert {timezone.localtime(slot.cut_off_at).time() for slot in opened} == {time(18)}


def test_opened_twice_they_are_there_once() -> None:
    gate = a_gate()
    for _ in range(2):
        gate.farmer.post(reverse("lane_open_slots"), new_slots())
    assert Slot.objects.filter(site=gate.site).exclude(pk=gate.slot.pk).count() == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"end": "13:00"}, "SLOT_SPAN"),
        ({"on_date": "2020-01-01"}, "BAD_INPUT"),
        ({"on_date": "9999-12-31"}, "BAD_INPUT"),
        ({"on_date": "내일"}, "BAD_INPUT"),
        ({"start": "25:00"}, "BAD_INPUT"),
        ({"start": "10:00+09:00"}, "BAD_INPUT"),
        ({"minutes": "0"}, "BAD_INPUT"),
        ({"cars": "0"}, "BAD_INPUT"),
        ({"cut_off_days": "x"}, "BAD_INPUT"),
    ],
)
def test_slots_that_cannot_be_are_refused_with_what_was_typed(
    changes: dict[str, str], code: str
) -> None:
    gate = a_gate()
    answer = gate.farmer.post(reverse("lane_open_slots"), new_slots(**changes))
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["typed"]["start"] == new_slots(**changes)["start"]
    assert Slot.objects.count() == 1


def test_slots_across_others_are_refused() -> None:
    gate = a_gate()
    a_coming_slot(gate)
    answer = gate.farmer.post(reverse("lane_open_slots"), new_slots(start="09:45", end="10:45"))
    assert answer.context["refusal"]["code"] == "SLOTS_OVERLAP"


def test_another_sites_slot_cannot_be_changed() -> None:
    gate, other = a_gate(), a_gate()
    slot = a_coming_slot(other)
    for page, sent in (("lane_slot_cars", {"cars": "9"}), ("lane_slot_status", {"do": "pause"})):
        assert gate.farmer.post(reverse(page, args=[slot.reference]), sent).status_code == 404
    slot.refresh_from_db()
    assert (slot.capacity_cars, slot.status) == (3, SlotStatus.OPEN)


def test_who_prepares_is_said_of_a_slot_and_taken_back() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    url = reverse("lane_slot_cars", args=[slot.reference])
    gate.farmer.post(url, {"cars": "3", "preparers": "2"})
    slot.refresh_from_db()
    assert slot.preparers == 2
    assert "챙김 0 / 60분" in gate.farmer.get(reverse("lane_slots")).content.decode()
    gate.farmer.post(url, {"cars": "3"})  # a page that was open before the question was there
    slot.refresh_from_db()
    assert slot.preparers == 2
    gate.farmer.post(url, {"cars": "3", "preparers": ""})
    slot.refresh_from_db()
    assert slot.preparers is None


def test_fewer_who_prepare_than_is_booked_leads_to_who_goes_where() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    a_booking(slot=slot, load=Load(45 * 60), now=timezone.now() - timedelta(days=1))
    answer = gate.farmer.post(
        reverse("lane_slot_cars", args=[slot.reference]), {"cars": "3", "preparers": "1"}
    )
    assert answer.status_code == 400
    assert answer.context["slot_refusal"]["field"] == "preparers"
    assert "45분" in answer.context["slot_refusal"]["message"]
    page = reverse("lane_fewer_cars", args=[slot.reference])
    assert f"{page}?cars=3&amp;preparers=1" in answer.content.decode()
    shown = gate.farmer.get(page, {"cars": "3", "preparers": "1"})
    assert len(shown.context["going"]) == 1


@pytest.mark.parametrize("preparers", ["0", "-1", "51", "two", "²"])
def test_a_number_that_cannot_prepare_is_refused(preparers: str) -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    url = reverse("lane_slot_cars", args=[slot.reference])
    assert gate.farmer.post(url, {"cars": "3", "preparers": preparers}).status_code == 400
    opened = gate.farmer.post(reverse("lane_open_slots"), new_slots(preparers=preparers))
    assert opened.status_code == 400
    slot.refresh_from_db()
    assert slot.preparers is None


def test_a_slot_whose_time_is_booked_up_says_so() -> None:
    gate = a_gate()
    slot = a_coming_slot(gate)
    url = reverse("lane_slot_cars", args=[slot.reference])
    gate.farmer.post(url, {"cars": "3", "preparers": "1"})
    a_booking(slot=slot, load=Load(30 * 60), now=timezone.now() - timedelta(days=1))
    Slot.objects.filter(pk=slot.pk).update(cut_off_at=slot.starts_at)
    assert "챙길 시간이 참" in gate.farmer.get(reverse("lane_slots")).content.decode()


def test_new_slots_know_who_prepares() -> None:
    gate = a_gate()
    gate.farmer.post(reverse("lane_open_slots"), new_slots(preparers="3"))
    assert {slot.preparers for slot in Slot.objects.filter(capacity_cars=6)} == {3}
