"""The form for a car that has booked nothing."""

from datetime import time

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import Way
from drivethrough.queue.models import Arrival
from drivethrough.slots.models import Slot
from tests.builders import commerce
from tests.builders.drivethrough import a_slot
from tests.storefront.lane_tablet.gate import Gate, a_gate

pytestmark = pytest.mark.django_db


def a_gate_with_berries() -> tuple[Gate, str]:
    gate = a_gate()
    Slot.objects.all().delete()
    a_slot(
        site=gate.site,
        on_date=timezone.localdate(),
        start=time(0),
        ends_at=timezone.now().replace(microsecond=0) + timezone.timedelta(days=1),
    )
    farm = commerce.Merchant.objects.get(reference=gate.merchant_reference)
    product = commerce.a_product(
        merchant=farm, name="딸기", price_won=8_000, on_hand=3, ways=[Way.DRIVE_THROUGH]
    )
    return gate, product.variants.get().reference


def post(gate: Gate, goods: str, pieces: str, key: str = "tap") -> object:
    form = {f"goods:{goods}": pieces, "plate": "12가3456", "phone_last4": "", "key": key}
    return gate.farmer.post(reverse("lane_walk_up"), form)


def test_what_is_left_is_shown_and_a_car_that_takes_some_waits() -> None:
    gate, berries = a_gate_with_berries()
    page = gate.farmer.get(reverse("lane_walk_up"))
    assert "3개 남음" in page.content.decode()
    assert post(gate, berries, "2").url == reverse("lane_home")
    assert Arrival.objects.get().booking.plate == "12가3456"


@pytest.mark.parametrize("pieces", ["-1", "many", "51", "4"])
def test_a_refused_form_says_why_and_keeps_what_was_typed(pieces: str) -> None:
    gate, berries = a_gate_with_berries()
    page = post(gate, berries, pieces)
    assert page.status_code == 400
    assert page.context["refusal"]["code"] in {"BAD_INPUT", "OUT_OF_STOCK", "INSUFFICIENT_STOCK"}
    assert page.context["typed"]["plate"] == "12가3456"
    assert not Arrival.objects.exists()


def test_without_goods_or_places_the_page_says_what_to_do() -> None:
    gate = a_gate()
    assert gate.farmer.get(reverse("lane_walk_up")).status_code == 200
