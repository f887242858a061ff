"""Choosing again behind the link of the message, and changing one's time on the order page."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from drivethrough.rebooking.models import Displacement
from drivethrough.slots.models import Slot
from storefront.accounts.models import User
from storefront.journeys.displace_cars import call_off_slot
from storefront.notices.links import token_of
from tests.builders.drivethrough import a_slot
from tests.builders.mall import a_client
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate, the_part

pytestmark = pytest.mark.django_db


def a_coming_slot(gate: Gate, days: int = 3) -> Slot:
    return a_slot(site=gate.site, on_date=timezone.localdate() + timedelta(days=days))


def called_off(gate: Gate) -> tuple[str, Slot]:
    """The address, and a slot to choose."""
    slot = a_coming_slot(gate)
    a_car(gate, slot=slot)
    call_off_slot(slot=slot, now=timezone.now())
    token = token_of(Displacement.objects.get().reference, "choose_instead")
    return reverse("choose_instead", args=[token]), a_coming_slot(gate, 4)


def test_who_has_the_link_chooses_without_signing_in(client: Client) -> None:
    gate = a_gate()
    url, slot = called_off(gate)
    page = client.get(url)
    assert f"slot:{slot.reference}" in page.content.decode()
    answer = client.post(url, {"do": f"slot:{slot.reference}", "key": "tap"})
    assert answer.status_code == 302
    assert Displacement.objects.get().booking.slot == slot
    assert "뵙겠습니다" in client.get(url).content.decode()


def test_a_link_that_was_not_sent_opens_nothing(client: Client) -> None:
    gate = a_gate()
    called_off(gate)
    reference = Displacement.objects.get().reference
    for token in (reference, f"{reference}:x", token_of(reference, "another_page")):
        assert client.get(reverse("choose_instead", args=[token])).status_code == 404


@pytest.mark.parametrize(
    ("sent", "code"),
    [
        ({"do": "refund"}, "BAD_INPUT"),
        ({"do": "burn", "key": "tap"}, "BAD_INPUT"),
        ({"do": "slot:SLT-NONE", "key": "tap"}, "NOT_FOUND"),
        ({"do": "home:DWN-NONE", "key": "tap"}, "NOT_BROUGHT"),
    ],
)
def test_a_choice_that_is_none_is_refused_in_words(
    client: Client, sent: dict[str, str], code: str
) -> None:
    url, _ = called_off(a_gate())
    answer = client.post(url, sent)
    assert answer.context["refusal"]["code"] == code
    assert Displacement.objects.get().answer == ""


def owner_of(gate_car: object) -> Client:
    part = the_part(gate_car)  # type: ignore[arg-type]
    user, _ = User.objects.get_or_create(
        reference=part.order.customer.user_reference,
        defaults={"email": "owner@jangteo.test"},
    )
    return a_client(user)


def test_the_order_page_leads_to_another_time_and_back() -> None:
    gate = a_gate()
    car = a_car(gate, slot=a_coming_slot(gate))
    later = a_coming_slot(gate, 4)
    part, shopper = the_part(car), owner_of(car)
    url = reverse("change_slot", args=[part.order.reference, part.reference])
    order_page = shopper.get(reverse("order", args=[part.order.reference])).content.decode()
    assert url in order_page
    assert later.reference in shopper.get(url).content.decode()
    shopper.post(url, {"slot": later.reference})
    assert the_part(car).promised_from == later.starts_at


def test_the_order_page_of_a_called_off_slot_leads_to_the_choice() -> None:
    gate = a_gate()
    car = a_car(gate, slot=a_coming_slot(gate))
    call_off_slot(slot=car.slot, now=timezone.now())
    part = the_part(car)
    page = owner_of(car).get(reverse("order", args=[part.order.reference])).content.decode()
    assert "/instead/DSP-" in page


def test_nobody_elses_booking_is_changed() -> None:
    gate = a_gate()
    car = a_car(gate, slot=a_coming_slot(gate))
    part = the_part(car)
    stranger = a_client(User.objects.create_user(email="mallory@jangteo.test", password="x"))
    url = reverse("change_slot", args=[part.order.reference, part.reference])
    assert stranger.get(url).status_code == 404
