"""A mixed basket through the real pages: one form, one order, one payment."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from pytest_django import Settings

from commerce.orders.models import Fulfilment, Order, OrderStatus
from commerce.payments.models import Payment, PaymentStatus
from drivethrough.slots.models import Booking, BookingStatus
from tests.builders.mall import Mall, a_client, a_mall
from tests.builders.webhooks import a_stripe
from tests.ports.payment_adapters import TOSS

pytestmark = pytest.mark.django_db

GOOD_CARD = {"method": "card", "card_number": "4242 4242 4242 4242", "expiry": "12/39"}
DECLINED = {**GOOD_CARD, "card_number": "4000 0000 0000 0002"}


def fill(client: Client, mall: Mall) -> None:
    for variant, way in ((mall.greens, "delivery"), (mall.strawberries, "drive_through")):
        client.post(
            reverse("add_to_basket"),
            {"variant": variant.reference, "way": way, "quantity": "1"},
        )
    client.post(reverse("bundle", args=[mall.bundle.reference]), {"child": mall.child.reference})


def hold(client: Client, mall: Mall, key: str) -> None:
    part = f"drive:{mall.site.reference}"
    client.post(
        reverse("checkout"),
        {
            "do": f"hold:{part}",
            f"slot:{part}": mall.slot.reference,
            "key": key,
            "press": str(uuid4()),
        },
    )


def chosen(mall: Mall, key: str, /, **changes: str) -> dict[str, str]:
    market = mall.greens.product.merchant.market
    return {
        "do": "place",
        "key": key,
        "address": mall.address.reference,
        f"window:deliver:{market.reference}": mall.window.reference,
        f"window:books:{mall.bundle.reference}": mall.window.reference,
        "contact_name": "김하나",
        "contact_phone": "010-1234-5678",
        "plate": "12가3456",
        **GOOD_CARD,
        **changes,
    }


def a_full_checkout() -> tuple[Mall, Client, str]:
    mall = a_mall()
    client, key = a_client(mall.user), str(uuid4())
    fill(client, mall)
    hold(client, mall, key)
    return mall, client, key


def test_one_checkout_makes_one_order_with_three_fulfilments_and_one_payment() -> None:
    mall, client, key = a_full_checkout()
    answer = client.post(reverse("checkout"), chosen(mall, key))
    order = Order.objects.get()
    assert answer.url == reverse("order", args=[order.reference])
    assert order.status == OrderStatus.CONFIRMED
    assert order.total_won == 2_500 + 4_000 + 8_000
    assert {f.hands_over_name for f in order.fulfilments.all()} == {
        "못골시장",
        mall.site.name,
        mall.bundle.library.name,
    }
    assert [p.status for p in order.payments.all()] == [PaymentStatus.PAID]
    assert Booking.objects.get().status == BookingStatus.CONFIRMED


def test_who_hands_over_is_named_in_english_on_an_english_order(settings: Settings) -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key))
    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "en"
    page = client.get(reverse("order", args=[Order.objects.get().reference])).content.decode()
    for who in (mall.greens.product.merchant.market, mall.site, mall.bundle.library):
        assert escape(who.name_en) in page
        assert who.name not in page


def test_a_second_press_of_the_button_gets_the_same_order() -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key))
    client.post(reverse("checkout"), chosen(mall, key))
    assert Order.objects.count() == 1
    assert Payment.objects.count() == 1


def test_a_declined_card_keeps_the_order_for_another_card() -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key, **DECLINED))
    order = Order.objects.get()
    assert order.status == OrderStatus.PLACED
    page = client.get(reverse("order", args=[order.reference])).content.decode()
    assert "거절" in page
    client.post(reverse("pay_order", args=[order.reference]), GOOD_CARD)
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


@pytest.mark.parametrize(
    ("field", "value", "code"),
    [
        ("contact_phone", "12345", "PHONE_FORMAT"),
        ("contact_name", "", "TEXT_REQUIRED"),
        ("plate", "ABC-123", "PLATE_FORMAT"),
        ("card_number", "4242 4242 4242 4241", "CARD_NUMBER"),
        ("expiry", "13/39", "CARD_EXPIRY"),
        ("method", "gold", "BAD_INPUT"),
        ("key", "again", "BAD_INPUT"),
        ("address", "ADR-NOBODYS", "ADDRESS_NEEDED"),
        ("do", "fly", "BAD_INPUT"),
        ("contact_name", "\x00", "BAD_INPUT"),
    ],
)
def test_a_wrong_value_is_refused_with_its_code_and_changes_nothing(
    field: str, value: str, code: str
) -> None:
    mall, client, key = a_full_checkout()
    answer = client.post(reverse("checkout"), chosen(mall, key, **{field: value}))
    assert answer.status_code == 400
    assert f'data-code="{code}"' in answer.content.decode()
    assert not Order.objects.exists()
    assert Booking.objects.get().status == BookingStatus.HELD


def test_without_a_slot_nothing_is_ordered() -> None:
    mall = a_mall()
    client, key = a_client(mall.user), str(uuid4())
    fill(client, mall)
    answer = client.post(reverse("checkout"), chosen(mall, key))
    assert 'data-code="SLOT_NEEDED"' in answer.content.decode()
    assert not Fulfilment.objects.exists()


def test_paying_on_hand_over_confirms_at_once_with_a_payment_for_each_part_that_costs() -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key, method="on_site"))
    order = Order.objects.get()
    assert order.status == OrderStatus.CONFIRMED
    assert sorted(p.amount_won for p in order.payments.all()) == [6_500, 8_000]


def test_somebody_else_does_not_see_the_order() -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key))
    order = Order.objects.get()
    mallory = a_client(a_mall(email="mallory@jangteo.test").user)
    for name in ("order", "order_live"):
        assert mallory.get(reverse(name, args=[order.reference])).status_code == 404
    for name in ("pay_order", "cancel_order"):
        assert mallory.post(reverse(name, args=[order.reference])).status_code == 404
    order.refresh_from_db()
    assert order.status == OrderStatus.CONFIRMED


def test_cancelling_frees_the_slot_and_gives_the_money_back() -> None:
    mall, client, key = a_full_checkout()
    client.post(reverse("checkout"), chosen(mall, key))
    order = Order.objects.get()
    client.post(reverse("cancel_order", args=[order.reference]))
    order.refresh_from_db()
    mall.slot.refresh_from_db()
    mall.greens.stock.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert order.payments.get().refunded_won == order.total_won
    assert mall.slot.taken_cars == 0
    assert mall.greens.stock.allocated == 0


def test_at_stripe_the_form_carries_a_token_and_no_number(settings: Settings) -> None:
    api = a_stripe(settings)
    mall, client, key = a_full_checkout()
    refused = client.post(reverse("checkout"), chosen(mall, key))
    assert 'data-code="CARD_MISSING"' in refused.content.decode()
    token = api.books.confirmation_token("pm_card_visa")
    client.post(reverse("checkout"), chosen(mall, key, card_token=token))
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_at_toss_the_order_waits_for_its_window(settings: Settings) -> None:
    TOSS.use(settings)
    mall, client, key = a_full_checkout()
    page = client.post(reverse("checkout"), chosen(mall, key), follow=True).content.decode()
    order = Order.objects.get()
    assert order.status == OrderStatus.PLACED
    assert f'data-order-id="{order.payments.get().reference}"' in page
    assert TOSS.api.asked == []
