"""What every commerce core must do. An adapter joins by adding itself to ADAPTERS."""

from collections import Counter
from dataclasses import replace
from functools import partial

import pytest
from django.utils import timezone

from commerce.core.errors import (
    CoreKeyReused,
    CoreOrderEnded,
    CoreOrderFulfilled,
    CoreOrderPaid,
    CoreOrderUnknown,
    NotPublished,
    OutOfStock,
    OverFulfilled,
    Overpaid,
    OverRefund,
)
from commerce.core.port import CoreOrder, CoreStatus, Level, ProductFacts, Taxed, Wanted
from commerce.references import new
from commerce.stock.actions import StockBelowAllocated
from tests.builders.core import World, stocked, variant_of, wanted
from tests.ports.commerce_cores import ADAPTERS
from tests.races.together import at_once

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def world(request: pytest.FixtureRequest) -> World:
    opened: World = request.param.open()
    return opened


def level(world: World, product: ProductFacts) -> Level:
    return world.core.stock([variant_of(product)])[variant_of(product)]


def placed(world: World, asked: Wanted) -> CoreOrder:
    world.core.place(asked)
    return world.core.confirm(asked.reference)


def paid(world: World, asked: Wanted) -> CoreOrder:
    """By one payment of all of it, whose key is ``PAY-`` and the reference."""
    total_won = placed(world, asked).quote.total.gross_won
    return world.core.record_payment(
        asked.reference, key=f"PAY-{asked.reference}", amount_won=total_won
    )


# Products and stock.


def test_a_product_may_be_published_twice(world: World) -> None:
    product = stocked(world, on_hand=3)
    world.core.publish(product)
    assert level(world, product) == Level(on_hand=3, allocated=0)


def test_everything_it_has_is_listed_as_it_was_told(world: World) -> None:
    product = stocked(world, on_hand=3, price_won=5_000)
    world.core.place(wanted((product, 2)))
    (listed,) = (one for one in world.core.listed() if one.reference == product.reference)
    assert (listed.name, listed.published) == (product.name, True)
    assert listed.prices_won == {variant_of(product): 5_000}
    assert listed.on_hand == {variant_of(product): 3}


def test_of_the_products_asked_for_those_it_has_are_listed(world: World) -> None:
    product, other = stocked(world, on_hand=3), stocked(world)
    (listed,) = world.core.listed([product.reference, new("PRD")])
    assert (listed.reference, listed.on_hand) == (product.reference, {variant_of(product): 3})
    assert [one.reference for one in world.core.listed([other.reference])] == [other.reference]


def test_what_it_does_not_have_is_not_hidden(world: World) -> None:
    with pytest.raises(NotPublished):
        world.core.hide("UHJvZHVjdDo5OTk5OTk5OTk=")


def test_what_was_agreed_is_paid_whatever_it_costs_now(world: World) -> None:
    product = stocked(world, price_won=5_000)
    asked = wanted((product, 1), delivery_won=0)
    dearer = world.repriced(product, 6_000)
    world.core.publish(dearer)
    assert world.core.place(asked).quote.total.gross_won == 5_000
    again = world.core.place(wanted((dearer, 1), delivery_won=0))
    assert again.quote.total.gross_won == 6_000


def test_what_the_core_has_not_heard_of_is_not_sold(world: World) -> None:
    product = stocked(world)
    (line,) = wanted((product, 1)).lines
    asked = replace(wanted(), lines=(replace(line, variant_reference="VAR-NOBODY"),))
    for ask in (world.core.quote, world.core.place):
        with pytest.raises(NotPublished) as refusal:
            ask(asked)
        assert refusal.value.data["variant"] == "VAR-NOBODY"
    assert world.core.read(asked.reference) is None


def test_what_the_core_has_not_heard_of_is_not_counted(world: World) -> None:
    product = stocked(world, on_hand=3)
    with pytest.raises(NotPublished) as refusal:
        world.core.set_stock({variant_of(product): 8, "VAR-NOBODY": 1})
    assert refusal.value.data["variant"] == "VAR-NOBODY"
    assert world.core.stock([variant_of(product), "VAR-NOBODY"]) == {
        variant_of(product): Level(on_hand=3, allocated=0)
    }


def test_stock_is_set_not_added(world: World) -> None:
    product = stocked(world, on_hand=10)
    for _ in range(2):
        world.core.set_stock({variant_of(product): 7})
    assert level(world, product) == Level(on_hand=7, allocated=0)


def test_stock_is_not_set_below_what_is_promised(world: World) -> None:
    product, other = stocked(world, on_hand=10), stocked(world, on_hand=10)
    world.core.place(wanted((product, 4)))
    with pytest.raises(StockBelowAllocated):
        world.core.set_stock({variant_of(other): 5, variant_of(product): 3})
    assert level(world, product) == Level(on_hand=10, allocated=4)
    assert level(world, other) == Level(on_hand=10, allocated=0)
    world.core.set_stock({variant_of(product): 4})
    assert level(world, product).left == 0


