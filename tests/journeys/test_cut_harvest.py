"""Fewer strawberries were picked than cars have ordered."""

from datetime import timedelta
from functools import partial

import pytest

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.harvests.actions import (
    Goods,
    HarvestChanged,
    HarvestRange,
    HarvestUnderWay,
    declare,
    given_up,
    lines_of,
    may_come_instead,
    propose,
    try_again,
)
from commerce.harvests.models import Harvest, HarvestShare
from commerce.orders import actions as orders
from commerce.orders.actions import IdempotencyMismatch, LineUnknown
from commerce.orders.models import FulfilmentStatus, Order, OrderLine, Substitution
from commerce.orders.substitutes import SubstituteUnfit
from commerce.payments.models import Payment, PaymentMethod, Refund
from commerce.stock.models import StockRecord
from storefront.day.invariants import check_all
from storefront.journeys import cut_harvest, substitute
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cut_harvest import declare_harvest, finish_cuts
from storefront.notices.models import Notice
from tests.builders.commerce import a_merchant, a_product
from tests.builders.journeys import NEXT_MORNING, NOW, TOMORROW, Mall, a_mall, a_placed_order
from tests.races.together import at_once

SOON = NOW + timedelta(minutes=2)


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


def cherries(mall: Mall, **facts: object) -> Variant:
    """Of the strawberries' farm, for 10,000 won instead of 12,000."""
    defaults = {"price_won": 10_000, "on_hand": 2, "tax_class": TaxClass.EXEMPT, "name": "앵두"}
    farm = mall.strawberries.product.merchant
    defaults |= {"merchant": farm, "ways": [Way.DRIVE_THROUGH]}
    return a_product(**defaults | facts).variants.get()


def cut_to_nothing(mall: Mall, *when_short: str, instead: Variant | None) -> list[OrderLine]:
    """One box each for so many shoppers; none was picked."""
    for order, wish in zip(ordered(mall, *[1] * len(when_short)), when_short, strict=True):
        Order.objects.filter(pk=order.pk).update(when_short=wish)
    seen = len(when_short)
    declare_harvest(key="tap", goods=goods_of(mall), picked=0, seen=seen, instead=instead, now=SOON)
    return list(OrderLine.objects.order_by("pk"))


def money_back() -> list[int]:
    return sorted(Refund.objects.values_list("amount_won", flat=True))


@pytest.mark.django_db
def test_who_gets_nothing_and_would_take_something_else_is_asked_by_a_link() -> None:
    mall = a_mall()
    asked, _cancelled = cut_to_nothing(mall, "call", "refund", instead=cherries(mall))
    offer = Substitution.objects.get()
    assert (offer.line, offer.status) == (asked, "offered")
    assert offer.answer_until == SOON + timedelta(hours=12)
    assert Notice.objects.filter(kind="substitute_offered").count() == 1
    assert Notice.objects.filter(kind="harvest_none").count() == 1
    assert money_back() == [12_000]
    assert check_all(now=SOON) == []


@pytest.mark.django_db
def test_what_comes_instead_is_handed_over_and_costs_less() -> None:
    mall = a_mall()
    (line,) = cut_to_nothing(mall, "substitute", instead=cherries(mall))
    substitute.accept(reference=Substitution.objects.get().reference, now=SOON)
    line.refresh_from_db()
    assert (line.name, line.line_won) == ("앵두", 10_000)
    assert money_back() == [2_000]
    assert line.fulfilment.status == FulfilmentStatus.CONFIRMED
    assert StockRecord.objects.get(variant=mall.strawberries).allocated == 0
    assert check_all(now=SOON) == []


@pytest.mark.django_db
def test_without_an_answer_the_money_goes_back_and_nobody_drives_for_nothing() -> None:
    mall = a_mall()
    (line,) = cut_to_nothing(mall, "substitute", instead=cherries(mall))
    late = SOON + timedelta(hours=12, seconds=1)
    assert [substitute.end_unanswered(now=late) for _twice in range(2)] == [1, 0]
    line.fulfilment.refresh_from_db()
    assert line.fulfilment.status == FulfilmentStatus.CANCELLED
    assert money_back() == [12_000]
    assert Notice.objects.filter(kind="substitute_lapsed").count() == 1
    mall.slot.refresh_from_db()
    assert mall.slot.taken_cars == 0
    assert check_all(now=late) == []


