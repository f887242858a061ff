"""Money taken on site is counted entry by entry, received by somebody else, and leaves the till."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction

from commerce.errors import NotFound
from commerce.orders.actions import IdempotencyMismatch
from commerce.payments.models import TakenAs
from commerce.settlement import tills
from commerce.settlement.models import LedgerEntry, TillCount, TillLine
from commerce.settlement.queries import trial_balance
from commerce.settlement.tills import (
    Holding,
    TillChanged,
    TillCountFourEyes,
    TillCountOver,
    TillEmpty,
    TillNoteRequired,
    TillReceivedDiffers,
)
from commerce.text import TextRequired, TextTooLong
from tests.builders.commerce import NOW
from tests.builders.tills import (
    TILL,
    confirmed,
    counted,
    given_back,
    holding,
    rejected,
    stands,
    taken,
)

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=1)


def test_cash_and_slips_are_expected_apart_and_refunds_out_of_the_till_taken_off() -> None:
    taken(16_000)
    given_back(taken(5_000), 2_000)
    taken(9_900, taken_as=TakenAs.TERMINAL)
    made = counted(19_000, 9_900)
    assert (made.expected_cash_won, made.expected_slips_won) == (19_000, 9_900)
    assert (made.status, made.counted_by, made.difference_won) == ("waiting", "minsu", 0)


def test_a_count_moves_nothing_before_somebody_else_has_received_it() -> None:
    taken(16_000)
    counted(16_000)
    assert (stands("till"), stands("bank", "")) == (16_000, 0)


def test_a_whole_hand_in_leaves_the_till_at_nothing() -> None:
    taken(16_000)
    taken(9_900, taken_as=TakenAs.TERMINAL)
    made = confirmed(counted(16_000, 9_900))
    assert (made.status, made.decided_by) == ("confirmed", "dispatcher")
    assert (stands("till"), stands("slips")) == (0, 0)
    assert (stands("bank", ""), stands("slips", "")) == (16_000, 9_900)
    assert holding() == Holding(0, 0)
    assert trial_balance() == 0


@pytest.mark.parametrize(("cash_won", "difference_won"), [(15_000, 1_000), (16_500, -500)])
def test_a_difference_stands_on_an_account_of_its_own_and_the_till_is_still_empty(
    cash_won: int, difference_won: int
) -> None:
    taken(16_000)
    made = confirmed(counted(cash_won, note="거스름돈을 잘못 드림"))
    assert made.difference_won == -difference_won
    assert (stands("till"), stands("bank", "")) == (0, cash_won)
    assert stands("over_short") == difference_won


def test_slips_that_differ_are_a_difference_too() -> None:
    taken(9_900, taken_as=TakenAs.TERMINAL)
    confirmed(counted(0, 9_000, note="전표 한 장을 잃어버림"))
    assert (stands("slips"), stands("slips", ""), stands("over_short")) == (0, 9_000, 900)


def test_what_is_taken_while_a_count_waits_belongs_to_the_next() -> None:
    taken(16_000)
    first = counted(16_000)
    taken(5_000, now=LATER)
    assert holding() == Holding(5_000, 0)
    confirmed(first)
    assert stands("till") == 5_000
    confirmed(counted(5_000))
    assert (stands("till"), stands("bank", "")) == (0, 21_000)


def test_more_paid_out_than_taken_is_handed_in_below_nothing() -> None:
    payment = taken(16_000)
    confirmed(counted(16_000))
    given_back(payment, 4_000, now=LATER)
    made = confirmed(counted(-4_000))
    assert made.expected_cash_won == -4_000
    assert (stands("till"), stands("bank", "")) == (0, 12_000)


def test_the_same_key_is_the_same_count() -> None:
    taken(16_000)
    first = counted(16_000, key="tap")
    assert counted(16_000, key="tap") == first
    assert TillCount.objects.count() == 1
    with pytest.raises(IdempotencyMismatch):
        counted(15_000, note="다름", key="tap")


def test_another_tills_key_is_refused() -> None:
    taken(16_000)
    taken(16_000, by="DRV-OTHER")
    counted(16_000, key="tap")
    with pytest.raises(IdempotencyMismatch):
        counted(16_000, till="DRV-OTHER", key="tap")


def test_an_empty_till_is_not_counted() -> None:
    taken(16_000, by="DRV-OTHER")
    with pytest.raises(TillEmpty):
        counted(0)


def test_who_has_taken_more_since_the_page_was_opened_looks_again() -> None:
    taken(16_000)
    seen = holding()
    taken(5_000)
    with pytest.raises(TillChanged) as refusal:
        counted(16_000, seen=seen)
    assert refusal.value.data == {"cash": 21_000, "slips": 0}
    assert not TillCount.objects.exists()


def test_a_difference_needs_a_note() -> None:
    taken(16_000)
    with pytest.raises(TillNoteRequired) as refusal:
        counted(15_000, note="  ")
    assert refusal.value.data == {"difference": -1_000}
    with pytest.raises(TextTooLong):
        counted(15_000, note="가" * 201)
    assert not TillLine.objects.exists()


def test_nobody_receives_what_they_counted() -> None:
    taken(16_000)
    made = counted(16_000)
    with pytest.raises(TillCountFourEyes):
        confirmed(made, by="minsu")
    with pytest.raises(TillCountFourEyes):
        rejected(made, by="minsu")
    assert stands("till") == 16_000


def test_whoever_receives_another_amount_does_not_confirm_it() -> None:
    taken(16_000)
    made = counted(16_000)
    with pytest.raises(TillReceivedDiffers) as refusal:
        tills.confirm(reference=made.reference, received_won=15_900, by="dispatcher", now=NOW)
    assert refusal.value.data == {"counted": 16_000}


def test_a_rejected_count_is_counted_again() -> None:
    taken(16_000)
    made = rejected(counted(15_000, note="모자람"), reason="천 원이 상자에 남아 있었음")
    assert (made.status, made.reason) == ("rejected", "천 원이 상자에 남아 있었음")
    assert holding() == Holding(16_000, 0)
    assert made.lines.count() == 1
    confirmed(counted(16_000))
    assert stands("till") == 0


def test_a_rejection_has_a_reason() -> None:
    taken(16_000)
    made = counted(16_000)
    with pytest.raises(TextRequired):
        rejected(made, reason=" ")


def test_a_repeat_by_the_same_person_changes_nothing() -> None:
    taken(16_000)
    made = counted(16_000)
    first = confirmed(made)
    again = confirmed(made, now=LATER)
    assert (again.decided_at, again) == (first.decided_at, first)
    with pytest.raises(TillCountOver) as refusal:
        confirmed(made, by="operator")
    assert refusal.value.data == {"status": "confirmed"}
    with pytest.raises(TillCountOver):
        rejected(made)
    assert stands("bank", "") == 16_000


def test_a_count_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        tills.confirm(reference="TIL-NOBODY", received_won=0, by="dispatcher", now=NOW)


def test_sums_do_not_hide_a_difference_of_one_in_the_other() -> None:
    taken(16_000)
    taken(9_900, taken_as=TakenAs.TERMINAL)
    with pytest.raises(TillNoteRequired):
        counted(16_900, 9_000)


# Whoever writes to the tables


def test_an_entry_is_in_one_count() -> None:
    taken(16_000)
    made = counted(16_000)
    with pytest.raises(IntegrityError, match="till_entry_counted_once"), transaction.atomic():
        TillLine.objects.create(count=made, entry=made.lines.get().entry)


def test_a_decided_count_is_never_changed_or_deleted() -> None:
    taken(16_000)
    made = confirmed(counted(16_000))
    rows = TillCount.objects.filter(pk=made.pk)
    for change in (
        lambda: rows.update(counted_cash_won=1, note="x"),
        lambda: rows.update(status="waiting", decided_by="", decided_at=None),
        lambda: rows.delete(),
        lambda: TillLine.objects.update(live=False),
        lambda: TillLine.objects.all().delete(),
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            change()


def test_the_database_wants_a_second_person_and_a_note() -> None:
    taken(16_000)
    made = counted(16_000)
    rows = TillCount.objects.filter(pk=made.pk)
    with (
        pytest.raises(IntegrityError, match="till_count_received_by_another"),
        transaction.atomic(),
    ):
        rows.update(status="confirmed", decided_by="minsu", decided_at=NOW)
    with (
        pytest.raises(IntegrityError, match="till_difference_is_explained"),
        transaction.atomic(),
    ):
        TillCount.objects.create(
            key="by hand",
            till_reference=TILL,
            expected_cash_won=1,
            counted_cash_won=0,
            expected_slips_won=0,
            counted_slips_won=0,
            counted_by="minsu",
            counted_at=NOW,
        )


def test_entries_of_a_hand_in_are_in_no_count() -> None:
    taken(16_000)
    confirmed(counted(16_000))
    entries = LedgerEntry.objects.filter(journal__event="handed_in")
    assert not TillLine.objects.filter(entry__in=entries).exists()
    with pytest.raises(TillEmpty):
        counted(0)
