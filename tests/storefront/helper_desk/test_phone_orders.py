"""A market's helper takes an order on the telephone for somebody who cannot order."""

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from commerce.catalogue.models import Variant, Way
from commerce.orders.models import Order, OrderStatus, WhenShort
from commerce.payments.models import Payment, PaymentMethod
from storefront.accounts import guests
from storefront.accounts.models import AuditEntry, Role
from tests.builders.commerce import a_market, a_merchant, a_product
from tests.builders.mall import a_client, a_mall, a_user

pytestmark = pytest.mark.django_db

CALLER = {
    "do": "caller",
    "contact_name": "김할머니",
    "contact_phone": "010-9876-5432",
    "place": "수원시 팔달구 · 인계동",
    "street": "인계로 123",
    "detail": "1층",
    "postcode": "16488",
}
PAGE = "helper_phone_order"


@pytest.fixture
def greens() -> Variant:
    a_mall()  # a depot that drives to the door tomorrow
    market = a_market()
    stall = a_merchant(name="새벽채소", market=market)
    return a_product(
        merchant=stall, name="시금치", price_won=2_500, on_hand=9, ways=[Way.DELIVERY]
    ).variants.get()


@pytest.fixture
def helper(greens: Variant) -> Client:
    market = greens.product.merchant.market
    assert market is not None
    return a_client(a_user("helper@jangteo.test", (Role.HELPER, market.reference)))


def press(helper: Client, do: str, **form: str):
    return helper.post(reverse(PAGE), {"do": do, **form})


def taken_down(helper: Client, greens: Variant) -> dict[str, str]:
    """All but the last button; what it sends."""
    assert press(helper, f"add:{greens.reference}", quantity="2").status_code == 302
    assert helper.post(reverse(PAGE), CALLER).status_code == 302
    page = helper.get(reverse(PAGE))
    (part,) = page.context["plan"].parts
    window = {f"window:{part.key}": part.windows[0].reference}
    sent = {"do": "place", "key": page.context["key"], "when_short": "call", "method": "on_site"}
    return sent | window


def test_it_is_an_order_like_any_other_paid_at_the_door(helper: Client, greens: Variant) -> None:
    sent = taken_down(helper, greens)
    answer = helper.post(reverse(PAGE), sent)
    assert answer.headers["Location"] == reverse("helper_phone_order_taken")
    order = Order.objects.get()
    assert (order.status, order.when_short) == (OrderStatus.CONFIRMED, WhenShort.CALL)
    assert (order.contact_name, order.contact_phone) == ("김할머니", "+821098765432")
    payment = Payment.objects.get()
    assert (payment.method, payment.amount_won) == (PaymentMethod.ON_SITE, order.total_won)
    page = helper.get(answer.headers["Location"]).content.decode()
    code = guests.code_of(order.customer.user_reference)
    assert code in page
    family = Client()
    family.post(reverse("guest_order"), {"phone": "01098765432", "code": code})
    assert family.get(reverse("order", args=[order.reference])).status_code == 200


def test_it_is_written_down_who_took_it_without_the_caller(helper: Client, greens: Variant) -> None:
    helper.post(reverse(PAGE), taken_down(helper, greens))
    entry = AuditEntry.objects.first()
    assert entry is not None
    assert (entry.by.email, entry.action) == ("helper@jangteo.test", PAGE)
    assert "할머니" not in str(vars(entry))


def test_the_next_caller_begins_with_nothing_and_twice_is_once(
    helper: Client, greens: Variant
) -> None:
    sent = taken_down(helper, greens)
    helper.post(reverse(PAGE), sent)
    assert helper.post(reverse(PAGE), sent).status_code == 404
    assert Order.objects.count() == 1
    page = helper.get(reverse(PAGE))
    assert (page.context["plan"], page.context["customer"]) == (None, None)


def test_only_goods_of_the_market(helper: Client, greens: Variant) -> None:
    far = a_product(merchant=a_merchant(name="먼 가게"), name="먼 상추").variants.get()
    assert [v.pk for v in helper.get(reverse(PAGE)).context["goods"]] == [greens.pk]
    assert press(helper, f"add:{far.reference}", quantity="1").status_code == 404
    assert press(helper, f"add:{greens.reference}", quantity="0").status_code == 400
    assert press(helper, "steal").status_code == 400


