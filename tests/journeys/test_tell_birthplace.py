"""The Saleor in which an order was born hears what becomes of it here, once, whatever is lost."""

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import Settings

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.core.comparing import compare
from commerce.core.errors import CoreOrderEnded
from commerce.core.models import CoreStep
from commerce.core.port import Level, ProductFacts, VariantFacts
from commerce.core.working_off import stopped
from commerce.orders.models import Fulfilment, Order, OrderLine, ShortReason, WhenShort
from commerce.saleor.app.upstream import Happened, News, UpstreamSilent
from logistics.network.models import Locality
from storefront.journeys.cancel_order import cancel_order, cancel_part
from storefront.journeys.cancel_some import cancel_some
from storefront.journeys.follow_saleor_order import follow_order
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.substitute import accept, propose
from storefront.journeys.tell_core import tell_core
from tests.builders.commerce import a_product
from tests.builders.journeys import NOW, Mall, a_mall
from tests.builders.saleor import ORDER_ID, allow, an_installation, there_is
from tests.fakes.commerce_core import NAME, FarCore, Line
from tests.fakes.saleor import FakeSaleor

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def mall() -> Mall:
    Locality.objects.create(city="수원시 팔달구", name="인계동", lat=37.2664, lon=127.0321)
    return a_mall()


@pytest.fixture
def saleor(settings: Settings) -> FakeSaleor:
    made = FakeSaleor()
    allow(settings, made)
    an_installation(made, now=NOW)
    return made


@pytest.fixture
def core_there(mall: Mall, saleor: FakeSaleor, settings: Settings) -> FakeSaleor:
    """The Saleor is the commerce core as well, with the mall's shelf."""
    settings.COMMERCE_CORE, settings.SALEOR_API_URL = NAME, saleor.api_url
    line = FarCore.line = Line()
    for variant in (mall.spinach, mall.tofu, mall.strawberries):
        product = variant.product
        taxable = product.tax_class == TaxClass.TAXABLE
        facts = (VariantFacts(variant.reference, variant.unit, variant.price_won),)
        line.books.publish(
            ProductFacts(
                product.reference,
                product.merchant.reference,
                product.name,
                product.description,
                taxable,
                True,
                facts,
            )
        )
        line.books.levels[variant.reference] = Level(on_hand=10, allocated=0)
    return saleor


def born(saleor: FakeSaleor, *goods: tuple[Variant, int], **fields: Any) -> Order:
    """Paid there, and ours now."""
    order = there_is(saleor, *goods, **fields)
    saleor.there[ORDER_ID] = replace(order, charged_won=order.total_won)
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)
    return Order.objects.get()


def part_of(order: Order) -> Fulfilment:
    return order.fulfilments.get()


def line_of(order: Order, variant: Variant) -> OrderLine:
    return OrderLine.objects.get(fulfilment__order=order, variant=variant)


def told(saleor: FakeSaleor, now: datetime = SOON) -> list[News]:
    """Everything so far, after what was due is told."""
    tell_core(now=now)
    return saleor.told


def test_an_order_that_only_became_ours_is_no_news(mall: Mall, saleor: FakeSaleor) -> None:
    born(saleor, (mall.spinach, 2))
    assert told(saleor) == []


def test_what_is_handed_over_has_left_there(mall: Mall, saleor: FakeSaleor) -> None:
    part = part_of(born(saleor, (mall.spinach, 2), (mall.tofu, 1)))
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    left = {"line 0": 2, "line 1": 1}
    assert told(saleor) == [News(Happened.LEFT, part.reference, lines=left)]


def test_a_line_of_theirs_that_is_two_of_ours_leaves_whole(mall: Mall, saleor: FakeSaleor) -> None:
    order = there_is(saleor, (mall.spinach, 3), charged_won=11_000, total_won=11_000)
    cheaper = replace(order.lines[0], total_won=7_000)
    saleor.there[ORDER_ID] = replace(order, lines=(cheaper,))
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)
    part = Fulfilment.objects.get()
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    assert [news.lines for news in told(saleor)] == [{"line 0": 3}]


def test_each_part_leaves_and_ends_by_itself(mall: Mall, saleor: FakeSaleor) -> None:
    """Of two sellers' goods one part is handed over, then the other is cancelled."""
    order = born(saleor, (mall.spinach, 1), (mall.strawberries, 2))
    greens, berries = order.fulfilments.order_by("pk")
    hand_over(fulfilment=greens, taken_by="DRV-1", now=SOON)
    cancel_part(fulfilment=berries, reason="short", now=SOON)
    back_won = berries.total_won
    assert told(saleor) == [
        News(Happened.LEFT, greens.reference, lines={"line 0": 1}),
        News(Happened.ENDED, berries.reference, lines={"line 1": 2}),
        News(Happened.REFUNDED, f"back:{berries.reference}", amount_won=back_won),
    ]


