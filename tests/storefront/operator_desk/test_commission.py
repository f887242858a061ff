"""The operator tries a commission on the last weeks' sales, sets it, and sees who did."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from commerce.business_days import business_date
from commerce.settlement.models import CommissionProposal, CommissionRule
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


@pytest.fixture
def second() -> Client:
    user = a_user("operator2@jangteo.test", (Role.OPERATOR, ""))
    user.full_name = "한도윤"
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


def a_proposal(operator: Client, **fields: Any) -> CommissionProposal:
    form = a_form(seen_won="0", key="once") | fields
    operator.post(reverse("operator_commission_propose"), form)
    return CommissionProposal.objects.get()


def test_a_rule_that_was_tried_is_proposed_approved_and_told_with_who_did_it(
    operator: Client, second: Client
) -> None:
    market = a_market(name="못골시장")
    sold(a_merchant(market=market, name="새벽채소"), 10_000)
    said = {"whom": market.reference, "percent": "6.5%", "seen_won": "50"}
    for _ in range(2):
        proposal = a_proposal(operator, **said)
    assert "승인 기다리는 제안" in operator.get(reverse("operator_commission")).content.decode()
    address = reverse("operator_commission_proposal", args=[proposal.reference])
    page = second.get(address).content.decode()
    assert "새벽채소" in page
    assert "+50원" in page
    assert "양세라" in page
    address = reverse("operator_commission_approve", args=[proposal.reference])
    page = second.post(address, {"seen_won": "50"}, follow=True).content.decode()
    rule = CommissionRule.objects.get()
    assert (rule.market_reference, rule.basis_points) == (market.reference, 650)
    assert "6.5%" in page
    assert "양세라, 한도윤" in page


def test_whoever_proposed_a_rule_does_not_approve_it(operator: Client) -> None:
    proposal = a_proposal(operator)
    shown = reverse("operator_commission_proposal", args=[proposal.reference])
    approve = reverse("operator_commission_approve", args=[proposal.reference])
    assert approve not in operator.get(shown).content.decode()
    page = operator.post(approve, {"seen_won": "0"}, follow=True).content.decode()
    assert "다른 운영자가 승인해야" in page
    assert not CommissionRule.objects.exists()


def test_a_proposal_is_rejected_with_a_reason(operator: Client, second: Client) -> None:
    proposal = a_proposal(operator)
    address = reverse("operator_commission_reject", args=[proposal.reference])
    page = second.post(address, {"reason": ""}, follow=True).content.decode()
    assert "note-bad" in page
    second.post(address, {"reason": "너무 비쌉니다"})
    shown = reverse("operator_commission_proposal", args=[proposal.reference])
    assert "너무 비쌉니다" in operator.get(shown).content.decode()
    assert not CommissionRule.objects.exists()


def test_an_empty_percentage_lifts_a_rule(operator: Client) -> None:
    assert a_proposal(operator, percent="").basis_points is None


@pytest.mark.parametrize("seen_won", ["", "x", "99999999999999999999"])
def test_an_approval_that_saw_something_else_sets_nothing(
    operator: Client, second: Client, seen_won: str
) -> None:
    proposal = a_proposal(operator)
    address = reverse("operator_commission_approve", args=[proposal.reference])
    assert second.post(address, {"seen_won": seen_won}).status_code == 302
    assert not CommissionRule.objects.exists()


def test_a_proposal_that_is_not_there_is_not_found(operator: Client) -> None:
    for name in ("proposal", "approve", "reject"):
        address = reverse(f"operator_commission_{name}", args=["CMP-NONE"])
        said = {"seen_won": "0", "reason": "x"}
        ask = operator.get(address) if name == "proposal" else operator.post(address, said)
        assert ask.status_code == 404


def test_a_rule_nobody_saw_tried_is_not_proposed(operator: Client) -> None:
    sold(a_merchant(), 10_000)
    answer = operator.post(reverse("operator_commission_propose"), a_form(seen_won="0", key="once"))
    assert answer.status_code == 400
    assert "다시 맞춰 보고" in answer.content.decode()
    assert not CommissionProposal.objects.exists()


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
    assert operator.post(reverse("operator_commission_propose"), form).status_code == 400
    assert not CommissionProposal.objects.exists()


def test_nobody_else_sees_or_sets_it() -> None:
    merchant = a_merchant()
    other = a_client(a_user("mer@jangteo.test", (Role.MERCHANT, merchant.reference)))
    assert other.get(reverse("operator_commission")).status_code == 403
    form = a_form(seen_won="0", key="once")
    assert other.post(reverse("operator_commission_propose"), form).status_code == 403
    assert not CommissionRule.objects.exists()