def test_what_cannot_be_meant_keeps_what_was_taken_down(helper: Client, greens: Variant) -> None:
    sent = taken_down(helper, greens)
    assert helper.post(reverse(PAGE), CALLER | {"contact_phone": "12"}).status_code == 400
    assert helper.post(reverse(PAGE), sent | {"key": "x"}).status_code == 400
    assert helper.get(reverse(PAGE)).context["plan"].view.unit_count == 2
    assert helper.post(reverse(PAGE), sent).status_code == 302


def test_another_helper_sees_nothing_of_it(helper: Client, greens: Variant) -> None:
    helper.post(reverse(PAGE), taken_down(helper, greens))
    other = a_client(a_user("other@jangteo.test", (Role.HELPER, a_market().reference)))
    assert other.get(reverse("helper_phone_order_taken")).status_code == 302
    assert other.get(reverse(PAGE)).context["customer"] is None


def test_an_order_may_be_paid_by_transfer(
    helper: Client, greens: Variant, settings: Settings
) -> None:
    settings.TRANSFER_ACCOUNT = "농협은행 000-0000 장터"
    answer = helper.post(reverse(PAGE), taken_down(helper, greens) | {"method": "transfer"})
    assert answer.status_code == 302
    order = Order.objects.get()
    payment = Payment.objects.get()
    assert (order.status, payment.method) == (OrderStatus.PLACED, PaymentMethod.TRANSFER)
    told = helper.get(answer.headers["Location"]).content.decode()
    assert "농협은행 000-0000 장터" in told
    family = Client()
    code = guests.code_of(order.customer.user_reference)
    family.post(reverse("guest_order"), {"phone": "01098765432", "code": code})
    page = family.get(reverse("order", args=[order.reference])).content.decode()
    assert "농협은행 000-0000 장터" in page
    assert "카드로 결제" not in page


def test_a_transfer_is_offered_only_where_there_is_an_account(
    helper: Client, greens: Variant
) -> None:
    sent = taken_down(helper, greens)
    assert 'value="transfer"' not in helper.get(reverse(PAGE)).content.decode()
    refused = helper.post(reverse(PAGE), sent | {"method": "transfer"})
    assert refused.context["refusal"]["code"] == "TRANSFER_NOT_OFFERED"
    assert not Order.objects.exists()


@pytest.mark.parametrize("method", ["card", "saleor", "", "barter"])
def test_nothing_else_is_taken_on_the_telephone(
    helper: Client, greens: Variant, method: str
) -> None:
    sent = taken_down(helper, greens)
    assert helper.post(reverse(PAGE), sent | {"method": method}).status_code == 400
    assert not Order.objects.exists()


def to_jeju(helper: Client, greens: Variant) -> dict[str, str]:
    """Greens for a caller on Jeju, all but the last button; what it sends."""
    product = greens.product
    product.ways = [Way.DELIVERY, Way.PARCEL]
    product.save()
    press(helper, f"add:{greens.reference}", quantity="2", way="parcel")
    door = {"place": "제주특별자치도 제주시 · 연동", "postcode": "63122"}
    assert helper.post(reverse(PAGE), CALLER | door).status_code == 302
    key = helper.get(reverse(PAGE)).context["key"]
    return {"do": "place", "key": key, "when_short": "call"}


def test_a_caller_on_jeju_has_it_sent_and_pays_by_transfer(
    helper: Client, greens: Variant, settings: Settings
) -> None:
    settings.TRANSFER_ACCOUNT = "농협은행 000-0000 장터"
    sent = to_jeju(helper, greens)
    page = helper.get(reverse(PAGE)).content.decode()
    assert "6,500원" in page
    assert "제주·도서산간 3,000원 포함" in page
    answer = helper.post(reverse(PAGE), sent | {"method": "transfer"})
    assert answer.headers["Location"] == reverse("helper_phone_order_taken")
    part = Order.objects.get().fulfilments.get()
    assert (part.way, part.delivery_won) == (Way.PARCEL, 6_500)
    payment = Payment.objects.get()
    assert payment.pay_until is not None
    assert payment.pay_until < part.promised_from
    assert "까지 도착해요" in helper.get(answer.headers["Location"]).content.decode()


def test_nobody_on_the_telephone_pays_a_courier_or_keeps_a_slot(
    helper: Client, greens: Variant
) -> None:
    sent = to_jeju(helper, greens)
    refused = helper.post(reverse(PAGE), sent | {"method": "on_site"})
    assert refused.context["refusal"]["code"] == "PARCEL_PAID_BEFORE"
    gate = press(helper, f"add:{greens.reference}", quantity="1", way="drive_through")
    assert gate.status_code == 400
    assert not Order.objects.exists()
