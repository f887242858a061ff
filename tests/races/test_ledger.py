"""The ledger under rivals, and against code that goes past it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from commerce.business_days import business_date, end_of
from commerce.settlement import actions, payouts, postings, runs
from commerce.settlement.ledger import post
from commerce.settlement.models import (
    Journal,
    LedgerAccount,
    LedgerEntry,
    Settlement,
    SettlementRun,
    SettlementRunQuerySet,
)
from commerce.settlement.postings import Posting
from commerce.settlement.queries import balances, payable, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    settled,
)
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

TODAY = business_date(NOW)
TOMORROW = TODAY + timedelta(days=1)


def paid(merchant, won):
    part = an_ordered_part(goods_of(merchant, won))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=NOW)
    return part, payment


def sold(merchant, won):
    part, payment = paid(merchant, won)
    actions.record_handed_over(fulfilment=part, now=NOW)
    return part, payment


@contextmanager
def without_trigger(name: str) -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute(f"ALTER TABLE commerce_ledgerentry DISABLE TRIGGER {name}")
        try:
            yield
        finally:
            cursor.execute(f"ALTER TABLE commerce_ledgerentry ENABLE TRIGGER {name}")


def read_then_pay(merchant, until_on, all_read):
    """A settlement run as it would be without the account's row lock.

    It marks the very entries it read: a second look at what waits would see, some of the time,
    that the rival has paid, and then the race would not always run.
    """
    with transaction.atomic():
        account = LedgerAccount.objects.get(kind="merchant", owner_reference=merchant.reference)
        waiting = account.entries.filter(settlement=None, journal__posted_at__lt=end_of(until_on))
        read = dict(waiting.values_list("pk", "amount_won"))
        total = -sum(read.values())
        all_read.wait()
        run = SettlementRun.objects.create(until_on=until_on, calculated_at=NOW)
        settlement = Settlement.objects.create(
            run=run,
            merchant_reference=merchant.reference,
            until_on=until_on,
            total_won=total,
            made_at=NOW,
        )
        account.entries.filter(pk__in=read).update(settlement=settlement)
        post(
            key=settlement.reference,
            event="paid_out",
            order_reference="",
            lines=postings.paid_out(merchant.reference, total),
            now=NOW,
        )


def pay_twice_at_once(merchant):
    all_read = Barrier(2, timeout=20)
    return at_once([partial(read_then_pay, merchant, day, all_read) for day in (TODAY, TOMORROW)])


def test_control_without_lock_and_trigger_two_runs_pay_a_merchant_twice():
    """The setup does race: if this fails, the tests below prove nothing."""
    greens = a_merchant()
    sold(greens, 10_000)
    with without_trigger("entry_immutable"):
        pay_twice_at_once(greens)
    assert balances()["payouts"] == -18_800


def test_the_trigger_alone_lets_one_run_pay():
    greens = a_merchant()
    sold(greens, 10_000)
    answers = pay_twice_at_once(greens)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "NoneType"]
    assert balances()["payouts"] == -9_400


@pytest.mark.parametrize("second", [TODAY, TOMORROW])
def test_two_settlement_runs_at_once_pay_each_line_once(second):
    merchants = [a_merchant(), a_merchant(), a_merchant()]
    for merchant in merchants:
        sold(merchant, 10_000)
        sold(merchant, 5_000)
    runs = [partial(settled, until_on=day, now=NOW) for day in (TODAY, second)]
    answers = at_once(runs)
    assert not any(isinstance(answer, Exception) for answer in answers)
    assert [payable(merchant.reference) for merchant in merchants] == [0, 0, 0]
    assert balances()["payouts"] == -3 * 14_100
    assert Settlement.objects.count() == 3


@contextmanager
def unlocked_and_read_together(monkeypatch) -> Iterator[None]:
    """Both see the run as it was before either writes; no row of it is locked."""
    both_read = Barrier(2, timeout=20)

    def read(rows):
        runs = list(rows.order_by("pk"))
        both_read.wait()
        return SettlementRun.objects.filter(pk__in=[run.pk for run in runs])

    with monkeypatch.context() as patched:
        patched.setattr(SettlementRunQuerySet, "locked", read)
        patched.setattr(payouts, "close_if_paid", lambda **_: None)
        yield


def approve_and_reject_at_once():
    sold(a_merchant(), 10_000)
    run = runs.calculate(until_on=TODAY, by="op-one", now=NOW)
    runs.review(until_on=TODAY, by="op-one", now=NOW)
    return [
        partial(runs.approve, until_on=TODAY, by="op-two", now=NOW),
        partial(runs.reject, number=run.pk, reason="no", by="op-three", now=NOW),
    ]


def paid_and_free() -> tuple[bool, bool]:
    line = LedgerEntry.objects.exclude(line_reference="").get(account__kind="merchant")
    return balances().get("payouts", 0) == -9_400, line.settlement is None


def test_control_without_lock_and_constraint_a_rejected_run_is_paid(monkeypatch):
    """The setup does race: what is free for the next run has been paid by this one."""
    works = approve_and_reject_at_once()
    with connection.cursor() as cursor, transaction.atomic():
        cursor.execute(
            "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint"
            " WHERE conname IN ('run_paid_only_when_approved', 'run_rejected_with_a_reason')"
        )
        rules = cursor.fetchall()
        for name, _rule in rules:
            cursor.execute(f"ALTER TABLE commerce_settlementrun DROP CONSTRAINT {name}")
    try:
        with unlocked_and_read_together(monkeypatch):
            at_once(works)
        assert paid_and_free() == (True, True)
    finally:
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE commerce_settlementrun CASCADE")
            for name, rule in rules:
                cursor.execute(f"ALTER TABLE commerce_settlementrun ADD CONSTRAINT {name} {rule}")


def test_the_constraint_alone_keeps_a_rejected_run_from_being_paid(monkeypatch):
    works = approve_and_reject_at_once()
    with unlocked_and_read_together(monkeypatch):
        answers = at_once(works)
    assert sum(isinstance(answer, IntegrityError) for answer in answers) == 1
    assert paid_and_free() in [(True, False), (False, True)]


def test_a_run_approved_and_rejected_at_once_is_one_of_them():
    for _ in range(3):
        answers = at_once(approve_and_reject_at_once())
        refused = [x.code for x in answers if isinstance(x, Exception)]
        assert len(refused) == 1
        assert refused[0] in ("RUN_STANDS", "RUN_UNKNOWN")
        assert paid_and_free() in [(True, False), (False, True)]
        with connection.cursor() as cursor:
            cursor.execute("TRUNCATE commerce_settlementrun, commerce_journal CASCADE")


def test_a_sale_during_a_run_is_in_this_one_or_the_next():
    greens = a_merchant()
    for _ in range(5):
        sold(greens, 10_000)
        part, _ = paid(greens, 1_000)
        at_once(
            [
                partial(settled, until_on=TODAY, now=NOW),
                partial(actions.record_handed_over, fulfilment=part, now=NOW),
            ]
        )
    settled(until_on=TOMORROW, now=NOW)
    assert payable(greens.reference) == 0
    assert balances()["payouts"] == -5 * (9_400 + 940)


def test_goods_given_back_as_they_are_handed_over_are_counted_once():
    greens = a_merchant()
    for _ in range(5):
        part, payment = paid(greens, 10_000)
        refund = a_refund(payment, 10_000)
        answers = at_once(
            [
                partial(actions.record_handed_over, fulfilment=part, now=NOW),
                partial(actions.record_refund, refund=refund, fulfilment=part, now=NOW),
            ]
        )
        assert not any(isinstance(answer, Exception) for answer in answers)
        assert set(balances().values()) == {0}


def test_one_key_at_once_is_one_journal():
    lines = (Posting("till", "LAN-1", 500), Posting("held", "", -500))
    write = partial(post, key="k", event="test", order_reference="", lines=lines, now=NOW)
    answers = at_once([write] * 4)
    assert {answer.pk for answer in answers} == {Journal.objects.get().pk}
    assert LedgerEntry.objects.count() == 2


def insert_by_hand(*amounts):
    """Raw SQL, past every line of ours."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO commerce_ledgeraccount (kind, owner_reference) VALUES ('till', 'x')"
            " ON CONFLICT (kind, owner_reference) DO UPDATE SET kind = excluded.kind RETURNING id"
        )
        (account,) = cursor.fetchone()
        cursor.execute(
            "INSERT INTO commerce_journal (reference, key, event, order_reference, posted_at)"
            " VALUES ('JRN-X', 'by hand', 'test', '', now()) RETURNING id"
        )
        (journal,) = cursor.fetchone()
        for amount in amounts:
            cursor.execute(
                "INSERT INTO commerce_ledgerentry (journal_id, account_id, amount_won,"
                " line_reference) VALUES (%s, %s, %s, '')",
                [journal, account, amount],
            )


