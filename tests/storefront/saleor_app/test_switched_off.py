import pytest
from django.test import Client

from tests.storefront.pages import every_page

ADDRESSES = [page.route for page in every_page() if page.route.startswith("saleor/")]


@pytest.mark.parametrize("address", ADDRESSES)
def test_without_an_allowed_saleor_nothing_is_there(client: Client, address: str) -> None:
    for answer in (
        client.get(f"/{address}", headers={"Accept": "application/json"}),
        client.post(f"/{address}", b"{}", content_type="application/json"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "NOT_FOUND")
