"""What is kept for a basket is nobody else's, for as long as it says and no longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.db.models import Sum
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commerce.catalogue.models import Variant
from commerce.stock import actions, daily, holding
from commerce.stock.actions import InsufficientStock, Want
from commerce.stock.models import Allocation, StockHold, StockKind, StockRecord
from commerce.stock.queries import kept_for, live_hold
from tests.builders.commerce import NOW, a_variant

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)
OVER = NOW + 15 * MINUTE


def kept(owner: str, *goods: tuple[Variant, int], now: Any = NOW) -> StockHold:
    quantities = {variant.pk: quantity for variant, quantity in goods}
    return holding.keep(owner_reference=owner, quantities=quantities, now=now)


def figures(variant: Variant) -> tuple[int, int]:
    record = StockRecord.objects.get(variant=variant)
    return record.on_hand, record.allocated


def ordered(variant: Variant, quantity: int, *, kept_for: str = "", line: str = "LIN-1") -> Any:
    wants = [Want(variant.pk, line, quantity)]
    return actions.allocate(wants=wants, kept_for=kept_for, now=NOW)[0]


def test_what_is_kept_is_left_for_nobody_else() -> None:
    variant = a_variant(on_hand=3)
    hold = kept("BKT-1", (variant, 2))
    assert (hold.held_until, figures(variant)) == (OVER, (3, 2))
    with pytest.raises(InsufficientStock) as refusal:
        kept("BKT-2", (variant, 2))
    assert refusal.value.data["left"] == 1
    assert kept_for("BKT-2") == {}


def test_the_same_again_changes_nothing_and_takes_no_more_time() -> None:
    variant = a_variant(on_hand=3)
    kept("BKT-1", (variant, 2))
    again = kept("BKT-1", (variant, 2), now=NOW + MINUTE)
    assert (again.held_until, figures(variant)) == (OVER, (3, 2))


def test_what_changes_in_the_basket_changes_in_the_hold() -> None:
    some, other = a_variant(on_hand=9), a_variant(on_hand=9)
    kept("BKT-1", (some, 2))
    kept("BKT-1", (some, 5), (other, 1))
    assert kept_for("BKT-1") == {some.pk: 5, other.pk: 1}
    kept("BKT-1", (other, 1))
    assert (figures(some), figures(other)) == ((9, 0), (9, 1))


def test_more_than_there_is_leaves_what_was_kept() -> None:
    some, other = a_variant(on_hand=2), a_variant(on_hand=9)
    kept("BKT-1", (some, 2))
    with pytest.raises(InsufficientStock):
        kept("BKT-1", (other, 1), (some, 3))
    assert kept_for("BKT-1") == {some.pk: 2}


def test_what_nobody_counted_cannot_be_kept() -> None:
    variant = a_variant()
    StockRecord.objects.filter(variant=variant).delete()
    with pytest.raises(InsufficientStock):
        kept("BKT-1", (variant, 1))


def test_ten_minutes_more_once() -> None:
    kept("BKT-1", (a_variant(on_hand=1), 1))
    for _twice in range(2):
        hold = holding.extend(owner_reference="BKT-1", now=NOW + 14 * MINUTE)
        assert hold is not None
        assert hold.held_until == OVER + 10 * MINUTE


def test_a_hold_that_is_over_is_not_extended() -> None:
    kept("BKT-1", (a_variant(on_hand=1), 1))
    assert holding.extend(owner_reference="BKT-1", now=OVER) is None
    assert live_hold("BKT-1", OVER) is None


def test_the_sweep_ends_what_is_over_and_nothing_else() -> None:
    variant = a_variant(on_hand=5)
    kept("BKT-1", (variant, 2))
    kept("BKT-2", (variant, 1), now=NOW + MINUTE)
    assert holding.expire(now=OVER - MINUTE / 60) == 0
    assert holding.expire(now=OVER) == 1
    assert (kept_for("BKT-1"), kept_for("BKT-2")) == ({}, {variant.pk: 1})
    assert figures(variant) == (5, 1)


def test_one_that_is_over_begins_anew_with_its_extension() -> None:
    variant = a_variant(on_hand=5)
    kept("BKT-1", (variant, 2))
    holding.extend(owner_reference="BKT-1", now=NOW)
    later = OVER + 20 * MINUTE
    again = kept("BKT-1", (variant, 2), now=later)
    assert (again.held_until, again.extended_at) == (later + 15 * MINUTE, None)
    assert figures(variant) == (5, 2)


def test_letting_go_twice_is_letting_go_once() -> None:
    variant = a_variant(on_hand=5)
    kept("BKT-1", (variant, 2))
    for _twice in range(2):
        holding.let_go(owner_reference="BKT-1")
    assert (figures(variant), StockHold.objects.count()) == ((5, 0), 0)


def test_what_is_kept_becomes_the_orders() -> None:
    variant = a_variant(on_hand=2)
    kept("BKT-1", (variant, 2))
    allocation = ordered(variant, 2, kept_for="BKT-1")
    assert (allocation.line_reference, allocation.hold) == ("LIN-1", None)
    assert (figures(variant), StockHold.objects.count()) == ((2, 2), 0)


def test_what_is_kept_and_not_ordered_is_free() -> None:
    some, other = a_variant(on_hand=5), a_variant(on_hand=5)
    kept("BKT-1", (some, 4), (other, 1))
    ordered(some, 3, kept_for="BKT-1")
    assert (figures(some), figures(other)) == ((5, 3), (5, 0))


def test_two_lines_of_the_same_goods_share_what_is_kept() -> None:
    variant = a_variant(on_hand=3)
    kept("BKT-1", (variant, 3))
    wants = [Want(variant.pk, "LIN-1", 1), Want(variant.pk, "LIN-2", 2)]
    actions.allocate(wants=wants, kept_for="BKT-1", now=NOW)
    assert figures(variant) == (3, 3)


def test_an_order_that_wants_more_than_there_is_leaves_the_hold() -> None:
    variant = a_variant(on_hand=3)
    kept("BKT-1", (variant, 2))
    with pytest.raises(InsufficientStock):
        ordered(variant, 4, kept_for="BKT-1")
    assert kept_for("BKT-1") == {variant.pk: 2}


def test_a_hold_that_is_over_and_not_swept_still_counts_for_its_order() -> None:
    variant = a_variant(on_hand=1)
    kept("BKT-1", (variant, 1), now=NOW - 60 * MINUTE)
    assert ordered(variant, 1, kept_for="BKT-1").quantity == 1


def test_the_merchants_count_goes_before_what_somebody_is_about_to_order() -> None:
    variant = a_variant(on_hand=5)
    ordered(variant, 2)
    kept("BKT-1", (variant, 1))
    kept("BKT-2", (variant, 1))
    actions.set_on_hand(variant=variant, quantity=3, now=NOW)
    assert (kept_for("BKT-1"), kept_for("BKT-2")) == ({variant.pk: 1}, {})
    assert figures(variant) == (3, 3)
    with pytest.raises(actions.StockBelowAllocated):
        actions.set_on_hand(variant=variant, quantity=1, now=NOW)


def test_what_was_kept_yesterday_is_not_one_more_of_today() -> None:
    variant = a_variant(on_hand=0)
    daily.set_kind(variant=variant, kind=StockKind.DAILY, per_day=3, now=NOW)
    kept("BKT-1", (variant, 1))
    tomorrow = NOW + timedelta(days=1)
    daily.fill_daily(now=tomorrow)
    holding.expire(now=tomorrow)
    assert figures(variant) == (3, 0)


def test_a_hold_goes_with_its_lines_to_another_basket() -> None:
    variant = a_variant(on_hand=5)
    kept("BKT-1", (variant, 2))
    holding.pass_on(owner_reference="BKT-1", new_owner_reference="BKT-2")
    assert (kept_for("BKT-1"), kept_for("BKT-2")) == ({}, {variant.pk: 2})


def test_a_basket_with_a_hold_of_its_own_takes_no_other() -> None:
    variant = a_variant(on_hand=5)
    kept("BKT-1", (variant, 2))
    kept("BKT-2", (variant, 1))
    holding.pass_on(owner_reference="BKT-1", new_owner_reference="BKT-2")
    assert (kept_for("BKT-2"), figures(variant)) == ({variant.pk: 1}, (5, 1))


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("keep"), st.integers(0, 2), st.integers(0, 4)),
        st.tuples(st.just("order"), st.integers(0, 2), st.integers(1, 4)),
        st.tuples(st.just("let go"), st.integers(0, 2), st.just(0)),
        st.tuples(st.just("expire"), st.integers(0, 30), st.just(0)),
        st.tuples(st.just("count"), st.integers(0, 9), st.just(0)),
    ),
    max_size=14,
)


class AnySequence(TestCase):
    @given(STEPS)
    def test_what_is_kept_and_promised_is_counted_and_is_there(
        self, steps: list[tuple[str, int, int]]
    ) -> None:
        variant, now = a_variant(on_hand=6), NOW
        for number, (what, who, quantity) in enumerate(steps):
            now += MINUTE
            try:
                if what == "keep":
                    kept(f"BKT-{who}", *([(variant, quantity)] if quantity else []), now=now)
                elif what == "order":
                    ordered(variant, quantity, kept_for=f"BKT-{who}", line=f"LIN-{number}")
                elif what == "let go":
                    holding.let_go(owner_reference=f"BKT-{who}")
                elif what == "expire":
                    holding.expire(now=now + who * MINUTE)
                else:
                    actions.set_on_hand(variant=variant, quantity=who, now=now)
            except (InsufficientStock, actions.StockBelowAllocated):
                pass
            on_hand, allocated = figures(variant)
            promised = Allocation.objects.aggregate(n=Sum("quantity"))["n"] or 0
            assert 0 <= promised == allocated <= on_hand
