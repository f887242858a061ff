import pytest
from django.db import IntegrityError, transaction
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from commerce.errors import CommerceError
from commerce.stock import actions
from commerce.stock.actions import Want
from commerce.stock.models import Allocation, AllocationStatus, StockRecord
from commerce.stock.queries import came_instead, left_by_variant
from tests.builders.commerce import NOW, a_variant

pytestmark = pytest.mark.django_db


def allocated(variant, quantity, line="LIN-1"):
    return actions.allocate(wants=[Want(variant.pk, line, quantity)], now=NOW)[0]


def figures(variant):
    record = StockRecord.objects.get(variant=variant)
    return record.on_hand, record.allocated


def test_what_is_promised_is_no_longer_left():
    variant = a_variant(on_hand=10)

    allocation = allocated(variant, 3)

    assert (allocation.quantity, allocation.status) == (3, AllocationStatus.ALLOCATED)
    assert figures(variant) == (10, 3)
    assert left_by_variant([variant.pk]) == {variant.pk: 7}


def test_the_same_line_again_gets_the_same_promise():
    variant = a_variant(on_hand=10)
    first = allocated(variant, 3)

    assert allocated(variant, 3) == first
    assert figures(variant) == (10, 3)


def test_all_or_nothing():
    plenty, scarce = a_variant(on_hand=10), a_variant(on_hand=1, name="곶감", name_en="")

    with pytest.raises(actions.InsufficientStock) as refusal:
        actions.allocate(wants=[Want(plenty.pk, "LIN-1", 2), Want(scarce.pk, "LIN-2", 2)], now=NOW)

    assert refusal.value.data == {
        "variant": scarce.reference,
        "name": "곶감",
        "name_en": "곶감",
        "left": 1,
    }
    assert figures(plenty) == (10, 0)
    assert figures(scarce) == (1, 0)
    assert Allocation.objects.count() == 0


def test_two_lines_of_one_variant_count_together():
    variant = a_variant(on_hand=3)

    with pytest.raises(actions.InsufficientStock) as refusal:
        actions.allocate(
            wants=[Want(variant.pk, "LIN-1", 2), Want(variant.pk, "LIN-2", 2)], now=NOW
        )

    assert refusal.value.data["left"] == 1
    assert figures(variant) == (3, 0)


def test_what_was_never_counted_cannot_be_promised():
    variant = a_variant(on_hand=None)

    with pytest.raises(actions.InsufficientStock) as refusal:
        allocated(variant, 1)

    assert refusal.value.data["left"] == 0
    assert left_by_variant([variant.pk]) == {variant.pk: 0}


def test_releasing_twice_is_releasing_once():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)
    allocated(variant, 4, line="LIN-2")

    first = actions.release(line_references=["LIN-1"], now=NOW)
    second = actions.release(line_references=["LIN-1"], now=NOW)

    assert [a.line_reference for a in first] == ["LIN-1"]
    assert second == []
    assert figures(variant) == (10, 4)


def test_a_released_line_is_not_promised_again():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)
    actions.release(line_references=["LIN-1"], now=NOW)

    with pytest.raises(actions.AllocationReleased):
        allocated(variant, 3)

    assert figures(variant) == (10, 0)


def test_issuing_takes_goods_and_promise_away_once():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)

    actions.issue(line_references=["LIN-1", "LIN-UNKNOWN"], now=NOW)
    actions.issue(line_references=["LIN-1"], now=NOW)

    assert figures(variant) == (7, 0)
    assert Allocation.objects.get().status == AllocationStatus.ISSUED


def test_a_line_may_be_handed_over_in_parts():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)

    for so_far in (2, 2, 1):
        actions.issue_so_far(left={"LIN-1": so_far}, now=NOW)
    assert figures(variant) == (8, 1)
    assert Allocation.objects.get().status == AllocationStatus.ALLOCATED

    actions.issue_so_far(left={"LIN-1": 3}, now=NOW)
    assert figures(variant) == (7, 0)
    assert Allocation.objects.get().status == AllocationStatus.ISSUED


def test_what_left_of_a_line_does_not_come_back_with_the_rest():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)
    actions.issue_so_far(left={"LIN-1": 2}, now=NOW)

    actions.release(line_references=["LIN-1"], now=NOW)

    assert figures(variant) == (8, 0)


def test_the_rest_of_a_line_is_issued_with_the_line():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)
    actions.issue_so_far(left={"LIN-1": 2}, now=NOW)

    actions.issue(line_references=["LIN-1"], now=NOW)

    assert figures(variant) == (7, 0)
    assert Allocation.objects.get().issued == 3


def test_several_counts_are_taken_all_or_none():
    one, other = a_variant(on_hand=10), a_variant(on_hand=10)
    allocated(other, 3)

    with pytest.raises(actions.StockBelowAllocated):
        actions.set_levels(on_hand={one: 5, other: 2}, now=NOW)

    assert (figures(one), figures(other)) == ((10, 0), (10, 3))


