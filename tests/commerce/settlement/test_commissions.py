from datetime import date, timedelta

import pytest
from django.db import InternalError, transaction
from django.db.utils import IntegrityError

from commerce.errors import CommerceError, NotFound
from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement import actions, commissions
from commerce.settlement.commissions import Difference, Wished
from commerce.settlement.models import CommissionProposal, CommissionRule
from commerce.settlement.queries import balances
from commerce.text import TextRequired
from tests.builders.commerce import NOW, a_category, a_market, a_merchant, a_variant
from tests.builders.ledger import a_refund, an_ordered_part, card_money, goods_of, rule_set

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
WEDNESDAY = TUESDAY + timedelta(days=1)


def a_wish(**fields):
    everybody = {"merchant_reference": "", "market_reference": "", "category": ""}
    return Wished(**everybody | {"basis_points": 1_000, "from_on": WEDNESDAY} | fields)


def set_rule(wished, key="k", now=NOW):
    return rule_set(wished, key=key, now=now)


def proposed(wished, key="k", by="op"):
    seen_won = sum(one.by_won for one in commissions.simulate(wished, now=NOW))
    return commissions.propose(wished, seen_won=seen_won, by=by, key=key, now=NOW)


def approve(proposal, by="op-two", seen_won=0, now=NOW):
    return commissions.approve(reference=proposal.reference, seen_won=seen_won, by=by, now=now)


def sold(*lines, now=NOW):
    part = an_ordered_part(*lines)
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=now)
    actions.record_handed_over(fulfilment=part, now=now)
    return part, payment


def test_a_line_is_divided_by_the_rule_of_the_day_it_is_handed_over():
    greens = a_merchant()
    set_rule(a_wish())
    sold(goods_of(greens, 10_000), now=NOW)
    assert balances()["commission"] == -600
    sold(goods_of(greens, 10_000), now=NOW + timedelta(days=1))
    assert balances()["commission"] == -1_600


def test_what_was_handed_over_is_given_back_as_it_was_divided():
    greens = a_merchant()
    part, payment = sold(goods_of(greens, 10_000))
    set_rule(a_wish(basis_points=5_000))
    later = NOW + timedelta(days=2)
    actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=part, now=later)
    assert balances()["commission"] == -300


def test_rules_are_found_by_merchant_market_and_category():
    market = a_market()
    greens, tofu = a_merchant(market=market), a_merchant()
    carrots = a_variant(category=a_category(slug="roots"))
    set_rule(a_wish(market_reference=market.reference, basis_points=100), "a")
    set_rule(a_wish(category="roots", basis_points=200), "b")
    lines = [
        goods_of(greens, 10_000),
        goods_of(tofu, 10_000),
        goods_of(tofu, 10_000, variant=carrots),
    ]
    part, _ = sold(*lines, now=NOW + timedelta(days=1))
    rates = commissions.rates_of(list(part.lines.all()), WEDNESDAY)
    assert list(rates.values()) == [100, 600, 200]


def test_a_merchants_rate_of_today_is_told_without_its_categories():
    greens, tofu = a_merchant(), a_merchant()
    a_category(slug="roots")
    set_rule(a_wish(merchant_reference=greens.reference, basis_points=100), "a")
    set_rule(a_wish(category="roots", basis_points=200), "b")
    both = [greens.reference, tofu.reference]
    assert list(commissions.general_rates(both, TUESDAY).values()) == [600, 600]
    assert commissions.general_rates(both, WEDNESDAY) == {
        greens.reference: 100,
        tofu.reference: 600,
    }


def test_a_rule_is_tried_on_the_lines_of_four_weeks():
    greens, tofu = a_merchant(), a_merchant(commission_basis_points=1_000)
    sold(goods_of(greens, 99_000), now=NOW - timedelta(weeks=5))
    part, payment = sold(goods_of(greens, 10_000), now=NOW - timedelta(weeks=1))
    actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=part, now=NOW)
    sold(goods_of(greens, 125), goods_of(tofu, 7_000))
    (one,) = commissions.simulate(a_wish(), now=NOW)
    assert one == Difference(greens.reference, 5_125, 300 + 8, 500 + 13)
    assert one.by_won == 205


def test_trying_changes_nothing():
    greens = a_merchant()
    sold(goods_of(greens, 10_000))
    before = balances()
    commissions.simulate(a_wish(merchant_reference=greens.reference), now=NOW)
    assert balances() == before
    assert not CommissionRule.objects.exists()


def test_a_rule_is_tried_against_those_that_stand_on_its_first_day():
    greens = a_merchant()
    sold(goods_of(greens, 10_000))
    set_rule(a_wish(merchant_reference=greens.reference, basis_points=300))
    (one,) = commissions.simulate(
        a_wish(merchant_reference=greens.reference, basis_points=None), now=NOW
    )
    assert (one.before_won, one.after_won) == (300, 600)
    assert commissions.simulate(a_wish(), now=NOW) == []  # the closer rule still counts


