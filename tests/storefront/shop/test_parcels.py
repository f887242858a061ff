"""Goods that come by parcel, as a shopper sees them: before, at and after the checkout."""

from uuid import uuid4

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import Way
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderStatus
from commerce.parcels.couriers import Courier
from commerce.payments.models import Payment
from storefront.journeys.send_parcel import say_it_came, send_parcel
from tests.builders.journeys import a_far_door
from tests.builders.mall import Mall, a_client, a_mall
from tests.storefront.shop.test_checkout import GOOD_CARD, chosen, fill, hold

pytestmark = pytest.mark.django_db

NUMBER = "654321098765"


@pytest.fixture
def mall() -> Mall:
    """Its greens also go by parcel."""
    mall = a_mall()
    product = mall.greens.product
    product.ways = [Way.DELIVERY, Way.PARCEL]
    product.save()
    return mall


def put_in(client: Client, mall: Mall, way: str = "parcel") -> None:
    wanted = {"variant": mall.greens.reference, "way": way, "quantity": "1"}
    client.post(reverse("add_to_basket"), wanted)


def words(client: Client, name: str, *args: str, **asked: str) -> str:
    return client.get(reverse(name, args=args), asked).content.decode()


def an_order(client: Client, mall: Mall, **changes: str) -> Order:
    put_in(client, mall)
    client.post(reverse("checkout"), chosen(mall, str(uuid4()), **changes))
    return Order.objects.get()


def test_a_product_says_what_a_parcel_costs_and_when_it_comes(mall: Mall) -> None:
    for client in (Client(), a_client(mall.user)):
        page = words(client, "product", mall.greens.product.reference)
        assert 'name="way" value="parcel"' in page
        assert "3,500원" in page
        assert "제주·도서산간은 3,000원 더" in page
        assert "도착해요" in page


def test_a_product_says_what_a_parcel_costs_to_one_s_own_door(mall: Mall) -> None:
    mall.customer.addresses.all().delete()
    a_far_door(mall.customer)
    page = words(a_client(mall.user), "product", mall.greens.product.reference)
    assert "6,500원" in page
    assert "제주·도서산간 3,000원 포함" in page
    assert "택배로 받기를 골라 주세요" in page


def test_a_merchant_s_own_terms_are_shown(mall: Mall) -> None:
    merchant = mall.greens.product.merchant
    merchant.parcel_won, merchant.parcel_far_won, merchant.parcel_free_from_won = 2_900, 0, 30_000
    merchant.save()
    page = words(Client(), "product", mall.greens.product.reference)
    assert "2,900원" in page
    assert "30,000원부터 무료" in page
    assert "제주·도서산간" not in page


def test_goods_can_be_narrowed_to_what_comes_by_parcel(mall: Mall) -> None:
    found = words(Client(), "search", q="시금치", way="parcel")
    assert mall.greens.product.reference in found
    assert mall.greens.product.reference not in words(
        Client(), "search", q="시금치", way="drive_through"
    )


def test_the_basket_shows_the_fee_and_what_comes_on_top(mall: Mall) -> None:
    client = Client()
    put_in(client, mall)
    page = words(client, "basket")
    assert "택배비 3,500원" in page
    assert "제주·도서산간은 3,000원 더" in page


def test_parcels_alone_need_a_door_and_no_time(mall: Mall) -> None:
    client = a_client(mall.user)
    order = an_order(client, mall)
    assert order.status == OrderStatus.CONFIRMED
    part = order.fulfilments.get()
    assert (part.way, part.window_reference, part.delivery_won) == ("parcel", "", 3_500)


def test_all_ways_are_one_checkout_and_one_payment(mall: Mall) -> None:
    client, key = a_client(mall.user), str(uuid4())
    fill(client, mall)
    put_in(client, mall)
    hold(client, mall, key)
    client.post(reverse("checkout"), chosen(mall, key))
    order = Order.objects.get()
    ways = sorted(order.fulfilments.values_list("way", flat=True))
    assert ways == ["delivery", "delivery", "drive_through", "parcel"]
    assert order.total_won == (2_500 + 4_000) + 8_000 + (2_500 + 3_500)
    assert Payment.objects.get().amount_won == order.total_won


def test_the_checkout_shows_what_jeju_costs_before_it_is_paid(mall: Mall) -> None:
    client = a_client(mall.user)
    door = a_far_door(mall.customer)
    put_in(client, mall)
    page = words(client, "checkout", address=door.reference)
    assert "제주·도서산간 3,000원 포함" in page
    assert "그 가운데 제주·도서산간" in page
    assert 'name="delivery_won" value="6500"' in page


def test_what_no_van_brings_does_not_hide_what_a_parcel_to_there_costs(mall: Mall) -> None:
    client = a_client(mall.user)
    door = a_far_door(mall.customer)
    put_in(client, mall)
    put_in(client, mall, way="delivery")
    page = words(client, "checkout", address=door.reference)
    assert "아직 배송하지 못합니다" in page
    assert "택배비 6,500원" in page


