"""A core elsewhere whose events were lost is followed all the same, and twice is as once."""

from dataclasses import replace
from datetime import timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import TaxClass, Way
from commerce.core.comparing import open_differences
from commerce.core.models import CoreCursor
from commerce.core.port import CoreStatus, Level, ProductFacts, VariantFacts
from commerce.orders.models import Fulfilment, FulfilmentStatus
from commerce.payments.models import Refund
from storefront.journeys.catch_up_core import catch_up
from storefront.journeys.hand_over import hand_over
from storefront.journeys.tell_core import tell_core
from tests.builders.journeys import (
    NOTHING_TAKEN,
    NOW,
    Mall,
    a_mall,
    a_placed_order,
    goods_part,
    taken_of,
)
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=5)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def line(mall: Mall, settings: Settings) -> Line:
    """To a core that has spinach as the mall does."""
    settings.COMMERCE_CORE = NAME
    line = FarCore.line = Line()
    product = mall.spinach.product
    price = VariantFacts(mall.spinach.reference, mall.spinach.unit, mall.spinach.price_won)
    line.books.publish(
        ProductFacts(
            reference=product.reference,
            merchant_reference=product.merchant.reference,
            name=product.name,
            description=product.description,
            taxable=product.tax_class == TaxClass.TAXABLE,
            published=True,
            variants=(price,),
        )
    )
    line.books.levels[mall.spinach.reference] = Level(on_hand=10, allocated=0)
    return line


def spinach_ordered(mall: Mall) -> Fulfilment:
    """The core knows of it."""
    part = goods_part(a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),)), Way.DELIVERY)
    tell_core(now=NOW)
    return part


def becomes(line: Line, part: Fulfilment, status: CoreStatus) -> None:
    """By a hand in its own back office, and no event of it comes."""
    order = line.books.orders[part.reference]
    line.books.orders[part.reference] = replace(order, status=status)


@pytest.mark.parametrize("status", [CoreStatus.CANCELLED, CoreStatus.EXPIRED])
def test_what_ended_there_unheard_ends_here_once(
    mall: Mall, line: Line, status: CoreStatus
) -> None:
    part = spinach_ordered(mall)
    becomes(line, part, status)
    assert [catch_up(now=SOON), catch_up(now=LATER)] == [1, 0]
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CANCELLED
    assert Refund.objects.get().amount_won == part.total_won
    assert taken_of(mall) == NOTHING_TAKEN


def test_what_goes_on_there_goes_on_here(mall: Mall, line: Line) -> None:
    part = spinach_ordered(mall)
    assert [catch_up(now=SOON), catch_up(now=LATER)] == [0, 0]
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.CONFIRMED


def test_what_was_handed_over_here_stays_so(mall: Mall, line: Line) -> None:
    part = spinach_ordered(mall)
    hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
    becomes(line, part, CoreStatus.CANCELLED)
    assert catch_up(now=LATER) == 0
    part.refresh_from_db()
    assert part.status == FulfilmentStatus.HANDED_OVER


def test_a_product_that_was_renamed_there_is_a_difference_before_the_night(
    mall: Mall, line: Line
) -> None:
    reference = mall.spinach.product.reference
    line.books.products[reference] = replace(line.books.products[reference], name="포항초")
    for at in (SOON, LATER):
        catch_up(now=at)
    assert [(one.trait, one.theirs) for one in open_differences()] == [("name", "포항초")]


def test_it_goes_on_from_where_the_cores_clock_was(mall: Mall, line: Line) -> None:
    for clock in (NOW, NOW + timedelta(minutes=3), NOW + timedelta(minutes=1)):
        line.books.clock = clock
        catch_up(now=SOON)
    assert CoreCursor.objects.get().read_until == NOW + timedelta(minutes=3)


def test_of_a_core_that_is_silent_nothing_is_passed_over(mall: Mall, line: Line) -> None:
    part = spinach_ordered(mall)
    becomes(line, part, CoreStatus.CANCELLED)
    line.books.clock, line.silent = SOON, True
    assert catch_up(now=SOON) == 0
    assert CoreCursor.objects.get().read_until == SOON - timedelta(hours=1)
    line.silent = False
    assert catch_up(now=LATER) == 1


def test_a_core_in_the_mall_itself_has_nothing_to_tell(mall: Mall) -> None:
    assert catch_up(now=SOON) == 0
    assert not CoreCursor.objects.exists()
