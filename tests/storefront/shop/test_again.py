"""The same again, and one timeline for everything."""

import pytest
from django.utils import timezone

from commerce.basket.models import BasketLine
from commerce.catalogue.models import ProductStatus, Way
from commerce.orders.models import Order
from commerce.payments.queries import order_with_payments
from storefront.journeys.cancel_order import cancel_part
from storefront.journeys.hand_over import hand_over
from storefront.shop.timeline import timeline_of
from tests.builders import journeys
from tests.builders.journeys import NEXT_MORNING, NOW
from tests.builders.mall import a_client, a_user

pytestmark = pytest.mark.django_db


def an_order(user, mall) -> Order:
    """Two bundles of spinach and a tofu to the door, strawberries at the gate."""
    goods = (
        (mall.spinach, Way.DELIVERY),
        (mall.spinach, Way.DELIVERY),
        (mall.tofu, Way.DELIVERY),
        (mall.strawberries, Way.DRIVE_THROUGH),
    )
    shopper = journeys.a_shopper(user_reference=user.reference)
    return journeys.a_placed_order(mall, shopper=shopper, goods=goods)


def in_basket() -> list[tuple[str, str, int]]:
    lines = BasketLine.objects.filter(basket__status="open").order_by("pk")
    return sorted((line.variant.product.name, line.way, line.quantity) for line in lines)


def test_what_is_still_sold_is_in_the_basket_and_the_rest_is_named() -> None:
    user, mall = a_user(), journeys.a_mall()
    order = an_order(user, mall)
    mall.tofu.product.status = ProductStatus.WITHDRAWN
    mall.tofu.product.save()
    mall.strawberries.product.ways = [Way.DELIVERY]
    mall.strawberries.product.save()
    client = a_client(user)
    page = client.post(f"/orders/{order.reference}/again/", follow=True).content.decode()
    assert "담지 못했어요: 손두부" in page
    assert in_basket() == [("딸기", "delivery", 1), ("시금치", "delivery", 2)]
    client.post(f"/orders/{order.reference}/again/")
    assert in_basket() == [("딸기", "delivery", 1), ("시금치", "delivery", 2)]


def test_nobody_fills_a_basket_from_somebody_elses_order() -> None:
    order = an_order(a_user(), journeys.a_mall())
    stranger = a_client(a_user("bob@jangteo.test"))
    assert stranger.post(f"/orders/{order.reference}/again/").status_code == 404
    assert not BasketLine.objects.filter(basket__status="open").exists()


def test_one_timeline_tells_of_every_part_by_time_and_of_what_is_to_come() -> None:
    mall = journeys.a_mall()
    order = an_order(a_user(), mall)
    home = journeys.goods_part(order, Way.DELIVERY)
    gate = journeys.goods_part(order, Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by="SIT-1", now=NEXT_MORNING)
    found = order_with_payments(order.reference)
    assert found is not None
    told = [(one.kind, one.what, one.done) for one in timeline_of(found, {}, {})]
    assert told == [
        ("placed", "", True),
        ("confirmed", "", True),
        ("handed_over", gate.hands_over_name, True),
        ("promised", home.hands_over_name, False),
    ]
    cancel_part(fulfilment=home, reason="shopper", now=NEXT_MORNING)
    found = order_with_payments(order.reference)
    assert found is not None
    kinds = [one.kind for one in timeline_of(found, {}, {})]
    assert sorted(kinds[2:]) == ["cancelled", "handed_over", "refunding"]
    assert all(NOW <= one.at <= timezone.now() for one in timeline_of(found, {}, {}))