def test_another_door_than_the_one_shown_never_costs_more_unasked(mall: Mall) -> None:
    client, key = a_client(mall.user), str(uuid4())
    door = a_far_door(mall.customer)
    put_in(client, mall)
    form = chosen(mall, key, address=door.reference, delivery_won="3500")
    answer = client.post(reverse("checkout"), form)
    assert answer.context["refusal"]["code"] == "DELIVERY_FEE_CHANGED"
    assert not Order.objects.exists()
    page = answer.content.decode()
    assert 'name="delivery_won" value="6500"' in page
    client.post(reverse("checkout"), form | {"delivery_won": "6500"})
    assert Order.objects.get().delivery_won == 6_500


def test_nobody_pays_a_courier_at_the_door(mall: Mall) -> None:
    client = a_client(mall.user)
    put_in(client, mall)
    assert 'value="on_site" disabled' in words(client, "checkout")
    form = chosen(mall, str(uuid4()), method="on_site")
    answer = client.post(reverse("checkout"), form)
    assert answer.context["refusal"]["code"] == "PARCEL_PAID_BEFORE"
    assert not Order.objects.exists()


def test_a_guest_has_a_parcel_sent_to_jeju(mall: Mall) -> None:
    guest = Client()
    put_in(guest, mall)
    guest.post(reverse("begin_as_guest"))
    door = {"place": "제주특별자치도 제주시 · 연동", "street": "연북로 1", "postcode": "63122"}
    guest.post(reverse("add_address"), door)
    page = guest.get(reverse("checkout"))
    (address,) = page.context["addresses"]
    form = {
        "do": "place",
        "key": str(uuid4()),
        "address": address.reference,
        "contact_name": "강하루",
        "contact_phone": "010-1234-5678",
        "delivery_won": "6500",
        **GOOD_CARD,
    }
    guest.post(reverse("checkout"), form)
    assert Order.objects.get().total_won == 2_500 + 6_500


def sent(part: Fulfilment) -> None:
    send_parcel(
        key="press",
        fulfilment_reference=part.reference,
        merchant_reference=part.hands_over,
        courier=Courier.HANJIN,
        number=NUMBER,
        by="USR-1",
        now=timezone.now(),
    )


def test_the_order_s_page_follows_a_parcel_to_its_door(mall: Mall) -> None:
    client = a_client(mall.user)
    order = an_order(client, mall)
    part = order.fulfilments.get()
    page = words(client, "order", order.reference)
    assert "택배로 보낼 예정이에요" in page
    assert NUMBER not in page
    sent(part)
    page = words(client, "order", order.reference)
    assert "한진택배" in page
    assert f"wblnumText2={NUMBER}" in page
    assert "택배로 보낼 예정이에요" not in page
    say_it_came(
        fulfilment_reference=part.reference,
        merchant_reference=part.hands_over,
        now=timezone.now(),
    )
    page = words(client, "order", order.reference)
    assert "택배가 도착했어요" in page
    assert "반품·하자" in page


def test_the_order_s_page_is_in_english_too(mall: Mall) -> None:
    client = a_client(mall.user)
    order = an_order(client, mall)
    sent(order.fulfilments.get())
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = words(client, "order", order.reference)
    assert "Hanjin" in page
    assert "Track it at the courier" in page


def test_a_parcel_is_given_up_with_its_fee_until_it_is_sent(mall: Mall) -> None:
    client = a_client(mall.user)
    order = an_order(client, mall)
    part = order.fulfilments.get()
    url = reverse("cancel_lines", args=[order.reference, part.reference])
    line = part.lines.get()
    assert "보내고" in client.get(url).content.decode()
    client.post(url, {f"keep:{line.reference}": "0"})
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert Payment.objects.get().refunded_won == 6_000


def test_what_was_sent_is_not_given_up(mall: Mall) -> None:
    client = a_client(mall.user)
    order = an_order(client, mall)
    part = order.fulfilments.get()
    sent(part)
    url = reverse("cancel_lines", args=[order.reference, part.reference])
    client.post(url, {f"keep:{part.lines.get().reference}": "0"})
    client.post(reverse("cancel_order", args=[order.reference]))
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.OUT
    assert Payment.objects.get().refunded_won == 0


def test_one_line_of_the_basket_is_had_another_way(mall: Mall) -> None:
    client = a_client(mall.user)
    put_in(client, mall, "delivery")
    line = mall.customer.baskets.get().lines.get()
    address = reverse("change_line_way", args=[line.reference])
    assert f'action="{address}"' in words(client, "basket")
    client.post(address, {"way": "parcel"})
    line.refresh_from_db()
    assert line.way == "parcel"
    client.post(address, {"way": "by air"})
    line.refresh_from_db()
    assert line.way == "parcel"


def test_nobody_changes_a_line_of_somebody_elses_basket(mall: Mall) -> None:
    put_in(a_client(mall.user), mall, "delivery")
    line = mall.customer.baskets.get().lines.get()
    other = Client()
    put_in(other, mall, "delivery")
    assert (
        other.post(reverse("change_line_way", args=[line.reference]), {"way": "parcel"}).status_code
        == 404
    )
    line.refresh_from_db()
    assert line.way == "delivery"
