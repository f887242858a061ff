"""A commerce core elsewhere is told of each order: before money moves, and whatever fails."""

from datetime import datetime, timedelta

import pytest
from pytest_django import Settings

from commerce.catalogue.models import TaxClass, Variant, Way
from commerce.core import working_off
from commerce.core.errors import OverFulfilled
from commerce.core.models import CoreStep
from commerce.core.port import CoreStatus, Level, core
from commerce.orders.models import FulfilmentStatus, Order, OrderStatus
from commerce.payments.models import Payment, PaymentMethod, PaymentStatus, Refund
from storefront.journeys.cancel_order import cancel_order, cancel_part, expire_unpaid
from storefront.journeys.confirm_payment import charge_and_confirm, charge_forgotten
from storefront.journeys.hand_over import hand_over
from storefront.journeys.tell_core import tell_core
from storefront.notices.models import Notice
from tests.builders.journeys import (
    AT_THE_GATE,
    NOTHING_TAKEN,
    NOW,
    Mall,
    a_mall,
    a_placed_order,
    books_part,
    goods_part,
    taken_of,
)
from tests.fakes.commerce_core import NAME, FarCore, Line

pytestmark = pytest.mark.django_db

SOON = NOW + timedelta(minutes=2)
LATER = NOW + timedelta(hours=3)


@pytest.fixture
def mall() -> Mall:
    return a_mall()


@pytest.fixture
def line(mall: Mall, settings: Settings) -> Line:
    """To a core that sells and counts what the mall does."""
    settings.COMMERCE_CORE = NAME
    line = FarCore.line = Line()
    for variant in (mall.spinach, mall.tofu, mall.strawberries):
        line.books.taxable[variant.reference] = variant.product.tax_class == TaxClass.TAXABLE
        line.books.levels[variant.reference] = Level(on_hand=10, allocated=0)
    return line


def sell_out(line: Line, variant: Variant) -> None:
    """Elsewhere: our own shelf still has some."""
    line.books.levels[variant.reference] = Level(on_hand=0, allocated=0)


def greens_of(mall: Mall, *, charged: bool = True, method: str = PaymentMethod.CARD) -> Order:
    """One part only: spinach to the door, 2,500 won and 4,000 for the delivery."""
    return a_placed_order(
        mall, goods=((mall.spinach, Way.DELIVERY),), charged=charged, method=method
    )


def pay(order: Order, now: datetime = NOW) -> Payment:
    return charge_and_confirm(payment_reference=order.payments.get().reference, now=now)


def told(line: Line) -> list[str]:
    return [name for name, _reference in line.told]


def in_core(order: Order) -> tuple[CoreStatus, int, int]:
    """Of its only part with goods: status, won charged, won refunded."""
    part = goods_part(order, Way.DELIVERY)
    known = core().read(part.reference)
    assert known is not None
    return known.status, known.charged_won, known.refunded_won


# The way it usually goes.


def test_nothing_is_told_before_the_order_is_written_down(line: Line, mall: Mall) -> None:
    order = greens_of(mall, charged=False)
    assert line.told == []
    assert [str(step) for step in CoreStep.objects.all()] == [
        f"place {order.fulfilments.get().reference}"
    ]


def test_it_is_placed_before_the_card_is_charged(line: Line, mall: Mall) -> None:
    order = greens_of(mall, charged=False)
    assert pay(order).status == PaymentStatus.PAID
    assert told(line) == ["place"]
    tell_core(now=SOON)
    assert told(line) == ["place", "confirm", "record_payment"]
    assert in_core(order) == (CoreStatus.CONFIRMED, 6_500, 0)


def test_each_part_with_goods_is_told_with_its_own_share(line: Line, mall: Mall) -> None:
    order = a_placed_order(mall)
    tell_core(now=SOON)
    gate, home = (goods_part(order, way) for way in (Way.DRIVE_THROUGH, Way.DELIVERY))
    assert [core().read(part.reference).charged_won for part in (gate, home)] == [12_000, 9_800]  # type: ignore[union-attr]
    assert core().read(books_part(order).reference) is None


