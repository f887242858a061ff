"""A run is seen by two people before anything is paid, and each step is written down."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from commerce.settlement import actions, payouts, runs
from commerce.settlement.models import LedgerEntry, Payout, SettlementRun
from commerce.settlement.queries import balances, payable, settlements_of
from commerce.text import TextRequired
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    settled,
)

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)


def sold(merchant, won, now=NOW):
    part = an_ordered_part(goods_of(merchant, won))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=now)
    actions.record_handed_over(fulfilment=part, now=now)
    return part, payment


def calculated(by="op-one"):
    return runs.calculate(until_on=TUESDAY, by=by, now=NOW)


def take(step, by):
    return step(until_on=TUESDAY, by=by, now=NOW)


def test_a_run_has_its_control_totals():
    greens, tofu, poor = a_merchant(), a_merchant(commission_basis_points=0), a_merchant()
    sold(greens, 10_000)
    sold(greens, 5_000)
    sold(tofu, 2_500)
    part, payment = sold(poor, 10_000, now=NOW - timedelta(days=1))
    settled(until_on=TUESDAY - timedelta(days=1), now=NOW - timedelta(days=1))
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=NOW)
    run = calculated()
    assert (run.merchant_count, run.entry_count) == (2, 3)
    assert (run.total_won, run.carried_won) == (16_600, -9_400)


def test_nothing_is_paid_before_it_is_approved():
    greens = a_merchant()
    sold(greens, 10_000)
    calculated()
    take(runs.review, "op-one")
    assert payable(greens.reference) == 9_400
    assert not settlements_of(greens.reference).exists()
    assert (Payout.objects.count(), "payouts" in balances()) == (0, False)
    run = take(runs.approve, "op-two")
    assert run.status == "approved"
    assert payable(greens.reference) == 0
    assert (Payout.objects.get().amount_won, balances()["payouts"]) == (9_400, -9_400)


@pytest.mark.parametrize(("calculated_by", "by"), [("op-one", "op-one"), ("", "op-two")])
def test_one_pair_of_eyes_is_not_enough(calculated_by, by):
    """By the clock: then whoever reviewed it does not approve."""
    sold(a_merchant(), 10_000)
    calculated(calculated_by)
    take(runs.review, "op-two")
    with pytest.raises(runs.FourEyes):
        take(runs.approve, by)
    assert SettlementRun.objects.get().status == "reviewed"


@pytest.mark.parametrize("calculated_by", ["op-one", ""])
def test_the_database_insists_on_four_eyes(calculated_by):
    calculated(calculated_by)
    take(runs.review, "op-one")
    with pytest.raises(IntegrityError), transaction.atomic():
        SettlementRun.objects.update(status="approved", approved_by="op-one", approved_at=NOW)


def test_whoever_looks_through_what_another_calculated_may_approve():
    sold(a_merchant(), 10_000)
    calculated()
    take(runs.review, "op-two")
    assert take(runs.approve, "op-two").status == "approved"


def test_each_step_keeps_who_took_it_first():
    sold(a_merchant(), 10_000)
    calculated("op-one")
    for by in ("op-one", "op-three"):
        take(runs.review, by)
    for _ in range(2):
        take(runs.approve, "op-two")
    run = calculated("op-nine")
    assert (run.calculated_by, run.reviewed_by, run.approved_by) == ("op-one", "op-one", "op-two")
    assert balances()["payouts"] == -9_400


def test_no_step_is_left_out():
    sold(a_merchant(), 10_000)
    calculated()
    with pytest.raises(runs.RunStands) as refusal:
        take(runs.approve, "op-two")
    assert refusal.value.data == {"status": "calculated"}
    with pytest.raises(runs.RunStands):
        take(runs.reconcile, "op-two")


def test_a_run_that_is_not_there_is_refused():
    for step in (runs.review, runs.approve, runs.reconcile):
        with pytest.raises(runs.RunUnknown):
            take(step, "op-one")


def test_the_last_payout_makes_a_run_paid_and_then_it_is_reconciled():
    for _ in range(2):
        sold(a_merchant(), 10_000)
    settled(until_on=TUESDAY)
    for payout in Payout.objects.all():
        assert SettlementRun.objects.get().status == "approved"
        payouts.record_sent_by_hand(payout_reference=payout.reference, sent_by="op", now=NOW)
    assert SettlementRun.objects.get().status == "paid"
    assert take(runs.reconcile, "op-one").reconciled_by == "op-one"
    assert take(runs.reconcile, "op-two").reconciled_by == "op-one"


def test_a_run_with_nothing_to_send_is_paid_when_it_is_approved():
    part, payment = sold(a_merchant(), 10_000)
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=NOW)
    settled(until_on=TUESDAY)
    assert SettlementRun.objects.get().status == "paid"


def test_what_comes_after_a_run_was_calculated_is_the_next_ones():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    calculated()
    actions.record_refund(refund=a_refund(payment, 5_000), fulfilment=part, now=NOW)
    take(runs.review, "op-one")
    assert take(runs.approve, "op-two").total_won == 9_400
    assert payable(greens.reference) == -4_700


def rejected(run, reason="수수료가 다름", by="op-three"):
    return runs.reject(number=run.pk, reason=reason, by=by, now=NOW)


@pytest.mark.parametrize("reviewed", [False, True])
def test_a_rejected_run_leaves_its_lines_to_the_next(reviewed):
    greens = a_merchant()
    sold(greens, 10_000)
    first = calculated()
    if reviewed:
        take(runs.review, "op-one")
    run = rejected(first)
    assert (run.status, run.reason, run.rejected_by) == ("rejected", "수수료가 다름", "op-three")
    again = calculated()
    assert again.pk != first.pk
    assert (again.entry_count, again.total_won) == (1, 9_400)
    assert LedgerEntry.objects.get(account__kind="merchant").settlement.run == again


def test_a_rejected_run_keeps_what_it_would_have_paid():
    sold(a_merchant(), 10_000)
    run = rejected(calculated())
    run.refresh_from_db()
    assert (run.total_won, run.settlements.get().total_won) == (9_400, 9_400)
    assert (run.settlements.get().entries.count(), Payout.objects.count()) == (0, 0)


def test_a_run_is_rejected_once_and_never_the_next_one():
    sold(a_merchant(), 10_000)
    first = rejected(calculated())
    again = calculated()
    assert rejected(first, reason="다른 까닭", by="op-nine").reason == "수수료가 다름"
    again.refresh_from_db()
    assert again.status == "calculated"


def test_a_run_is_not_rejected_without_a_reason():
    run = calculated()
    with pytest.raises(TextRequired):
        rejected(run, reason="  ")
    run.refresh_from_db()
    assert run.status == "calculated"


def test_what_was_approved_is_not_rejected_any_more():
    sold(a_merchant(), 10_000)
    settled(until_on=TUESDAY)
    run = SettlementRun.objects.get()
    with pytest.raises(runs.RunStands):
        rejected(run)
    assert LedgerEntry.objects.filter(settlement__run=run).count() == 2


def test_a_rejected_run_is_neither_reviewed_nor_approved():
    sold(a_merchant(), 10_000)
    rejected(calculated())
    for step in (runs.review, runs.approve):
        with pytest.raises(runs.RunUnknown):
            take(step, "op-two")


def test_no_run_to_reject_is_refused():
    with pytest.raises(runs.RunUnknown):
        runs.reject(number=1, reason="까닭", by="op", now=NOW)


def test_it_costs_the_same_queries_for_many_merchants(django_assert_num_queries):
    for _ in range(4):
        sold(a_merchant(), 10_000)
    with django_assert_num_queries(12):
        calculated()
