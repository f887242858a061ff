"""A product's page says what it costs by size, who sells it, and when it can come to one's door."""

from datetime import time, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.actions import set_readiness
from commerce.catalogue.cut_off import CutOff
from commerce.catalogue.seasons import BY_MONTH
from commerce.customers.models import Address
from commerce.merchants.resting import close_day
from logistics.delivery_windows.models import DeliveryWindow
from storefront.shop.to_my_door import to_my_door
from storefront.templatetags.words import day
from tests.builders.commerce import a_market, a_merchant, a_product
from tests.builders.mall import a_client, a_mall

pytestmark = pytest.mark.django_db


def test_it_tells_the_first_window_with_room_at_the_default_address() -> None:
    mall = a_mall()
    found = to_my_door(mall.greens.product, mall.customer, timezone.now())
    assert found is not None
    assert (found.served, found.first, found.days) == (True, mall.window, 1)
    page = a_client(mall.user).get(f"/p/{mall.greens.product.reference}/").content.decode()
    assert f"가장 빠른 배송 {day(mall.window.starts_at)}" in page
    DeliveryWindow.objects.update(cut_off_at=timezone.now() - timedelta(hours=1))
    found = to_my_door(mall.greens.product, mall.customer, timezone.now())
    assert found is not None
    assert (found.served, found.first) == (True, None)


def test_a_product_that_closed_for_the_day_comes_on_none_of_its_windows() -> None:
    mall = a_mall()
    product = mall.greens.product
    long_before = CutOff(14, time(0))
    set_readiness(product=product, preparation_seconds=0, cut_off=long_before)
    product.refresh_from_db()
    found = to_my_door(product, mall.customer, timezone.now())
    assert found is not None
    assert (found.served, found.first) == (True, None)


def test_a_stall_that_rests_that_day_brings_nothing() -> None:
    mall = a_mall()
    merchant = mall.greens.product.merchant
    on = timezone.localdate(mall.window.starts_at)
    close_day(merchant_reference=merchant.reference, on_date=on, now=timezone.now())
    found = to_my_door(mall.greens.product, mall.customer, timezone.now())
    assert found is not None
    assert found.first is None


def test_a_door_out_of_reach_is_offered_something_else() -> None:
    mall = a_mall()
    Address.objects.update(lat=38.2, lon=127.9)
    page = a_client(mall.user).get(f"/p/{mall.greens.product.reference}/").content.decode()
    assert "이 주소까지는 아직 배송하지 못해요" in page
    assert "차에서 받는 곳 보기" in page


def test_the_page_names_size_seller_and_certificate() -> None:
    product = a_product(
        name="표고", unit="300g", price_won=6_000, certification="친환경 무농약 12345678"
    )
    page = Client().get(f"/p/{product.reference}/").content.decode()
    for words in (
        "100g당 2,000원",
        "친환경 무농약 12345678",
        product.merchant.owner_name,
        product.merchant.address,
        "로그인하면",
    ):
        assert words in page


def test_shops_are_listed_by_market_then_by_kind() -> None:
    a_merchant(name="둘째채소", market=a_market(name="지동시장"))
    a_merchant(name="햇살농원", kind="farm")
    a_merchant(name="골목책방", kind="shop")
    page = Client().get("/merchants/").content.decode()
    places = [page.index(words) for words in ("둘째채소", "골목책방", "햇살농원")]
    assert places == sorted(places)


def test_home_leads_to_what_is_in_season_and_sold() -> None:
    first, second = BY_MONTH[timezone.localdate().month][:2]
    a_product(name=f"햇{first.name}")
    visitor = Client()
    page = visitor.get("/").content.decode()
    assert f">{first.name}</a>" in page
    assert f">{second.name}</a>" not in page
    visitor.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert f">{first.name_en}</a>" in visitor.get("/").content.decode()
