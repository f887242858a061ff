"""The farmer's page of regular openings and closed days."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from drivethrough.openings.models import RegularOpening, SiteClosing
from drivethrough.slots.models import Slot, SlotStatus
from tests.builders.drivethrough import a_regular_opening
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate

pytestmark = pytest.mark.django_db

WEEKLY = {
    "weekdays": [str(day) for day in range(7)],
    "market_day": "",
    "start": "15:00",
    "end": "17:00",
    "minutes": "30",
    "cars": "6",
    "walk_up_percent": "20",
    "walk_up_minutes": "30",
    "cut_off_days": "1",
    "cut_off": "18:00",
}


def tomorrow() -> str:
    return str(timezone.localdate() + timedelta(days=1))


def closing(gate: Gate, **changes: str) -> object:
    sent = {"on_date": tomorrow(), "reason": "눈", **changes}
    return gate.farmer.post(reverse("lane_close_day"), sent)


def test_an_opening_is_added_and_its_two_weeks_open_at_once() -> None:
    gate = a_gate()
    gate.farmer.post(reverse("lane_add_opening"), WEEKLY)
    page = gate.farmer.get(reverse("lane_week")).content.decode()
    assert Slot.objects.filter(site=gate.site).count() == 1 + 15 * 4
    assert "매일" in page


def test_who_prepares_goes_into_each_slot() -> None:
    gate = a_gate()
    gate.farmer.post(reverse("lane_add_opening"), {**WEEKLY, "preparers": "2"})
    assert RegularOpening.objects.get().preparers == 2
    assert {slot.preparers for slot in Slot.objects.exclude(pk=gate.slot.pk)} == {2}
    assert "2명이 챙김" in gate.farmer.get(reverse("lane_week")).content.decode()


def test_a_market_day_reads_as_people_say_it() -> None:
    gate = a_gate()
    gate.farmer.post(reverse("lane_add_opening"), {**WEEKLY, "weekdays": [], "market_day": "4"})
    assert "4·9장" in gate.farmer.get(reverse("lane_week")).content.decode()
    assert RegularOpening.objects.get().market_day == 4


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"weekdays": []}, "OPENING_DAYS"),
        ({"weekdays": ["8"]}, "BAD_INPUT"),
        ({"market_day": "4"}, "OPENING_DAYS"),
        ({"market_day": "6"}, "BAD_INPUT"),
        ({"start": "x"}, "BAD_INPUT"),
        ({"cars": "201"}, "BAD_INPUT"),
        ({"walk_up_percent": "51"}, "BAD_INPUT"),
    ],
)
def test_an_opening_that_cannot_be_is_refused_with_what_was_typed(
    changes: dict[str, object], code: str
) -> None:
    gate = a_gate()
    answer = gate.farmer.post(reverse("lane_add_opening"), {**WEEKLY, **changes})
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, code)
    assert answer.context["new_opening"]["end"] == "17:00"
    assert not RegularOpening.objects.exists()


def test_an_opening_is_removed() -> None:
    gate = a_gate()
    opening = a_regular_opening(site=gate.site)
    gate.farmer.post(reverse("lane_remove_opening", args=[opening.reference]))
    assert not RegularOpening.objects.exists()


def test_a_day_is_closed_and_opened_again() -> None:
    gate = a_gate()
    gate.farmer.post(reverse("lane_add_opening"), WEEKLY)
    closing(gate)
    assert Slot.objects.filter(status=SlotStatus.CANCELLED).count() == 4
    closed = SiteClosing.objects.get()
    gate.farmer.post(reverse("lane_reopen_day", args=[closed.reference]))
    assert not Slot.objects.filter(status=SlotStatus.CANCELLED).exists()


def test_a_closing_without_a_reason_is_refused() -> None:
    gate = a_gate()
    answer = closing(gate, reason="")
    assert answer.context["refusal"]["code"] == "SITE_CLOSING_REASON"
    assert closing(gate, on_date="9999-12-31").context["refusal"]["code"] == "BAD_INPUT"


def test_a_day_with_booked_cars_says_so() -> None:
    gate = a_gate()
    a_car(gate)
    answer = closing(gate, on_date=str(timezone.localdate()))
    assert answer.context["refusal"]["code"] == "SITE_DAY_BOOKED"


def test_another_sites_rows_are_not_there() -> None:
    gate, other = a_gate(), a_gate()
    opening = a_regular_opening(site=other.site)
    url = reverse("lane_remove_opening", args=[opening.reference])
    assert gate.farmer.post(url).status_code == 404
    assert RegularOpening.objects.exists()
