"""Entering a card with each gateway, the shopper's bank, and coming back from either."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import Settings

from commerce.customers.models import Customer
from commerce.orders.models import Order, OrderStatus
from commerce.payments import actions as payments
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus
from commerce.payments.sandbox.cards import AUTHENTICATES
from storefront.accounts.models import User
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import charge_and_confirm
from tests.builders.commerce import a_customer
from tests.builders.mall import a_client, a_user
from tests.builders.orders import PAYS, a_gate_part, an_order
from tests.builders.webhooks import a_stripe
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.fakes.stripe_books import AUTHENTICATES as BANK_ASKS
from tests.ports.fakes.toss_api import TossApi
from tests.ports.payment_adapters import TOSS

pytestmark = pytest.mark.django_db


@pytest.fixture
def user() -> User:
    return a_user()


@pytest.fixture
def customer(user: User) -> Customer:
    return a_customer(user_reference=user.reference)


@pytest.fixture
def client(user: User) -> Client:
    return a_client(user)


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_false"
    return a_stripe(settings)


@pytest.fixture
def toss(settings: Settings) -> TossApi:
    settings.TOSS_CLIENT_KEY = "test_ck_false"
    TOSS.use(settings)
    return TOSS.api


def ordered(customer: Customer, card_token: str = "") -> Order:
    """5,000 won, asked for a moment ago; without a card it is to be picked in a window."""
    now = timezone.now() - timedelta(seconds=5)
    order = an_order(customer=customer, parts=[a_gate_part()], now=now)
    (payment,) = payments.open_payment(
        order=order,
        method=PaymentMethod.CARD,
        card_token=card_token,
        card_follows=not card_token,
        now=now,
    )
    if card_token:
        charge_and_confirm(payment_reference=payment.reference, now=now)
    return order


def page(client: Client, order: Order) -> str:
    return client.get(reverse("order", args=[order.reference])).content.decode()


def status_of(order: Order) -> str:
    return Order.objects.get(pk=order.pk).status


# The sandbox, and its bank.


def test_the_page_leads_to_the_bank_that_asks(client: Client, customer: Customer) -> None:
    order = ordered(customer, AUTHENTICATES)
    bank = reverse("sandbox_bank", args=[order.payments.get().reference])
    assert f'href="{bank}"' in page(client, order)
    assert "5,000" in client.get(bank).content.decode()


def at_the_bank(client: Client, order: Order, answer: str) -> None:
    bank = reverse("sandbox_bank", args=[order.payments.get().reference])
    answered = client.post(bank, {"answer": answer})
    assert answered.url == reverse("order", args=[order.reference])  # type: ignore[attr-defined]


def test_an_allowed_payment_confirms_the_order(client: Client, customer: Customer) -> None:
    order = ordered(customer, AUTHENTICATES)
    at_the_bank(client, order, "allow")
    assert status_of(order) == OrderStatus.CONFIRMED


def test_a_refused_payment_asks_for_another_card(client: Client, customer: Customer) -> None:
    order = ordered(customer, AUTHENTICATES)
    at_the_bank(client, order, "refuse")
    payment = order.payments.get()
    assert (payment.status, payment.decline_code) == ("declined", "authentication_failed")
    assert 'name="card_number"' in page(client, order)


def test_the_first_answer_counts_and_the_bank_asks_no_more(
    client: Client, customer: Customer
) -> None:
    order = ordered(customer, AUTHENTICATES)
    for answer in ("allow", "refuse"):
        at_the_bank(client, order, answer)
    assert status_of(order) == OrderStatus.CONFIRMED
    bank = client.get(reverse("sandbox_bank", args=[order.payments.get().reference]))
    assert bank.url == reverse("order", args=[order.reference])  # type: ignore[attr-defined]


def test_nobody_answers_for_somebody_else(customer: Customer) -> None:
    order = ordered(customer, AUTHENTICATES)
    bank = reverse("sandbox_bank", args=[order.payments.get().reference])
    other = a_client(a_user("mallory@jangteo.test"))
    assert other.post(bank, {"answer": "allow"}).status_code == 404
    assert other.post(reverse("look_order", args=[order.reference])).status_code == 404
    assert status_of(order) == OrderStatus.PLACED


def test_a_real_gateway_has_no_sandbox_bank(
    client: Client, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    bank = reverse("sandbox_bank", args=[order.payments.get().reference])
    assert client.get(bank).status_code == 404


# Stripe.


def test_stripes_fields_stand_in_the_page_and_only_then_may_its_script_be_loaded(
    client: Client, customer: Customer, settings: Settings
) -> None:
    order = ordered(customer, "tok_declined")
    ours = client.get(reverse("order", args=[order.reference]))
    assert "stripe" not in ours.headers["Content-Security-Policy"]
    assert "js.stripe.com" not in ours.content.decode()
    settings.STRIPE_PUBLISHABLE_KEY = "pk_test_false"
    a_stripe(settings)
    theirs = client.get(reverse("order", args=[order.reference]))
    policy = theirs.headers["Content-Security-Policy"]
    assert "script-src 'self' https://js.stripe.com" in policy
    assert "unsafe-inline" not in policy
    told = theirs.content.decode()
    assert 'data-key="pk_test_false" data-mode="payment" data-amount="5000"' in told
    assert 'name="card_number"' not in told
    assert "<noscript>" in told


def test_a_token_of_stripes_pays(client: Client, customer: Customer, api: StripeApi) -> None:
    order = ordered(customer, "pm_card_chargeDeclined")
    token = api.books.confirmation_token("pm_card_visa")
    client.post(reverse("pay_order", args=[order.reference]), {"card_token": token})
    assert status_of(order) == OrderStatus.CONFIRMED


@pytest.mark.parametrize("token", ["", "4242424242424242", "ctoken_" + "x" * 300, "tok_4242"])
def test_what_is_no_token_of_stripes_is_refused_in_words(
    client: Client, customer: Customer, api: StripeApi, token: str
) -> None:
    order = ordered(customer, "pm_card_chargeDeclined")
    address = reverse("pay_order", args=[order.reference])
    told = client.post(address, {"card_token": token}, follow=True).content.decode()
    assert "결제할 카드가 없습니다" in told
    assert order.payments.count() == 1


def test_the_secret_for_the_bank_is_on_the_shoppers_own_page_and_kept_nowhere(
    client: Client, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    answer = client.get(reverse("order", args=[order.reference]))
    (intent,) = api.books.of("payment_intent")
    assert f'data-client-secret="{intent["client_secret"]}"' in answer.content.decode()
    assert "no-store" in answer.headers["Cache-Control"]
    stored = str(Payment.objects.values().get())
    assert intent["client_secret"] not in stored


def test_whoever_is_back_from_the_bank_has_an_order(
    client: Client, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    (intent,) = api.books.of("payment_intent")
    api.books.bank_decides(intent, approves=True)
    for _return in range(2):
        client.post(reverse("look_order", args=[order.reference]))
    assert status_of(order) == OrderStatus.CONFIRMED
    assert "data-client-secret" not in page(client, order)


def test_back_before_the_bank_was_asked_the_page_asks_again(
    client: Client, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    client.post(reverse("look_order", args=[order.reference]))
    assert "data-client-secret" in page(client, order)


def test_back_without_a_session_leads_to_the_order_after_signing_in(
    user: User, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    address = reverse("look_order", args=[order.reference])
    lost = Client().post(address)
    assert lost.url == f"/accounts/login/?next={address}"  # type: ignore[attr-defined]
    answer = a_client(user).get(address)
    assert answer.url == reverse("order", args=[order.reference])  # type: ignore[attr-defined]


def test_a_silent_gateway_leaves_the_page_waiting(
    client: Client, customer: Customer, api: StripeApi
) -> None:
    order = ordered(customer, BANK_ASKS)
    api.down = True
    told = page(client, order)
    assert "data-client-secret" not in told
    assert "다시 결제하지 마세요" in told


# Toss.


def in_the_window(toss: TossApi, order: Order, card: str = "pays") -> dict[str, str]:
    """The shopper has paid in Toss's window; what the return address is opened with."""
    payment = order.payments.latest("pk")
    key = toss.window(
        order_id=payment.reference, amount_won=payment.amount_won, card=card,
        tax_free_won=payment.tax_free_won,
    )  # fmt: skip
    return {"paymentKey": key, "orderId": payment.reference, "amount": str(payment.amount_won)}


