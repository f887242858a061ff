"""What the mall is measured beside asks the same."""

from random import Random

import pytest
from django.core.cache import caches
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext, override_settings

from commerce.catalogue.models import Product
from tests.bench.goods import fill

pytestmark = pytest.mark.django_db(transaction=True)


def test_a_bare_view_asks_what_its_page_asks(client: Client) -> None:
    fill(400, Random(7))
    reference = Product.objects.get(name__endswith=" 100").reference
    for path in ("/c/fruit/?page=2", "/search/?q=딸기", f"/p/{reference}/"):
        assert _asked(client, f"/bare{path}") == _asked(client, path)


def _asked(client: Client, path: str) -> list[str]:
    caches["template_fragments"].clear()
    with (
        override_settings(ROOT_URLCONF="tests.bench.urls"),
        CaptureQueriesContext(connection) as captured,
    ):
        assert client.get(path).status_code == 200
    return sorted(query["sql"] for query in captured)
