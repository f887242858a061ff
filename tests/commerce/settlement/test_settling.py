from datetime import date, timedelta

import pytest

from commerce.business_days import instant
from commerce.settlement import actions
from commerce.settlement.models import LedgerEntry, Settlement
from commerce.settlement.queries import balances, payable, settlements_of, trial_balance
from tests.builders.commerce import NOW, a_merchant
from tests.builders.ledger import (
    a_refund,
    an_ordered_part,
    card_money,
    goods_of,
    settled,
)

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
    made = settled(until_on=TUESDAY, now=NOW)
    assert amounts(made) == {greens.reference: 14_100, tofu.reference: 2_500}
    assert (payable(greens.reference), payable(tofu.reference)) == (0, 0)
    assert balances()["payouts"] == -16_600
    assert trial_balance() == 0


def test_a_repeat_gets_the_same_settlements_and_pays_nothing():
    greens = a_merchant()
    sold(greens, 10_000)
    first = settled(until_on=TUESDAY, now=NOW)
    assert settled(until_on=TUESDAY, now=NOW + timedelta(days=3)) == first
    assert Settlement.objects.count() == 1
    assert balances()["payouts"] == -9_400


def test_money_still_held_is_not_paid_out():
    part = an_ordered_part(goods_of(a_merchant(), 10_000))
    actions.record_payment(payment=card_money(part.order), now=NOW)
    assert settled(until_on=TUESDAY, now=NOW) == []


def test_a_day_ends_at_midnight_in_seoul():
    """23:59:59 belongs to the day; midnight is the next, though it is still the day in UTC."""
    greens = a_merchant()
    midnight = instant(WEDNESDAY)
    sold(greens, 10_000, now=midnight - timedelta(seconds=1))
    sold(greens, 5_000, now=midnight)
    assert midnight.date() == TUESDAY
    assert amounts(settled(until_on=TUESDAY, now=NOW)) == {greens.reference: 9_400}
    assert amounts(settled(until_on=WEDNESDAY, now=NOW)) == {greens.reference: 4_700}


def test_a_refund_after_settlement_lowers_the_next_one():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    settled(until_on=TUESDAY, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    actions.record_refund(refund=a_refund(payment, 4_000), fulfilment=part, now=tomorrow)
    sold(greens, 5_000, now=tomorrow)
    made = settled(until_on=WEDNESDAY, now=tomorrow)
    assert amounts(made) == {greens.reference: 4_700 - 3_760}


def test_a_merchant_who_owes_us_is_not_paid_and_the_debt_is_carried():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    settled(until_on=TUESDAY, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=tomorrow)
    assert settled(until_on=WEDNESDAY, now=tomorrow) == []
    assert payable(greens.reference) == -9_400
    later = NOW + timedelta(days=2)
    sold(greens, 20_000, now=later)
    made = settled(until_on=WEDNESDAY + timedelta(days=1), now=later)
    assert amounts(made) == {greens.reference: 18_800 - 9_400}
    assert payable(greens.reference) == 0


def test_what_cancels_out_is_closed_without_a_payout():
    greens = a_merchant()
    part, payment = sold(greens, 10_000)
    actions.record_refund(refund=a_refund(payment, 10_000), fulfilment=part, now=NOW)
    assert amounts(settled(until_on=TUESDAY, now=NOW)) == {greens.reference: 0}
    assert not LedgerEntry.objects.filter(settlement=None, account__kind="merchant").exists()
    assert "payouts" not in balances()


def test_a_merchant_sees_only_its_own_settlements():
    greens, tofu = a_merchant(), a_merchant()
    sold(greens, 10_000)
    sold(tofu, 5_000)
    settled(until_on=TUESDAY, now=NOW)
    assert [s.total_won for s in settlements_of(tofu.reference)] == [4_700]
