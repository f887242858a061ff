"""The goods of a basket are kept from the checkout's beginning, and the page says how long."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse

from commerce.stock import holding
from commerce.stock.models import StockHold, StockRecord
from storefront.journeys.tasks import expire_holds
from tests.builders.mall import PASSWORD, Mall, a_client, a_mall, a_user

pytestmark = pytest.mark.django_db


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def client(mall: Mall) -> Client:
    return a_client(mall.user)


def add(client: Client, mall: Mall, quantity: int = 1) -> None:
    goods = {"variant": mall.greens.reference, "way": "delivery", "quantity": str(quantity)}
    client.post(reverse("add_to_basket"), goods)


def left(mall: Mall) -> int:
    return StockRecord.objects.get(variant=mall.greens).left


def test_beginning_the_checkout_keeps_the_goods_and_both_pages_say_until_when(
    client: Client, mall: Mall
) -> None:
    before = left(mall)
    add(client, mall, 2)
    assert left(mall) == before
    answer = client.post(reverse("begin_checkout"))
    assert (answer.url, left(mall)) == (reverse("checkout"), before - 2)
    for page in ("basket", "checkout"):
        shown = client.get(reverse(page)).content.decode()
        assert "담은 상품을 잡아 두었어요." in shown
        assert "data-until=" in shown


def test_opening_the_page_by_its_address_keeps_nothing_and_offers_to(
    client: Client, mall: Mall
) -> None:
    add(client, mall)
    assert 'value="keep"' in client.get(reverse("checkout")).content.decode()
    assert not StockHold.objects.exists()
    client.post(reverse("checkout"), {"do": "keep", "key": str(uuid4())})
    assert StockHold.objects.exists()


def test_ten_minutes_more_are_given_once(client: Client, mall: Mall) -> None:
    add(client, mall)
    client.post(reverse("begin_checkout"))
    until = StockHold.objects.get().held_until
    client.post(reverse("keep_longer"))
    client.post(reverse("checkout"), {"do": "longer", "key": str(uuid4())})
    assert StockHold.objects.get().held_until == until + timedelta(minutes=10)
    assert 'value="longer"' not in client.get(reverse("checkout")).content.decode()


def test_what_somebody_else_keeps_is_said_before_the_checkout(client: Client, mall: Mall) -> None:
    add(client, mall)
    others = {mall.greens.pk: left(mall)}
    holding.keep(owner_reference="BKT-OTHER", quantities=others, now=mall.window.cut_off_at)
    answer = client.post(reverse("begin_checkout"), follow=True)
    assert answer.redirect_chain[-1][0] == reverse("basket")
    assert "0개" in answer.content.decode()


def test_ones_own_goods_are_not_called_sold_out(client: Client, mall: Mall) -> None:
    everything = left(mall)
    add(client, mall, everything)
    client.post(reverse("begin_checkout"))
    assert "개만 남았어요" not in client.get(reverse("basket")).content.decode()


def test_a_line_changed_meanwhile_is_kept_as_it_is_now(client: Client, mall: Mall) -> None:
    before = left(mall)
    add(client, mall, 2)
    client.post(reverse("begin_checkout"))
    line = mall.customer.baskets.get().lines.get()
    client.post(reverse("change_basket_line", args=[line.reference]), {"quantity": "5"})
    assert left(mall) == before - 5
    client.post(reverse("change_basket_line", args=[line.reference]), {"quantity": str(before + 1)})
    line.refresh_from_db()
    assert (line.quantity, left(mall)) == (5, before - 5)
    client.post(reverse("change_basket_line", args=[line.reference]), {"quantity": "0"})
    assert left(mall) == before


def test_the_sweep_frees_what_nobody_ordered_in_time(client: Client, mall: Mall) -> None:
    before = left(mall)
    add(client, mall)
    client.post(reverse("begin_checkout"))
    StockHold.objects.update(held_until=mall.customer.created_at)
    expire_holds()
    assert left(mall) == before
    assert 'value="keep"' in client.get(reverse("checkout")).content.decode()


def test_a_visitors_hold_is_theirs_after_signing_in(mall: Mall) -> None:
    client = Client()
    add(client, mall)
    client.post(reverse("begin_checkout"))
    user = a_user("new@jangteo.test")
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    shown = client.get(reverse("checkout")).content.decode()
    assert "담은 상품을 잡아 두었어요." in shown
    assert StockHold.objects.count() == 1


def test_a_guests_goods_are_kept_too(mall: Mall) -> None:
    client = Client()
    add(client, mall)
    assert client.post(reverse("begin_as_guest")).url == reverse("checkout")  # type: ignore[attr-defined]
    assert StockHold.objects.exists()
