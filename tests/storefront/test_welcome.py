"""Who signs in is greeted by name, never by what the database calls them."""

import pytest
from django.test import Client
from django.urls import reverse

from tests.builders.mall import PASSWORD, a_user

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize(
    ("name", "said"), [("김하나", "김하나 님, 어서 오세요."), ("", "로그인했습니다.")]
)
def test_the_greeting_names_the_person(name: str, said: str) -> None:
    user = a_user("ada@jangteo.test")
    user.full_name = name
    user.save()
    client = Client()
    form = {"login": user.email, "password": PASSWORD}
    shown = client.post(reverse("account_login"), form, follow=True).content.decode()
    assert said in shown
    assert user.reference not in shown
