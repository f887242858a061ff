from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commerce.business_days import instant
from commerce.errors import CommerceError
from commerce.payments.models import Refund, RefundStatus
from commerce.settlement import actions
from commerce.settlement.models import AccountKind, LedgerEntry, Settlement
from commerce.settlement.queries import balances, payable, settlements_of, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_part_of,
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    parts_of,
    till_money,
)
from tests.builders.orders import an_order
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db

TUESDAY = date(2026, 3, 3)
WEDNESDAY = TUESDAY + timedelta(days=1)


def sold(merchant, won, now=NOW):
    """Paid and handed over at ``now``."""
    part = an_ordered_part(goods_of(merchant, won))
    payment = card_money(part.order)
    actions.record_payment(payment=payment, now=now)
    actions.record_handed_over(fulfilment=part, now=now)
    return part, payment


def amounts(settlements):
    return {s.merchant_reference: s.total_won for s in settlements}


def test_each_merchant_is_paid_what_was_handed_over():
    greens, tofu = a_merchant(), a_merchant(commission_basis_points=0)
    sold(greens, 10_000)
    sold(greens, 5_000)
    sold(tofu, 2_500)
    made = actions.settle(until_on=TUESDAY, now=NOW)
    assert amounts(made) == {greens.reference: 14_100, tofu.reference: 2_500}
    assert (payable(greens.reference), payable(tofu.reference)) == (0, 0)
    assert balances()["payouts"] == -16_600
    assert trial_balance() == 0


def test_a_repeat_gets_the_same_settlements_and_pays_nothing():
    greens = a_merchant()
    sold(greens, 10_000)
    first = actions.settle(until_on=TUESDAY, now=NOW)
    assert actions.settle(until_on=TUESDAY, now=NOW + timedelta(days=3)) == first
    assert Settlement.objects.count() == 1
    assert balances()["payouts"] == -9_400


def test_money_still_held_is_not_paid_out():
    part = an_ordered_part(goods_of(a_merchant(), 10_000))
    actions.record_payment(payment=card_money(part.order), now=NOW)
    assert actions.settle(until_on=TUESDAY, now=NOW) == []


def test_a_day_ends_at_midnight_in_seoul():
    """23:59:59 belongs to the day; midnight is the next, though it is still the day in UTC."""
    greens = a_merchant()
    midnight = instant(WEDNESDAY)
    sold(greens, 10_000, now=midnight - timedelta(seconds=1))
    sold(greens, 5_000, now=midnight)
    assert midnight.date() == TUESDAY
    assert amounts(actions.settle(until_on=TUESDAY, now=NOW)) == {greens.reference: 9_400}
    assert amounts(actions.settle(until_on=WEDNESDAY, now=NOW)) == {greens.reference: 4_700}


def test_a_refund_after_settlement_lowers_the_next_one():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    actions.settle(until_on=TUESDAY, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    actions.record_refund(refund=a_refund(payment, 4_000), fulfilment=part, now=tomorrow)
    sold(greens, 5_000, now=tomorrow)
    made = actions.settle(until_on=WEDNESDAY, now=tomorrow)
    assert amounts(made) == {greens.reference: 4_700 - 3_760}


def test_a_merchant_who_owes_us_is_not_paid_and_the_debt_is_carried():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    actions.settle(until_on=TUESDAY, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=tomorrow)
    assert actions.settle(until_on=WEDNESDAY, now=tomorrow) == []
    assert payable(greens.reference) == -9_400
    later = NOW + timedelta(days=2)
    sold(greens, 20_000, now=later)
    made = actions.settle(until_on=WEDNESDAY + timedelta(days=1), now=later)
    assert amounts(made) == {greens.reference: 18_800 - 9_400}
    assert payable(greens.reference) == 0


def test_what_cancels_out_is_closed_without_a_payout():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=NOW)
    assert amounts(actions.settle(until_on=TUESDAY, now=NOW)) == {greens.reference: 0}
    assert not LedgerEntry.objects.filter(settlement=None, account__kind="merchant").exists()
    assert "payouts" not in balances()


