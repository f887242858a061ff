"""The card of a regular box: kept when it starts, changed later, charged when nobody is there."""

import re
from uuid import uuid4

import pytest
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from pytest_django import Settings

from commerce.boxes.models import Subscription
from commerce.payments.gateway import Paid, gateway
from commerce.references import new
from tests.builders.boxes import a_box, a_subscription
from tests.builders.mall import Mall, a_client, a_mall, a_user
from tests.builders.webhooks import a_stripe
from tests.ports.fakes.stripe_api import StripeApi
from tests.ports.fakes.stripe_books import AUTHENTICATES
from tests.ports.payment_adapters import TOSS

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def client(mall: Mall) -> Client:
    return a_client(mall.user)


@pytest.fixture
def api(settings: Settings) -> StripeApi:
    return a_stripe(settings)


def subscribe(client: Client, mall: Mall, **card: str) -> HttpResponse:
    form = {
        "key": str(uuid4()),
        "card_key": str(uuid4()),
        "address": mall.address.reference,
        "contact_name": "김하나",
        "contact_phone": "010-1234-5678",
    }
    address = reverse("subscribe_box", args=[a_box(variant=mall.greens).reference])
    return client.post(address, form | card)  # type: ignore[return-value]


def fields(answer: HttpResponse) -> dict[str, str]:
    """What the form would post again by itself."""
    told = answer.content.decode()
    hidden = re.findall(r'<input type="hidden" name="([a-z_]+)" value="([^"]*)"', told)
    return {name: value for name, value in hidden if name != "csrfmiddlewaretoken"}


def charged(token: str) -> bool:
    """Nobody is there."""
    outcome = gateway().charge_off_session(
        key=new("PAY"), amount_won=27_000, tax_free_won=0, stored_card=token, order_reference="O"
    )
    return isinstance(outcome, Paid)


def test_a_box_starts_with_a_card_that_can_be_charged_alone(
    client: Client, mall: Mall, api: StripeApi
) -> None:
    answer = subscribe(client, mall, card_token=api.books.confirmation_token("pm_card_visa"))
    assert answer.url == reverse("my_boxes")  # type: ignore[attr-defined]
    assert charged(Subscription.objects.get().card_token)


def test_a_card_that_is_refused_starts_nothing_and_another_gets_a_key_of_its_own(
    client: Client, mall: Mall, api: StripeApi
) -> None:
    token = api.books.confirmation_token("pm_card_chargeDeclined")
    refused = subscribe(client, mall, card_token=token, card_key=str(uuid4()))
    assert 'data-code="CARD_REFUSED"' in refused.content.decode()
    assert not Subscription.objects.exists()
    again = fields(refused)
    assert again["card_token"] == ""
    good = api.books.confirmation_token("pm_card_visa")
    subscribe(client, mall, **again | {"card_token": good})
    assert charged(Subscription.objects.get().card_token)


def test_the_bank_is_asked_first_and_the_same_form_is_posted_again(
    client: Client, mall: Mall, api: StripeApi
) -> None:
    token = api.books.confirmation_token(AUTHENTICATES)
    asked = subscribe(client, mall, card_token=token)
    (intent,) = api.books.of("setup_intent")
    assert f'data-client-secret="{intent["client_secret"]}"' in asked.content.decode()
    assert "no-store" in asked.headers["Cache-Control"]
    assert not Subscription.objects.exists()
    api.books.bank_decides(intent, approves=True)
    again = fields(asked)
    assert again["card_token"] == token
    subscribe(client, mall, **again)
    assert Subscription.objects.count() == 1


def test_a_silent_gateway_is_asked_again_with_the_same_card(
    client: Client, mall: Mall, api: StripeApi
) -> None:
    token = api.books.confirmation_token("pm_card_visa")
    api.down = True
    silent = subscribe(client, mall, card_token=token)
    assert 'data-code="GATEWAY_SILENT"' in silent.content.decode()
    api.down = False
    subscribe(client, mall, **fields(silent))
    assert charged(Subscription.objects.get().card_token)


