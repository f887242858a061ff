"""What visitors see alike is drawn once in some seconds, and nothing of one shows to another."""

import re
import time
from collections.abc import Iterator
from typing import Any

import pytest
from django.core.cache import caches
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from commerce.catalogue.models import Product, ProductStatus
from commerce.merchants.models import MerchantStatus
from commerce.stock.models import StockRecord
from storefront.accounts.models import User
from tests.builders.commerce import a_category, a_merchant, a_product

pytestmark = pytest.mark.django_db

SECONDS = 10


@pytest.fixture(autouse=True)
def pages_are_remembered(settings: Any) -> Iterator[None]:
    pages = settings.CACHES["pages"] | {"TIMEOUT": SECONDS}
    settings.CACHES = settings.CACHES | {"pages": pages}
    caches["pages"].clear()
    yield
    caches["pages"].clear()


@pytest.fixture
def later(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The clock stands, and goes to so many seconds after the test's begin."""
    begun = time.time()

    def go_on(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: begun + seconds)

    go_on(0)
    return go_on


def seen(client: Client, path: str) -> str:
    return client.get(path).content.decode()


def queries_of(client: Client, path: str) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    return len(captured)


def token_of(page: str) -> str:
    [token] = set(re.findall(r'name="csrfmiddlewaretoken" value="(\w+)"', page))
    return token


def addresses() -> list[str]:
    product = a_product(merchant=a_merchant(), category=a_category(slug="fruit"))
    merchant = product.merchant.reference
    return [
        reverse("category", args=["fruit"]),
        reverse("search") + "?q=딸기",
        reverse("product", args=[product.reference]),
        reverse("merchant", args=[merchant]),
    ]


def test_a_second_visitor_costs_no_query() -> None:
    for path in addresses():
        assert queries_of(Client(), path) > 0
        assert queries_of(Client(), path) == 0


def test_two_visitors_see_the_same_but_for_their_own_token() -> None:
    for path in addresses():
        first, second = seen(Client(), path), seen(Client(), path)
        assert first != second
        assert first.replace(token_of(first), "") == second.replace(token_of(second), "")


def test_a_form_of_a_remembered_page_is_its_visitors_own() -> None:
    path = reverse("product", args=[a_product().reference])
    first, second = Client(enforce_csrf_checks=True), Client(enforce_csrf_checks=True)
    theirs, mine = token_of(seen(first, path)), token_of(seen(second, path))
    assert _switch(second, mine).status_code == 302
    assert _switch(second, theirs).status_code == 403
    assert _switch(first, theirs).status_code == 302


def _switch(client: Client, token: str) -> HttpResponse:
    sent = {"language": "en", "next": "/", "csrfmiddlewaretoken": token}
    return client.post(reverse("set_language"), sent)


def test_each_language_and_each_size_of_letters_has_its_own_page() -> None:
    a_product(name="설향 딸기", name_en="Strawberries", category=a_category(slug="fruit"))
    path = reverse("category", args=["fruit"])
    korean, english, large = Client(), Client(), Client()
    english.post(reverse("set_language"), {"language": "en", "next": "/"})
    large.post(reverse("set_text_size"), {"size": "large", "next": "/"})
    for _ in range(2):
        assert "설향 딸기" in seen(korean, path)
        assert "Strawberries" in seen(english, path)
        assert 'class="large-text"' in seen(large, path)
        assert 'class="large-text"' not in seen(korean, path)


def test_each_question_has_its_own_page() -> None:
    a_product(name="딸기")
    a_product(name="감자", search_text="감자", search_letters="ㄱㅏㅁㅈㅏ", choseong="ㄱㅈ")
    assert "감자" not in seen(Client(), reverse("search") + "?q=딸기")
    assert "감자" in seen(Client(), reverse("search") + "?q=감자")


def test_a_page_that_was_not_found_is_not_remembered() -> None:
    path = reverse("category", args=["fruit"])
    assert Client().get(path).status_code == 404
    a_category(slug="fruit")
    assert Client().get(path).status_code == 200


def test_an_emptied_shelf_is_seen_in_so_many_seconds(later: Any) -> None:
    product = a_product(category=a_category(slug="fruit"), on_hand=3)
    path = reverse("category", args=["fruit"])
    assert "다 팔렸어요" not in seen(Client(), path)
    StockRecord.objects.filter(variant__product=product).update(allocated=3)
    later(SECONDS - 1)
    assert "다 팔렸어요" not in seen(Client(), path)
    later(SECONDS + 1)
    assert "다 팔렸어요" in seen(Client(), path)


@pytest.mark.parametrize("by", ["its merchant", "the operator"])
def test_what_is_taken_down_is_gone_in_so_many_seconds(by: str, later: Any) -> None:
    product = a_product(name="설향", category=a_category(slug="fruit"))
    path, list_path = f"/p/{product.reference}/", reverse("category", args=["fruit"])
    assert "설향" in seen(Client(), path)
    assert "설향" in seen(Client(), list_path)
    if by == "its merchant":
        Product.objects.update(status=ProductStatus.WITHDRAWN)
    else:
        product.merchant.status = MerchantStatus.SUSPENDED
        product.merchant.save()
    later(SECONDS + 1)
    assert Client().get(path).status_code == 404
    assert "설향" not in seen(Client(), list_path)


def test_whoever_is_signed_in_sees_the_page_as_it_is() -> None:
    product = a_product(name="설향")
    path = reverse("product", args=[product.reference])
    seen(Client(), path)
    Product.objects.update(name="금실")
    member = Client()
    member.force_login(User.objects.create_user("jiyu@example.com"))
    page = seen(member, path)
    assert "금실" in page
    assert reverse("account_login") not in page
    assert "설향" in seen(Client(), path)


def test_what_a_member_sees_is_not_remembered() -> None:
    path = reverse("product", args=[a_product().reference])
    member = Client()
    member.force_login(User.objects.create_user("jiyu@example.com"))
    assert reverse("account") in seen(member, path)
    assert f'href="{reverse("account")}"' not in seen(Client(), path)


def test_whoever_has_something_in_the_basket_sees_it_counted() -> None:
    product = a_product()
    path = reverse("product", args=[product.reference])
    buyer = Client()
    seen(buyer, path)
    sent = {"variant": product.variants.get().reference, "way": "delivery", "quantity": "1"}
    buyer.post(reverse("add_to_basket"), sent)
    assert 'class="count"' in seen(buyer, path)
    assert 'class="count"' not in seen(Client(), path)


def test_a_message_to_one_visitor_is_not_remembered() -> None:
    path = reverse("product", args=[a_product().reference])
    told = Client()
    told.cookies["messages"] = "anything"
    assert queries_of(told, path) > 0
    assert queries_of(told, path) > 0


def test_no_more_pages_are_kept_than_there_is_room_for(settings: Any) -> None:
    pages = settings.CACHES["pages"] | {"OPTIONS": {"MAX_ENTRIES": 4}}
    settings.CACHES = settings.CACHES | {"pages": pages}
    a_product()
    for n in range(12):
        seen(Client(), reverse("search") + f"?n={n}")
    assert len(caches["pages"]._cache) <= 4
