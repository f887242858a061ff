"""A product's own cut-off: which hand-overs it leaves, and what is too late."""

from datetime import time, timedelta

import pytest

from commerce.basket import actions as baskets
from commerce.catalogue.actions import set_readiness
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.models import Variant, Way
from commerce.orders.models import Fulfilment
from drivethrough.slots import actions as slots
from storefront.journeys.change_slot import change_slot
from storefront.journeys.closing_times import ProductClosed
from storefront.journeys.offer_ways import offer_ways
from storefront.journeys.plan_checkout import Part, plan_checkout
from tests.builders.journeys import NOW, TOMORROW, Mall, a_mall, a_placed_order, a_shopper

pytestmark = pytest.mark.django_db

NOON_BEFORE = CutOff(1, time(12))
CLOSES_AT = NOON_BEFORE.closes_at(TOMORROW)
JUST_IN_TIME = CLOSES_AT - timedelta(seconds=1)


@pytest.fixture
def mall() -> Mall:
    mall = a_mall()
    for variant in (mall.spinach, mall.strawberries):
        set_readiness(product=variant.product, preparation_seconds=0, cut_off=NOON_BEFORE)
        variant.product.refresh_from_db()
    return mall


def a_part(mall: Mall, *wanted: tuple[Variant, Way], at=NOW, held_at=None) -> Part:
    """The one part of a basket, as the checkout plans it at ``at``."""
    shopper = a_shopper()
    basket = baskets.open_basket(customer=shopper.customer, now=NOW)
    for variant, way in wanted:
        baskets.add_goods(basket=basket, variant=variant, quantity=1, way=way)
    if held_at is not None:
        slots.hold(
            slot_reference=mall.slot.reference,
            owner_reference=basket.reference,
            key="held",
            now=held_at,
        )
    (part,) = plan_checkout(basket=basket, address=shopper.address, now=at).parts
    return part


def test_a_window_is_offered_until_the_cut_off(mall: Mall) -> None:
    wanted = (mall.spinach, Way.DELIVERY)
    assert mall.window in a_part(mall, wanted, at=JUST_IN_TIME).windows


def test_a_window_is_not_offered_from_the_cut_off_on(mall: Mall) -> None:
    assert a_part(mall, (mall.spinach, Way.DELIVERY), at=CLOSES_AT).windows == []


def test_the_earliest_cut_off_of_a_part_counts(mall: Mall) -> None:
    part = a_part(mall, (mall.tofu, Way.DELIVERY), (mall.spinach, Way.DELIVERY), at=CLOSES_AT)
    assert part.windows == []
    assert part.closing == [mall.spinach.product]


def test_what_has_no_cut_off_is_offered_as_long_as_there_is_a_window(mall: Mall) -> None:
    assert a_part(mall, (mall.tofu, Way.DELIVERY), at=CLOSES_AT).windows != []


def test_a_slot_is_offered_until_the_cut_off(mall: Mall) -> None:
    part = a_part(mall, (mall.strawberries, Way.DRIVE_THROUGH), at=JUST_IN_TIME)
    assert part.slots == [mall.slot, mall.later_slot]


def test_a_slot_is_not_offered_from_the_cut_off_on(mall: Mall) -> None:
    assert a_part(mall, (mall.strawberries, Way.DRIVE_THROUGH), at=CLOSES_AT).slots == []


def test_a_place_kept_in_time_stays_good(mall: Mall) -> None:
    wanted = (mall.strawberries, Way.DRIVE_THROUGH)
    part = a_part(mall, wanted, held_at=JUST_IN_TIME, at=CLOSES_AT + timedelta(minutes=5))
    assert part.hold is not None


def test_a_place_kept_too_late_does_not_count(mall: Mall) -> None:
    wanted = (mall.strawberries, Way.DRIVE_THROUGH)
    assert a_part(mall, wanted, held_at=CLOSES_AT, at=CLOSES_AT).hold is None


def test_a_shopper_comes_another_time_only_before_the_cut_off(mall: Mall) -> None:
    a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),))
    later = mall.later_slot.reference
    with pytest.raises(ProductClosed) as refusal:
        change_slot(fulfilment=Fulfilment.objects.get(), slot_reference=later, now=CLOSES_AT)
    assert refusal.value.data["name"] == "딸기"
    assert Fulfilment.objects.get().promised_from == mall.slot.starts_at
    change_slot(fulfilment=Fulfilment.objects.get(), slot_reference=later, now=JUST_IN_TIME)
    assert Fulfilment.objects.get().promised_from == mall.later_slot.starts_at


def test_another_storefront_is_offered_no_hand_over_that_is_too_late(mall: Mall) -> None:
    goods = {mall.strawberries.reference: 1}
    assert offer_ways(goods=goods, area=None, now=JUST_IN_TIME) != []
    assert offer_ways(goods=goods, area=None, now=CLOSES_AT) == []
