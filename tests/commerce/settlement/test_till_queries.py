"""Who holds how much since when, what makes it up, and where it differed."""

from datetime import timedelta

import pytest

from commerce.payments.models import TakenAs
from commerce.settlement.till_queries import (
    MonthOfTill,
    months_with_differences,
    takings_of,
    till,
    tills,
    uncounted_takings,
)
from commerce.settlement.tills import Holding
from tests.builders.commerce import NOW
from tests.builders.tills import TILL, confirmed, counted, given_back, rejected, taken

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)
TOMORROW = NOW + timedelta(days=1)


def test_a_till_knows_what_it_holds_and_since_when() -> None:
    taken(16_000)
    taken(9_900, taken_as=TakenAs.TERMINAL, now=LATER)
    found = till(TILL)
    assert (found.held, found.since, found.waiting) == (Holding(16_000, 9_900), NOW, ())


def test_an_empty_till_holds_nothing() -> None:
    assert (till(TILL).held, till(TILL).since) == (Holding(0, 0), None)


def test_all_tills_are_listed_whoever_holds_longest_first() -> None:
    taken(5_000, by="SIT-1", now=LATER)
    taken(16_000)
    made = counted(16_000)
    assert [(one.reference, one.held.cash_won, one.waiting) for one in tills()] == [
        (TILL, 0, (made,)),
        ("SIT-1", 5_000, ()),
    ]
    confirmed(made)
    assert [one.reference for one in tills()] == ["SIT-1"]


def test_what_is_held_since_before_today_is_overdue() -> None:
    taken(16_000)
    assert not till(TILL).is_overdue(LATER)
    assert till(TILL).is_overdue(TOMORROW)
    counted(16_000)
    assert not till(TILL).is_overdue(LATER)
    assert till(TILL).is_overdue(TOMORROW)


def test_each_taking_names_its_part_and_lines_and_a_refund_is_below_nothing() -> None:
    payment = taken(16_000)
    given_back(payment, 4_000, now=LATER)
    first, second = uncounted_takings(TILL)
    assert (first.event, first.won, first.order_reference) == (
        "payment_taken",
        16_000,
        payment.order.reference,
    )
    assert first.part == payment.fulfilment
    assert [(one.line.name, one.won) for one in first.lines] == [("시금치", 16_000)]
    assert (second.event, second.won, second.at) == ("refunded", -4_000, LATER)


def test_a_count_keeps_what_it_covered_though_it_was_rejected() -> None:
    taken(16_000)
    made = rejected(counted(16_000))
    taken(5_000)
    assert [one.won for one in takings_of(made)] == [16_000]


def test_it_costs_the_same_queries_however_much_was_taken(django_assert_num_queries) -> None:
    for _ in range(3):
        taken(5_000)
        taken(700, by="SIT-1")
    with django_assert_num_queries(3):
        assert len(uncounted_takings(TILL)) == 3
    with django_assert_num_queries(2):
        assert len(tills()) == 2
    with django_assert_num_queries(2):
        till(TILL)


def test_differences_are_summed_by_month_till_and_person() -> None:
    for cash_won, by in ((4_000, "minsu"), (5_500, "minsu"), (5_000, "minsu"), (4_900, "hana")):
        taken(5_000)
        confirmed(counted(cash_won, note="그렇다", by=by))
    march = months_with_differences()[0].month
    assert months_with_differences() == [
        MonthOfTill(march, TILL, "hana", 1, 0, 100),
        MonthOfTill(march, TILL, "minsu", 3, 500, 1_000),
    ]
    assert (march.year, march.month, march.day) == (2026, 3, 1)


def test_what_slips_have_too_much_does_not_hide_what_cash_lacks() -> None:
    taken(5_000)
    taken(5_000, taken_as=TakenAs.TERMINAL)
    confirmed(counted(4_000, 6_000, note="카드를 현금으로 눌렀음"))
    (month,) = months_with_differences()
    assert (month.over_won, month.short_won) == (1_000, 1_000)
