"""A mall that kept its products itself moves to a core elsewhere, with its open orders."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import Product, ProductStatus, TaxClass, Way
from commerce.core import adopting, shelf
from commerce.core.adopting import Carried
from commerce.core.errors import CoreUnavailable
from commerce.core.models import CoreStep
from commerce.core.port import CoreStatus, Level, core
from commerce.orders.models import Order, OrderLine, ShortReason, WhenShort
from storefront.config.cli.saleor import OnSaleorAlready, run_adopt
from storefront.journeys.cancel_order import cancel_order, cancel_part
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import accept, propose
from storefront.journeys.tell_core import tell_core
from tests.builders.commerce import a_product
from tests.builders.journeys import AT_THE_GATE, NOW, Mall, a_mall, a_placed_order, goods_part
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)


class Cut(Line):
    """Silent for ever after so many calls."""

    def __init__(self, after: int) -> None:
        super().__init__()
        self.after = after

    @property
    def silent(self) -> bool:
        return len(self.told) > self.after

    @silent.setter
    def silent(self, value: bool) -> None:
        pass


@pytest.fixture
def mall() -> Mall:
    return a_mall()


def orders_of(mall: Mall) -> dict[str, Order]:
    """Open ones in every state, and one that is over."""
    goods = ((mall.spinach, Way.DELIVERY),) * 3 + ((mall.tofu, Way.DELIVERY),)
    made = {
        "unpaid": a_placed_order(mall, goods=goods, charged=False),
        "paid": a_placed_order(mall, goods=goods),
        "both": a_placed_order(mall),
        "over": a_placed_order(mall, goods=goods),
    }
    line = OrderLine.objects.get(fulfilment__order=made["paid"], variant=mall.spinach)
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=1,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )
    cancel_part(fulfilment=goods_part(made["both"], Way.DELIVERY), reason="shopper", now=SOON)
    cancel_order(order=made["over"], reason="shopper", now=SOON)
    return made


def run(there: FarCore) -> Carried:
    products, on_hand = adopting.to_bring()
    for one in products:
        there.publish(one)
    there.set_stock(on_hand)
    carried = adopting.carry(
        core(), there, facts_of=lambda _: {}, on_progress=lambda: None, now=SOON
    )
    adopting.settle(there)
    return carried


def disagreeing(there: FarCore) -> list[str]:
    return [count.what for count in adopting.counts(core(), there) if count.here != count.there]


def test_open_orders_go_with_their_stock_and_money(mall: Mall) -> None:
    orders_of(mall)
    there = FarCore(Line())
    assert run(there) == Carried(orders=3)
    assert disagreeing(there) == []
    counts = {count.what: count.there for count in adopting.counts(core(), there)}
    assert counts["orders"] == 3
    assert counts["won given back"] == 5_000


def test_what_is_kept_or_came_in_place_of_other_goods_is_on_no_order_there(mall: Mall) -> None:
    goods = ((mall.spinach, Way.DELIVERY),) * 2 + ((mall.tofu, Way.DELIVERY),)
    orders = [a_placed_order(mall, goods=goods) for _ in range(2)]
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    leeks = a_product(
        price_won=2_500,
        on_hand=9,
        tax_class=TaxClass.EXEMPT,
        merchant=mall.spinach.product.merchant,
        ways=[Way.DELIVERY],
    ).variants.get()
    _asked, taken = [
        propose(
            line_reference=line.reference,
            merchant_reference=line.merchant_reference,
            variant_reference=leeks.reference,
            reason=ShortReason.SOLD_OUT,
            now=SOON,
        )
        for line in OrderLine.objects.filter(variant=mall.spinach)
    ]
    accept(reference=taken.reference, now=SOON)
    there = FarCore(Line())
    assert run(there) == Carried(orders=len(orders))
    assert there.line.books.levels[leeks.reference] == Level(on_hand=5, allocated=0)
    assert there.line.books.levels[mall.spinach.reference] == Level(on_hand=8, allocated=2)
    assert disagreeing(there) == []


def test_a_second_run_carries_nothing(mall: Mall) -> None:
    orders_of(mall)
    there = FarCore(Line())
    run(there)
    there.line.told.clear()
    assert run(there) == Carried(same=3)
    assert {name for name, _ in there.line.told} <= {"publish", "set_stock", "stock"}
    assert disagreeing(there) == []


@pytest.mark.parametrize("after", [2, 6, 9, 12])
def test_whoever_is_killed_in_the_middle_starts_anew(after: int, mall: Mall) -> None:
    orders_of(mall)
    line = Cut(after)
    there = FarCore(line)
    with pytest.raises(CoreUnavailable):
        run(there)
    line.after = 1_000
    run(there)
    assert disagreeing(there) == []


def test_what_happens_between_two_runs_is_carried_by_the_second(mall: Mall) -> None:
    made = orders_of(mall)
    there = FarCore(Line())
    run(there)
    gate = goods_part(made["both"], Way.DRIVE_THROUGH)
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
    cancel_order(order=made["paid"], reason="shopper", now=AT_THE_GATE)
    assert run(there) == Carried(orders=2, same=1)
    assert disagreeing(there) == []


def test_what_is_off_the_shelf_and_still_ordered_is_carried_and_stays_off(mall: Mall) -> None:
    orders_of(mall)
    Product.objects.filter(pk=mall.spinach.product_id).update(status=ProductStatus.WITHDRAWN)
    there = FarCore(Line())
    assert run(there).refused == {}
    assert not there.line.books.products[mall.spinach.product.reference].published
    assert disagreeing(there) == []


def test_what_happens_afterwards_is_told_there(mall: Mall, settings: Settings) -> None:
    made = orders_of(mall)
    line = FarCore.line = Line()
    run(FarCore())
    settings.COMMERCE_CORE = NAME
    for name, way in (("paid", Way.DELIVERY), ("both", Way.DRIVE_THROUGH)):
        hand_over(fulfilment=goods_part(made[name], way), taken_by="DRV-1", now=AT_THE_GATE)
    cancel_order(order=made["unpaid"], reason="shopper", now=AT_THE_GATE)
    tell_core(now=AT_THE_GATE)
    ended = {order.status for order in line.books.orders.values()}
    assert ended == {CoreStatus.FULFILLED, CoreStatus.CANCELLED}
    assert not CoreStep.objects.filter(done_at=None).exists()
    for product in shelf.everything()[0]:
        for variant in product.variants:
            assert line.books.levels[variant.reference].allocated == 0
    assert line.books.levels[mall.spinach.reference] == Level(on_hand=7, allocated=0)


def test_a_mall_that_is_on_another_core_already_is_refused(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.COMMERCE_CORE = NAME
    monkeypatch.setattr("storefront.config.cli.saleor.connect_to_database", lambda: None)
    with pytest.raises(OnSaleorAlready):
        run_adopt(None)  # type: ignore[arg-type]
