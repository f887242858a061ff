"""Vouchers at the checkout and on a member's own page."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.orders.models import Order, OrderStatus
from commerce.vouchers.models import Voucher
from tests.builders.mall import Mall, a_client, a_mall, a_user
from tests.builders.vouchers import a_programme, code
from tests.builders.vouchers import a_voucher as one_of
from tests.storefront.shop.test_checkout import GOOD_CARD

pytestmark = pytest.mark.django_db


def a_voucher(won: int, **terms) -> Voucher:
    """Good now and for ten days."""
    now = timezone.now()
    today = timezone.localdate()
    dates = {"from_on": today, "until_on": today + timedelta(days=10)}
    return one_of(won, programme=a_programme(now=now, **dates | terms), now=now)


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def client(mall: Mall) -> Client:
    """Greens for 2,500 won and their drive for 4,000 are in the basket."""
    client = a_client(mall.user)
    basket = {"variant": mall.greens.reference, "way": "delivery", "quantity": "1"}
    client.post(reverse("add_to_basket"), basket)
    return client


def press(client: Client, mall: Mall, do: str, **form):
    market = mall.greens.product.merchant.market
    return client.post(
        reverse("checkout"),
        {
            "do": do,
            "key": str(uuid4()),
            "address": mall.address.reference,
            f"window:deliver:{market.reference}": mall.window.reference,
            "contact_name": "김하나",
            "contact_phone": "010-1234-5678",
            **GOOD_CARD,
        }
        | form,
    )


def test_a_code_is_counted_before_anything_is_ordered(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    for do in ("voucher", "refresh", "place"):
        page = press(client, mall, do, voucher_code=code(voucher)).content.decode()
        assert "−2,000원" in page
        assert "4,500원 주문하기" in page
    assert not Order.objects.exists()


def test_what_was_seen_is_ordered(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    press(client, mall, "place", voucher_kept=code(voucher), voucher_won="2000")
    order = Order.objects.get()
    assert order.status == OrderStatus.CONFIRMED
    page = client.get(reverse("order", args=[order.reference])).content.decode()
    assert "그 가운데 바우처" in page
    assert sorted(order.payments.values_list("method", "amount_won")) == [
        ("card", 4_500),
        ("voucher", 2_000),
    ]


def test_another_amount_than_was_seen_is_refused(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    answer = press(client, mall, "place", voucher_kept=code(voucher), voucher_won="1999")
    assert answer.status_code == 400
    assert 'data-code="VOUCHER_CHANGED"' in answer.content.decode()
    assert not Order.objects.exists()


def test_a_voucher_for_all_of_it_needs_no_card(client: Client, mall: Mall) -> None:
    voucher = a_voucher(10_000, covers_delivery=True)
    page = press(client, mall, "voucher", voucher_code=code(voucher)).content.decode()
    assert 'name="card_number"' not in page
    press(
        client,
        mall,
        "place",
        voucher_kept=code(voucher),
        voucher_won="6500",
        method="",
        card_number="",
    )
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_a_wrong_code_says_so_and_keeps_what_was_typed(client: Client, mall: Mall) -> None:
    answer = press(client, mall, "voucher", voucher_code="0000-0000-0000-0000")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert 'data-code="VOUCHER_UNKNOWN"' in page
    assert "010-1234-5678" in page


def test_a_voucher_that_pays_for_nothing_here_says_so(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000, tax_class="taxable")
    page = press(client, mall, "voucher", voucher_code=code(voucher)).content.decode()
    assert "이 주문에는 쓸 수 없어요" in page


def test_a_member_adds_a_voucher_and_picks_it_at_the_checkout(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    assert client.post(reverse("my_vouchers"), {"voucher_code": code(voucher)}).status_code == 302
    page = client.get(reverse("my_vouchers")).content.decode()
    assert voucher.code_tail in page
    assert "배송비는 낼 수 없어요." in page
    assert voucher.reference in client.get(reverse("checkout")).content.decode()
    press(client, mall, "place", voucher=voucher.reference, voucher_won="2000")
    assert Order.objects.get().payments.count() == 2
    page = client.get(reverse("my_vouchers")).content.decode()
    assert Order.objects.get().reference in page


def test_a_second_member_sees_and_uses_nothing_of_it(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    client.post(reverse("my_vouchers"), {"voucher_code": code(voucher)})
    other = a_client(a_user("bob@jangteo.test"))
    page = other.get(reverse("my_vouchers")).content.decode()
    assert voucher.code_tail not in page
    answer = other.post(reverse("my_vouchers"), {"voucher_code": code(voucher)})
    assert answer.status_code == 404
    assert 'data-code="VOUCHER_UNKNOWN"' in answer.content.decode()


def test_a_member_ticks_nobody_elses_voucher(client: Client, mall: Mall) -> None:
    theirs = a_voucher(2_000)
    press(client, mall, "place", voucher=theirs.reference, voucher_won="0")
    assert [p.method for p in Order.objects.get().payments.all()] == ["card"]


def test_junk_is_refused(client: Client, mall: Mall) -> None:
    voucher = a_voucher(2_000)
    answer = press(client, mall, "place", voucher_kept=code(voucher), voucher_won="x")
    assert answer.status_code == 400
    assert client.post(reverse("my_vouchers"), {"voucher_code": "\x00"}).status_code == 400
    assert not Order.objects.exists()