def test_what_is_handed_over_is_told_once(line: Line, mall: Mall) -> None:
    order = a_placed_order(mall, method=PaymentMethod.ON_SITE)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    for _ in range(2):
        hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
        tell_core(now=AT_THE_GATE)
    known = core().read(gate.reference)
    assert known is not None
    assert (known.status, known.charged_won) == (CoreStatus.FULFILLED, 12_000)
    of_gate = [name for name, reference in line.told if reference == gate.reference]
    assert of_gate[:4] == ["place", "confirm", "record_payment", "fulfil"]
    assert of_gate.count("fulfil") == 1


def test_a_cancelled_part_is_cancelled_and_refunded_there(line: Line, mall: Mall) -> None:
    order = greens_of(mall)
    for _ in range(2):
        cancel_part(fulfilment=order.fulfilments.get(), reason="shopper", now=SOON)
    tell_core(now=SOON)
    assert in_core(order) == (CoreStatus.CANCELLED, 6_500, 6_500)
    assert told(line)[-2:] == ["cancel", "record_refund"]


def test_what_nobody_paid_expires_there(line: Line, mall: Mall) -> None:
    order = greens_of(mall, charged=False)
    expire_unpaid(now=LATER)
    tell_core(now=LATER)
    assert in_core(order) == (CoreStatus.EXPIRED, 0, 0)


def test_what_was_cancelled_while_the_card_was_charged_is_no_money_of_the_core(
    line: Line, mall: Mall
) -> None:
    order = a_placed_order(mall, charged=False)
    cancel_part(fulfilment=goods_part(order, Way.DELIVERY), reason="shopper", now=SOON)
    pay(order, SOON)
    assert Refund.objects.get().amount_won == 9_800
    tell_core(now=SOON)
    assert in_core(order) == (CoreStatus.CANCELLED, 0, 0)
    assert not CoreStep.objects.filter(operation="refund").exists()


# Sold out elsewhere.


def test_an_order_the_core_refuses_is_cancelled_uncharged_and_its_shopper_told(
    line: Line, mall: Mall
) -> None:
    sell_out(line, mall.tofu)
    order = a_placed_order(mall, charged=False)
    assert pay(order).status == PaymentStatus.CANCELLED
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert taken_of(mall) == NOTHING_TAKEN
    assert list(Notice.objects.values_list("kind", flat=True)) == ["order_sold_out"]
    tell_core(now=SOON)
    gate = goods_part(order, Way.DRIVE_THROUGH)
    assert core().read(gate.reference).status == CoreStatus.CANCELLED  # type: ignore[union-attr]
    assert not CoreStep.objects.filter(done_at=None).exists()


def test_an_order_to_be_paid_at_the_gate_is_given_up_by_the_sweep(line: Line, mall: Mall) -> None:
    sell_out(line, mall.spinach)
    order = greens_of(mall, method=PaymentMethod.ON_SITE)
    assert order.status == OrderStatus.CONFIRMED
    tell_core(now=SOON)
    order.refresh_from_db()
    assert order.status == OrderStatus.CANCELLED
    assert told(line) == ["place"]  # what was to follow has fallen away
    assert sorted(Notice.objects.values_list("kind", flat=True)) == [
        "order_confirmed",
        "order_sold_out",
    ]


def test_what_has_left_before_the_core_refused_is_shown_to_a_person(line: Line, mall: Mall) -> None:
    line.silent = True
    order = greens_of(mall, method=PaymentMethod.ON_SITE)
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=SOON)
    line.silent = False
    sell_out(line, mall.spinach)
    for hour in range(12):
        tell_core(now=SOON + timedelta(hours=hour))
    assert Order.objects.get().status == OrderStatus.CLOSED
    assert [step.operation for step in working_off.stopped()] == ["place"]
    assert working_off.stopped()[0].last_error == "INVALID_TRANSITION"


# A silent core.


def test_nobody_is_charged_while_the_core_is_silent(line: Line, mall: Mall) -> None:
    line.silent = True
    order = greens_of(mall, charged=False)
    assert pay(order).status == PaymentStatus.OPEN
    assert Order.objects.get().status == OrderStatus.PLACED
    line.silent = False
    charge_forgotten(now=SOON)
    assert Payment.objects.get().status == PaymentStatus.PAID
    assert Order.objects.get().status == OrderStatus.CONFIRMED


def test_a_page_that_asks_again_at_once_does_not_ask_the_core_again(line: Line, mall: Mall) -> None:
    line.silent = True
    order = greens_of(mall, charged=False)
    for _ in range(2):
        assert pay(order).status == PaymentStatus.OPEN
    assert told(line) == ["place"]


