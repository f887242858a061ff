from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from commerce.orders.actions import IdempotencyMismatch
from commerce.settlement.models import Journal
from commerce.settlement.queries import balances
from commerce.vouchers import actions
from commerce.vouchers.actions import (
    AmountOutOfRange,
    BudgetSpent,
    IssueTooMany,
    ProgrammeDates,
    ProgrammeUnknown,
    RechargeOwn,
    RechargeUnknown,
)
from commerce.vouchers.models import Funding, Programme, Voucher
from storefront.journeys import voucher_programmes
from tests.builders.commerce import NOW
from tests.builders.vouchers import a_programme, a_voucher, recharged

pytestmark = pytest.mark.django_db

NEW_YEAR = NOW.replace(year=2027, month=1, day=1)


def issue(programme: Programme, count: int, each_won: int, key: str = "K1"):
    return voucher_programmes.issue_vouchers(
        programme_reference=programme.reference,
        count=count,
        each_won=each_won,
        by="op",
        key=key,
        now=NOW,
    )


def test_a_recharge_counts_once_another_person_has_seen_the_money() -> None:
    programme = a_programme(budget_won=0)
    noted = actions.note_recharge(
        programme_reference=programme.reference,
        amount_won=50_000,
        note="농협",
        by="op-one",
        key="R1",
        now=NOW,
    )
    programme.refresh_from_db()
    assert programme.budget_won == 0
    with pytest.raises(RechargeOwn):
        voucher_programmes.recharge_budget(reference=noted.reference, by="op-one", now=NOW)
    for _ in range(2):
        voucher_programmes.recharge_budget(reference=noted.reference, by="op-two", now=NOW)
    programme.refresh_from_db()
    assert programme.budget_won == 50_000
    assert balances() == {"bank": 50_000, "budget": -50_000}


def test_a_recharge_noted_twice_is_one_and_its_key_is_for_nothing_else() -> None:
    programme = a_programme(budget_won=0)
    words = {"programme_reference": programme.reference, "note": "n", "by": "op", "key": "R1"}
    first = actions.note_recharge(amount_won=5, now=NOW, **words)
    assert actions.note_recharge(amount_won=5, now=NOW, **words) == first
    with pytest.raises(IdempotencyMismatch):
        actions.note_recharge(amount_won=6, now=NOW, **words)


def test_no_money_and_no_programme_is_recharged() -> None:
    words = {"note": "n", "by": "op", "key": "R1", "now": NOW}
    with pytest.raises(AmountOutOfRange):
        actions.note_recharge(programme_reference=a_programme().reference, amount_won=0, **words)
    with pytest.raises(ProgrammeUnknown):
        actions.note_recharge(programme_reference="VPR-NONE", amount_won=1, **words)
    with pytest.raises(RechargeUnknown):
        actions.see_recharge(reference="VRC-NONE", by="op", now=NOW)


def test_vouchers_move_won_from_the_budget_into_what_may_be_spent() -> None:
    programme = a_programme(budget_won=100_000)
    batch = issue(programme, 3, 20_000)
    assert [v.amount_won for v in batch.vouchers.all()] == [20_000] * 3
    assert balances() == {"bank": 100_000, "budget": -40_000, "voucher": -60_000}
    programme.refresh_from_db()
    assert programme.left_won == 40_000


def test_the_same_key_issues_once_and_is_for_nothing_else() -> None:
    programme = a_programme(budget_won=100_000)
    first = issue(programme, 3, 20_000)
    assert issue(programme, 3, 20_000) == first
    assert Voucher.objects.count() == 3
    with pytest.raises(IdempotencyMismatch):
        issue(programme, 2, 20_000)


def test_a_budget_is_never_overspent() -> None:
    programme = a_programme(budget_won=59_999)
    with pytest.raises(BudgetSpent) as refusal:
        issue(programme, 3, 20_000)
    assert refusal.value.data == {"left": 59_999}
    assert not Voucher.objects.exists()


def test_the_database_refuses_what_the_code_would_forget() -> None:
    programme = a_programme(budget_won=100)
    with pytest.raises(IntegrityError, match="voucher_budget_not_overspent"), transaction.atomic():
        Programme.objects.filter(pk=programme.pk).update(issued_won=101)
    voucher = a_voucher(100)
    with pytest.raises(IntegrityError, match="voucher_not_overspent"), transaction.atomic():
        Voucher.objects.filter(pk=voucher.pk).update(used_won=101)


@pytest.mark.parametrize(
    ("count", "each_won", "refusal"),
    [(0, 1, IssueTooMany), (5_001, 1, IssueTooMany), (1, 0, AmountOutOfRange)],
)
def test_what_cannot_be_meant_is_not_issued(count: int, each_won: int, refusal: type) -> None:
    with pytest.raises(refusal):
        issue(a_programme(), count, each_won)


def test_a_programme_ends_after_it_begins_and_issues_nothing_once_it_has_ended() -> None:
    with pytest.raises(ProgrammeDates):
        a_programme(from_on=date(2026, 5, 2), until_on=date(2026, 5, 1))
    over = a_programme()
    with pytest.raises(ProgrammeDates):
        actions.issue(
            programme_reference=over.reference, count=1, each_won=1, by="op", key="K", now=NEW_YEAR
        )


def test_what_nobody_spent_in_time_goes_back_to_a_budget_and_can_be_issued_anew() -> None:
    programme = a_programme(budget_won=30_000)
    a_voucher(20_000, programme=programme)
    last_day = NEW_YEAR.replace(year=2026, month=12, day=31)
    assert voucher_programmes.expire_vouchers(now=last_day) == 0
    assert voucher_programmes.expire_vouchers(now=NEW_YEAR) == 1
    assert voucher_programmes.expire_vouchers(now=NEW_YEAR) == 0
    programme.refresh_from_db()
    assert (programme.left_won, Voucher.objects.get().expired_won) == (30_000, 20_000)
    assert balances() == {"bank": 30_000, "budget": -30_000, "voucher": 0}


def test_what_nobody_spent_of_sold_vouchers_is_the_malls() -> None:
    programme = a_programme(budget_won=30_000, funding=Funding.SOLD)
    a_voucher(20_000, programme=programme)
    voucher_programmes.expire_vouchers(now=NEW_YEAR)
    programme.refresh_from_db()
    assert programme.left_won == 10_000
    assert balances()["breakage"] == -20_000


def test_a_voucher_ends_at_midnight_in_seoul() -> None:
    a_voucher(1_000)
    just_before = NEW_YEAR.replace(year=2026, month=12, day=31, hour=14, minute=59)
    assert not actions.due_to_expire(just_before).exists()
    assert actions.due_to_expire(just_before + timedelta(minutes=1)).exists()


def test_many_vouchers_end_in_steps_with_a_journal_each(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(voucher_programmes, "EXPIRE_AT_ONCE", 2)
    programme = a_programme()
    recharged(programme, 1)
    issue(programme, 5, 100)
    assert voucher_programmes.expire_vouchers(now=NEW_YEAR) == 5
    assert Journal.objects.filter(event="voucher_expired").count() == 5
