"""A commerce core elsewhere holds what was ordered: what comes instead is on no order there."""

from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import Product, TaxClass, Variant, Way
from commerce.core import shelf, working_off
from commerce.core.comparing import compare, open_differences, take
from commerce.core.models import Side
from commerce.core.port import CoreStatus, Level, core
from commerce.orders.models import Order, OrderLine, ShortReason, Substitution, WhenShort
from commerce.payments.models import PaymentMethod
from commerce.stock.actions import set_on_hand
from commerce.stock.daily import set_kind
from commerce.stock.models import StockKind, StockRecord
from storefront.day import far_core
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.confirm_payment import send_refunds
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import accept, end_unanswered, propose, refuse
from storefront.journeys.tell_core import tell_core
from tests.builders.commerce import a_product
from tests.builders.journeys import NEXT_MORNING, NOW, Mall, a_mall, a_placed_order
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)
LATER = SOON + timedelta(minutes=20)
TOO_LATE = SOON + timedelta(minutes=61)


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def leeks(mall: Mall) -> Variant:
    """Of the spinach's stall, for 2,000 won instead of 2,500; five of them."""
    return of_the_stall(mall, "대파")


@pytest.fixture
def line(mall: Mall, leeks: Variant, settings: Settings) -> Line:
    """To a core that has the mall's shelf as it is."""
    settings.COMMERCE_CORE = NAME
    line = FarCore.line = Line()
    tell_shelf()
    return line


def of_the_stall(mall: Mall, name: str) -> Variant:
    product = a_product(
        name=name,
        price_won=2_000,
        on_hand=5,
        tax_class=TaxClass.EXEMPT,
        merchant=mall.spinach.product.merchant,
        ways=[Way.DELIVERY],
    )
    return product.variants.get()


def tell_shelf() -> None:
    shelf.changed(Product.objects.values_list("reference", flat=True), now=NOW)
    tell_core(now=NOW)


def greens_of(mall: Mall, *others: Variant, method: str = PaymentMethod.CARD) -> OrderLine:
    """Two of the spinach, whose shopper takes something like it, beside one of each other."""
    goods = (mall.spinach, mall.spinach, *others)
    order = a_placed_order(
        mall, goods=tuple((variant, Way.DELIVERY) for variant in goods), method=method
    )
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    tell_core(now=NOW)
    return OrderLine.objects.get(fulfilment__order=order, variant=mall.spinach)


def offer(line: OrderLine, variant: Variant) -> Substitution:
    return propose(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        variant_reference=variant.reference,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )


def settle() -> None:
    """Whatever is still to be told is, and what goes back has gone."""
    send_refunds(now=LATER)
    far_core.tell_the_rest(LATER)


def there(variant: Variant) -> Level:
    return core().stock([variant.reference])[variant.reference]


def here(variant: Variant) -> Level:
    record = StockRecord.objects.get(variant=variant)
    return Level(record.on_hand, record.allocated)


def told_short(line: Line) -> int:
    return [name for name, _ in line.told].count("shorten")