def test_a_rule_nobody_has_tried_is_not_set():
    sold(goods_of(a_merchant(), 10_000))
    with pytest.raises(commissions.CommissionTriedOtherwise):
        commissions.propose(a_wish(), seen_won=0, by="op", key="k", now=NOW)
    assert not CommissionProposal.objects.exists()


def test_a_repeat_gets_the_first_rule():
    first = proposed(a_wish())
    sold(goods_of(a_merchant(), 10_000))
    again = commissions.propose(a_wish(), seen_won=0, by="op", key="k", now=NOW)
    assert again == first
    with pytest.raises(IdempotencyMismatch):
        proposed(a_wish(basis_points=1))


def test_a_proposal_changes_nothing_before_another_operator_says_yes():
    greens = a_merchant()
    proposal = proposed(a_wish())
    with pytest.raises(commissions.CommissionFourEyes):
        approve(proposal, by="op")
    assert commissions.general_rates([greens.reference], WEDNESDAY) == {greens.reference: 600}
    rule = approve(proposal)
    assert (rule.set_by, rule.approved_by) == ("op", "op-two")
    assert commissions.general_rates([greens.reference], WEDNESDAY) == {greens.reference: 1_000}
    assert list(commissions.proposals()) == []


def test_approving_twice_sets_one_rule():
    proposal = proposed(a_wish())
    assert approve(proposal) == approve(proposal)
    with pytest.raises(commissions.CommissionDecided):
        approve(proposal, by="op-three")
    assert CommissionRule.objects.count() == 1


def test_whoever_approves_has_seen_what_it_changes_by_now():
    proposal = proposed(a_wish())
    sold(goods_of(a_merchant(), 10_000))
    with pytest.raises(commissions.CommissionTriedOtherwise):
        approve(proposal, seen_won=0)
    assert approve(proposal, seen_won=400).basis_points == 1_000


def test_a_proposal_whose_day_has_come_is_not_approved_any_more():
    proposal = proposed(a_wish())
    with pytest.raises(commissions.CommissionDay):
        approve(proposal, now=NOW + timedelta(days=1))
    assert not CommissionRule.objects.exists()


def test_a_rejected_proposal_keeps_its_reason_and_is_no_rule():
    proposal = proposed(a_wish())
    for by, reason in (("op-two", "너무 비쌈"), ("op-three", "다른 까닭")):
        said = commissions.reject(reference=proposal.reference, reason=reason, by=by, now=NOW)
    assert (said.status, said.reason, said.decided_by) == ("rejected", "너무 비쌈", "op-two")
    with pytest.raises(commissions.CommissionDecided):
        approve(proposal)
    assert not CommissionRule.objects.exists()


def test_what_holds_is_not_rejected_and_no_reason_is_no_rejection():
    proposal = proposed(a_wish())
    with pytest.raises(TextRequired):
        commissions.reject(reference=proposal.reference, reason=" ", by="op-two", now=NOW)
    approve(proposal)
    with pytest.raises(commissions.CommissionDecided):
        commissions.reject(reference=proposal.reference, reason="x", by="op-two", now=NOW)


def test_a_proposal_that_is_not_there_is_refused():
    with pytest.raises(NotFound):
        commissions.approve(reference="CMP-X", seen_won=0, by="op", now=NOW)


@pytest.mark.parametrize("approved_by", ["", "op"])
def test_the_database_insists_on_four_eyes(approved_by):
    with pytest.raises(IntegrityError), transaction.atomic():
        CommissionRule.objects.create(
            **vars(a_wish()), set_by="op", approved_by=approved_by, set_at=NOW, key="k"
        )


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"from_on": TUESDAY}, "COMMISSION_DAY"),
        ({"from_on": date(2028, 1, 1)}, "COMMISSION_DAY"),
        ({"basis_points": 10_001}, "COMMISSION_RANGE"),
        ({"basis_points": -1}, "COMMISSION_RANGE"),
        ({"merchant_reference": "MER-X", "market_reference": "MKT-X"}, "COMMISSION_SCOPE"),
    ],
)
def test_a_rule_that_cannot_be_meant_is_refused(wrong, code):
    with pytest.raises(CommerceError) as refusal:
        set_rule(a_wish(**wrong))
    assert refusal.value.code == code
    assert not CommissionRule.objects.exists()


@pytest.mark.parametrize("field", ["merchant_reference", "market_reference", "category"])
def test_a_rule_for_what_is_not_there_is_refused(field):
    with pytest.raises(NotFound):
        set_rule(a_wish(**{field: "nobody"}))


def test_the_database_keeps_every_rule():
    set_rule(a_wish())
    for change in (
        lambda: CommissionRule.objects.update(basis_points=1),
        CommissionRule.objects.all().delete,
    ):
        with pytest.raises((IntegrityError, InternalError)), transaction.atomic():
            change()
