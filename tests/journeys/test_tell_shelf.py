"""A commerce core elsewhere hears of every product that is edited, hidden or counted anew."""

from datetime import timedelta
from unittest.mock import patch

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.timezone import localdate
from pytest_django import Settings

from commerce.catalogue.models import Product, ProductStatus, Variant, Way
from commerce.core import shelf, working_off
from commerce.core.errors import ProductInvalid
from commerce.core.models import CoreStep, Operation
from commerce.core.port import CoreStatus, Level, core
from commerce.harvests.actions import Goods
from commerce.orders.models import Order, OrderLine, ShortReason
from commerce.product_sheets import actions as sheets
from commerce.product_sheets.writing import said_of
from commerce.stock.actions import set_on_hand
from commerce.stock.daily import set_kind
from commerce.stock.models import StockKind, StockRecord
from storefront.accounts.models import Role
from storefront.journeys.admit_merchant import suspend
from storefront.journeys.cancel_order import cancel_order
from storefront.journeys.cut_harvest import declare_harvest
from storefront.journeys.fill_shelves import fill_shelves
from storefront.journeys.hand_over import hand_over
from storefront.journeys.shorten_line import shorten_line
from storefront.journeys.tell_core import tell_core
from storefront.journeys.write_products import write_products
from tests.builders.journeys import NOW, Mall, a_mall, a_placed_order, goods_part
from tests.builders.mall import a_client, a_user
from tests.builders.sheets import an_import
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(minutes=10)


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def line(mall: Mall, settings: Settings, monkeypatch: pytest.MonkeyPatch) -> Line:
    """To a core that has the mall's shelf as it is."""
    monkeypatch.setattr("django.utils.timezone.now", lambda: SOON)
    settings.COMMERCE_CORE = NAME
    line = FarCore.line = Line()
    shelf.changed(Product.objects.values_list("reference", flat=True), now=NOW)
    tell_core(now=NOW)
    line.told.clear()
    return line


def stall_of(mall: Mall) -> Client:
    merchant = mall.spinach.product.merchant
    return a_client(a_user("stall@jangteo.test", (Role.MERCHANT, merchant.reference)))


def count(mall: Mall, *quantities: int, price_won: int = 2_500) -> None:
    """One after the other."""
    of = [mall.spinach.product.reference, mall.spinach.reference]
    client = stall_of(mall)
    for quantity in quantities:
        form = {"quantity": quantity, "price_won": price_won}
        assert client.post(reverse("merchant_count", args=of), form).status_code == 302


def there(line: Line, variant: Variant) -> Level:
    return line.books.levels[variant.reference]


def here(variant: Variant) -> Level:
    record = StockRecord.objects.get(variant=variant)
    return Level(record.on_hand, record.allocated)


def shown_there(line: Line, variant: Variant) -> tuple[str, int, bool]:
    known = line.books.products[variant.product.reference]
    return known.name, known.variants[0].price_won, known.published


def told(line: Line) -> list[str]:
    return [name for name, _ in line.told if name in ("publish", "set_stock")]


def greens_of(mall: Mall, quantity: int = 3) -> Order:
    """Confirmed, and the core knows it."""
    order = a_placed_order(mall, goods=((mall.spinach, Way.DELIVERY),) * quantity)
    tell_core(now=NOW)
    return order


def fall_short(mall: Mall, there: int) -> None:
    line = OrderLine.objects.get(variant=mall.spinach)
    shorten_line(
        line_reference=line.reference,
        merchant_reference=line.merchant_reference,
        there=there,
        reason=ShortReason.SOLD_OUT,
        now=SOON,
    )


# From the merchant's desk.


def test_a_count_and_a_price_are_written_down_and_told_after(line: Line, mall: Mall) -> None:
    count(mall, 7, price_won=2_700)
    assert line.told == []
    assert [str(step) for step in CoreStep.objects.filter(done_at=None)] == [
        f"shelf {mall.spinach.product.reference}"
    ]
    tell_core(now=LATER)
    assert there(line, mall.spinach) == Level(on_hand=7, allocated=0)
    assert shown_there(line, mall.spinach) == ("시금치", 2_700, True)


