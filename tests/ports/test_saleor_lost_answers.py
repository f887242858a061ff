"""Whichever of a Saleor's answers gets lost on the way, a step that is asked again is done once.

The contract loses the answer of a whole call; here it is each question of a call in turn, and the
Saleor has carried it out every time.
"""

from datetime import UTC, datetime
from itertools import count

import pytest

from commerce.core.errors import CoreUnavailable
from commerce.core.port import CommerceCore, Level, Wanted
from tests.builders.core import World, stocked, variant_of, wanted
from tests.ports.commerce_cores import Saleor
from tests.ports.test_commerce_core_repeats import STEPS

pytestmark = pytest.mark.django_db

# Answers that are replayed have the day of their recording.
BEFORE_ANY, AFTER_ALL = datetime(2020, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)

BEFORE = {
    "place": [],
    "confirm": ["place"],
    "pay": ["place", "confirm"],
    "refund": ["place", "confirm", "pay"],
    "hand over one": ["place", "confirm", "pay"],
    "shorten": ["place", "confirm", "pay"],
    "cancel": ["place", "confirm", "pay"],
    "expire": ["place"],
}


@pytest.fixture(params=[Saleor()], ids=["saleor"])
def saleor(request: pytest.FixtureRequest) -> Saleor:
    opened: Saleor = request.param
    return opened


def _outcome(core: CommerceCore, asked: Wanted) -> tuple[object, ...]:
    order = core.read(asked.reference)
    assert order is not None
    (level,) = core.stock([asked.lines[0].variant_reference]).values()
    fulfilled = list(order.fulfilled.values())
    return order.status, order.charged_won, order.refunded_won, fulfilled, order.quote.total, level


def _ready(world: World, step: str) -> Wanted:
    asked = wanted((stocked(world), 3))
    for name in BEFORE[step]:
        STEPS[name](world.core, asked)
    return asked


@pytest.mark.parametrize("step", BEFORE)
def test_a_step_is_done_once_whichever_answer_is_lost(saleor: Saleor, step: str) -> None:
    world = saleor.open()
    calm = _ready(world, step)
    STEPS[step](world.core, calm)
    for number in count():
        asked = _ready(world, step)
        saleor.lose_answer(number)
        try:
            STEPS[step](world.core, asked)
        except CoreUnavailable:
            assert STEPS[step](world.core, asked) == world.core.read(asked.reference)
        was_lost = saleor.answer_was_lost()
        assert _outcome(world.core, asked) == _outcome(world.core, calm)
        if not was_lost:
            break
    assert number > 1


def test_a_draft_that_was_only_a_quote_is_thrown_away_later(saleor: Saleor) -> None:
    world = saleor.open()
    asked = wanted((stocked(world), 3))
    world.core.quote(asked)  # learns what is asked once
    saleor.lose_answer(2)
    with pytest.raises(CoreUnavailable):
        world.core.quote(asked)
    assert world.core.tidy_up(BEFORE_ANY) == 0
    assert world.core.tidy_up(AFTER_ALL) == 1
    assert world.core.tidy_up(AFTER_ALL) == 0


def test_a_product_is_made_once_whichever_answer_is_lost(saleor: Saleor) -> None:
    world = saleor.open()
    for number in count():
        product = world.a_product()
        saleor.lose_answer(number)
        try:
            world.core.publish(product)
        except CoreUnavailable:
            world.core.publish(product)
        was_lost = saleor.answer_was_lost()
        assert world.core.stock([variant_of(product)]) == {variant_of(product): Level(0, 0)}
        if not was_lost:
            break
    assert number > 1
