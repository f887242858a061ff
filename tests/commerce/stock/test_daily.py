"""So many new ones every business day in Seoul; what is promised stays promised."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commerce.catalogue.models import Variant
from commerce.stock import actions
from commerce.stock.actions import InsufficientStock, Want
from commerce.stock.daily import PerDayRange, fill_daily, set_kind
from commerce.stock.models import StockKind, StockRecord
from tests.builders.commerce import NOW, a_variant

pytestmark = pytest.mark.django_db

DAY = timedelta(days=1)
MOVES = ["order", "cancel", "hand over", "next day"]
DAILY, MADE = StockKind.DAILY, StockKind.MADE_TO_ORDER


def a_daily(per_day: int = 30, kind: StockKind = DAILY) -> Variant:
    variant = a_variant(on_hand=0)
    set_kind(variant=variant, kind=kind, per_day=per_day, now=NOW)
    return variant


def promise(variant: Variant, quantity: int, line: str, now=NOW) -> None:
    actions.allocate(wants=[Want(variant.pk, line, quantity)], now=now)


def figures(variant: Variant) -> tuple[int, int]:
    record = StockRecord.objects.get(variant=variant)
    return record.left, record.allocated


def test_a_daily_number_is_there_at_once() -> None:
    assert figures(a_daily(30)) == (30, 0)


def test_the_next_business_day_begins_anew_and_keeps_what_is_promised() -> None:
    variant = a_daily(30)
    promise(variant, 4, "LIN-1")
    assert fill_daily(now=NOW + DAY) == 1
    assert figures(variant) == (30, 4)


def test_it_is_the_day_in_seoul_that_counts() -> None:
    a_daily()
    before_midnight = NOW.replace(hour=14, minute=59)  # 23:59 in Seoul
    assert fill_daily(now=before_midnight) == 0
    assert fill_daily(now=before_midnight + timedelta(minutes=1)) == 1


def test_a_second_sweep_on_one_day_changes_nothing() -> None:
    variant = a_daily(30)
    fill_daily(now=NOW + DAY)
    promise(variant, 4, "LIN-1", NOW + DAY)
    assert fill_daily(now=NOW + DAY) == 0
    assert figures(variant) == (26, 4)


def test_counted_stock_is_left_alone() -> None:
    variant = a_variant(on_hand=7)
    assert fill_daily(now=NOW + DAY) == 0
    assert figures(variant) == (7, 0)


def test_more_than_a_day_bears_is_not_made_to_order() -> None:
    variant = a_daily(5, MADE)
    promise(variant, 5, "LIN-1")
    with pytest.raises(InsufficientStock):
        promise(variant, 1, "LIN-2")


def test_an_order_of_yesterday_that_is_cancelled_makes_no_room_today() -> None:
    variant = a_daily(5, MADE)
    promise(variant, 2, "LIN-1")
    fill_daily(now=NOW + DAY)
    actions.release(line_references=["LIN-1"], now=NOW + DAY)
    assert figures(variant) == (5, 0)


def test_an_order_of_today_that_is_cancelled_does() -> None:
    variant = a_daily(5, MADE)
    promise(variant, 2, "LIN-1")
    actions.release(line_references=["LIN-1"], now=NOW)
    assert figures(variant) == (5, 0)


def test_saying_the_same_again_gives_nothing_more() -> None:
    variant = a_daily(5)
    promise(variant, 2, "LIN-1")
    set_kind(variant=variant, kind=DAILY, per_day=5, now=NOW)
    assert figures(variant) == (3, 2)


def test_counted_again_it_keeps_what_is_there() -> None:
    variant = a_daily(5)
    set_kind(variant=variant, kind=StockKind.COUNTED, per_day=0, now=NOW)
    assert fill_daily(now=NOW + DAY) == 0
    assert figures(variant) == (5, 0)


@pytest.mark.parametrize("per_day", [0, 100_001])
def test_a_daily_number_is_within_reason(per_day: int) -> None:
    with pytest.raises(PerDayRange):
        set_kind(variant=a_variant(), kind=DAILY, per_day=per_day, now=NOW)


class AnyDays(TestCase):
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["order", "cancel", "hand over", "next day"]), st.integers(1, 4)
            ),
            max_size=12,
        )
    )
    def test_no_day_promises_more_than_its_number(self, moves: list[tuple[str, int]]) -> None:
        variant, day, promised, today, lines = a_daily(6), NOW, 0, {}, []
        for number, (move, quantity) in enumerate(moves):
            if move == "next day":
                day += DAY
                fill_daily(now=day)
                promised, today = 0, {}
            elif move == "order":
                try:
                    promise(variant, quantity, f"LIN-{number}", day)
                except InsufficientStock:
                    continue
                promised += quantity
                today[f"LIN-{number}"] = quantity
                lines.append(f"LIN-{number}")
            elif lines:
                line = lines.pop(quantity % len(lines))
                act = actions.release if move == "cancel" else actions.issue
                act(line_references=[line], now=day)
                if move == "cancel":
                    promised -= today.pop(line, 0)
            assert promised <= 6
            assert figures(variant)[0] == 6 - promised
