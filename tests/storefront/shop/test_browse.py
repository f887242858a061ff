"""Looking around needs no sign-in and costs the same few queries however much there is."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders.commerce import a_category, a_market, a_merchant, a_product

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


def test_home_costs_the_same_for_many_products(
    client: Client, django_assert_max_num_queries: object
) -> None:
    market, category = a_market(), a_category()
    for n in range(3):
        a_product(name=f"상품 {n}", merchant=a_merchant(market=market), category=category)
    few = _queries(client, reverse("home"))
    for n in range(20):
        a_product(name=f"더 {n}", merchant=a_merchant(market=market), category=category)
    assert _queries(client, reverse("home")) == few


def _queries(client: Client, url: str) -> int:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as captured:
        assert client.get(url).status_code == 200
    return len(captured)
