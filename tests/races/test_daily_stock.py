"""Everybody orders what is made to order while the day begins."""

from functools import partial
from threading import Barrier

import pytest

from commerce.stock import actions
from commerce.stock.actions import InsufficientStock, Want
from commerce.stock.daily import fill_daily, set_kind
from commerce.stock.models import Allocation, StockKind, StockRecord
from tests.builders.commerce import NOW, a_variant
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def wanted(variant, line, now):
    return actions.allocate(wants=[Want(variant.pk, line, 1)], now=now)


def test_control_two_who_look_before_either_is_promised_both_get_the_last():
    variant = a_variant(on_hand=0)
    set_kind(variant=variant, kind=StockKind.MADE_TO_ORDER, per_day=1, now=NOW)
    both_have_looked = Barrier(2, timeout=20)

    def looked_then_promised():
        record = StockRecord.objects.get()
        left = record.left
        both_have_looked.wait()
        record.allocated += 1
        record.save()
        return left

    assert at_once([looked_then_promised] * 2) == [1, 1]
    assert StockRecord.objects.get().allocated == 1  # of two that were promised


def test_no_more_than_a_days_number_is_promised_and_sweeps_add_nothing():
    variant = a_variant(on_hand=0)
    set_kind(variant=variant, kind=StockKind.MADE_TO_ORDER, per_day=5, now=NOW)
    orders = [partial(wanted, variant, f"LIN-{n}", NOW) for n in range(16)]

    answers = at_once([*orders, partial(fill_daily, now=NOW), partial(fill_daily, now=NOW)])

    assert sum(isinstance(answer, InsufficientStock) for answer in answers) == 11
    record = StockRecord.objects.get()
    assert (record.on_hand, record.allocated, Allocation.objects.count()) == (5, 5, 5)