# Prices and tax.


def test_a_quote_is_what_placing_makes_of_it(world: World) -> None:
    goods, produce = stocked(world, price_won=1_010), stocked(world, price_won=2_500, taxable=False)
    asked = wanted((goods, 3), (produce, 2))
    quote = world.core.quote(asked)
    assert level(world, goods) == Level(on_hand=10, allocated=0)
    assert world.core.place(asked).quote == quote
    assert world.core.read(asked.reference).quote == quote  # type: ignore[union-attr]


def test_ten_per_cent_are_inside_the_price_rounded_on_the_line(world: World) -> None:
    asked = wanted((stocked(world, price_won=1_010), 3), delivery_won=0)
    quote = world.core.quote(asked)
    assert quote.lines == {asked.lines[0].reference: Taxed(3_030, 2_755, 275)}
    assert quote.total == Taxed(3_030, 2_755, 275)


def test_each_line_is_rounded_by_itself(world: World) -> None:
    product = stocked(world, price_won=1_010)
    quote = world.core.quote(wanted((product, 1), (product, 2), delivery_won=0))
    assert quote.total == Taxed(3_030, 2_754, 276)


def test_produce_and_books_bear_no_tax(world: World) -> None:
    produce, book = (stocked(world, price_won=won, taxable=False) for won in (2_500, 12_000))
    quote = world.core.quote(wanted((produce, 2), (book, 1), delivery_won=0))
    assert quote.total == Taxed(17_000, 17_000, 0)


def test_delivery_bears_tax_even_with_exempt_goods_alone(world: World) -> None:
    asked = wanted((stocked(world, price_won=15_000, taxable=False), 2), delivery_won=4_000)
    quote = world.core.quote(asked)
    assert quote.delivery == Taxed(4_000, 3_636, 364)
    assert quote.total == Taxed(34_000, 33_636, 364)


# Placing.


