"""Large letters are kept in a cookie, and lead back to where one was."""

import pytest
from django.test import Client

pytestmark = pytest.mark.django_db


def letters(client: Client, path: str = "/basket/") -> str:
    return "large" if 'class="large-text"' in client.get(path).content.decode() else "usual"


def test_every_page_is_large_until_one_wants_the_usual_letters_again() -> None:
    client = Client()
    assert letters(client) == "usual"
    answer = client.post("/text-size/", {"size": "large", "next": "/markets/"})
    assert (answer.status_code, answer["Location"]) == (302, "/markets/")
    assert [letters(client, path) for path in ("/basket/", "/accounts/login/")] == ["large"] * 2
    client.post("/text-size/", {"size": "usual", "next": "/markets/"})
    assert letters(client) == "usual"


@pytest.mark.parametrize("elsewhere", ["https://example.org/", "//example.org", ""])
def test_it_leads_nowhere_else(elsewhere: str) -> None:
    answer = Client().post("/text-size/", {"size": "large", "next": elsewhere})
    assert answer["Location"] == "/"
