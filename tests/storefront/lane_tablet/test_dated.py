"""How many of each thing can be picked up on a date, said on the farmer's page."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import Variant, Way
from commerce.merchants.models import Merchant
from commerce.orders.models import OrderLine
from drivethrough.slots.loads import Load
from drivethrough.slots.models import PickupStock, Slot
from tests.builders import commerce
from tests.builders.drivethrough import a_booking, a_hold, a_slot
from tests.storefront.lane_tablet.gate import Gate, a_car, a_gate

pytestmark = pytest.mark.django_db

URL = "lane_dated"


def mushrooms(gate: Gate, name: str = "표고버섯") -> Variant:
    farm = Merchant.objects.get(reference=gate.merchant_reference)
    return commerce.a_variant(name=name, merchant=farm, ways=[Way.DRIVE_THROUGH])


def in_five_days() -> date:
    return timezone.localdate() + timedelta(days=5)


def a_coming_slot(gate: Gate) -> Slot:
    return a_slot(site=gate.site, on_date=in_five_days(), cars=9)


def send(gate: Gate, on: object, **amounts: object) -> object:
    fields = {f"amount:{variant.replace('_', '-')}": n for variant, n in amounts.items()}
    return gate.farmer.post(reverse(URL), {"on": str(on), **fields})


def named(variant: Variant) -> str:
    return variant.reference.replace("-", "_")


def test_an_amount_is_saved_shown_and_taken_away_again() -> None:
    gate = a_gate()
    goods = mushrooms(gate)
    assert send(gate, in_five_days(), **{named(goods): 40}).url.endswith(str(in_five_days()))  # type: ignore[attr-defined]
    assert PickupStock.objects.get().amount == 40
    page = gate.farmer.get(reverse(URL), {"on": str(in_five_days())}).content.decode()
    assert 'value="40"' in page
    send(gate, in_five_days(), **{named(goods): ""})
    assert not PickupStock.objects.exists()


def test_the_next_day_with_slots_comes_first() -> None:
    gate = a_gate(days_ahead=3)
    page = gate.farmer.get(reverse(URL))
    assert page.context["on_date"] == timezone.localdate(gate.slot.starts_at)


def test_less_than_is_booked_is_refused_and_leads_to_sharing_it_out() -> None:
    gate = a_gate()
    goods, other = mushrooms(gate), mushrooms(gate, "느타리버섯")
    load = Load(items={goods.reference: 12})
    slot = a_coming_slot(gate)
    a_booking(slot=slot, load=load, now=timezone.now())
    a_car(gate, slot=slot)
    OrderLine.objects.update(variant=goods)
    page = send(gate, in_five_days(), **{named(other): 3, named(goods): 10})
    assert page.status_code == 400  # type: ignore[attr-defined]
    said = page.content.decode()  # type: ignore[attr-defined]
    assert "표고버섯" in page.context["refusal"]["message"]  # type: ignore[attr-defined]
    assert page.context["refusal"]["data"]["taken"] == 12  # type: ignore[attr-defined]
    assert reverse("lane_harvest", args=[in_five_days(), goods.reference]) in said
    assert 'value="10"' in said
    assert not PickupStock.objects.exists()


def test_what_is_only_held_cannot_be_shared_out() -> None:
    gate = a_gate()
    goods = mushrooms(gate)
    a_hold(slot=a_coming_slot(gate), load=Load(items={goods.reference: 3}), now=timezone.now())
    said = send(gate, in_five_days(), **{named(goods): 1}).content.decode()  # type: ignore[attr-defined]
    assert "잡아만 둔 것입니다" in said
    assert reverse("lane_harvest", args=[in_five_days(), goods.reference]) not in said


@pytest.mark.parametrize("amount", ["-1", "1.5", "many", "1000000", "９"])
def test_what_is_no_amount_is_refused(amount: str) -> None:
    gate = a_gate()
    goods = mushrooms(gate)
    page = send(gate, in_five_days(), **{named(goods): amount})
    assert (page.status_code, page.context["refusal"]["code"]) == (400, "BAD_INPUT")  # type: ignore[attr-defined]
    assert not PickupStock.objects.exists()


@pytest.mark.parametrize("on", ["2020-13-01", "soon", "9999-12-31"])
def test_what_is_no_day_is_refused(on: str) -> None:
    gate = a_gate()
    assert gate.farmer.get(reverse(URL), {"on": on}).status_code == 400
    assert send(gate, on).status_code == 400  # type: ignore[attr-defined]


def test_a_day_that_is_over_cannot_be_changed() -> None:
    gate = a_gate()
    goods = mushrooms(gate)
    yesterday = timezone.localdate() - timedelta(days=1)
    assert gate.farmer.get(reverse(URL), {"on": str(yesterday)}).status_code == 200
    page = send(gate, yesterday, **{named(goods): 3})
    assert page.context["refusal"]["code"] == "PICKUP_DATE_PAST"  # type: ignore[attr-defined]


def test_another_farms_goods_are_not_found() -> None:
    gate, stranger = a_gate(), a_gate()
    page = send(gate, in_five_days(), **{named(mushrooms(stranger)): 3})
    assert page.status_code == 404  # type: ignore[attr-defined]
    assert not PickupStock.objects.exists()


def test_a_site_without_goods_says_so() -> None:
    page = a_gate().farmer.get(reverse(URL)).content.decode()
    assert "여기서 차로 내주는 상품이 없어요." in page
