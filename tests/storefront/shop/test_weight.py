"""A list page is light, and nothing on it moves while it loads."""

import re
from pathlib import Path

import pytest
from django.conf import settings
from django.contrib.staticfiles import finders
from django.test import Client

from tests.builders.commerce import a_category, a_merchant, a_product

MOST_BYTES = 150_000


@pytest.mark.django_db
def test_a_full_list_page_weighs_at_most_150_kb_without_pictures(client: Client) -> None:
    merchant, shelf = a_merchant(), a_category()
    for n in range(30):
        a_product(
            name=f"가평 산지직송 방울토마토 {n}",
            certification="무농약",
            thumbnail=f"products/PRD-{n:010}-0123456789ab-small.webp",
            picture_alt="바구니에 담긴 방울토마토",
            merchant=merchant,
            category=shelf,
        )
    page = client.get("/search/", {"q": "토마토"}).content.decode()
    assert page.count('class="product"') == 24
    parts = re.findall(r'(?:<link rel="stylesheet" href|<script[^>]* src)="/static/([^"]+)"', page)
    assert {Path(part).suffix for part in parts} == {".css", ".js"}
    weights = [Path(str(finders.find(part))).stat().st_size for part in parts]
    assert len(page.encode()) + sum(weights) <= MOST_BYTES


def test_every_picture_says_how_large_it_is() -> None:
    pictures = [
        picture
        for template in (settings.BASE_DIR / "storefront" / "templates").rglob("*.html")
        for picture in re.findall(r"<img\b.*?>(?=[^%}]|$)", template.read_text(), re.S)
    ]
    assert len(pictures) > 20
    assert [one for one in pictures if not re.search(r'\swidth="', one)] == []
    assert [one for one in pictures if not re.search(r'\sheight="', one)] == []
