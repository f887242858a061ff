from datetime import time, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.catalogue.models import Product, ProductStatus, Variant, Way
from drivethrough.slots.models import Slot
from logistics.delivery_windows.models import DeliveryWindow
from logistics.network.models import Locality
from storefront.journeys.offer_ways import MOST_OF_EACH, Area, Offer, offer_ways
from tests.builders import commerce, drivethrough
from tests.builders.journeys import CUT_OFF, NOW, TOMORROW, Mall, a_mall

pytestmark = pytest.mark.django_db

HERE = Area(city="수원시 팔달구", street="인계로 123")


@pytest.fixture
def mall() -> Mall:
    Locality.objects.create(city="수원시 팔달구", name="인계동", lat=37.2664, lon=127.0321)
    return a_mall()


def offers(*variants: Variant, area: Area | None = HERE, quantity: int = 1) -> list[Offer]:
    goods = {variant.reference: quantity for variant in variants}
    return offer_ways(goods=goods, area=area, now=NOW)


def references(found: list[Offer]) -> list[str]:
    return [offer.reference for offer in found]


def test_stalls_of_one_market_come_home_together_for_one_fee(mall: Mall) -> None:
    found = offers(mall.spinach, mall.tofu)
    assert references(found) == [mall.window.reference, mall.later_window.reference]
    assert {offer.amount_won for offer in found} == {4_000}


def test_much_from_one_market_comes_home_free(mall: Mall) -> None:
    assert {offer.amount_won for offer in offers(mall.spinach, quantity=20)} == {0}


def test_each_market_asks_its_own_fee(mall: Mall) -> None:
    elsewhere = commerce.a_variant(name="상추", ways=[Way.DELIVERY])
    assert {offer.amount_won for offer in offers(mall.spinach, elsewhere)} == {8_000}


def test_a_window_must_have_room_for_every_part(mall: Mall) -> None:
    elsewhere = commerce.a_variant(name="상추", ways=[Way.DELIVERY])
    DeliveryWindow.objects.filter(pk=mall.window.pk).update(taken_stops=9)
    assert references(offers(mall.spinach, elsewhere)) == [mall.later_window.reference]
    assert mall.window.reference in references(offers(mall.spinach))


def test_a_farms_goods_come_home_or_wait_at_its_site(mall: Mall) -> None:
    found = offers(mall.strawberries)
    assert [(offer.reference, offer.way) for offer in found] == [
        (mall.window.reference, Way.DELIVERY),
        (mall.later_window.reference, Way.DELIVERY),
        (mall.slot.reference, Way.DRIVE_THROUGH),
        (mall.later_slot.reference, Way.DRIVE_THROUGH),
    ]
    assert [(offer.amount_won, offer.site) for offer in found[2:]] == [(0, mall.site)] * 2


def test_what_cannot_all_be_had_at_the_site_is_not_offered_there(mall: Mall) -> None:
    found = offers(mall.strawberries, mall.spinach)
    assert {offer.way for offer in found} == {Way.DELIVERY}


def test_goods_of_two_sites_have_no_common_slot(mall: Mall) -> None:
    farm = commerce.a_merchant(site_reference=drivethrough.a_site().reference)
    pears = commerce.a_variant(name="배", merchant=farm)
    assert {offer.way for offer in offers(mall.strawberries, pears)} == {Way.DELIVERY}


def test_full_and_closed_slots_and_full_windows_are_left_out(mall: Mall) -> None:
    Slot.objects.filter(pk=mall.slot.pk).update(taken_cars=3)
    Slot.objects.filter(pk=mall.later_slot.pk).update(cut_off_at=NOW)
    DeliveryWindow.objects.filter(pk=mall.window.pk).update(taken_stops=10)
    assert references(offers(mall.strawberries)) == [mall.later_window.reference]


def test_after_the_cut_off_nothing_is_offered(mall: Mall) -> None:
    goods = {mall.strawberries.reference: 1}
    assert offer_ways(goods=goods, area=HERE, now=CUT_OFF + timedelta(seconds=1)) == []


@pytest.mark.parametrize("area", [None, Area(city="양평군", street="")])
def test_where_no_van_goes_the_gate_is_left(mall: Mall, area: Area | None) -> None:
    assert {offer.way for offer in offers(mall.strawberries, area=area)} == {Way.DRIVE_THROUGH}
    assert offers(mall.spinach, area=area) == []


def test_with_somebody_elses_goods_among_them_nothing_is_offered(mall: Mall) -> None:
    goods = {mall.spinach.reference: 1, "": 1}
    assert offer_ways(goods=goods, area=HERE, now=NOW) == []


def test_what_is_no_longer_sold_is_not_offered(mall: Mall) -> None:
    Product.objects.filter(pk=mall.tofu.product_id).update(status=ProductStatus.WITHDRAWN)
    assert offers(mall.spinach, mall.tofu) == []


def test_no_goods_no_offer(mall: Mall) -> None:
    assert offer_ways(goods={}, area=HERE, now=NOW) == []


def test_a_long_row_of_slots_is_cut(mall: Mall) -> None:
    for number in range(MOST_OF_EACH):
        drivethrough.a_slot(
            site=mall.site, on_date=TOMORROW + timedelta(days=1 + number), start=time(10)
        )
    gate = [offer for offer in offers(mall.strawberries) if offer.site is not None]
    assert len(gate) == MOST_OF_EACH
    assert gate[0].reference == mall.slot.reference


def test_more_goods_cost_no_more_questions(mall: Mall) -> None:
    asked = []
    for goods in ([mall.spinach], [mall.spinach, mall.tofu]):
        with CaptureQueriesContext(connection) as captured:
            offers(*goods)
        asked.append(len(captured))
    assert asked[0] == asked[1] == 4