def test_boxes_to_come_are_charged_to_another_card(client: Client, mall: Mall) -> None:
    subscription = a_subscription(customer=mall.customer, card_token="tok_declined")
    address = reverse("change_box_card", args=[subscription.reference])
    assert client.get(address).status_code == 200
    card = {"card_number": "4242 4242 4242 4242", "expiry": "12/39", "card_key": str(uuid4())}
    assert client.post(address, card).url == reverse("my_boxes")  # type: ignore[attr-defined]
    subscription.refresh_from_db()
    assert subscription.card_token == "tok_4242"


def test_a_card_that_is_refused_leaves_the_first(client: Client, mall: Mall) -> None:
    subscription = a_subscription(customer=mall.customer, card_token="tok_4242")
    card = {"card_number": "4000 0000 0000 0002", "expiry": "12/39", "card_key": str(uuid4())}
    answer = client.post(reverse("change_box_card", args=[subscription.reference]), card)
    assert (answer.status_code, answer.context["refusal"]["code"]) == (400, "CARD_REFUSED")
    subscription.refresh_from_db()
    assert subscription.card_token == "tok_4242"


def test_nobody_changes_somebody_elses_card(mall: Mall) -> None:
    subscription = a_subscription(customer=mall.customer)
    other = a_client(a_user("mallory@jangteo.test"))
    address = reverse("change_box_card", args=[subscription.reference])
    assert other.post(address, {}).status_code == 404


@pytest.fixture
def window(settings: Settings) -> str:
    """What Toss's window gave for a good card."""
    TOSS.use(settings)
    return TOSS.card_to_keep("pays")


def back_from_window(client: Client, mall: Mall, **said: str) -> HttpResponse:
    address = reverse("subscribe_box", args=[a_box(variant=mall.greens).reference])
    return client.get(address, said)  # type: ignore[return-value]


def test_a_card_from_tosss_window_is_kept_and_charged_when_nobody_is_there(
    client: Client, mall: Mall, window: str
) -> None:
    customer = mall.customer.reference
    page = back_from_window(client, mall, authKey=window, customerKey=customer)
    kept = fields(page)
    assert kept["card_token"] == window
    assert subscribe(client, mall, **kept).status_code == 302
    assert charged(Subscription.objects.get().card_token)


def test_toss_is_asked_for_a_card_before_a_box_begins(
    client: Client, mall: Mall, window: str
) -> None:
    page = back_from_window(client, mall).content.decode()
    assert f'data-customer="{mall.customer.reference}"' in page
    refused = subscribe(client, mall)
    assert 'data-code="CARD_MISSING"' in refused.content.decode()
    assert not Subscription.objects.exists()


def test_a_card_that_another_shopper_registered_is_not_taken(
    client: Client, mall: Mall, window: str
) -> None:
    page = back_from_window(client, mall, authKey=window, customerKey="CUS-OTHER")
    assert fields(page)["card_token"] == ""
    for odd in ("x" * 301, "a b", "<script>"):
        page = back_from_window(client, mall, authKey=odd, customerKey=mall.customer.reference)
        assert fields(page)["card_token"] == ""


def test_what_else_is_refused_does_not_send_a_shopper_back_to_the_window(
    client: Client, mall: Mall, window: str
) -> None:
    refused = subscribe(client, mall, card_token=window, contact_name="")
    kept = fields(refused)
    assert (refused.status_code, kept["card_token"]) == (400, window)
    assert subscribe(client, mall, **kept).status_code == 302


def test_a_kept_cards_key_is_neither_shown_nor_logged(
    client: Client, mall: Mall, window: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    subscribe(client, mall, card_token=window)
    token = Subscription.objects.get().card_token
    assert charged(token)
    shown = ("my_boxes", "my_data", "take_my_data")
    told = [client.get(reverse(name)).content.decode() for name in shown]
    key = token.partition("/")[2]
    assert key
    assert not any(key in one for one in [*told, caplog.text])