@pytest.mark.django_db
def test_when_too_little_is_left_to_offer_the_rest_get_their_money() -> None:
    mall = a_mall()
    cut_to_nothing(mall, *["substitute"] * 3, instead=cherries(mall))
    assert Substitution.objects.count() == 2
    assert money_back() == [12_000]
    assert not HarvestShare.objects.filter(done_at=None).exists()


@pytest.mark.django_db
def test_a_cut_that_is_made_twice_asks_once() -> None:
    mall = a_mall()
    instead = cherries(mall)
    cut_to_nothing(mall, "substitute", instead=instead)
    harvest = Harvest.objects.get()
    again = declare_harvest(
        key="tap", goods=goods_of(mall), picked=0, seen=1, instead=instead, now=SOON
    )
    assert (again, finish_cuts(now=SOON)) == (harvest, 0)
    assert Notice.objects.filter(kind="substitute_offered").count() == 1
    with pytest.raises(IdempotencyMismatch):
        declare_harvest(key="tap", goods=goods_of(mall), picked=0, seen=1, now=SOON)


@pytest.mark.django_db
def test_another_merchants_goods_are_not_offered() -> None:
    mall = a_mall()
    with pytest.raises(SubstituteUnfit):
        cut_to_nothing(mall, "substitute", instead=cherries(mall, merchant=a_merchant()))
    assert not Harvest.objects.exists()
    assert StockRecord.objects.get(variant=mall.strawberries).allocated == 1


@pytest.mark.django_db
def test_only_what_fits_those_who_get_nothing_is_shown() -> None:
    mall = a_mall()
    fits = cherries(mall)
    for unfit in ({"price_won": 12_001}, {"on_hand": 0}, {"ways": [Way.DELIVERY]}):
        cherries(mall, **unfit)
    cherries(mall, merchant=a_merchant())
    one, two = ordered(mall, 1, 2)
    Order.objects.filter(pk=two.pk).update(when_short="substitute")
    goods = goods_of(mall)
    assert list(may_come_instead(propose(goods, picked=2))) == []
    Order.objects.filter(pk=one.pk).update(when_short="substitute")
    assert list(may_come_instead(propose(goods, picked=0))) == [fits]


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
def test_a_share_that_cannot_be_made_is_given_up_until_somebody_has_seen_to_it(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    mall = a_mall()
    ordered(mall, 3, 3)
    declare(key="tap", goods=goods_of(mall), picked=4, seen=6, now=NOW)
    asked = []

    def refused(*, line_reference: str, **facts: object) -> bool:
        asked.append(line_reference)
        raise LineUnknown("line_reference")

    with monkeypatch.context() as patch:
        patch.setattr(cut_harvest, "shorten_line", refused)
        assert [finish_cuts(now=NOW) for _ in range(12)] == [0] * 12
    stuck = list(given_up())
    assert [(share.tries, share.refused) for share in stuck] == [(10, "LINE_UNKNOWN")] * 2
    assert len(asked) == 20
    assert finish_cuts(now=NOW) == 0
    assert (try_again(), finish_cuts(now=NOW)) == (2, 1)
    assert pieces() == [2, 2]
    assert not given_up()


@pytest.mark.django_db
def test_who_is_being_asked_about_something_else_is_cut_after_the_answer() -> None:
    mall = a_mall()
    ordered(mall, 2)
    Order.objects.update(when_short="substitute")
    line = OrderLine.objects.get()
    offer = substitute.propose(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        variant_reference=cherries(mall).reference,
        reason="sold_out",
        now=NOW,
    )
    cut(mall, picked=1, seen=2)
    assert [finish_cuts(now=NOW) for _ in range(12)] == [0] * 12
    assert not given_up()
    substitute.refuse(reference=offer.reference, now=SOON)
    assert finish_cuts(now=SOON) == 1
    assert money_back() == [24_000]
    assert check_all(now=SOON) == []


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
