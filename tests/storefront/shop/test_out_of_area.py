"""A door no van comes to is told so, and offered something else."""

import pytest

from commerce.basket import actions as baskets
from commerce.basket.models import BasketLine
from commerce.catalogue.models import Way
from commerce.customers.models import Address
from logistics.network.models import Locality
from tests.builders.commerce import NOW
from tests.builders.mall import Mall, a_client, a_mall

pytestmark = pytest.mark.django_db


def a_far_door_with(mall: Mall, *, quantity: int = 1) -> None:
    """Strawberries that could be had at the gate are to come to a door out of reach."""
    Address.objects.update(lat=38.2, lon=127.9)
    product = mall.strawberries.product
    product.ways = [Way.DRIVE_THROUGH, Way.DELIVERY]
    product.save()
    basket = baskets.open_basket(customer=mall.customer, now=NOW)
    for way in (Way.DELIVERY, Way.DRIVE_THROUGH)[:quantity]:
        baskets.add_goods(basket=basket, variant=mall.strawberries, quantity=2, way=way)


def test_checkout_offers_to_pick_up_by_car_what_can_be() -> None:
    mall = a_mall()
    a_far_door_with(mall)
    client = a_client(mall.user)
    page = client.get("/checkout/").content.decode()
    assert "차에서 받을 수 있어요" in page
    client.post("/basket/by-car/")
    assert [line.way for line in BasketLine.objects.all()] == [Way.DRIVE_THROUGH]
    assert "차에서 받을 수 있어요" not in client.get("/checkout/").content.decode()


def test_what_is_there_both_ways_becomes_one_line() -> None:
    mall = a_mall()
    a_far_door_with(mall, quantity=2)
    a_client(mall.user).post("/basket/by-car/")
    line = BasketLine.objects.get()
    assert (line.way, line.quantity) == (Way.DRIVE_THROUGH, 4)


def test_what_cannot_be_picked_up_stays_and_other_goods_are_pointed_to() -> None:
    mall = a_mall()
    Address.objects.update(lat=38.2, lon=127.9)
    basket = baskets.open_basket(customer=mall.customer, now=NOW)
    baskets.add_goods(basket=basket, variant=mall.greens, quantity=1, way=Way.DELIVERY)
    client = a_client(mall.user)
    assert "담은 상품은 차에서 받을 수 없어요" in client.get("/checkout/").content.decode()
    client.post("/basket/by-car/")
    assert BasketLine.objects.get().way == Way.DELIVERY


def typed(place: str) -> dict[str, str]:
    return {"place": place, "street": "인계로 1", "postcode": "16488", "back": "account"}


def test_an_address_in_another_province_is_refused_with_an_offer() -> None:
    mall = a_mall()
    answer = a_client(mall.user).post("/checkout/address/", typed("서울 강남구 · 역삼동"))
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "경기도 밖에는 배송하지 않습니다" in page
    assert "경기도 안의 드라이브스루" in page
    assert Address.objects.count() == 1


def test_an_address_no_depot_serves_is_kept_and_one_is_told() -> None:
    mall = a_mall()
    Locality.objects.create(city="연천군", name="신서면", lat=38.2, lon=127.09)
    saved = a_client(mall.user).post("/checkout/address/", typed("연천군 · 신서면"), follow=True)
    assert "아직 배송하지 못해요" in saved.content.decode()
    assert Address.objects.count() == 2
