"""A regular box in the basket, beside other goods, through the real pages."""

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from commerce.boxes.models import Box, Subscription
from commerce.orders.models import Order, OrderStatus
from commerce.payments.models import Payment, PaymentStatus
from logistics.delivery_windows.models import DeliveryWindow
from tests.builders.boxes import a_box, a_subscription
from tests.builders.commerce import a_product
from tests.builders.logistics import a_window
from tests.builders.mall import Mall, a_client, a_mall
from tests.builders.webhooks import a_stripe
from tests.ports.fakes.stripe_books import AUTHENTICATES_ONCE

pytestmark = pytest.mark.django_db

CARD = {"card_number": "4242 4242 4242 4242", "expiry": "12/39"}


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def client(mall: Mall) -> Client:
    return a_client(mall.user)


@pytest.fixture
def box() -> Box:
    variant = a_product(name="꾸러미", price_won=27_000, on_hand=9).variants.get()
    return a_box(variant=variant, weeks=3, now=timezone.now())


@pytest.fixture
def thursday(mall: Mall, box: Box) -> DeliveryWindow:
    return a_window(depot=mall.depot, on_date=box.cycles.all()[0].hand_over_on)


def fill(client: Client, mall: Mall, box: Box) -> HttpResponse:
    goods = {"variant": mall.greens.reference, "way": "delivery", "quantity": "1"}
    client.post(reverse("add_to_basket"), goods)
    return client.post(reverse("add_box_to_basket", args=[box.reference]))  # type: ignore[return-value]


def place(
    client: Client, mall: Mall, box: Box, window: DeliveryWindow, **more: str
) -> HttpResponse:
    market = mall.greens.product.merchant.market
    form = {
        "do": "place",
        "key": str(uuid4()),
        "card_key": str(uuid4()),
        "address": mall.address.reference,
        f"window:deliver:{market.reference}": mall.window.reference,
        f"window:box:{box.reference}": window.reference,
        "contact_name": "김하나",
        "contact_phone": "010-1234-5678",
        "method": "card",
    }
    return client.post(reverse("checkout"), form | more)  # type: ignore[return-value]


def test_greens_and_a_box_are_paid_once(
    client: Client, mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    fill(client, mall, box)
    answer = place(client, mall, box, thursday, **CARD)
    order = Order.objects.get()
    assert answer.url == reverse("order", args=[order.reference])  # type: ignore[attr-defined]
    assert order.status == OrderStatus.CONFIRMED
    assert [p.amount_won for p in Payment.objects.all()] == [2_500 + 4_000 + 27_000]
    assert Subscription.objects.get().begun_with == order.reference
    shown = client.get(reverse("my_boxes")).content.decode()
    assert reverse("order", args=[order.reference]) in shown


def test_the_checkout_says_what_is_paid_when_and_offers_the_boxs_own_day(
    client: Client, mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    fill(client, mall, box)
    shown = client.get(reverse("checkout")).content.decode()
    offered = re.findall(rf'name="window:box:{box.reference}" value="([^"]+)"', shown)
    assert offered == [thursday.reference]
    assert "그다음부터는 매번 마감 때 같은 카드로 결제" in shown
    assert 'value="on_site"' not in shown


def test_a_form_sent_by_hand_to_pay_on_site_is_refused(
    client: Client, mall: Mall, box: Box, thursday: DeliveryWindow
) -> None:
    fill(client, mall, box)
    answer = place(client, mall, box, thursday, method="on_site")
    assert 'data-code="BOX_NEEDS_CARD"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_second_subscription_is_refused_at_the_basket(
    client: Client, mall: Mall, box: Box
) -> None:
    a_subscription(box=box, customer=mall.customer, address=mall.address)
    answer = fill(client, mall, box)
    assert answer.url == reverse("box", args=[box.reference])  # type: ignore[attr-defined]
    assert mall.customer.baskets.get().lines.filter(box_reference="").count() == 1


def test_a_visitor_is_asked_to_sign_in_first(box: Box) -> None:
    answer = Client().post(reverse("add_box_to_basket", args=[box.reference]))
    assert answer.url.startswith(reverse("account_login"))


def test_the_box_is_taken_out_again(client: Client, mall: Mall, box: Box) -> None:
    fill(client, mall, box)
    line = mall.customer.baskets.get().lines.get(box_reference=box.reference)
    assert box.name in client.get(reverse("basket")).content.decode()
    client.post(reverse("change_basket_line", args=[line.reference]), {"quantity": "0"})
    assert not mall.customer.baskets.get().lines.filter(box_reference=box.reference).exists()


def test_a_word_with_the_bank_comes_first_and_the_same_form_is_posted_again(
    client: Client, mall: Mall, box: Box, thursday: DeliveryWindow, settings: Settings
) -> None:
    api = a_stripe(settings)
    token = api.books.confirmation_token(AUTHENTICATES_ONCE)
    fill(client, mall, box)
    kept = {"card_token": token, "card_key": str(uuid4()), "key": str(uuid4())}
    answer = place(client, mall, box, thursday, **kept)
    (intent,) = api.books.of("setup_intent")
    assert f'data-client-secret="{intent["client_secret"]}"' in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    assert not Order.objects.exists()
    api.books.bank_decides(intent, approves=True)
    place(client, mall, box, thursday, **kept)
    assert Payment.objects.get().status == PaymentStatus.PAID
