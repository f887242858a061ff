"""The page on which a shop says when it is away."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.merchants.models import Merchant, MerchantClosing
from storefront.accounts.models import Role
from tests.builders.commerce import a_merchant, a_product
from tests.builders.mall import a_client, a_user
from tests.builders.orders import a_part, an_order, some_goods

pytestmark = pytest.mark.django_db

OWN = "MER-SPINACH"
PAGE = "merchant_days"


@pytest.fixture
def stall() -> Client:
    merchant = a_merchant(reference=OWN, name="새벽채소")
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def close(stall: Client, days: int = 0):
    on = timezone.localdate() + timedelta(days=days)
    return stall.post(reverse("merchant_close_day"), {"on_date": on.isoformat(), "reason": "제사"})


def test_a_weekly_day_and_a_markets_days_are_kept(stall: Client) -> None:
    sent = {"weekdays": ["0", "3"], "market_day": "3"}
    assert stall.post(reverse("merchant_rest"), sent).status_code == 302
    own = Merchant.objects.get(reference=OWN)
    assert (own.rest_weekdays, own.market_day) == ([0, 3], 3)
    assert "3·8장" in stall.get(reverse(PAGE)).content.decode()


@pytest.mark.parametrize(
    "sent", [{"weekdays": ["7"]}, {"market_day": "9"}, {"weekdays": list("0123456")}]
)
def test_days_that_are_none_are_refused(stall: Client, sent: dict[str, object]) -> None:
    assert stall.post(reverse("merchant_rest"), sent).status_code == 400
    assert Merchant.objects.get(reference=OWN).rest_weekdays == []


def test_shoppers_are_told_when_it_is_away_and_when_it_is_back(stall: Client) -> None:
    product = a_product(merchant=Merchant.objects.get(reference=OWN))
    close(stall)
    close(stall, 1)
    for url in (reverse("product", args=[product.reference]), reverse("merchant", args=[OWN])):
        page = Client().get(url)
        assert page.context["next_open"] == timezone.localdate() + timedelta(days=2)
        assert "오늘은 쉬는 날이에요" in page.content.decode()


def test_orders_for_a_day_off_wait_on_the_desk_until_they_are_settled(stall: Client) -> None:
    tomorrow = timezone.now() + timedelta(days=1)
    goods = some_goods(merchant_reference=OWN)
    span = {"promised_from": tomorrow, "promised_until": tomorrow + timedelta(hours=2)}
    an_order(parts=[a_part(lines=[goods], **span)], confirmed=True)
    assert stall.get(reverse("merchant_home")).context["while_away"] == []
    close(stall, 1)
    assert len(stall.get(reverse("merchant_home")).context["while_away"]) == 1
    assert "김영희" in stall.get(reverse(PAGE)).content.decode()


def test_another_shops_days_are_not_found(stall: Client) -> None:
    other = a_merchant(name="남의 가게")
    closing = MerchantClosing.objects.create(merchant=other, on_date=timezone.localdate())
    answer = stall.post(reverse("merchant_reopen_day", args=[closing.reference]))
    assert answer.status_code == 404
    for url in ("merchant_move_part", "merchant_pay_back"):
        assert stall.post(reverse(url, args=["FUL-X"])).status_code == 404
    assert MerchantClosing.objects.exists()


def test_a_day_that_has_passed_is_refused(stall: Client) -> None:
    assert close(stall, -1).status_code == 400
    assert not MerchantClosing.objects.exists()
