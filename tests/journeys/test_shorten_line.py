"""A stall has fewer than were ordered."""

from datetime import timedelta

import pytest

from commerce.catalogue.models import Way
from commerce.core.port import core
from commerce.orders import actions as orders
from commerce.orders.actions import InvalidTransition, LineUnknown
from commerce.orders.models import Fulfilment, FulfilmentStatus, Order, OrderLine, ShortReason
from commerce.orders.shortage import ShortRange
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.settlement.models import LedgerEntry
from commerce.settlement.queries import statement, trial_balance
from commerce.stock.models import Allocation, StockRecord
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.notices.models import Notice
from tests.builders.journeys import NEXT_MORNING, NOW, TODAY, TOMORROW, a_mall, a_placed_order

SOON = NOW + timedelta(minutes=2)

pytestmark = pytest.mark.django_db


def an_order(mall, *, method: str = PaymentMethod.CARD, spinach: int = 3) -> Order:
    """Three bundles of spinach (2,500 won) and one tofu (3,300) come home for 4,000."""
    goods = ((mall.spinach, Way.DELIVERY),) * spinach + ((mall.tofu, Way.DELIVERY),)
    return a_placed_order(mall, goods=goods, method=method)


def line_of(order: Order, name: str = "시금치") -> OrderLine:
    return OrderLine.objects.get(fulfilment__order=order, name=name)


def say(line: OrderLine, there: int, **changes: object) -> bool:
    facts = {"merchant_reference": line.merchant_reference, "reason": ShortReason.SOLD_OUT}
    return shorten_line(line_reference=line.reference, there=there, now=SOON, **facts | changes)


def test_what_is_missing_is_given_back_out_of_its_own_line() -> None:
    mall = a_mall()
    order = an_order(mall)
    line = line_of(order)
    assert say(line, 1)
    line.refresh_from_db()
    order.refresh_from_db()
    assert (line.quantity, line.short_quantity, line.line_won) == (1, 2, 2_500)
    assert line.short_reason == ShortReason.SOLD_OUT
    assert (order.goods_won, order.total_won) == (5_800, 9_800)
    refund = Refund.objects.get()
    assert (refund.amount_won, refund.tax_free_won) == (5_000, 5_000)
    entries = LedgerEntry.objects.filter(journal__event="refunded")
    assert {entry.line_reference for entry in entries} == {line.reference}
    assert Notice.objects.filter(kind="line_short").count() == 1


def test_the_missing_are_off_the_shelf_too() -> None:
    mall = a_mall(on_hand=10)
    line = line_of(an_order(mall))
    say(line, 1)
    record = StockRecord.objects.get(variant=mall.spinach)
    assert (record.on_hand, record.allocated) == (8, 1)
    assert Allocation.objects.get(line_reference=line.reference).quantity == 1


def test_saying_it_twice_gives_back_once() -> None:
    line = line_of(an_order(a_mall()))
    assert [say(line, 1), say(line, 1)] == [True, False]
    assert Refund.objects.count() == 1
    assert say(line, 0)
    assert sorted(r.amount_won for r in Refund.objects.all()) == [2_500, 5_000]


def test_on_site_less_is_asked_for() -> None:
    order = an_order(a_mall(), method=PaymentMethod.ON_SITE)
    say(line_of(order), 1)
    payment = Payment.objects.get()
    assert (payment.amount_won, payment.tax_free_won) == (9_800, 2_500)
    assert not Refund.objects.exists()
    assert Notice.objects.filter(kind="line_short_on_site").count() == 1


def test_a_part_of_which_nothing_is_left_is_cancelled_with_its_delivery() -> None:
    mall = a_mall()
    order = an_order(mall)
    say(line_of(order), 0)
    say(line_of(order, "손두부"), 0)
    order.refresh_from_db()
    assert (order.status, Fulfilment.objects.get().status) == ("cancelled", "cancelled")
    assert sum(refund.amount_won for refund in Refund.objects.all()) == 14_800
    record = StockRecord.objects.get(variant=mall.tofu)
    assert (record.on_hand, record.allocated) == (9, 0)


@pytest.mark.parametrize("method", [PaymentMethod.CARD, PaymentMethod.ON_SITE])
def test_the_rest_is_handed_over_and_earned(method: str) -> None:
    order = an_order(a_mall(), method=method)
    line = line_of(order)
    say(line, 1)
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=NEXT_MORNING)
    rows = statement(line.merchant_reference, TODAY, TOMORROW).rows
    assert [(row.goods_won, row.quantity) for row in rows] == [(2_500, 1)]
    known = core().read(order.fulfilments.get().reference)
    assert known is not None
    assert known.fulfilled[line.reference] == 1
    assert trial_balance() == 0


def test_a_line_of_which_nothing_is_left_holds_nothing_up() -> None:
    order = an_order(a_mall())
    say(line_of(order), 0)
    tofu = line_of(order, "손두부")
    orders.mark_line_ready(
        line_reference=tofu.reference, merchant_reference=tofu.merchant_reference, now=NOW
    )
    part = order.fulfilments.get()
    assert part.status == FulfilmentStatus.READY
    assert hand_over(fulfilment=part, taken_by="DRV-1", now=NEXT_MORNING)
    send_refunds(now=NEXT_MORNING)
    assert check_all(NEXT_MORNING) == []


def test_the_rest_of_a_short_order_can_still_be_cancelled() -> None:
    order = an_order(a_mall())
    say(line_of(order), 1)
    cancel_order(order=order, reason="shopper", now=SOON)
    assert sum(refund.amount_won for refund in Refund.objects.all()) == 14_800
    assert trial_balance() == 0


def test_another_stalls_line_is_unknown() -> None:
    line = line_of(an_order(a_mall()))
    with pytest.raises(LineUnknown):
        say(line, 0, merchant_reference="MER-OTHER")


@pytest.mark.parametrize("there", [3, 4, -1])
def test_as_many_as_were_ordered_are_not_short(there: int) -> None:
    with pytest.raises(ShortRange) as refusal:
        say(line_of(an_order(a_mall())), there)
    assert refusal.value.data == {"least": 0, "most": 2}


def test_what_is_packed_already_is_not_short() -> None:
    line = line_of(an_order(a_mall()))
    orders.mark_line_ready(
        line_reference=line.reference, merchant_reference=line.merchant_reference, now=NOW
    )
    with pytest.raises(InvalidTransition):
        say(line, 1)
