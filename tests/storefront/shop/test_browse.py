"""Looking around needs no sign-in and costs the same few queries however much there is."""

from datetime import time, timedelta

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from commerce.catalogue.models import Product
from commerce.stock.models import StockRecord
from storefront.templatetags.words import day
from tests.builders.commerce import NOW, a_category, a_market, a_merchant, a_product
from tests.builders.drivethrough import a_site, a_slot

pytestmark = pytest.mark.django_db


def test_home_shows_what_is_for_sale(client: Client) -> None:
    a_product(name="지동 찰순대")
    page = client.get(reverse("home"))
    assert page.status_code == 200
    assert "지동 찰순대" in page.content.decode()


def test_home_is_korean_until_english_is_chosen(client: Client) -> None:
    assert 'lang="ko"' in client.get(reverse("home")).content.decode()
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert 'lang="en"' in client.get(reverse("home")).content.decode()


def test_home_costs_the_same_for_many_products(client: Client) -> None:
    market, category = a_market(), a_category()
    for n in range(3):
        a_product(name=f"상품 {n}", merchant=a_merchant(market=market), category=category)
    few = _queries(client)
    for n in range(20):
        a_product(name=f"더 {n}", merchant=a_merchant(market=market), category=category)
    assert _queries(client) == few


def test_the_times_of_a_day_stand_under_it(client: Client) -> None:
    site, on_date = a_site(), timezone.localdate() + timedelta(days=7)
    for hour in (10, 11):
        a_slot(site=site, on_date=on_date, start=time(hour))
    page = client.get(reverse("site", args=[site.reference])).content.decode()
    assert page.count(day(on_date)) == 1
    assert "오전 10:00" in page
    assert "오전 11:00" in page


def test_home_is_read_once_for_all_visitors_of_the_same_half_minute(client: Client) -> None:
    a_product(name="지동 찰순대")
    client.get(reverse("home"))
    with CaptureQueriesContext(connection) as captured:
        again = Client().get(reverse("home"))
    assert "지동 찰순대" in again.content.decode()
    assert len(captured) == 0


def test_home_remembers_each_language_apart(client: Client) -> None:
    a_product(name="찰순대", name_en="Stuffed sundae")
    client.get(reverse("home"))
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "Stuffed sundae" in client.get(reverse("home")).content.decode()


def _queries(client: Client) -> int:
    """Of a first visit, when nothing is remembered."""
    caches["template_fragments"].clear()
    with CaptureQueriesContext(connection) as captured:
        assert client.get(reverse("home")).status_code == 200
    return len(captured)


def search(client: Client, **asked: str) -> str:
    return client.get(reverse("search"), asked).content.decode()


def test_a_search_is_narrowed_and_its_next_page_asks_the_same(client: Client) -> None:
    shelf = a_category(slug="fruit", name="과일")
    for n in range(30):
        a_product(name=f"딸기 {n}", category=shelf)
    a_product(name="딸기 모종")
    page = search(client, q="딸기", category="fruit", sort="cheapest")
    assert "상품 30개" in page
    assert "과일 (30)" in page
    assert "?q=%EB%94%B8%EA%B8%B0&amp;category=fruit&amp;sort=cheapest&amp;page=2" in page


def test_a_mistyped_search_says_that_it_shows_what_resembles(client: Client) -> None:
    a_product(name="방울토마토")
    page = search(client, q="토메토")
    assert "방울토마토" in page
    assert "꼭 맞는 상품은 없어" in page


def test_a_search_for_what_is_not_there_is_an_empty_page(client: Client) -> None:
    a_product(name="방울토마토")
    assert "찾으시는 것이 아직 없어요" in search(client, q="컴퓨터")


@pytest.mark.parametrize(
    ("asked", "status"),
    [
        ({"way": "x"}, 400),
        ({"sort": "x"}, 400),
        ({"price": "5"}, 400),
        ({"certification": "\x00"}, 400),
        ({"category": "x"}, 404),
        ({"market": "x"}, 404),
    ],
)
def test_a_choice_that_was_not_offered_is_refused(
    client: Client, asked: dict[str, str], status: int
) -> None:
    assert client.get(reverse("search"), asked).status_code == status


def test_what_was_probably_meant_is_offered(client: Client) -> None:
    a_product(name="유기농 방울토마토 500g")
    assert "?q=%EB%B0%A9%EC%9A%B8%ED%86%A0%EB%A7%88%ED%86%A0" in search(client, q="방울토마도")