def test_what_was_issued_cannot_be_released():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)
    actions.issue(line_references=["LIN-1"], now=NOW)

    assert actions.release(line_references=["LIN-1"], now=NOW) == []
    assert figures(variant) == (7, 0)


def test_the_first_count_makes_the_stock_record():
    variant = a_variant(on_hand=None)

    actions.set_on_hand(variant=variant, quantity=30, now=NOW)
    record = actions.set_on_hand(variant=variant, quantity=25, now=NOW)

    assert figures(variant) == (25, 0)
    assert record.counted_at == NOW


def test_stock_cannot_be_counted_below_what_is_promised():
    variant = a_variant(on_hand=10)
    allocated(variant, 3)

    with pytest.raises(actions.StockBelowAllocated) as refusal:
        actions.set_on_hand(variant=variant, quantity=2, now=NOW)

    assert refusal.value.data == {"allocated": 3}
    assert figures(variant) == (10, 3)
    assert actions.set_on_hand(variant=variant, quantity=3, now=NOW).left == 0


@pytest.mark.parametrize("quantity", [-1, 1_000_001])
def test_a_count_out_of_range_is_refused(quantity):
    variant = a_variant(on_hand=None)

    with pytest.raises(actions.StockRange):
        actions.set_on_hand(variant=variant, quantity=quantity, now=NOW)

    assert not StockRecord.objects.exists()


@pytest.mark.parametrize("quantity", [0, -1])
def test_the_database_refuses_a_promise_of_nothing(quantity):
    variant = a_variant(on_hand=10)
    allocated(variant, 3)

    with pytest.raises(IntegrityError), transaction.atomic():
        allocated(variant, quantity, line="LIN-2")

    assert figures(variant) == (10, 3)


def test_a_line_whose_goods_are_others_than_were_ordered_is_known_as_that_for_good():
    ordered, instead = a_variant(on_hand=5), a_variant(on_hand=5)
    allocated(ordered, 2)
    actions.allocate(wants=[Want(instead.pk, "SBT-1", 2, instead=True)], now=NOW)
    assert came_instead(["LIN-1"]) == set()

    actions.replace(line_reference="LIN-1", kept_as="SBT-1", now=NOW)
    assert came_instead(["LIN-1"]) == {"LIN-1"}
    actions.issue(line_references=["LIN-1"], now=NOW)
    assert came_instead(["LIN-1", "LIN-2"]) == {"LIN-1"}


def test_what_came_instead_is_held_whatever_becomes_of_what_was_ordered():
    ordered, instead = a_variant(on_hand=5), a_variant(on_hand=5)
    allocated(ordered, 2)
    actions.allocate(wants=[Want(instead.pk, "SBT-1", 2, instead=True)], now=NOW)
    actions.replace(line_reference="LIN-1", kept_as="SBT-1", now=NOW)

    actions.hold_at_most(held={"LIN-1": 0}, now=NOW)

    assert (figures(ordered), figures(instead)) == ((3, 0), (5, 2))


def test_the_database_refuses_to_oversell():
    variant = a_variant(on_hand=1)

    with pytest.raises(IntegrityError, match="stock_never_oversold"), transaction.atomic():
        StockRecord.objects.filter(variant=variant).update(allocated=2)


LINES = st.sampled_from([f"LIN-{n}" for n in range(4)])
STEP = st.one_of(
    st.tuples(st.just("allocate"), LINES, st.integers(1, 4)),
    st.tuples(st.just("release"), LINES, st.just(0)),
    st.tuples(st.just("issue"), LINES, st.just(0)),
    st.tuples(st.just("count"), st.just(""), st.integers(0, 8)),
)


class TestAnySequence(TestCase):
    @given(st.lists(STEP, max_size=25))
    def test_stock_is_never_negative_and_agrees_with_its_allocations(self, steps):
        variant = a_variant(on_hand=6)
        counted = 6
        for name, line, number in steps:
            before = figures(variant)
            try:
                if name == "allocate":
                    allocated(variant, number, line)
                elif name == "count":
                    actions.set_on_hand(variant=variant, quantity=number, now=NOW)
                    counted = number + self.total(AllocationStatus.ISSUED)
                else:
                    getattr(actions, name)(line_references=[line], now=NOW)
            except CommerceError:
                assert figures(variant) == before
            on_hand, promised = figures(variant)
            assert 0 <= promised <= on_hand
            assert promised == self.total(AllocationStatus.ALLOCATED)
            assert on_hand + self.total(AllocationStatus.ISSUED) == counted

    def total(self, status):
        return sum(a.quantity for a in Allocation.objects.filter(status=status))
