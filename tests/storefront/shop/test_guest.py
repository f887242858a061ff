"""Ordering without an account, and finding the order again."""

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from commerce.basket.models import Basket
from commerce.catalogue.models import Way
from commerce.orders.models import Order, OrderStatus
from storefront.accounts import guests
from tests.builders.mall import Mall, a_client, a_mall, a_user

pytestmark = pytest.mark.django_db

DOOR = {
    "place": "수원시 팔달구 · 인계동",
    "street": "인계로 123",
    "detail": "101동",
    "postcode": "16488",
    "back": "checkout",
}


@pytest.fixture
def mall() -> Mall:
    return a_mall()


def a_guest_with_a_basket(mall: Mall) -> Client:
    guest = Client()
    goods = {"variant": mall.greens.reference, "way": Way.DELIVERY, "quantity": "2"}
    guest.post(reverse("add_to_basket"), goods)
    return guest


def an_order(mall: Mall, guest: Client, **typed: str) -> Order:
    answer = an_answer(mall, guest, **typed)
    assert answer.status_code == 302, answer.context["refusal"]
    return Order.objects.get()


def an_answer(mall: Mall, guest: Client, **typed: str) -> HttpResponse:
    """Of the checkout, filled in but for what is ``typed`` otherwise."""
    guest.post(reverse("begin_as_guest"))
    guest.post(reverse("add_address"), DOOR)
    page = guest.get(reverse("checkout"))
    (part,) = page.context["plan"].parts
    sent = {
        "do": "place",
        "key": page.context["key"],
        "address": page.context["chosen_address"].reference,
        "contact_name": "나그네",
        "contact_phone": "010-9876-5432",
        f"window:{part.key}": part.windows[0].reference,
        "method": "on_site",
        "when_short": "call",
    }
    return guest.post(reverse("checkout"), sent | typed)


def test_a_visitor_must_say_so_before_the_checkout_opens(mall: Mall) -> None:
    guest = a_guest_with_a_basket(mall)
    assert reverse("account_login") in guest.get(reverse("checkout")).headers["Location"]
    assert guest.post(reverse("begin_as_guest")).headers["Location"] == reverse("checkout")
    assert guest.get(reverse("checkout")).status_code == 200


def test_a_guest_orders_sees_the_order_and_cancels_it(mall: Mall) -> None:
    guest = a_guest_with_a_basket(mall)
    order = an_order(mall, guest)
    assert order.status == OrderStatus.CONFIRMED
    assert order.when_short == "call"
    page = guest.get(reverse("order", args=[order.reference]))
    assert page.context["guest_code"] in page.content.decode()
    guest.post(reverse("cancel_order", args=[order.reference]))
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED


def test_the_order_is_found_again_by_number_and_code_in_any_browser(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall))
    code = guests.code_of(order.customer.user_reference)
    other = Client()
    url = reverse("order", args=[order.reference])
    assert other.get(url).status_code == 302
    for phone, typed in (
        ("010-9876-5432", "AAAAA-AAAAA"),
        ("010-1111-2222", code),
        ("010-9876-5432", "조회"),
        ("x", code),
    ):
        answer = other.post(reverse("guest_order"), {"phone": phone, "code": typed})
        assert answer.status_code in (400, 404)
    other.post(reverse("guest_order"), {"phone": "01098765432", "code": code.lower()})
    assert other.get(url).status_code == 200


def test_another_guest_and_a_member_see_nothing_of_it(mall: Mall) -> None:
    order = an_order(mall, a_guest_with_a_basket(mall))
    url = reverse("order", args=[order.reference])
    stranger = Client()
    stranger.post(reverse("begin_as_guest"))
    assert stranger.get(url).status_code == 404
    assert a_client(a_user("bob@jangteo.test")).get(url).status_code == 404
    assert stranger.post(reverse("cancel_order", args=[order.reference])).status_code == 404


def test_a_refused_checkout_leaves_the_basket_to_the_visitor(mall: Mall) -> None:
    guest = a_guest_with_a_basket(mall)
    guest.post(reverse("begin_as_guest"))
    page = guest.get(reverse("checkout"))
    sent = {
        "do": "place",
        "key": page.context["key"],
        "contact_name": "나그네",
        "contact_phone": "010-9876-5432",
        "method": "on_site",
    }
    assert guest.post(reverse("checkout"), sent).status_code == 400
    assert Basket.objects.get().customer is None
    assert guest.get(reverse("basket")).context["plan"].view.unit_count == 2


def test_a_guest_reaches_no_page_of_a_member(mall: Mall) -> None:
    guest = Client()
    guest.post(reverse("begin_as_guest"))
    for page in ("account", "my_boxes", "my_books", "merchant_home", "operator_home"):
        assert guest.get(reverse(page)).status_code == 302