def test_choices_that_are_too_narrow_can_be_cleared(client: Client) -> None:
    a_category(slug="fruit", name="과일")
    a_product(name="딸기", category=a_category())
    page = search(client, q="딸기", category="fruit", sort="cheapest")
    assert "고르신 조건을 모두 지우면 상품 1개가 있어요." in page
    assert 'href="?q=%EB%94%B8%EA%B8%B0&amp;sort=cheapest"' in page


def test_more_than_anybody_turns_pages_for_is_not_counted(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storefront.typed.ShelfPages.MOST", 2)
    for n in range(3):
        a_product(name=f"딸기 {n}")
    assert "상품 2개가 넘어요" in search(client, q="딸기")


def test_goods_sorted_by_weight_say_what_100_grams_cost(client: Client) -> None:
    a_product(name="딸기", unit="1상자", price_won=9_000, weight_grams=500)
    assert "100g당 1,800원" in search(client, sort="by_weight")
    assert "100g당 1,800원" not in search(client)


def test_a_search_costs_the_same_for_many_products(client: Client) -> None:
    costs = []
    for more in (3, 25):
        for n in range(more):
            a_product(name=f"딸기 {n}", merchant=a_merchant(market=a_market()))
        caches["template_fragments"].clear()
        with CaptureQueriesContext(connection) as captured:
            assert "딸기" in search(client, q="딸기")
        costs.append(len(captured))
    assert costs[0] == costs[1] == 13


def test_a_card_says_unit_and_certification_in_the_readers_language(client: Client) -> None:
    a_product(unit="1단", certification="유기농")
    assert "1단" in search(client)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    page = search(client)
    assert "1 bunch" in page
    assert "Organic (1)" in page
    assert 'value="유기농"' in page


def test_a_card_is_drawn_anew_when_anything_on_it_has_changed(client: Client) -> None:
    product = a_product(name="딸기", name_en="Strawberries", on_hand=1)
    assert "다 팔렸어요" not in search(client)
    product.variants.get().stock.delete()
    StockRecord.objects.create(variant=product.variants.get(), on_hand=0, counted_at=NOW)
    assert "다 팔렸어요" in search(client)
    Product.objects.update(name="설향")
    assert "설향" in search(client)
    client.post(reverse("set_language"), {"language": "en", "next": "/"})
    assert "Strawberries" in search(client)


def shelves(count: int) -> list[str]:
    """The addresses of one category, one market and one merchant with so many goods."""
    market = a_market()
    merchant = a_merchant(market=market)
    for n in range(count):
        shelf = a_category(slug=f"shelf-{n % 2}", name=f"선반 {n % 2}")
        a_product(name=f"순대 {n}", merchant=merchant, category=shelf, price_won=4_000 + n % 2)
    return [
        reverse("category", args=["shelf-1"]),
        reverse("market", args=[market.reference]),
        reverse("merchant", args=[merchant.reference]),
    ]


def test_each_shelf_is_narrowed_and_sorted_like_a_search(client: Client) -> None:
    for path in shelves(40):
        elsewhere = a_product(name="딴 가게 무", category=a_category(slug="other"))
        page = client.get(path, {"price": "0", "way": "delivery", "sort": "dearest"})
        assert elsewhere not in page.context["page"].paginator.object_list
        prices = [product.price_won for product in page.context["page"].paginator.object_list]
        assert prices == sorted(prices, reverse=True)
        assert f'action="{path}"' in page.content.decode()
        assert client.get(path, {"price": "9"}).status_code == 400


def test_a_shelf_offers_no_choice_of_what_it_is(client: Client) -> None:
    category, market, merchant = (client.get(path).content.decode() for path in shelves(40))
    assert 'name="category"' not in category
    assert 'name="category"' in market
    assert 'name="category"' in merchant
    assert 'name="market"' not in category + market + merchant


def test_few_goods_are_seen_without_choices(client: Client) -> None:
    for path in shelves(8):
        assert 'class="filters' not in client.get(path).content.decode()


def test_choices_that_are_too_narrow_for_a_shelf_can_be_cleared(client: Client) -> None:
    for path, count in zip(shelves(40), (20, 40, 40), strict=True):
        page = client.get(path, {"price": "3", "sort": "cheapest"}).content.decode()
        assert f"고르신 조건을 모두 지우면 상품 {count}개가 있어요." in page
        assert 'href="?sort=cheapest"' in page


def test_a_narrowed_shelf_costs_the_same_for_many_products(client: Client) -> None:
    costs = []
    for count in (20, 40):
        caches["template_fragments"].clear()
        for path in shelves(count):
            with CaptureQueriesContext(connection) as captured:
                client.get(path, {"way": "delivery"})
            costs.append(len(captured))
    assert costs[:3] == costs[3:]