def test_what_is_kept_while_the_shopper_is_asked_is_off_the_shelf_there(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    offer(greens_of(mall), leeks)
    tell_core(now=SOON)
    assert (here(leeks), there(leeks)) == (Level(5, 2), Level(3, 0))


def test_a_count_meanwhile_leaves_it_off_the_shelf_there(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    offer(greens_of(mall), leeks)
    set_on_hand(variant=leeks, quantity=9, now=SOON)
    shelf.changed([leeks.product.reference], now=SOON)
    tell_core(now=SOON)
    assert there(leeks) == Level(7, 0)


def test_goods_of_which_all_were_promised_are_gone_there_too(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    set_on_hand(variant=mall.spinach, quantity=2, now=NOW)
    tell_shelf()
    accept(reference=offer(greens_of(mall), leeks).reference, now=LATER)
    settle()
    assert (here(mall.spinach), there(mall.spinach)) == (Level(0, 0), Level(0, 0))
    assert (here(leeks), there(leeks)) == (Level(5, 2), Level(3, 0))
    assert not working_off.stopped()


def test_what_came_instead_leaves_no_order_there(line: Line, mall: Mall, leeks: Variant) -> None:
    ordered = greens_of(mall, mall.tofu)
    accept(reference=offer(ordered, leeks).reference, now=LATER)
    settle()
    hand_over(fulfilment=ordered.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    far_core.tell_the_rest(NEXT_MORNING)
    known = core().read(ordered.fulfilment.reference)
    assert known is not None
    assert (known.status, known.fulfilled[ordered.reference]) == (CoreStatus.FULFILLED, 0)
    for variant in (mall.spinach, mall.tofu, leeks):
        assert here(variant) == there(variant)
    assert list(far_core.breaches()) == []


def test_the_night_finds_no_difference(line: Line, mall: Mall, leeks: Variant) -> None:
    ordered = greens_of(mall, mall.tofu)
    made = offer(ordered, leeks)
    far_core.tell_the_rest(SOON)
    found = [compare(now=SOON).differences]
    accept(reference=made.reference, now=LATER)
    settle()
    found += [compare(now=LATER).differences]
    hand_over(fulfilment=ordered.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    far_core.tell_the_rest(NEXT_MORNING)
    assert [*found, compare(now=NEXT_MORNING).differences] == [0, 0, 0]


def test_taking_their_count_keeps_what_is_kept(line: Line, mall: Mall, leeks: Variant) -> None:
    offer(greens_of(mall), leeks)
    far_core.tell_the_rest(SOON)
    core().set_stock({leeks.reference: 1})
    compare(now=LATER)
    (difference,) = open_differences()
    assert (difference.ours, difference.theirs) == ("3", "1")
    take(reference=difference.reference, side=Side.THEIRS, now=LATER)
    assert here(leeks) == Level(3, 2)
    assert compare(now=LATER).differences == 0


def test_a_part_in_which_all_came_instead_is_paid_there_and_leaves_nothing(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered = greens_of(mall, method=PaymentMethod.ON_SITE)
    accept(reference=offer(ordered, leeks).reference, now=LATER)
    hand_over(fulfilment=ordered.fulfilment, taken_by="DRV-1", now=NEXT_MORNING)
    far_core.tell_the_rest(NEXT_MORNING)
    known = core().read(ordered.fulfilment.reference)
    assert known is not None
    assert (known.status, known.charged_won) == (CoreStatus.CONFIRMED, 4_000 + 4_000)
    assert list(far_core.breaches()) == []


@pytest.mark.parametrize("answered", [True, False])
def test_what_is_not_taken_is_on_the_shelf_there_again(
    answered: bool, line: Line, mall: Mall, leeks: Variant
) -> None:
    made = offer(greens_of(mall, mall.tofu), leeks)
    tell_core(now=SOON)
    if answered:
        refuse(reference=made.reference, now=LATER)
    else:
        end_unanswered(now=TOO_LATE)
    far_core.tell_the_rest(TOO_LATE)
    assert there(leeks) == here(leeks) == Level(5, 0)
    assert there(mall.spinach) == here(mall.spinach) == Level(8, 0)


@pytest.mark.parametrize("accepted", [True, False])
def test_what_is_cancelled_is_on_the_shelf_there_again(
    accepted: bool, line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered = greens_of(mall)
    made = offer(ordered, leeks)
    if accepted:
        accept(reference=made.reference, now=LATER)
    tell_core(now=LATER)
    cancel_order(order=ordered.fulfilment.order, reason="shopper", now=LATER)
    settle()
    assert there(leeks) == here(leeks) == Level(5, 0)
    assert there(mall.spinach) == here(mall.spinach)
    assert list(far_core.breaches()) == []


def test_what_is_given_up_of_it_is_on_the_shelf_there(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered = greens_of(mall)
    accept(reference=offer(ordered, leeks).reference, now=SOON)
    settle()
    cancel_some(fulfilment=ordered.fulfilment, keep={ordered.reference: 1}, now=LATER)
    settle()
    assert (here(leeks), there(leeks)) == (Level(5, 1), Level(4, 0))
    assert told_short(line) == 1
    assert list(far_core.breaches()) == []


def test_what_is_given_up_while_its_shopper_is_asked_frees_as_many_of_both(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered = greens_of(mall)
    offer(ordered, leeks)
    tell_core(now=SOON)
    cancel_some(fulfilment=ordered.fulfilment, keep={ordered.reference: 1}, now=LATER)
    settle()
    # One is still kept in case it is accepted.
    assert (here(leeks), there(leeks)) == (Level(5, 1), Level(4, 0))
    assert there(mall.spinach) == here(mall.spinach) == Level(10, 1)


def test_what_is_short_of_it_was_off_the_shelf_there(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered = greens_of(mall)
    accept(reference=offer(ordered, leeks).reference, now=SOON)
    shorten_line(
        line_reference=ordered.reference,
        merchant_reference=ordered.merchant_reference,
        there=1,
        reason=ShortReason.SPOILED,
        now=LATER,
    )
    settle()
    assert (here(leeks), there(leeks)) == (Level(4, 1), Level(3, 0))
    assert told_short(line) == 1
    assert list(far_core.breaches()) == []


def test_something_else_instead_of_that_is_no_news_of_the_order(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    ordered, chives = greens_of(mall), of_the_stall(mall, "부추")
    tell_shelf()
    for variant in (leeks, chives):
        accept(reference=offer(ordered, variant).reference, now=SOON)
    settle()
    assert (here(leeks), there(leeks)) == (Level(3, 0), Level(3, 0))
    assert (here(chives), there(chives)) == (Level(5, 2), Level(3, 0))
    assert told_short(line) == 1
    assert list(far_core.breaches()) == []


def test_an_earlier_day_s_promise_given_up_in_part_is_not_one_more_there(
    line: Line, mall: Mall
) -> None:
    set_kind(variant=mall.spinach, kind=StockKind.DAILY, per_day=5, now=NOW)
    ordered = greens_of(mall)
    StockRecord.objects.filter(variant=mall.spinach).update(
        filled_on=(NOW + timedelta(days=1)).date()
    )
    cancel_some(fulfilment=ordered.fulfilment, keep={ordered.reference: 1}, now=SOON)
    settle()
    assert there(mall.spinach) == here(mall.spinach)


def test_what_is_swapped_before_the_core_is_told_of_the_order_is_told_after_it(
    line: Line, mall: Mall, leeks: Variant
) -> None:
    line.silent = True
    ordered = greens_of(mall, method=PaymentMethod.ON_SITE)
    accept(reference=offer(ordered, leeks).reference, now=SOON)
    tell_core(now=SOON)
    line.silent = False
    settle()
    assert told_short(line) == 1
    assert list(far_core.breaches()) == []