def test_a_line_that_fell_short_is_told_with_its_money(mall: Mall, saleor: FakeSaleor) -> None:
    order = born(saleor, (mall.spinach, 3))
    line = line_of(order, mall.spinach)
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=1,
        reason=ShortReason.NOT_SUPPLIED,
        now=SOON,
    )
    key = f"short:{line.reference}:1"
    assert told(saleor) == [
        News(Happened.NOT_THERE, key, lines={"line 0": 2}),
        News(Happened.REFUNDED, key, amount_won=5_000),
    ]


def test_of_a_line_for_which_something_else_came_nothing_leaves_there(
    mall: Mall, saleor: FakeSaleor
) -> None:
    order = born(saleor, (mall.spinach, 2), (mall.tofu, 1))
    line = line_of(order, mall.spinach)
    leeks = a_product(
        price_won=2_500,
        tax_class=line.tax_class,
        merchant=mall.spinach.product.merchant,
        ways=[Way.DELIVERY],
    ).variants.get()
    Order.objects.update(when_short=WhenShort.SUBSTITUTE)
    made = propose(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        variant_reference=leeks.reference,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )
    accept(reference=made.reference, now=SOON)
    part = part_of(order)
    hand_over(fulfilment=part, taken_by="DRV-1", now=LATER)
    assert told(saleor, LATER) == [
        News(Happened.NOT_THERE, f"instead:{made.reference}", lines={"line 0": 2}),
        News(Happened.LEFT, part.reference, lines={"line 1": 1}),
    ]


def test_what_a_shopper_gives_up_is_told(mall: Mall, saleor: FakeSaleor) -> None:
    order = born(saleor, (mall.spinach, 3))
    line = line_of(order, mall.spinach)
    cancel_some(fulfilment=line.fulfilment, keep={line.reference: 2}, now=SOON)
    (given_up, back) = told(saleor)
    assert (given_up.happened, given_up.lines) == (Happened.NOT_THERE, {"line 0": 1})
    assert (back.happened, back.amount_won) == (Happened.REFUNDED, 2_500)


def test_money_taken_at_the_door_is_told(mall: Mall, saleor: FakeSaleor) -> None:
    there_is(saleor, (mall.spinach, 1))
    follow_order(api_url=saleor.api_url, order_id=ORDER_ID, now=NOW)
    part = Fulfilment.objects.get()
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    payment = part.order.payments.get()
    assert told(saleor)[0] == News(Happened.PAID, payment.reference, amount_won=6_500)


def test_what_happens_twice_is_told_once(mall: Mall, saleor: FakeSaleor) -> None:
    order = born(saleor, (mall.spinach, 1))
    for _ in range(2):
        cancel_order(order=order, reason="shopper", now=SOON)
        told(saleor)
    assert [news.happened for news in saleor.told] == [Happened.ENDED, Happened.REFUNDED]


def test_while_it_is_silent_the_news_waits(mall: Mall, saleor: FakeSaleor) -> None:
    part = part_of(born(saleor, (mall.spinach, 1)))
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    saleor.trouble = UpstreamSilent(reason="ConnectError")
    assert told(saleor) == []
    assert not stopped().exists()
    saleor.trouble = None
    assert [news.happened for news in told(saleor, LATER)] == [Happened.LEFT]


def test_what_it_refuses_is_for_a_person(mall: Mall, saleor: FakeSaleor) -> None:
    part = part_of(born(saleor, (mall.spinach, 1)))
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    saleor.refuses[Happened.LEFT] = CoreOrderEnded("order", status="canceled")
    told(saleor)
    assert [(step.operation, step.refused) for step in stopped()] == [
        ("fulfil", "CORE_ORDER_ENDED")
    ]


def test_what_was_ordered_here_is_told_to_no_birthplace(mall: Mall, saleor: FakeSaleor) -> None:
    born(saleor, (mall.spinach, 1))
    CoreStep.objects.filter(operation="born").delete()
    hand_over(fulfilment=Fulfilment.objects.get(), taken_by="DRV-1", now=SOON)
    assert told(saleor) == []


def test_goods_on_their_way_out_of_the_cores_own_saleor_are_no_difference(
    mall: Mall, core_there: FakeSaleor
) -> None:
    """It still counts what has left here, until it is told; then it counts the same."""
    part = part_of(born(core_there, (mall.spinach, 2)))
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    assert compare(now=SOON).differences == 0
    told(core_there)
    books = FarCore.line.books
    assert compare(now=SOON).differences == 1  # the fake's shelf does not hear of it
    books.levels[mall.spinach.reference] = Level(on_hand=8, allocated=0)
    assert compare(now=LATER).differences == 0


def test_another_saleors_order_leaves_no_shelf_but_ours(
    mall: Mall, saleor: FakeSaleor, settings: Settings, core_there: FakeSaleor
) -> None:
    """Not the core: its own warehouse is its own business, and the core is told apart."""
    settings.SALEOR_API_URL = "https://core.example/graphql/"
    part = part_of(born(saleor, (mall.spinach, 2)))
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    told(saleor)
    assert FarCore.line.books.levels[mall.spinach.reference] == Level(on_hand=8, allocated=0)
    assert [news.happened for news in saleor.told] == [Happened.LEFT]
