"""Everybody wants the last strawberries."""

from collections import Counter
from functools import partial
from threading import Barrier

import pytest
from django.db import OperationalError, transaction

from commerce.stock import actions
from commerce.stock.actions import InsufficientStock, Want
from commerce.stock.models import Allocation, AllocationStatus, StockRecord
from tests.builders.commerce import NOW, a_variant
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 32


def wanted(variant, line, quantity=1):
    return actions.allocate(wants=[Want(variant.pk, line, quantity)], now=NOW)


def figures(variant):
    record = StockRecord.objects.get(variant=variant)
    return record.on_hand, record.allocated


def test_control_looking_without_a_lock_oversells():
    variant = a_variant(on_hand=1)
    everybody_has_looked = Barrier(SHOPPERS, timeout=20)

    def promised_without_a_lock(line):
        with transaction.atomic():
            record = StockRecord.objects.get(variant=variant)
            everybody_has_looked.wait()
            if record.left < 1:
                raise InsufficientStock("quantity")
            record.allocated += 1
            record.save()
            return Allocation.objects.create(
                record=record, line_reference=line, quantity=1, allocated_at=NOW
            )

    at_once([partial(promised_without_a_lock, f"LIN-{n}") for n in range(SHOPPERS)])

    assert figures(variant) == (1, 1)
    assert Allocation.objects.count() == SHOPPERS


def test_the_last_one_is_promised_once():
    variant = a_variant(on_hand=1)

    answers = at_once([partial(wanted, variant, f"LIN-{n}") for n in range(SHOPPERS)])

    kinds = Counter(type(answer) for answer in answers)
    assert kinds == {list: 1, InsufficientStock: SHOPPERS - 1}
    assert {a.data["left"] for a in answers if isinstance(a, InsufficientStock)} == {0}
    assert figures(variant) == (1, 1)
    assert Allocation.objects.count() == 1


def test_what_is_there_is_promised_to_the_last_piece():
    variant = a_variant(on_hand=20)

    answers = at_once([partial(wanted, variant, f"LIN-{n}") for n in range(SHOPPERS)])

    assert sum(isinstance(answer, list) for answer in answers) == 20
    assert figures(variant) == (20, 20)
    assert Allocation.objects.count() == 20


def test_one_line_asked_many_times_at_once_is_promised_once():
    variant = a_variant(on_hand=5)

    answers = at_once([partial(wanted, variant, "LIN-1", 2) for _ in range(8)])

    assert {allocation.pk for [allocation] in answers} == {Allocation.objects.get().pk}
    assert figures(variant) == (5, 2)


def test_control_locking_in_the_order_asked_for_deadlocks():
    first, second = a_variant(on_hand=5), a_variant(on_hand=5)
    both_hold_one = Barrier(2, timeout=20)

    @transaction.atomic
    def locked_as_asked(here, there):
        StockRecord.objects.locked().get(variant=here)
        both_hold_one.wait()
        StockRecord.objects.locked().get(variant=there)

    answers = at_once(
        [partial(locked_as_asked, first, second), partial(locked_as_asked, second, first)]
    )

    deadlocked = [a for a in answers if isinstance(a, OperationalError)]
    assert len(deadlocked) == 1
    assert "deadlock detected" in str(deadlocked[0])


def test_baskets_with_the_same_goods_in_any_order_do_not_deadlock():
    first, second = a_variant(on_hand=20), a_variant(on_hand=20)

    def both(number):
        pair = [first, second] if number % 2 else [second, first]
        wants = [Want(v.pk, f"LIN-{number}-{v.pk}", 1) for v in pair]
        return actions.allocate(wants=wants, now=NOW)

    answers = at_once([partial(both, number) for number in range(20)])

    assert [len(answer) for answer in answers] == [2] * 20
    assert figures(first) == figures(second) == (20, 20)


def test_a_line_handed_over_and_cancelled_at_once_ends_once():
    variant = a_variant(on_hand=5)
    wanted(variant, "LIN-1", 2)

    answers = at_once(
        [
            partial(end, line_references=["LIN-1"], now=NOW)
            for end in (actions.issue, actions.release) * 4
        ]
    )

    assert sorted(len(answer) for answer in answers) == [0] * 7 + [1]
    issued = Allocation.objects.get().status == AllocationStatus.ISSUED
    assert figures(variant) == ((3, 0) if issued else (5, 0))


def test_a_merchant_counting_down_meets_shoppers_and_nothing_is_oversold():
    variant = a_variant(on_hand=10)
    count = partial(actions.set_on_hand, variant=variant, quantity=3, now=NOW)
    shoppers = [partial(wanted, variant, f"LIN-{n}") for n in range(10)]

    counted, *promised = at_once([count, *shoppers])

    got = sum(isinstance(answer, list) for answer in promised)
    on_hand = 10 if isinstance(counted, actions.StockBelowAllocated) else 3
    assert figures(variant) == (on_hand, got)
    assert got == on_hand


def test_two_first_counts_make_one_record():
    variant = a_variant(on_hand=None)

    at_once(
        [
            partial(actions.set_on_hand, variant=variant, quantity=quantity, now=NOW)
            for quantity in (7, 7, 7, 7)
        ]
    )

    assert figures(variant) == (7, 0)


def test_control_counting_what_is_held_without_a_lock_frees_it_twice():
    variant = a_variant(on_hand=10)
    wanted(variant, "LIN-1", 4)
    wanted(variant, "LIN-2", 4)
    both_have_looked = Barrier(2, timeout=20)

    def held_without_a_lock(line):
        with transaction.atomic():
            allocation = Allocation.objects.get(line_reference=line)
            record = StockRecord.objects.get(pk=allocation.record_id)
            both_have_looked.wait()
            record.allocated -= allocation.quantity - 1
            record.save()
            allocation.quantity = 1
            allocation.save()

    at_once([partial(held_without_a_lock, line) for line in ("LIN-1", "LIN-2")])

    assert figures(variant) == (10, 5)  # two are promised
    assert sum(Allocation.objects.values_list("quantity", flat=True)) == 2


def test_lines_that_fall_short_at_once_free_what_each_held_once():
    variant = a_variant(on_hand=40)
    lines = [f"LIN-{n}" for n in range(8)]
    for line in lines:
        wanted(variant, line, 4)

    calls = [partial(actions.hold_at_most, held={line: 1}, now=NOW) for line in lines * 3]
    answers = at_once(calls)

    assert answers == [None] * len(calls)
    assert figures(variant) == (40, 8)
    assert set(Allocation.objects.values_list("quantity", flat=True)) == {1}


def test_a_line_that_falls_short_while_it_leaves_keeps_no_promise():
    variant = a_variant(on_hand=10)
    wanted(variant, "LIN-1", 4)

    at_once(
        [
            partial(actions.hold_at_most, held={"LIN-1": 2}, now=NOW),
            partial(actions.issue_so_far, left={"LIN-1": 2}, now=NOW),
        ]
        * 4
    )

    assert figures(variant) == (8, 0)
    allocation = Allocation.objects.get()
    assert (allocation.issued, allocation.status) == (2, AllocationStatus.ISSUED)
