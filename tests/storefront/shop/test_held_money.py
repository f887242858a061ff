"""The shopper sees the most that may be taken, and what was taken once it was weighed."""

import pytest
from django.test import Client
from django.urls import reverse

from commerce.orders.models import Order
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import take_held
from tests.builders.journeys import NEXT_MORNING
from tests.builders.mall import a_client, a_user
from tests.journeys.test_held_money import a_held_order, weighed

pytestmark = pytest.mark.django_db


@pytest.fixture
def order() -> Order:
    return a_held_order()


@pytest.fixture
def shopper(order: Order) -> Client:
    user = a_user("hana@jangteo.test")
    order.customer.user_reference = user.reference
    order.customer.save()
    return a_client(user)


def page(client: Client, order: Order) -> str:
    return client.get(reverse("order", args=[order.reference])).content.decode()


def test_what_is_held_is_told_before_it_is_weighed(shopper: Client, order: Order) -> None:
    told = page(shopper, order)
    assert "카드에 잡아 둔 최대 금액" in told
    assert "카드에 최대 9,800원을 잡아 두었어요" in told
    assert "최대 3,300원" in told
    assert "결제한 금액" not in told.partition("지금까지")[0].partition("<aside")[2]


def test_what_was_taken_is_told_beside_the_most(shopper: Client, order: Order) -> None:
    weighed(order)
    take_held(now=NEXT_MORNING)
    told = page(shopper, order)
    assert "카드에 최대 9,800원을 잡아 두었어요" in told
    assert "무게를 재고 9,470원을 결제했어요" in told
    assert "2,970원" in told


def test_what_is_let_go_is_told(shopper: Client, order: Order) -> None:
    cancel_order(order=order, reason="shopper", now=NEXT_MORNING)
    take_held(now=NEXT_MORNING)
    assert "잡아 둔 9,800원을 풀었어요" in page(shopper, order)


def test_nobody_else_sees_it(order: Order) -> None:
    other = a_client(a_user("other@jangteo.test"))
    assert other.get(reverse("order", args=[order.reference])).status_code == 404