def test_a_placed_order_holds_its_stock(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    order = world.core.place(asked)
    assert (order.status, order.charged_won, order.refunded_won) == (CoreStatus.PLACED, 0, 0)
    assert order.fulfilled == {asked.lines[0].reference: 0}
    assert level(world, product) == Level(on_hand=10, allocated=3)
    assert world.core.read(asked.reference) == order


def test_the_same_reference_is_placed_once(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    assert world.core.place(asked) == world.core.place(asked)
    assert level(world, product) == Level(on_hand=10, allocated=3)


def test_a_placed_reference_answers_with_what_became_of_it(world: World) -> None:
    asked = wanted((stocked(world), 3))
    order = paid(world, asked)
    assert world.core.place(asked) == order


def test_a_reference_is_not_used_for_other_lines(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    order = world.core.place(asked)
    more = replace(asked, lines=(replace(asked.lines[0], quantity=4),))
    others = replace(asked, lines=wanted((product, 3)).lines)
    for different in (more, others):
        with pytest.raises(CoreKeyReused):
            world.core.place(different)
    assert world.core.read(asked.reference) == order
    assert level(world, product) == Level(on_hand=10, allocated=3)


def test_what_is_short_leaves_nothing_held(world: World) -> None:
    plenty, scarce = stocked(world, on_hand=10), stocked(world, on_hand=1)
    asked = wanted((plenty, 2), (scarce, 2))
    for ask in (world.core.quote, world.core.place):
        with pytest.raises(OutOfStock) as refusal:
            ask(asked)
        assert refusal.value.data == {"variant": variant_of(scarce), "left": 1}
    assert level(world, plenty) == Level(on_hand=10, allocated=0)
    assert level(world, scarce) == Level(on_hand=1, allocated=0)
    assert world.core.read(asked.reference) is None


def test_what_was_short_can_be_placed_once_it_is_there(world: World) -> None:
    scarce = stocked(world, on_hand=1)
    asked = wanted((scarce, 2))
    with pytest.raises(OutOfStock):
        world.core.place(asked)
    world.core.set_stock({variant_of(scarce): 2})
    assert world.core.place(asked).status == CoreStatus.PLACED


@pytest.mark.race
@pytest.mark.django_db(transaction=True)
def test_the_last_six_are_promised_to_six_of_twelve(world: World) -> None:
    product = stocked(world, on_hand=6)
    asked = [wanted((product, 1)) for _ in range(12)]
    answers = at_once([partial(world.core.place, one) for one in asked])
    assert Counter(type(answer) for answer in answers) == {CoreOrder: 6, OutOfStock: 6}
    assert level(world, product) == Level(on_hand=6, allocated=6)


# Money.


def test_a_payment_is_counted_once_for_its_key(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    placed(world, asked)
    for _ in range(2):
        order = world.core.record_payment(asked.reference, key="PAY-1", amount_won=4_000)
        assert order.charged_won == 4_000
    order = world.core.record_payment(asked.reference, key="PAY-2", amount_won=6_000)
    assert (order.charged_won, order.status) == (10_000, CoreStatus.CONFIRMED)


def test_a_payment_key_is_not_used_for_another_amount(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    order = paid(world, asked)
    with pytest.raises(CoreKeyReused):
        world.core.record_payment(asked.reference, key=f"PAY-{asked.reference}", amount_won=9_999)
    assert world.core.read(asked.reference) == order


def test_no_more_is_paid_than_it_costs(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    placed(world, asked)
    order = world.core.record_payment(asked.reference, key="PAY-1", amount_won=4_000)
    with pytest.raises(Overpaid) as refusal:
        world.core.record_payment(asked.reference, key="PAY-2", amount_won=6_001)
    assert refusal.value.data == {"left_won": 6_000}
    assert world.core.read(asked.reference) == order


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_what_has_ended_takes_no_payment(world: World, end: str) -> None:
    asked = wanted((stocked(world), 2))
    world.core.place(asked)
    order = getattr(world.core, end)(asked.reference)
    with pytest.raises(CoreOrderEnded) as refusal:
        world.core.record_payment(asked.reference, key="PAY-1", amount_won=1_000)
    assert refusal.value.data == {"status": order.status}
    assert world.core.read(asked.reference) == order


def test_some_of_what_was_paid_goes_back(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    paid(world, asked)
    for _ in range(2):
        order = world.core.record_refund(asked.reference, key="REF-1", amount_won=3_000)
        assert (order.charged_won, order.refunded_won) == (10_000, 3_000)
    order = world.core.record_refund(asked.reference, key="REF-2", amount_won=7_000)
    assert order.left_to_refund_won == 0


def test_no_more_goes_back_than_is_left(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    paid(world, asked)
    order = world.core.record_refund(asked.reference, key="REF-1", amount_won=3_000)
    with pytest.raises(OverRefund) as refusal:
        world.core.record_refund(asked.reference, key="REF-2", amount_won=7_001)
    assert refusal.value.data == {"left_won": 7_000}
    assert world.core.read(asked.reference) == order


def test_a_refund_key_is_not_used_for_another_amount(world: World) -> None:
    asked = wanted((stocked(world), 2))
    paid(world, asked)
    order = world.core.record_refund(asked.reference, key="REF-1", amount_won=3_000)
    with pytest.raises(CoreKeyReused):
        world.core.record_refund(asked.reference, key="REF-1", amount_won=3_001)
    assert world.core.read(asked.reference) == order


def test_what_was_paid_for_a_cancelled_order_goes_back(world: World) -> None:
    asked = wanted((stocked(world), 2), delivery_won=0)
    paid(world, asked)
    assert world.core.cancel(asked.reference).left_to_refund_won == 10_000
    order = world.core.record_refund(asked.reference, key="REF-1", amount_won=10_000)
    assert (order.status, order.left_to_refund_won) == (CoreStatus.CANCELLED, 0)


# Handing over and ending.


def test_it_leaves_in_parts(world: World) -> None:
    product, other = stocked(world), stocked(world)
    asked = wanted((product, 3), (other, 1))
    one, two = (line.reference for line in asked.lines)
    paid(world, asked)
    order = world.core.fulfil(asked.reference, key="OUT-1", lines={one: 2})
    assert (order.status, order.fulfilled) == (CoreStatus.PARTLY_FULFILLED, {one: 2, two: 0})
    assert level(world, product) == Level(on_hand=8, allocated=1)
    order = world.core.fulfil(asked.reference, key="OUT-2", lines={one: 1, two: 1})
    assert (order.status, order.fulfilled) == (CoreStatus.FULFILLED, {one: 3, two: 1})
    assert level(world, product) == Level(on_hand=7, allocated=0)
    assert level(world, other) == Level(on_hand=9, allocated=0)


def test_no_more_leaves_than_was_ordered(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3), (product, 1))
    one, two = (line.reference for line in asked.lines)
    paid(world, asked)
    order = world.core.fulfil(asked.reference, key="OUT-1", lines={one: 2})
    with pytest.raises(OverFulfilled) as refusal:
        world.core.fulfil(asked.reference, key="OUT-2", lines={two: 1, one: 2})
    assert refusal.value.data == {"line": one, "left": 1}
    assert world.core.read(asked.reference) == order
    assert level(world, product) == Level(on_hand=8, allocated=2)


def test_a_hand_over_is_counted_once_for_its_key(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    line = asked.lines[0].reference
    placed(world, asked)
    for _ in range(2):
        order = world.core.fulfil(asked.reference, key="OUT-1", lines={line: 1})
        assert order.fulfilled == {line: 1}
    assert level(world, product) == Level(on_hand=9, allocated=2)
    with pytest.raises(CoreKeyReused):
        world.core.fulfil(asked.reference, key="OUT-1", lines={line: 2})
    assert world.core.read(asked.reference) == order


def test_what_is_not_there_after_all_is_held_no_more(world: World) -> None:
    product, other = stocked(world), stocked(world)
    asked = wanted((product, 3), (other, 1))
    one, two = (line.reference for line in asked.lines)
    before = paid(world, asked)
    for _ in range(2):
        order = world.core.shorten(asked.reference, key="SHORT-1", lines={one: 2})
        assert order == before
        assert level(world, product) == Level(on_hand=10, allocated=1)
    with pytest.raises(OverFulfilled) as refusal:
        world.core.fulfil(asked.reference, key="OUT-1", lines={one: 2})
    assert refusal.value.data == {"line": one, "left": 1}
    order = world.core.fulfil(asked.reference, key="OUT-1", lines={one: 1, two: 1})
    assert (order.status, order.fulfilled) == (CoreStatus.FULFILLED, {one: 1, two: 1})
    assert level(world, product) == Level(on_hand=9, allocated=0)


def test_an_order_that_fell_short_is_cancelled_like_any_other(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    placed(world, asked)
    world.core.shorten(asked.reference, key="SHORT-1", lines={asked.lines[0].reference: 2})
    assert world.core.cancel(asked.reference).status == CoreStatus.CANCELLED
    assert level(world, product) == Level(on_hand=10, allocated=0)


def test_a_cancelled_order_frees_its_stock_once(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    placed(world, asked)
    for _ in range(2):
        assert world.core.cancel(asked.reference).status == CoreStatus.CANCELLED
        assert level(world, product) == Level(on_hand=10, allocated=0)


def test_what_has_left_is_not_cancelled(world: World) -> None:
    asked = wanted((stocked(world), 3))
    placed(world, asked)
    order = world.core.fulfil(asked.reference, key="OUT-1", lines={asked.lines[0].reference: 1})
    for end in (world.core.cancel, world.core.expire):
        with pytest.raises(CoreOrderFulfilled):
            end(asked.reference)
    assert world.core.read(asked.reference) == order


def test_what_nobody_paid_expires_and_frees_its_stock(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    world.core.place(asked)
    for _ in range(2):
        assert world.core.expire(asked.reference).status == CoreStatus.EXPIRED
        assert level(world, product) == Level(on_hand=10, allocated=0)


def test_what_was_paid_does_not_expire(world: World) -> None:
    product = stocked(world)
    asked = wanted((product, 3))
    order = paid(world, asked)
    with pytest.raises(CoreOrderPaid):
        world.core.expire(asked.reference)
    assert world.core.read(asked.reference) == order
    assert level(world, product) == Level(on_hand=10, allocated=3)


@pytest.mark.parametrize("end", ["cancel", "expire"])
def test_what_has_ended_is_neither_confirmed_nor_handed_over(world: World, end: str) -> None:
    asked = wanted((stocked(world), 3))
    world.core.place(asked)
    order = getattr(world.core, end)(asked.reference)
    with pytest.raises(CoreOrderEnded):
        world.core.confirm(asked.reference)
    with pytest.raises(CoreOrderEnded):
        world.core.fulfil(asked.reference, key="OUT-1", lines={asked.lines[0].reference: 1})
    assert world.core.read(asked.reference) == order


def test_an_order_that_was_never_placed_is_unknown(world: World) -> None:
    nobody = new("FUL")
    core = world.core
    assert core.read(nobody) is None
    for ask in (
        partial(core.confirm, nobody),
        partial(core.record_payment, nobody, key="PAY-1", amount_won=1),
        partial(core.record_refund, nobody, key="REF-1", amount_won=1),
        partial(core.fulfil, nobody, key="OUT-1", lines={"LIN-1": 1}),
        partial(core.shorten, nobody, key="SHORT-1", lines={"LIN-1": 1}),
        partial(core.cancel, nobody),
        partial(core.expire, nobody),
    ):
        with pytest.raises(CoreOrderUnknown):
            ask()


# What has changed.


def test_what_happens_to_an_order_is_seen_as_a_change(world: World) -> None:
    asked = wanted((stocked(world), 3))
    seen = world.core.changed_since(timezone.now())
    for happens in (
        partial(placed, world, asked),
        partial(world.core.record_payment, asked.reference, key="PAY-1", amount_won=1_000),
        partial(world.core.cancel, asked.reference),
    ):
        happens()
        seen = world.core.changed_since(seen.until)
        assert asked.reference in seen.orders