def test_the_window_is_opened_with_our_payments_key(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    payment = order.payments.get()
    answer = client.get(reverse("order", args=[order.reference]))
    told = answer.content.decode()
    asked = dict(re.findall(r'data-([a-z-]+)="([^"]*)"', told))
    assert asked["key"] == "test_ck_false"
    assert (asked["order-id"], asked["amount"]) == (payment.reference, "5000")
    assert asked["tax-free"] == str(payment.tax_free_won)
    assert "https://js.tosspayments.com" in answer.headers["Content-Security-Policy"]


def test_the_return_address_confirms_once_however_often_it_is_opened(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    back = in_the_window(toss, order)
    address = reverse("paid_order", args=[order.reference])
    answers = [client.get(address, back) for _ in range(2)]
    assert {answer.url for answer in answers} == {  # type: ignore[attr-defined]
        reverse("order", args=[order.reference])
    }
    assert status_of(order) == OrderStatus.CONFIRMED
    assert toss.asked.count("POST /v1/payments/confirm") == 1


def test_a_return_after_a_lost_session_confirms_all_the_same(
    customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    Client().get(reverse("paid_order", args=[order.reference]), in_the_window(toss, order))
    assert status_of(order) == OrderStatus.CONFIRMED


def test_a_declined_window_is_followed_by_one_with_a_key_of_its_own(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    address = reverse("paid_order", args=[order.reference])
    client.get(address, in_the_window(toss, order, "declined"))
    assert status_of(order) == OrderStatus.PLACED
    client.post(reverse("pay_order", args=[order.reference]))
    client.get(address, in_the_window(toss, order))
    assert status_of(order) == OrderStatus.CONFIRMED
    assert [p.status for p in order.payments.order_by("pk")] == ["declined", "paid"]


def test_a_window_closed_takes_nothing_and_can_be_opened_again(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    address = reverse("unpaid_order", args=[order.reference])
    told = client.get(address, {"code": "PAY_PROCESS_CANCELED"}, follow=True).content.decode()
    assert "돈은 나가지 않았어요" in told
    assert "data-toss-window" in told
    assert order.payments.get().status == PaymentStatus.OPEN


def test_a_return_to_a_cancelled_order_takes_nothing(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order = ordered(customer)
    back = in_the_window(toss, order)
    cancel_order(order=order, reason="unpaid", now=timezone.now())
    client.get(reverse("paid_order", args=[order.reference]), back)
    assert order.payments.get().status == PaymentStatus.CANCELLED
    assert toss.asked == []


def test_a_key_of_another_order_or_none_is_not_found(
    client: Client, customer: Customer, toss: TossApi
) -> None:
    order, other = ordered(customer), ordered(customer)
    address = reverse("paid_order", args=[order.reference])
    assert client.get(address, in_the_window(toss, other)).status_code == 404
    assert client.get(address, {"paymentKey": "x"}).status_code == 404
    too_long = in_the_window(toss, order) | {"paymentKey": "x" * 201}
    assert client.get(address, too_long).status_code == 400


def test_the_sandbox_has_no_return_address(client: Client, customer: Customer) -> None:
    order = ordered(customer, PAYS)
    back = {"paymentKey": "x", "orderId": order.payments.get().reference}
    assert client.get(reverse("paid_order", args=[order.reference]), back).status_code == 404
