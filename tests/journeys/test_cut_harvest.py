"""Fewer strawberries were picked than cars have ordered."""

from functools import partial

import pytest

from commerce.catalogue.models import Way
from commerce.harvests.actions import (
    Goods,
    HarvestChanged,
    HarvestRange,
    HarvestUnderWay,
    declare,
    lines_of,
    propose,
)
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders import actions as orders
from commerce.orders.actions import IdempotencyMismatch
from commerce.orders.models import FulfilmentStatus, Order, OrderLine
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.stock.models import StockRecord
from storefront.day.invariants import check_all
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cut_harvest import declare_harvest, finish_cuts
from storefront.notices.models import Notice
from tests.builders.journeys import NEXT_MORNING, NOW, TOMORROW, Mall, a_mall, a_placed_order
from tests.races.together import at_once


def ordered(mall: Mall, *sizes: int, method: str = PaymentMethod.CARD) -> list[Order]:
    goods = (mall.strawberries, Way.DRIVE_THROUGH)
    return [a_placed_order(mall, goods=(goods,) * size, method=method) for size in sizes]


def goods_of(mall: Mall) -> Goods:
    return Goods(mall.site.reference, mall.strawberries, TOMORROW)


def cut(mall: Mall, *, picked: int, seen: int, key: str = "tap") -> Harvest:
    return declare_harvest(key=key, goods=goods_of(mall), picked=picked, seen=seen, now=NOW)


def pieces() -> list[int]:
    return list(OrderLine.objects.order_by("pk").values_list("quantity", flat=True))


@pytest.mark.django_db
def test_each_gets_the_share_that_was_shown_its_money_back_and_a_message() -> None:
    mall = a_mall()
    ordered(mall, 5, 3, 2)
    shown = [one.gets for one in propose(goods_of(mall), picked=8)]
    cut(mall, picked=8, seen=10)
    assert pieces() == shown == [4, 2, 2]
    assert sorted(Refund.objects.values_list("amount_won", flat=True)) == [12_000, 12_000]
    assert Notice.objects.filter(kind="line_short").count() == 2
    record = StockRecord.objects.get(variant=mall.strawberries)
    assert (record.on_hand, record.allocated) == (8, 8)
    assert check_all(now=NOW) == []


@pytest.mark.django_db
def test_what_is_to_be_paid_at_the_lane_is_asked_for_without_it() -> None:
    mall = a_mall()
    ordered(mall, 4, method=PaymentMethod.ON_SITE)
    cut(mall, picked=3, seen=4)
    assert Payment.objects.get().amount_won == 36_000
    assert Notice.objects.filter(kind="line_short_on_site").count() == 1


@pytest.mark.django_db
def test_who_gets_nothing_is_told_not_to_come() -> None:
    mall = a_mall()
    ordered(mall, 2, 1)
    cut(mall, picked=0, seen=3)
    assert set(Order.objects.values_list("status", flat=True)) == {"cancelled"}
    assert Notice.objects.filter(kind="harvest_none").count() == 2
    mall.slot.refresh_from_db()
    assert mall.slot.taken_cars == 0


@pytest.mark.django_db
def test_the_same_declaration_again_cuts_nothing_more() -> None:
    mall = a_mall()
    ordered(mall, 5)
    assert cut(mall, picked=4, seen=5) == cut(mall, picked=4, seen=5)
    assert pieces() == [4]
    with pytest.raises(IdempotencyMismatch):
        cut(mall, picked=3, seen=4)


@pytest.mark.django_db
def test_a_cut_that_was_broken_off_is_finished_by_the_sweep() -> None:
    mall = a_mall()
    ordered(mall, 3, 3)
    harvest = declare(key="tap", goods=goods_of(mall), picked=4, seen=6, now=NOW)
    assert pieces() == [3, 3]
    assert (finish_cuts(now=NOW), finish_cuts(now=NOW)) == (1, 0)
    assert pieces() == [2, 2]
    harvest.refresh_from_db()
    assert harvest.finished_at == NOW


@pytest.mark.django_db
def test_what_was_packed_or_cancelled_meanwhile_is_left_as_it_is() -> None:
    mall = a_mall()
    packed, cancelled = ordered(mall, 3, 3)
    declare(key="tap", goods=goods_of(mall), picked=4, seen=6, now=NOW)
    line = OrderLine.objects.get(fulfilment__order=packed)
    orders.mark_line_ready(
        line_reference=line.reference, merchant_reference=line.merchant_reference, now=NOW
    )
    cancel_order(order=cancelled, reason="wish", now=NOW)
    finish_cuts(now=NEXT_MORNING)
    assert pieces() == [3, 3]
    assert not HarvestShare.objects.filter(done_at=None).exists()
    assert packed.fulfilments.get().status == FulfilmentStatus.READY


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("picked", "seen", "refusal"), [(5, 5, HarvestRange), (4, 6, HarvestChanged)]
)
def test_a_cut_of_something_else_than_was_shown_is_refused(picked, seen, refusal) -> None:
    mall = a_mall()
    ordered(mall, 5)
    with pytest.raises(refusal):
        cut(mall, picked=picked, seen=seen)
    assert pieces() == [5]
    assert StockRecord.objects.get(variant=mall.strawberries).on_hand == 10


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_control_two_who_look_before_either_has_declared_both_find_nothing_under_way() -> None:
    mall = a_mall()
    ordered(mall, 5)
    looks = at_once([Harvest.objects.filter(finished_at=None).exists] * 2)
    assert looks == [False, False]
    assert lines_of(goods_of(mall)).count() == 1


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_two_tablets_that_declare_at_once_make_one_cut() -> None:
    mall = a_mall()
    ordered(mall, 5, 4)
    taps = [
        partial(declare, key=f"t{n}", goods=goods_of(mall), picked=6, seen=9, now=NOW)
        for n in range(4)
    ]
    answers = at_once(taps)
    assert [type(answer) for answer in answers].count(HarvestUnderWay) == 3
    assert sum(HarvestShare.objects.values_list("gets", flat=True)) == 6


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_one_declaration_tapped_twice_at_once_is_made_once() -> None:
    mall = a_mall()
    ordered(mall, 5, 4)
    answers = at_once([partial(cut, mall, picked=6, seen=9)] * 3)
    assert len({answer.pk for answer in answers if isinstance(answer, Harvest)}) == 1
    assert sum(pieces()) == 6
    assert sum(Refund.objects.values_list("amount_won", flat=True)) == 36_000
