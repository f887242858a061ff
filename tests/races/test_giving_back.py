"""The same goods are given up, or given back, once however many press at the same moment."""

from datetime import timedelta
from threading import Barrier

import pytest

from commerce.catalogue.models import Way
from commerce.orders import actions as orders
from commerce.orders.models import Order, OrderLine
from commerce.payments.models import Refund
from commerce.returns import actions as returns
from commerce.returns.actions import ReturnOpen, left_of
from commerce.returns.models import ReturnKind, ReturnRequest, ReturnStatus
from commerce.settlement.queries import trial_balance
from commerce.stock.models import StockRecord
from storefront.journeys.answer_return import Answer, answer_return
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.hand_over import hand_over
from tests.builders.journeys import NEXT_MORNING, NOW, Mall, a_mall, a_placed_order
from tests.races.together import at_once

TABS = 6
NOON = NEXT_MORNING + timedelta(hours=3)

pytestmark = pytest.mark.django_db(transaction=True)


def three_bundles() -> tuple[Mall, Order, OrderLine]:
    """Of spinach for 2,500 won each, beside a tofu of 3,300."""
    mall = a_mall()
    goods = ((mall.spinach, Way.DELIVERY),) * 3 + ((mall.tofu, Way.DELIVERY),)
    order = a_placed_order(mall, goods=goods)
    return mall, order, OrderLine.objects.get(fulfilment__order=order, name="시금치")


def test_control_looking_before_writing_gives_back_the_same_goods_twice() -> None:
    _, order, line = three_bundles()
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=NEXT_MORNING)
    looked = Barrier(2, timeout=20)

    def look_then_write(key: str) -> None:
        left = left_of(line)
        looked.wait()
        ReturnRequest.objects.create(
            key=key,
            line=line,
            kind=ReturnKind.DEFECT,
            quantity=left,
            words="물렀어요",
            status=ReturnStatus.REFUNDED,
            asked_at=NOON,
        )

    at_once([lambda: look_then_write("a"), lambda: look_then_write("b")])
    assert left_of(line) == -3


def test_six_tabs_giving_up_the_same_goods_get_their_money_once() -> None:
    mall, order, line = three_bundles()
    part = order.fulfilments.get()

    def give_up() -> bool:
        return cancel_some(fulfilment=part, keep={line.reference: 1}, now=NOW)

    answers = at_once([give_up] * TABS)
    assert sorted(answers) == [False] * (TABS - 1) + [True]
    assert [refund.amount_won for refund in Refund.objects.all()] == [5_000]
    record = StockRecord.objects.get(variant=mall.spinach)
    assert (record.on_hand, record.allocated) == (10, 1)
    assert trial_balance() == 0


def test_a_stall_packing_and_a_shopper_giving_up_see_each_other() -> None:
    _, order, line = three_bundles()
    part = order.fulfilments.get()

    def pack() -> object:
        return orders.mark_line_ready(
            line_reference=line.reference, merchant_reference=line.merchant_reference, now=NOW
        )

    def give_up() -> bool:
        return cancel_some(fulfilment=part, keep={line.reference: 0}, now=NOW)

    _, given_up = at_once([pack, give_up])
    line.refresh_from_db()
    if given_up is True:
        assert (line.quantity, Refund.objects.count()) == (0, 1)
    else:
        assert isinstance(given_up, orders.InvalidTransition)
        assert (line.quantity, Refund.objects.count()) == (3, 0)


def test_six_tabs_ask_once_and_six_answers_pay_once() -> None:
    _, order, line = three_bundles()
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=NEXT_MORNING)

    def ask(number: int) -> ReturnRequest:
        return returns.ask(
            key=f"tab-{number}",
            line_reference=line.reference,
            customer=order.customer,
            kind=ReturnKind.DEFECT,
            quantity=2,
            words="물렀어요",
            now=NOON,
        )

    asked = at_once([lambda n=n: ask(n) for n in range(TABS)])
    assert sum(isinstance(answer, ReturnOpen) for answer in asked) == TABS - 1
    reference = ReturnRequest.objects.get().reference

    def pay() -> ReturnRequest:
        return answer_return(
            reference=reference,
            answer=Answer.YES,
            words="",
            merchant_reference=None,
            by="USR-1",
            now=NOON,
        )

    assert not [a for a in at_once([pay] * TABS) if isinstance(a, Exception)]
    assert [refund.amount_won for refund in Refund.objects.all()] == [5_000]
    assert trial_balance() == 0
