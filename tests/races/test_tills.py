"""A till's money is counted once and handed in once, whoever counts, takes or decides meanwhile."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from threading import Barrier

import pytest
from django.db import IntegrityError, connection, transaction

from commerce.settlement import tills
from commerce.settlement.models import (
    LedgerAccountQuerySet,
    TillCount,
    TillCountQuerySet,
    TillLine,
)
from commerce.settlement.queries import trial_balance
from commerce.settlement.tills import Holding, TillCountOver
from tests.builders.commerce import NOW
from tests.builders.tills import TILL, confirmed, counted, holding, rejected, stands, taken
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

COUNTED_ONCE = (
    "CREATE UNIQUE INDEX till_entry_counted_once ON commerce_tillline (entry_id) WHERE live"
)


@contextmanager
def without_the_constraint() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("DROP INDEX till_entry_counted_once")
        try:
            yield
        finally:
            cursor.execute("TRUNCATE commerce_tillline")
            cursor.execute(COUNTED_ONCE)


@contextmanager
def without_trigger() -> Iterator[None]:
    with connection.cursor() as cursor:
        cursor.execute("ALTER TABLE commerce_tillcount DISABLE TRIGGER till_count_immutable")
        try:
            yield
        finally:
            cursor.execute("ALTER TABLE commerce_tillcount ENABLE TRIGGER till_count_immutable")


@contextmanager
def unlocked_and_read_together(monkeypatch) -> Iterator[None]:
    """Both tabs read what the till holds before either writes."""
    both_read = Barrier(2, timeout=20)

    def read(entries):
        found = real(entries)
        both_read.wait()
        return found

    real = tills.sums
    with monkeypatch.context() as patched:
        patched.setattr(LedgerAccountQuerySet, "locked", lambda rows: rows)
        patched.setattr(tills, "sums", read)
        yield


def two_tabs() -> list:
    """Each has seen the page before, and sends a key of its own."""
    seen = holding()
    tab = partial(counted, 16_000, seen=seen)
    return [partial(tab, key="one"), partial(tab, key="two")]


def test_control_without_lock_and_constraint_two_tabs_count_the_same_money(monkeypatch) -> None:
    """The setup does race: if this fails, the tests below prove nothing."""
    taken(16_000)
    tabs = two_tabs()
    with without_the_constraint(), unlocked_and_read_together(monkeypatch):
        at_once(tabs)
        assert TillLine.objects.filter(live=True).count() == 2
        for made in TillCount.objects.all():
            confirmed(made)
    assert (stands("till"), stands("bank", "")) == (-16_000, 32_000)


def test_the_constraint_alone_lets_one_tab_count(monkeypatch) -> None:
    taken(16_000)
    tabs = two_tabs()
    with unlocked_and_read_together(monkeypatch):
        answers = at_once(tabs)
    assert sorted(type(answer).__name__ for answer in answers) == ["IntegrityError", "TillCount"]


@pytest.mark.parametrize("_", range(3))
def test_two_tabs_at_once_make_one_count(_: int) -> None:
    taken(16_000)
    answers = at_once(two_tabs())
    assert sorted(type(answer).__name__ for answer in answers) == ["TillCount", "TillEmpty"]
    confirmed(TillCount.objects.get())
    assert (stands("till"), stands("bank", "")) == (0, 16_000)


def test_one_tap_sent_twice_at_once_is_one_count() -> None:
    taken(16_000)
    tap = partial(counted, 16_000, seen=holding(), key="tap")
    first, second = at_once([tap, tap])
    assert first == second == TillCount.objects.get()


def summed_then_covered(summed: Barrier, more: Barrier) -> TillCount:
    """A count that asks twice: what the till holds, and then which entries those are."""
    with transaction.atomic():
        expected = holding()
        summed.wait()
        more.wait()
        made = TillCount.objects.create(
            key="asked twice",
            till_reference=TILL,
            expected_cash_won=expected.cash_won,
            counted_cash_won=expected.cash_won,
            expected_slips_won=0,
            counted_slips_won=0,
            counted_by="minsu",
            counted_at=NOW,
        )
        entries = tills.uncounted(TILL)
        TillLine.objects.bulk_create(TillLine(count=made, entry=entry) for entry in entries)
        return made


def one_more_taken(summed: Barrier, more: Barrier) -> None:
    summed.wait()
    taken(5_000)
    more.wait()


def test_control_a_count_that_asks_twice_loses_what_is_taken_in_between() -> None:
    taken(16_000)
    summed, more = Barrier(2, timeout=20), Barrier(2, timeout=20)
    made, _taken = at_once(
        [partial(summed_then_covered, summed, more), partial(one_more_taken, summed, more)]
    )
    confirmed(made)
    # Nobody will ever count those 5,000 won: they are in a count that did not expect them.
    assert (stands("till"), holding()) == (5_000, Holding(0, 0))


def test_what_is_taken_while_the_till_is_counted_is_the_next_counts(monkeypatch) -> None:
    taken(16_000)
    summed, more = Barrier(2, timeout=20), Barrier(2, timeout=20)
    tap = partial(counted, 16_000, seen=holding())

    def read(entries):
        found = real(entries)
        summed.wait()
        more.wait()
        return found

    real = tills.sums
    with monkeypatch.context() as patched:
        patched.setattr(tills, "sums", read)
        made, _taken = at_once([tap, partial(one_more_taken, summed, more)])
    confirmed(made)
    assert made.expected_cash_won == 16_000
    assert (stands("till"), holding()) == (5_000, Holding(5_000, 0))


def confirm_and_reject(made: TillCount) -> list:
    return at_once([partial(confirmed, made), partial(rejected, made, by="operator")])


def test_control_without_lock_and_trigger_a_count_is_confirmed_and_rejected(monkeypatch) -> None:
    taken(16_000)
    made = counted(16_000)
    both_read = Barrier(2, timeout=20)

    def read(rows):
        found = list(rows.filter(pk=made.pk))
        both_read.wait()
        return TillCount.objects.filter(pk__in=[one.pk for one in found])

    with without_trigger(), monkeypatch.context() as patched:
        patched.setattr(TillCountQuerySet, "locked", read)
        patched.setattr(tills, "_check_open", lambda *_: None)
        confirm_and_reject(made)
    assert (stands("bank", ""), holding()) == (16_000, Holding(16_000, 0))


def test_the_trigger_alone_lets_one_decide(monkeypatch) -> None:
    taken(16_000)
    made = counted(16_000)
    with monkeypatch.context() as patched:
        patched.setattr(TillCountQuerySet, "locked", lambda rows: rows)
        patched.setattr(tills, "_check_open", lambda *_: None)
        answers = confirm_and_reject(made)
    assert sorted(isinstance(answer, IntegrityError) for answer in answers) == [False, True]


@pytest.mark.parametrize("_", range(3))
def test_of_two_who_decide_at_once_one_does(_: int) -> None:
    taken(16_000)
    made = counted(16_000)
    answers = confirm_and_reject(made)
    assert sorted(isinstance(answer, TillCountOver) for answer in answers) == [False, True]
    made.refresh_from_db()
    left = Holding(0, 0) if made.status == "confirmed" else Holding(16_000, 0)
    assert (holding(), stands("till")) == (left, left.cash_won)
    assert trial_balance() == 0


def test_two_who_receive_it_at_once_hand_it_in_once() -> None:
    taken(16_000)
    made = counted(16_000)
    answers = at_once([partial(confirmed, made), partial(confirmed, made, by="operator")])
    assert sorted(isinstance(answer, TillCountOver) for answer in answers) == [False, True]
    assert (stands("till"), stands("bank", "")) == (0, 16_000)
