"""One's own data, as a file, and gone."""

import pytest
from django.test import Client
from django.urls import reverse

from storefront.accounts.models import User
from tests.builders.mall import a_client, a_mall

pytestmark = pytest.mark.django_db


def test_it_is_a_file_of_ones_own() -> None:
    mall = a_mall()
    answer = a_client(mall.user).post(reverse("take_my_data"))
    assert answer.json()["account"]["email"] == mall.user.email
    assert answer["Cache-Control"] == "no-store"
    assert "attachment" in answer["Content-Disposition"]
    assert Client().post(reverse("take_my_data")).status_code == 302


def test_leaving_is_ticked_first_and_signs_out() -> None:
    mall = a_mall()
    member = a_client(mall.user)
    assert member.post(reverse("erase_me")).status_code == 400
    answer = member.post(reverse("erase_me"), {"sure": "on"})
    assert answer.headers["Location"] == reverse("home")
    assert not User.objects.get(pk=mall.user.pk).is_active
    assert member.get(reverse("account")).status_code == 302
