"""A lost answer is asked for again while the first question is still being worked on."""

from collections import Counter
from functools import partial
from threading import Thread

import pytest
from pytest_django import Settings

from commerce.core import shelf, steps, working_off
from commerce.core.comparing import compare, open_differences, take
from commerce.core.errors import CoreKeyReused, Overpaid
from commerce.core.models import CoreEntry, CoreOrder, CoreStep, Side
from commerce.core.port import CoreOrder as Seen
from commerce.core.port import Level, core
from commerce.stock import actions as stock
from commerce.stock.actions import Want
from commerce.stock.models import StockRecord
from tests.builders.commerce import NOW, a_product
from tests.builders.core import stocked, variant_of, wanted
from tests.fakes.commerce_core import NAME, FarCore, Line
from tests.ports.commerce_cores import EmbeddedWorld, FarWorld
from tests.races.together import at_once, wait_until_somebody_waits

pytestmark = pytest.mark.django_db(transaction=True)


def test_one_order_placed_many_times_at_once_is_placed_once() -> None:
    world = EmbeddedWorld()
    product = stocked(world, on_hand=10)
    asked = wanted((product, 2))
    answers = at_once([partial(world.core.place, asked)] * 8)
    assert answers == [world.core.read(asked.reference)] * 8
    assert world.core.stock([variant_of(product)])[variant_of(product)] == Level(10, 2)


def test_one_payment_told_many_times_at_once_is_counted_once() -> None:
    world = EmbeddedWorld()
    asked = wanted((stocked(world), 1))
    world.core.place(asked)
    pay = partial(world.core.record_payment, asked.reference, key="PAY-1", amount_won=4_000)
    answers = at_once([pay] * 8)
    assert {answer.charged_won for answer in answers if isinstance(answer, Seen)} == {4_000}
    assert CoreEntry.objects.count() == 1


def test_two_payments_of_everything_at_once_are_one_too_many() -> None:
    world = EmbeddedWorld()
    asked = wanted((stocked(world), 1))
    total_won = world.core.place(asked).quote.total.gross_won
    answers = at_once(
        [
            partial(world.core.record_payment, asked.reference, key=key, amount_won=total_won)
            for key in ("PAY-1", "PAY-2")
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Seen: 1, Overpaid: 1}
    assert CoreOrder.objects.get().charged_won == total_won


def test_one_key_used_for_two_orders_at_once_pays_one_of_them() -> None:
    world = EmbeddedWorld()
    product = stocked(world)
    orders = [wanted((product, 1)) for _ in range(2)]
    for asked in orders:
        world.core.place(asked)
    answers = at_once(
        [
            partial(world.core.record_payment, asked.reference, key="PAY-1", amount_won=1_000)
            for asked in orders
        ]
    )
    assert Counter(type(answer) for answer in answers) == {Seen: 1, CoreKeyReused: 1}


def test_orders_with_the_same_goods_in_any_order_do_not_deadlock() -> None:
    world = EmbeddedWorld()
    one, other = stocked(world, on_hand=20), stocked(world, on_hand=20)
    pairs = [[(one, 1), (other, 1)], [(other, 1), (one, 1)]] * 8
    answers = at_once([partial(world.core.place, wanted(*pair)) for pair in pairs])
    assert Counter(type(answer) for answer in answers) == {Seen: 16}


def test_many_workers_tell_each_step_once_and_each_order_in_order(settings: Settings) -> None:
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    world = FarWorld(FarCore.line)
    product = stocked(world, on_hand=10)
    orders = [wanted((product, 1)) for _ in range(6)]
    for asked in orders:
        told = [steps.placing(asked), steps.confirming(asked.reference)]
        steps.take(told, now=NOW)

    work = partial(
        working_off.work_off,
        not_placed=lambda reference, now: None,
        tell_there=lambda step: None,
        now=NOW,
        limit=20,
    )
    at_once([work] * 6)
    work()  # what was held up by a step that a worker was just telling

    told_of = [[name for name, of in FarCore.line.told if of == o.reference] for o in orders]
    assert told_of == [["place", "confirm"]] * 6
    assert not CoreStep.objects.filter(done_at=None).exists()


def test_nothing_is_kept_between_the_look_at_our_count_and_taking_theirs(
    settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    variant = a_product(on_hand=10).variants.get()
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    shelf.changed([variant.product.reference], now=NOW)
    working_off.work_off(not_placed=lambda *_: None, tell_there=lambda _: None, now=NOW, limit=9)
    core().set_stock({variant.reference: 4})
    compare(now=NOW)
    (difference,) = open_differences()
    want = Want(variant.pk, "SBT-1", 2, instead=True)
    keep = partial(stock.allocate, wants=[want], now=NOW)
    keeping = Thread(target=partial(at_once, [keep]))

    def meanwhile(**count: object) -> None:
        keeping.start()
        wait_until_somebody_waits()
        stock.set_on_hand(**count)  # type: ignore[arg-type]  # as it was called

    monkeypatch.setattr("commerce.core.comparing.set_on_hand", meanwhile)
    take(reference=difference.reference, side=Side.THEIRS, now=NOW)
    keeping.join(timeout=20)
    record = StockRecord.objects.get(variant=variant)
    assert (record.on_hand, record.allocated) == (4, 2)