@pytest.mark.parametrize("url", ["merchant_withdraw", "merchant_publish"])
def test_what_is_taken_down_or_put_up_is_so_there(url: str, line: Line, mall: Mall) -> None:
    product = mall.spinach.product
    before = ProductStatus.PUBLISHED if url == "merchant_withdraw" else ProductStatus.WITHDRAWN
    Product.objects.filter(pk=product.pk).update(status=before, picture="products/x.webp")
    stall_of(mall).post(reverse(url, args=[product.reference]))
    tell_core(now=LATER)
    assert shown_there(line, mall.spinach)[2] == (url == "merchant_publish")


def test_what_is_said_anew_is_said_there(line: Line, mall: Mall) -> None:
    product = mall.spinach.product
    form = said_of(product) | {"name": "햇시금치", "merchant_code": ""}
    stall_of(mall).post(reverse("merchant_product", args=[product.reference]), form)
    tell_core(now=LATER)
    assert shown_there(line, mall.spinach)[0] == "햇시금치"


def test_an_edit_that_was_refused_is_not_told(line: Line, mall: Mall) -> None:
    count(mall, 5, price_won=1)
    assert not CoreStep.objects.filter(done_at=None).exists()


def test_several_edits_are_told_once_as_it_is_now(line: Line, mall: Mall) -> None:
    count(mall, 7, 8, 9)
    tell_core(now=LATER)
    assert told(line) == ["publish", "set_stock"]
    assert there(line, mall.spinach).on_hand == 9
    assert not CoreStep.objects.filter(done_at=None).exists()


def test_a_draft_is_nobody_s_business(line: Line, mall: Mall) -> None:
    Product.objects.filter(pk=mall.spinach.product_id).update(status=ProductStatus.DRAFT)
    count(mall, 5)
    tell_core(now=LATER)
    assert told(line) == []


def test_a_silent_core_is_told_again(line: Line, mall: Mall) -> None:
    line.silent = True
    count(mall, 7)
    tell_core(now=LATER)
    line.silent = False
    tell_core(now=LATER + timedelta(seconds=15))
    assert there(line, mall.spinach).on_hand == 7


def test_what_is_refused_for_its_picture_is_counted_all_the_same(line: Line, mall: Mall) -> None:
    line.refuses = {"publish": ProductInvalid("media")}
    count(mall, 7)
    tell_core(now=LATER)
    assert there(line, mall.spinach).on_hand == 7
    (step,) = working_off.stopped()
    assert (step.operation, step.refused) == ("shelf", "PRODUCT_INVALID")


def test_our_own_core_has_nothing_to_be_told(mall: Mall) -> None:
    count(mall, 7)
    assert not CoreStep.objects.exists()


# From elsewhere.


def test_each_product_that_a_file_changes_is_told(line: Line, mall: Mall) -> None:
    merchant = mall.spinach.product.merchant
    sent = an_import(merchant, {"on_hand": "30"}, {"code": "A-2", "name": "대파", "unit": "1단"})
    sheets.confirm(merchant=merchant, reference=sent.reference, now=NOW)
    write_products(reference=sent.reference, now=lambda: NOW)
    write_products(reference=sent.reference, now=lambda: NOW)
    new = Product.objects.filter(merchant_code__in=["A-1", "A-2"])
    steps = CoreStep.objects.filter(operation=Operation.SHELF, done_at=None)
    assert sorted(step.subject for step in steps) == sorted(one.reference for one in new)


def test_what_comes_new_every_day_is_told_when_the_day_begins(line: Line, mall: Mall) -> None:
    set_kind(variant=mall.spinach, kind=StockKind.DAILY, per_day=5, now=NOW)
    tomorrow = NOW + timedelta(days=1)
    set_on_hand(variant=mall.spinach, quantity=1, now=NOW)
    assert fill_shelves(now=tomorrow) == 1
    tell_core(now=tomorrow)
    assert there(line, mall.spinach).on_hand == 5


def test_an_earlier_day_s_promise_taken_back_is_not_one_more_there(line: Line, mall: Mall) -> None:
    set_kind(variant=mall.spinach, kind=StockKind.DAILY, per_day=5, now=NOW)
    order = greens_of(mall)
    tomorrow = NOW + timedelta(days=1)
    fill_shelves(now=tomorrow)
    cancel_order(order=order, reason="shopper", now=tomorrow)
    tell_core(now=tomorrow)
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=5, allocated=0)


