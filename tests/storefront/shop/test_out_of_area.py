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
    page = client.get("/checkout/").content.decode()
    assert "배송으로 담은 상품은 택배로도 차에서도 받을 수 없어요" in page
    client.post("/basket/by-car/")
    assert BasketLine.objects.get().way == Way.DELIVERY


def test_checkout_offers_to_send_by_parcel_what_its_merchant_sends() -> None:
    mall = a_mall()
    a_far_door_with(mall)
    product = mall.strawberries.product
    product.ways = [*product.ways, Way.PARCEL]
    product.save()
    client = a_client(mall.user)
    page = client.get("/checkout/").content.decode()
    assert "택배로 받을 수 있어요" in page
    assert "차에서 받을 수 있어요" in page
    answer = client.post("/basket/by-parcel/", {"address": mall.address.reference})
    assert answer.headers["Location"] == f"/checkout/?address={mall.address.reference}"
    assert [line.way for line in BasketLine.objects.all()] == [Way.PARCEL]
    page = client.get("/checkout/").content.decode()
    assert "택배로 받을 수 있어요" not in page
    assert "택배비" in page


def test_what_is_to_be_picked_up_by_car_stays_so() -> None:
    mall = a_mall()
    a_far_door_with(mall, quantity=2)
    product = mall.strawberries.product
    product.ways = [*product.ways, Way.PARCEL]
    product.save()
    a_client(mall.user).post("/basket/by-parcel/")
    ways = BasketLine.objects.order_by("way").values_list("way", flat=True)
    assert list(ways) == [Way.DRIVE_THROUGH, Way.PARCEL]


def typed(place: str, postcode: str = "16488") -> dict[str, str]:
    return {"place": place, "street": "인계로 1", "postcode": postcode, "back": "account"}


def test_an_address_in_another_province_is_kept_for_parcels() -> None:
    mall = a_mall()
    client = a_client(mall.user)
    saved = client.post("/checkout/address/", typed("서울 강남구 · 역삼동", "06236"), follow=True)
    assert "택배나 차에서 받기를 골라 주세요" in saved.content.decode()
    kept = Address.objects.get(province="서울특별시")
    assert (kept.city, kept.locality, kept.lat) == ("강남구", "역삼동", None)


@pytest.mark.parametrize(
    ("place", "postcode", "field"),
    [
        ("서울 강남구 · 역삼동", "16488", "postcode"),
        ("제주특별자치도 제주시 · 연동", "06236", "postcode"),
        ("제주특별자치도 · 연동", "63122", "place"),
        ("제주특별자치도 제주시 · ", "63122", "place"),
        ("없는시 · 없는동", "16488", "place"),
    ],
)
def test_an_address_that_cannot_be_is_refused(place: str, postcode: str, field: str) -> None:
    mall = a_mall()
    answer = a_client(mall.user).post("/checkout/address/", typed(place, postcode))
    assert (answer.status_code, answer.context["refusal"]["field"]) == (400, field)
    assert Address.objects.count() == 1


def test_an_address_no_depot_serves_is_kept_and_one_is_told() -> None:
    mall = a_mall()
    Locality.objects.create(city="연천군", name="신서면", lat=38.2, lon=127.09)
    saved = a_client(mall.user).post("/checkout/address/", typed("연천군 · 신서면"), follow=True)
    assert "우리 차가 가지 않아요" in saved.content.decode()
    assert Address.objects.count() == 2