def test_an_answer_that_was_lost_is_asked_for_again_and_nothing_is_done_twice(
    line: Line, mall: Mall
) -> None:
    line.losing = True
    order = greens_of(mall, charged=False)
    pay(order)
    pay(order, SOON)
    tell_core(now=SOON)
    assert told(line) == ["place", "place", "confirm", "record_payment"]
    assert in_core(order) == (CoreStatus.CONFIRMED, 6_500, 0)
    assert line.books.levels[mall.spinach.reference] == Level(on_hand=10, allocated=1)


def test_steps_of_one_part_wait_for_each_other_and_not_for_other_orders(
    line: Line, mall: Mall
) -> None:
    stuck = greens_of(mall, method=PaymentMethod.ON_SITE)
    line.silent = True
    tell_core(now=NOW)
    line.silent = False
    other = greens_of(mall, method=PaymentMethod.ON_SITE)
    line.told.clear()
    tell_core(now=NOW + timedelta(seconds=1))
    part = other.fulfilments.get().reference
    assert line.told == [("place", part), ("confirm", part)]
    line.told.clear()
    tell_core(now=SOON)
    part = stuck.fulfilments.get().reference
    assert line.told == [("place", part), ("confirm", part)]


def test_the_pauses_grow_until_it_is_given_up_and_a_person_starts_it_again(
    line: Line, mall: Mall
) -> None:
    line.silent = True
    order = greens_of(mall, method=PaymentMethod.ON_SITE)
    asked_after = []
    for seconds in range(0, 10_000, 15):
        before = len(line.told)
        tell_core(now=NOW + timedelta(seconds=seconds))
        if len(line.told) > before:
            asked_after.append(seconds)
    assert asked_after == [0, 15, 45, 105, 225, 465, 945, 1905, 3825, 7665]
    assert [str(step) for step in working_off.stopped()] == [
        f"place {order.fulfilments.get().reference}"
    ]
    line.silent = False
    assert working_off.tell_again(now=LATER) == 1
    tell_core(now=LATER)
    assert in_core(order)[0] == CoreStatus.CONFIRMED


def test_a_refusal_that_is_not_of_placing_waits_for_a_person_and_holds_up_nothing(
    line: Line, mall: Mall
) -> None:
    order = greens_of(mall, method=PaymentMethod.ON_SITE)
    line.refuses = {"record_payment": OverFulfilled("lines", line="", left=0)}
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=SOON)
    tell_core(now=SOON)
    assert told(line) == ["place", "confirm", "record_payment", "fulfil"]
    (step,) = working_off.stopped()
    assert (step.operation, step.refused) == ("pay", "OVER_FULFILLED")


# Orders that are none of its business.


def test_an_order_from_before_this_core_is_not_told(mall: Mall, settings: Settings) -> None:
    order = greens_of(mall)
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    cancel_order(order=order, reason="shopper", now=SOON)
    assert not CoreStep.objects.exists()
    assert Order.objects.get().status == OrderStatus.CANCELLED


def test_an_order_the_embedded_core_never_had_is_handed_over_all_the_same(
    mall: Mall, settings: Settings
) -> None:
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    FarCore.line.silent = True
    order = greens_of(mall, method=PaymentMethod.ON_SITE)
    settings.COMMERCE_CORE = "commerce.core.embedded.EmbeddedCore"
    hand_over(fulfilment=order.fulfilments.get(), taken_by="DRV-1", now=SOON)
    assert order.fulfilments.get().status == FulfilmentStatus.HANDED_OVER


# The embedded core is told in the same transaction.


def test_the_embedded_core_agrees_at_every_moment(mall: Mall) -> None:
    order = a_placed_order(mall)
    gate, home = (goods_part(order, way) for way in (Way.DRIVE_THROUGH, Way.DELIVERY))
    hand_over(fulfilment=gate, taken_by=mall.site.reference, now=AT_THE_GATE)
    cancel_part(fulfilment=home, reason="shopper", now=AT_THE_GATE)
    known = [core().read(part.reference) for part in (gate, home)]
    assert [(k.status, k.charged_won, k.refunded_won) for k in known if k] == [
        (CoreStatus.FULFILLED, 12_000, 0),
        (CoreStatus.CANCELLED, 9_800, 9_800),
    ]
    assert core().read(books_part(order).reference) is None
    assert not CoreStep.objects.exists()