def test_a_suspended_merchant_s_goods_are_hidden_there(line: Line, mall: Mall) -> None:
    suspend(merchant_reference=mall.spinach.product.merchant.reference, now=SOON)
    tell_core(now=SOON)
    assert not shown_there(line, mall.spinach)[2]
    assert shown_there(line, mall.tofu)[2]


# Short lines.


def test_a_line_that_fell_short_holds_no_more_there_than_here(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    fall_short(mall, 1)
    tell_core(now=SOON)
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=8, allocated=1)
    part = goods_part(order, Way.DELIVERY)
    hand_over(fulfilment=part, taken_by="DRV-1", now=LATER)
    tell_core(now=LATER)
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=7, allocated=0)
    known = core().read(part.reference)
    assert known is not None
    assert known.status == CoreStatus.FULFILLED
    assert known.charged_won - known.refunded_won == part.total_won


def test_what_is_not_there_at_all_is_off_the_shelf_there(line: Line, mall: Mall) -> None:
    greens_of(mall)
    fall_short(mall, 0)
    tell_core(now=SOON)
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=7, allocated=0)


# Beside orders that are still to be told.


def test_what_has_left_untold_is_counted_until_it_is_told(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    hand_over(fulfilment=goods_part(order, Way.DELIVERY), taken_by="DRV-1", now=SOON)
    CoreStep.objects.filter(operation=Operation.FULFIL).update(due_at=LATER)
    count(mall, 20)
    tell_core(now=LATER - timedelta(seconds=1))
    assert there(line, mall.spinach) == Level(on_hand=23, allocated=3)
    tell_core(now=LATER)
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=20, allocated=0)


def test_nothing_is_set_while_a_hand_over_may_just_be_told(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    hand_over(fulfilment=goods_part(order, Way.DELIVERY), taken_by="DRV-1", now=SOON)
    CoreStep.objects.filter(operation=Operation.FULFIL).update(due_at=LATER, tries=1)
    count(mall, 20)
    soon = LATER - timedelta(seconds=30)
    tell_core(now=soon)
    assert there(line, mall.spinach) == Level(on_hand=10, allocated=3)
    assert CoreStep.objects.get(operation=Operation.SHELF, done_at=None).last_error == "OrdersFirst"
    for minutes in range(2):
        tell_core(now=LATER + timedelta(minutes=minutes))
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=20, allocated=0)


def test_a_hand_over_while_the_stock_is_being_set_sets_it_again(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    count(mall, 20)
    part = goods_part(order, Way.DELIVERY)
    put = line.books.set_stock

    def meanwhile(on_hand: dict[str, int]) -> None:
        hand_over(fulfilment=part, taken_by="DRV-1", now=SOON)
        core().fulfil(part.reference, key=part.reference, lines={part.lines.get().reference: 3})
        put(on_hand)

    with patch.object(line.books, "set_stock", meanwhile):
        working_off.work_off(
            not_placed=lambda *_: None, tell_there=lambda _: None, now=LATER, limit=1
        )
    assert there(line, mall.spinach) == Level(on_hand=20, allocated=0)  # three too many
    tell_core(now=LATER + timedelta(minutes=1))
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=17, allocated=0)


def test_what_is_off_sale_after_a_short_harvest_is_not_sold_there(line: Line, mall: Mall) -> None:
    part = goods_part(
        a_placed_order(mall, goods=((mall.strawberries, Way.DRIVE_THROUGH),) * 4), Way.DRIVE_THROUGH
    )
    tell_core(now=NOW)
    goods = Goods(mall.site.reference, mall.strawberries, localdate(part.promised_from))
    declare_harvest(key="tap", goods=goods, picked=3, seen=4, now=SOON)
    for minutes in range(2):  # the count waits until less is promised there
        tell_core(now=LATER + timedelta(minutes=minutes))
    assert there(line, mall.strawberries) == here(mall.strawberries) == Level(3, 3)


def test_a_count_waits_until_what_was_cancelled_is_free_there(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    cancel_order(order=order, reason="shopper", now=SOON)
    CoreStep.objects.filter(operation=Operation.CANCEL).update(due_at=LATER)
    count(mall, 1)
    tell_core(now=LATER - timedelta(seconds=20))
    assert there(line, mall.spinach) == Level(on_hand=10, allocated=3)
    for minutes in range(2):
        tell_core(now=LATER + timedelta(minutes=minutes))
    assert there(line, mall.spinach) == here(mall.spinach) == Level(on_hand=1, allocated=0)
