"""A merchant who owes the mall: carried, asked for, repaid by key, or written off by two people."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from commerce.errors import CommerceError
from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement import actions, debts, runs
from commerce.settlement.models import CarriedDebt, DebtStep, LedgerEntry, Payout
from commerce.settlement.queries import balances, payable, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import a_refund, an_ordered_part, card_money, goods_of, settled

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
OWED = 9_400


def who_owes():
    """Sold for 10,000, was paid 9,400 for it, and then all of it went back."""
    merchant = a_merchant()
    part = an_ordered_part(goods_of(merchant, 10_000))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    actions.record_handed_over(fulfilment=part, now=NOW)
    settled(until_on=TUESDAY)
    later = NOW + timedelta(days=1)
    actions.record_refund(refund=a_refund(payment, 10_000, now=later), fulfilment=part, now=later)
    return merchant.reference


def carried(times, first=1):
    for number in range(first, first + times):
        runs.calculate(until_on=TUESDAY + timedelta(weeks=number), now=NOW)


def repaid(who, won=OWED, key="transfer-1"):
    return debts.record_repaid(merchant_reference=who, amount_won=won, by="op", key=key, now=NOW)


def proposed(who, key="off-1"):
    return debts.propose_write_off(merchant_reference=who, reason="폐업", by="op", key=key, now=NOW)


def approved(step, by="op-two"):
    return debts.approve_write_off(reference=step.reference, by=by, now=NOW)


def test_a_debt_is_carried_from_run_to_run_and_counted():
    who = who_owes()
    (debt,) = debts.debts()
    assert (debt.merchant_reference, debt.owed_won, debt.runs) == (who, OWED, 0)
    carried(debts.TOO_LONG_RUNS)
    (debt,) = debts.debts()
    assert (debt.runs, debt.is_too_long) == (4, False)
    carried(1, first=5)
    (debt,) = debts.debts()
    assert (debt.runs, debt.is_too_long) == (5, True)
    assert CarriedDebt.objects.filter(merchant_reference=who, owed_won=OWED).count() == 5


def test_a_run_that_was_rejected_is_not_counted():
    who_owes()
    run = runs.calculate(until_on=TUESDAY + timedelta(weeks=1), now=NOW)
    runs.reject(number=run.pk, reason="다시", by="op", now=NOW)
    (debt,) = debts.debts()
    assert debt.runs == 0


def test_who_owes_nothing_is_not_listed():
    who = who_owes()
    repaid(who)
    assert debts.debts() == []


def test_a_repayment_is_in_the_bank_and_the_next_run_settles_nothing():
    who = who_owes()
    repaid(who)
    assert (payable(who), trial_balance()) == (0, 0)
    assert balances()["bank"] == OWED
    run = runs.calculate(until_on=TUESDAY + timedelta(weeks=1), now=NOW)
    assert (run.total_won, run.carried_won) == (0, 0)
    own = LedgerEntry.objects.filter(account__owner_reference=who)
    assert not own.filter(settlement=None).exists()
    assert Payout.objects.count() == 1  # of the first run


def test_a_transfer_is_booked_once_for_its_key():
    who = who_owes()
    assert repaid(who, 4_000) == repaid(who, 4_000)
    assert payable(who) == 4_000 - OWED
    with pytest.raises(IdempotencyMismatch):
        repaid(who, 5_000)
    assert balances()["bank"] == 4_000


@pytest.mark.parametrize("won", [0, OWED + 1])
def test_no_more_is_repaid_than_is_owed(won):
    who = who_owes()
    with pytest.raises(debts.NothingOwed) as refusal:
        repaid(who, won)
    assert refusal.value.data == {"owed": OWED}
    assert "bank" not in balances()


def test_an_invoice_asks_for_all_of_it_and_moves_no_money():
    who = who_owes()
    before = balances()
    for _ in range(2):
        step = debts.invoice(merchant_reference=who, by="op", key="inv-1", now=NOW)
    assert (step.amount_won, step.due_on) == (OWED, date(2026, 3, 17))
    assert (balances(), DebtStep.objects.count()) == (before, 1)


def test_a_debt_is_written_off_once_a_second_operator_says_yes():
    who = who_owes()
    step = proposed(who)
    assert payable(who) == -OWED
    with pytest.raises(debts.WriteOffFourEyes):
        approved(step, by="op")
    for _ in range(2):
        assert approved(step).kind == "written_off"
    assert (payable(who), balances()["written_off"], trial_balance()) == (0, OWED, 0)
    with pytest.raises(debts.WriteOffOver):
        approved(step, by="op-three")
    assert proposed(who).reference == step.reference


def test_what_was_repaid_meanwhile_is_not_written_off():
    who = who_owes()
    step = proposed(who)
    repaid(who, 9_000)
    assert approved(step).amount_won == 400
    assert (payable(who), balances()["written_off"]) == (0, 400)


def test_what_was_paid_for_altogether_is_not_written_off_at_all():
    who = who_owes()
    step = proposed(who)
    repaid(who)
    with pytest.raises(debts.NothingOwed):
        approved(step)


def test_a_debt_is_proposed_once_and_may_be_taken_back():
    who = who_owes()
    step = proposed(who)
    with pytest.raises(debts.WriteOffProposed):
        proposed(who, key="off-2")
    for _ in range(2):
        debts.withdraw_write_off(reference=step.reference)
    assert proposed(who, key="off-2").kind == "proposed"


@pytest.mark.parametrize(
    "step",
    [
        lambda who: repaid(who, 1),
        proposed,
        lambda who: debts.invoice(merchant_reference=who, by="op", key="i", now=NOW),
    ],
)
def test_nobody_who_owes_nothing_is_asked(step):
    with pytest.raises(CommerceError) as refusal:
        step(a_merchant().reference)
    assert refusal.value.code == "NOTHING_OWED"
    assert not DebtStep.objects.exists()


def test_the_database_insists_on_two_people_for_a_write_off():
    step = proposed(who_owes())
    for by in ("", "op"):
        with pytest.raises(IntegrityError), transaction.atomic():
            DebtStep.objects.filter(pk=step.pk).update(
                kind="written_off", approved_by=by, approved_at=NOW
            )
