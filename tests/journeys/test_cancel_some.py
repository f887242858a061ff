"""A shopper gives up some of a part before its cut-off."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.orders import actions as orders
from commerce.orders.actions import InvalidTransition, LineUnknown
from commerce.orders.fewer import KeepRange
from commerce.orders.models import Fulfilment, Order, OrderLine
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.settlement.models import LedgerEntry
from commerce.settlement.queries import statement, trial_balance
from commerce.stock.models import Allocation, StockRecord
from storefront.day.invariants import check_all
from storefront.journeys.cancel_some import CancelTooLate, cancel_some
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.notices.models import Notice
from tests.builders.journeys import (
    CUT_OFF,
    NEXT_MORNING,
    NOTHING_TAKEN,
    NOW,
    TODAY,
    TOMORROW,
    a_mall,
    a_placed_order,
    taken_of,
)

SOON = NOW + timedelta(minutes=2)

pytestmark = pytest.mark.django_db


def an_order(mall, *, method: str = PaymentMethod.CARD) -> Order:
    """Three bundles of spinach (2,500 won, exempt) and one tofu (3,300, taxable) for 4,000."""
    goods = ((mall.spinach, Way.DELIVERY),) * 3 + ((mall.tofu, Way.DELIVERY),)
    return a_placed_order(mall, goods=goods, method=method)


def line_of(order: Order, name: str = "시금치") -> OrderLine:
    return OrderLine.objects.get(fulfilment__order=order, name=name)


def keep(order: Order, now=SOON, **left: int) -> bool:
    names = {"spinach": "시금치", "tofu": "손두부"}
    kept = {line_of(order, names[name]).reference: n for name, n in left.items()}
    return cancel_some(fulfilment=order.fulfilments.get(), keep=kept, now=now)


def test_what_is_given_up_is_given_back_in_its_own_tax_class() -> None:
    order = an_order(a_mall())
    assert keep(order, spinach=1, tofu=0)
    order.refresh_from_db()
    assert (order.goods_won, order.delivery_won, order.total_won) == (2_500, 4_000, 6_500)
    spinach = line_of(order)
    assert (spinach.quantity, spinach.cancelled_quantity, spinach.line_won) == (1, 2, 2_500)
    back = [(r.amount_won, r.tax_free_won) for r in Refund.objects.order_by("amount_won")]
    assert back == [(3_300, 0), (5_000, 5_000)]
    entries = LedgerEntry.objects.filter(journal__event="refunded")
    assert {e.line_reference for e in entries} == {
        spinach.reference,
        line_of(order, "손두부").reference,
    }
    assert Notice.objects.filter(kind="lines_cancelled").count() == 1


def test_what_is_given_up_is_on_the_shelf_again() -> None:
    mall = a_mall(on_hand=10)
    order = an_order(mall)
    keep(order, spinach=1)
    record = StockRecord.objects.get(variant=mall.spinach)
    assert (record.on_hand, record.allocated) == (10, 1)
    assert Allocation.objects.get(line_reference=line_of(order).reference).quantity == 1


def test_saying_it_twice_gives_back_once() -> None:
    order = an_order(a_mall())
    assert [keep(order, spinach=1), keep(order, spinach=1)] == [True, False]
    assert Refund.objects.count() == 1
    assert keep(order, spinach=0)
    assert sorted(r.amount_won for r in Refund.objects.all()) == [2_500, 5_000]


def test_giving_up_everything_cancels_the_part_with_its_window_and_fee() -> None:
    mall = a_mall()
    order = an_order(mall)
    assert keep(order, spinach=0, tofu=0)
    assert not keep(order, spinach=0, tofu=0)
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert sum(r.amount_won for r in Refund.objects.all()) == 14_800
    assert taken_of(mall) == NOTHING_TAKEN


def test_on_site_less_is_asked_for() -> None:
    order = an_order(a_mall(), method=PaymentMethod.ON_SITE)
    keep(order, spinach=1)
    payment = Payment.objects.get()
    assert (payment.amount_won, payment.tax_free_won) == (9_800, 2_500)
    assert not Refund.objects.exists()
    assert Notice.objects.filter(kind="lines_cancelled_on_site").count() == 1


def test_the_rest_is_handed_over_and_earned() -> None:
    order = an_order(a_mall())
    keep(order, spinach=1, tofu=0)
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=NEXT_MORNING)
    rows = statement(line_of(order).merchant_reference, TODAY, TOMORROW).rows
    assert [(row.goods_won, row.quantity) for row in rows] == [(2_500, 1)]
    send_refunds(now=NEXT_MORNING)
    assert trial_balance() == 0
    assert check_all(NEXT_MORNING) == []


def test_after_the_cut_off_nothing_is_given_up() -> None:
    order = an_order(a_mall())
    assert keep(order, spinach=2, now=CUT_OFF - timedelta(seconds=1))
    with pytest.raises(CancelTooLate):
        keep(order, spinach=1, now=CUT_OFF)
    assert (line_of(order).quantity, Refund.objects.count()) == (2, 1)


def test_what_is_packed_is_kept() -> None:
    order = an_order(a_mall())
    line = line_of(order)
    orders.mark_line_ready(
        line_reference=line.reference, merchant_reference=line.merchant_reference, now=NOW
    )
    with pytest.raises(InvalidTransition):
        keep(order, spinach=1)
    assert keep(order, tofu=0)
    assert Fulfilment.objects.get().status == "ready"


def test_more_than_were_ordered_are_refused() -> None:
    order = an_order(a_mall())
    with pytest.raises(KeepRange) as refusal:
        keep(order, spinach=4)
    assert refusal.value.data["most"] == 3
    assert not Refund.objects.exists()


def test_a_line_of_another_part_is_unknown() -> None:
    order = an_order(a_mall())
    with pytest.raises(LineUnknown):
        cancel_some(fulfilment=order.fulfilments.get(), keep={"LIN-OTHER": 0}, now=SOON)