def test_a_merchant_sees_only_its_own_settlements():
    greens, tofu = a_merchant(), a_merchant()
    sold(greens, 10_000)
    sold(tofu, 5_000)
    actions.settle(until_on=TUESDAY, now=NOW)
    assert [s.total_won for s in settlements_of(tofu.reference)] == [4_700]


won = st.integers(1, 90_000)
lines = st.lists(st.tuples(st.integers(0, 1), won), min_size=1, max_size=3)
orders = st.lists(
    st.tuples(st.lists(st.tuples(lines, st.sampled_from([0, 4_000])), min_size=1, max_size=2)),
    min_size=1,
    max_size=3,
)
steps = st.lists(
    st.tuples(
        st.sampled_from(["pay", "hand_over", "refund", "refuse", "settle"]),
        st.integers(0, 5),
        st.integers(1, 120_000),
    ),
    max_size=14,
)


@settings(max_examples=25)
@given(orders, steps, st.lists(st.integers(0, 10_000), min_size=2, max_size=2), st.booleans())
def test_the_books_balance_after_any_sequence(orders, steps, points, by_card):
    with rolled_back():
        world = World(orders, points, by_card)
        for day, (step, which, won) in enumerate(steps):
            world.run(step, which, won, day)
            assert trial_balance() == 0
            assert all(total <= 0 for total in world.left_to_give().values())
        world.assert_settled_once()


class World:
    """Two merchants and some orders, to which anything may happen, a day apart."""

    def __init__(self, orders, points, by_card):
        self.merchants = [a_merchant(commission_basis_points=p) for p in points]
        self.parts = []
        self.payments = {}
        self.by_card = by_card
        for (parts,) in orders:
            order = an_order(
                parts=[
                    a_part_of(
                        *(goods_of(self.merchants[m], won) for m, won in lines), delivery_won=fee
                    )
                    for lines, fee in parts
                ]
            )
            self.parts += parts_of(order)

    def run(self, step, which, won, day):
        part, now = self.parts[which % len(self.parts)], NOW + timedelta(days=day)
        before = balances()
        try:
            getattr(self, step)(part, won, now)
        except CommerceError:
            assert balances() == before

    def pay(self, part, won, now):
        key = part.order_id if self.by_card else part.pk
        if key not in self.payments:
            taken = card_money(part.order) if self.by_card else till_money(part)
            self.payments[key] = taken
        actions.record_payment(payment=self.payments[key], now=now)

    def hand_over(self, part, won, now):
        actions.record_handed_over(fulfilment=part, now=now)

    def refund(self, part, won, now):
        payment = self.payments.get(part.order_id if self.by_card else part.pk)
        if payment is not None:
            refund = a_refund(payment, won, RefundStatus.OPEN)
            actions.record_refund(refund=refund, fulfilment=part, now=now)

    def refuse(self, part, won, now):
        refund = Refund.objects.filter(payment__order=part.order).order_by("-pk").first()
        if refund is not None:
            refund.status = RefundStatus.REFUSED
            refund.save()
            actions.record_refund_refused(refund=refund, now=now)

    def settle(self, part, won, now):
        first = actions.settle(until_on=now.date(), now=now)
        assert actions.settle(until_on=now.date(), now=now) == first

    def left_to_give(self):
        """What held, commission and carrier have, by kind: never overdrawn."""
        kept = balances()
        return {kind: kept.get(kind, 0) for kind in ("held", "commission", "carrier")}

    def assert_settled_once(self):
        far = NOW + timedelta(days=365)
        actions.settle(until_on=far.date(), now=far)
        for merchant in self.merchants:
            own = LedgerEntry.objects.filter(
                account__kind=AccountKind.MERCHANT, account__owner_reference=merchant.reference
            )
            open_won = -sum(own.filter(settlement=None).values_list("amount_won", flat=True))
            assert open_won <= 0  # only a debt is carried
            assert payable(merchant.reference) == open_won
            for settlement in settlements_of(merchant.reference):
                entries = settlement.entries.exclude(journal__event="paid_out")
                assert settlement.total_won == -sum(entries.values_list("amount_won", flat=True))
                assert settlement.total_won >= 0
                assert sum(settlement.entries.values_list("amount_won", flat=True)) == 0
        paid = sum(Settlement.objects.values_list("total_won", flat=True))
        assert balances().get("payouts", 0) == -paid
