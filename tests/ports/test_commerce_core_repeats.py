"""A commerce core whose answers get lost is asked again, and nothing is done twice."""

from collections.abc import Callable

import pytest

from commerce.core.errors import CoreUnavailable
from commerce.core.port import CommerceCore, Level, Wanted
from tests.builders.core import World, stocked, variant_of, wanted
from tests.ports.commerce_cores import ADAPTERS

pytestmark = pytest.mark.django_db


@pytest.fixture(params=ADAPTERS, ids=lambda adapter: adapter.name)
def world(request: pytest.FixtureRequest) -> World:
    opened: World = request.param.open()
    return opened


Step = Callable[[CommerceCore, Wanted], object]


def _pay(core: CommerceCore, asked: Wanted) -> object:
    return core.record_payment(asked.reference, key=f"PAY-{asked.reference}", amount_won=9_000)


def _refund(core: CommerceCore, asked: Wanted) -> object:
    return core.record_refund(asked.reference, key=f"REF-{asked.reference}", amount_won=2_000)


def _hand_over_one(core: CommerceCore, asked: Wanted) -> object:
    line = asked.lines[0].reference
    return core.fulfil(asked.reference, key=f"OUT-{asked.reference}", lines={line: 1})


def _shorten(core: CommerceCore, asked: Wanted) -> object:
    line = asked.lines[0].reference
    return core.shorten(asked.reference, key=f"SHORT-{asked.reference}", lines={line: 1})


STEPS: dict[str, Step] = {
    "place": lambda core, asked: core.place(asked),
    "confirm": lambda core, asked: core.confirm(asked.reference),
    "pay": _pay,
    "refund": _refund,
    "hand over one": _hand_over_one,
    "shorten": _shorten,
    "cancel": lambda core, asked: core.cancel(asked.reference),
    "expire": lambda core, asked: core.expire(asked.reference),
}
PATHS = [
    ["place", "confirm", "pay", "refund", "shorten", "hand over one"],
    ["place", "confirm", "pay", "cancel", "refund"],
    ["place", "expire"],
]


def lost_once(world: World, step: Callable[[], object]) -> object:
    """Done without an answer, then asked again."""
    world.lose_next_answer()
    with pytest.raises(CoreUnavailable):
        step()
    return step()


@pytest.mark.parametrize("path", PATHS, ids=" → ".join)
def test_a_path_on_which_every_answer_is_lost_ends_as_any_other(
    world: World, path: list[str]
) -> None:
    core = world.core
    calm, stormy = stocked(world), stocked(world)
    undisturbed, disturbed = wanted((calm, 3)), wanted((stormy, 3))
    for name in path:
        STEPS[name](core, undisturbed)
        answer = lost_once(world, lambda name=name: STEPS[name](core, disturbed))  # type: ignore[misc]
        assert answer == core.read(disturbed.reference)
    one, other = core.read(undisturbed.reference), core.read(disturbed.reference)
    assert one is not None
    assert other is not None
    assert (one.status, one.charged_won, one.refunded_won, one.quote.total) == (
        (other.status, other.charged_won, other.refunded_won, other.quote.total)
    )
    assert list(one.fulfilled.values()) == list(other.fulfilled.values())
    levels = core.stock([variant_of(calm), variant_of(stormy)])
    assert levels[variant_of(calm)] == levels[variant_of(stormy)]


def test_a_lost_publication_and_a_lost_count_are_simply_repeated(world: World) -> None:
    product = world.a_product()
    lost_once(world, lambda: world.core.publish(product))
    lost_once(world, lambda: world.core.set_stock({variant_of(product): 7}))
    assert world.core.stock([variant_of(product)]) == {variant_of(product): Level(7, 0)}
