"""The farmer sees the shares, then confirms them."""

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.harvests.models import Harvest
from commerce.orders.models import Order, OrderLine
from tests.builders import commerce
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate

pytestmark = pytest.mark.django_db


def ordered(gate: Gate, *quantities: int) -> str:
    """The address of the page for the goods of these cars."""
    for number, quantity in enumerate(quantities):
        a_car(gate, quantity=quantity, plate=f"12가345{number}")
    variant = commerce.a_product().variants.get()
    OrderLine.objects.update(variant=variant)
    on_date = timezone.localdate(gate.slot.starts_at).isoformat()
    return reverse("lane_harvest", args=[on_date, variant.reference])


def test_shown_first_then_confirmed() -> None:
    gate = a_gate()
    page = ordered(gate, 4)
    assert "4개" in gate.farmer.get(reverse("lane_harvests")).content.decode()
    shown = gate.farmer.get(page, {"picked": "3"})
    assert [one["cut"].gets for one in shown.context["cuts"]] == [3]
    assert OrderLine.objects.get().quantity == 4
    form = {"picked": "3", "seen": "4", "key": shown.context["key"]}
    assert gate.farmer.post(page, form).url == reverse("lane_harvests")
    assert OrderLine.objects.get().quantity == 3


@pytest.mark.parametrize("picked", ["4", "-1", "many", ""])
def test_a_refused_number_says_why(picked: str) -> None:
    gate = a_gate()
    page = gate.farmer.get(ordered(gate, 4), {"picked": picked})
    assert page.status_code == 400
    assert page.context["refusal"]["code"] in {"HARVEST_RANGE", "BAD_INPUT"}


def test_another_sites_goods_are_not_found() -> None:
    page = ordered(a_gate(), 4)
    assert a_gate().farmer.get(page).status_code == 404
    variant = commerce.a_product().variants.get()
    nowhere = reverse("lane_harvest", args=[timezone.localdate().isoformat(), variant.reference])
    assert a_gate().farmer.get(nowhere).status_code == 404


def test_the_farmer_chooses_what_is_offered_to_those_who_get_nothing() -> None:
    gate = a_gate(days_ahead=2)  # there is time to ask them
    page = ordered(gate, 1)
    Order.objects.update(when_short="substitute")
    variant = OrderLine.objects.get().variant
    OrderLine.objects.update(merchant_reference=variant.product.merchant.reference)
    instead = commerce.a_product(
        merchant=variant.product.merchant,
        name="앵두",
        price_won=8_000,
        tax_class=OrderLine.objects.get().tax_class,
        ways=["drive_through"],
    ).variants.get()
    shown = gate.farmer.get(page, {"picked": "0"})
    assert list(shown.context["instead"]) == [instead]
    assert f'<option value="{instead.reference}">' in shown.content.decode()
    form = {"picked": "0", "seen": "1", "key": shown.context["key"]}
    nothing = gate.farmer.post(page, form | {"instead": "VAR-NOTHING"})
    assert (nothing.status_code, nothing.context["refusal"]["code"]) == (404, "NOT_FOUND")
    assert not Harvest.objects.exists()
    assert gate.farmer.post(page, form | {"instead": instead.reference}).status_code == 302
    assert Harvest.objects.get().instead == instead