def test_control_without_its_trigger_the_database_takes_an_unbalanced_journal():
    with without_trigger("journal_balanced"):
        insert_by_hand(500, -499)
    assert trial_balance() == 1


@pytest.mark.parametrize("amounts", [(500, -499), (500,), (1, 1, -1)])
def test_the_database_refuses_an_unbalanced_journal_when_it_commits(amounts):
    with pytest.raises(IntegrityError, match="unbalanced"):
        insert_by_hand(*amounts)
    assert not Journal.objects.exists()
    assert not LedgerEntry.objects.exists()


def test_a_journal_may_be_unbalanced_until_it_commits():
    insert_by_hand(500, -200, -300)
    assert trial_balance() == 0


CHANGES = [
    "UPDATE commerce_ledgerentry SET amount_won = -amount_won",
    "UPDATE commerce_ledgerentry SET line_reference = 'LIN-X'",
    "UPDATE commerce_ledgerentry SET account_id = (SELECT min(id) FROM commerce_ledgeraccount),"
    " journal_id = journal_id + 1000",
    "UPDATE commerce_ledgerentry SET settlement_id = NULL",
    "DELETE FROM commerce_ledgerentry",
    "UPDATE commerce_journal SET posted_at = now()",
    "DELETE FROM commerce_journal",
]


@pytest.mark.parametrize("change", CHANGES)
def test_the_database_refuses_to_change_what_was_posted(change):
    sold(a_merchant(), 10_000)
    before = list(LedgerEntry.objects.order_by("pk").values())
    with (
        pytest.raises(IntegrityError, match="only added to"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(change)
    assert list(LedgerEntry.objects.order_by("pk").values()) == before


def test_an_entry_is_settled_once_and_stays_so():
    sold(a_merchant(), 10_000)
    (settlement,) = settled(until_on=TODAY, now=NOW)
    other = Settlement.objects.create(
        run=settlement.run, merchant_reference="MER-X", until_on=TODAY, total_won=0, made_at=NOW
    )
    for settlement_id in (other.pk, None):
        with pytest.raises(IntegrityError, match="only added to"):
            settlement.entries.update(settlement=settlement_id)
    assert settlement.entries.count() == 2


def test_tests_can_still_empty_the_ledger():
    sold(a_merchant(), 10_000)
    with connection.cursor() as cursor:
        cursor.execute("TRUNCATE commerce_ledgerentry CASCADE")
    assert not LedgerEntry.objects.exists()
