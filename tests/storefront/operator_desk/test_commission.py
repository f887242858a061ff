"""The operator tries a commission on the last weeks' sales, sets it, and sees who did."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.business_days import business_date
from commerce.settlement.models import CommissionRule
from storefront.accounts.models import Role
from tests.builders.commerce import a_market, a_merchant
from tests.builders.mall import a_client, a_user
from tests.storefront.operator_desk.test_desk import sold

pytestmark = pytest.mark.django_db


@pytest.fixture
def operator() -> Client:
    user = a_user("operator@jangteo.test", (Role.OPERATOR, ""))
    user.full_name = "양세라"
    user.save()
    return a_client(user)


def a_form(**fields: Any) -> dict[str, Any]:
    tomorrow = business_date(timezone.now()) + timedelta(days=1)
    return {"whom": "", "category": "", "percent": "10", "from_on": str(tomorrow)} | fields


def test_a_rule_is_tried_before_it_is_set(operator: Client) -> None:
    sold(a_merchant(name="새벽채소"), 10_000)
    page = operator.get(reverse("operator_commission_try"), a_form()).content.decode()
    assert "새벽채소" in page
    assert "+400원" in page
    assert not CommissionRule.objects.exists()


def test_a_rule_that_was_tried_is_set_and_told_with_who_did_it(operator: Client) -> None:
    market = a_market(name="못골시장")
    sold(a_merchant(market=market), 10_000)
    form = a_form(whom=market.reference, percent="6.5%", seen_won="50", key="once")
    address = reverse("operator_commission_set")
    for _ in range(2):
        page = operator.post(address, form, follow=True).content.decode()
    rule = CommissionRule.objects.get()
    assert (rule.market_reference, rule.basis_points) == (market.reference, 650)
    assert "6.5%" in page
    assert "양세라" in page


def test_an_empty_percentage_lifts_a_rule(operator: Client) -> None:
    form = a_form(percent="", seen_won="0", key="once")
    operator.post(reverse("operator_commission_set"), form)
    assert CommissionRule.objects.get().basis_points is None


def test_a_rule_nobody_saw_tried_is_not_set(operator: Client) -> None:
    sold(a_merchant(), 10_000)
    answer = operator.post(reverse("operator_commission_set"), a_form(seen_won="0", key="once"))
    assert answer.status_code == 400
    assert "다시 맞춰 보고" in answer.content.decode()
    assert not CommissionRule.objects.exists()


@pytest.mark.parametrize(
    "wrong",
    [
        {"percent": "abc"},
        {"percent": "6.555"},
        {"percent": "-1"},
        {"percent": "101"},
        {"percent": "٣"},
        {"from_on": "soon"},
        {"from_on": "2020-01-01"},
        {"whom": "MER-NOBODY"},
        {"whom": "MKT-NOWHERE"},
        {"category": "nothing"},
    ],
)
def test_what_cannot_be_meant_is_shown_at_the_form(operator: Client, wrong: dict) -> None:
    answer = operator.get(reverse("operator_commission_try"), a_form(**wrong))
    assert answer.status_code == 400
    assert "note-bad" in answer.content.decode()
    form = a_form(seen_won="0", key="once") | wrong
    assert operator.post(reverse("operator_commission_set"), form).status_code == 400
    assert not CommissionRule.objects.exists()


def test_nobody_else_sees_or_sets_it() -> None:
    merchant = a_merchant()
    other = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, merchant.reference)))
    assert other.get(reverse("operator_commission")).status_code == 403
    form = a_form(seen_won="0", key="once")
    assert other.post(reverse("operator_commission_set"), form).status_code == 403
    assert not CommissionRule.objects.exists()
