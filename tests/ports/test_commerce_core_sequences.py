"""Whatever is asked of a commerce core in whatever order: nothing is held, paid or lost twice."""

from collections.abc import Callable
from functools import partial

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from commerce.core.port import CoreOrder, CoreStatus, ProductFacts, Wanted
from commerce.errors import CommerceError
from commerce.references import new
from tests.builders.core import World, stocked, variant_of, wanted
from tests.ports.commerce_cores import ADAPTERS, Adapter
from tests.rolled_back import rolled_back

pytestmark = pytest.mark.django_db

ON_HAND = 6
ENDS = {CoreStatus.CANCELLED, CoreStatus.EXPIRED}
LEAVING = {CoreStatus.PARTLY_FULFILLED, CoreStatus.FULFILLED}
MAY_FOLLOW = {
    CoreStatus.PLACED: {CoreStatus.CONFIRMED} | LEAVING | ENDS,
    CoreStatus.CONFIRMED: LEAVING | ENDS,
    CoreStatus.PARTLY_FULFILLED: LEAVING,
    CoreStatus.FULFILLED: set(),
    CoreStatus.CANCELLED: set(),
    CoreStatus.EXPIRED: set(),
}

WHICH = st.integers(min_value=0, max_value=3)
FEW = st.integers(min_value=1, max_value=4)
WON = st.integers(min_value=1, max_value=12_000)
some_order = precondition(lambda machine: machine.orders)


class AnySequence(RuleBasedStateMachine):
    """A few orders of two scarce products; ``orders`` keeps how each was seen last."""

    adapter: Adapter

    def __init__(self) -> None:
        super().__init__()
        self.undone = rolled_back()
        self.undone.__enter__()
        self.world: World = self.adapter.open()
        self.products: list[ProductFacts] = [stocked(self.world, on_hand=ON_HAND) for _ in "ab"]
        self.asked: dict[str, Wanted] = {}
        self.orders: dict[str, CoreOrder] = {}
        self.last: Callable[[], CoreOrder] | None = None

    def teardown(self) -> None:
        self.undone.__exit__(None, None, None)

    @rule(one=FEW, other=FEW)
    def place(self, one: int, other: int) -> None:
        asked = wanted(*zip(self.products, (one, other), strict=True))
        self.asked[asked.reference] = asked
        self.do(asked.reference, partial(self.world.core.place, asked))

    @some_order
    @rule(which=WHICH)
    def confirm(self, which: int) -> None:
        reference = self.one(which)
        self.do(reference, partial(self.world.core.confirm, reference))

    @some_order
    @rule(which=WHICH, won=WON)
    def pay(self, which: int, won: int) -> None:
        reference = self.one(which)
        pay = partial(self.world.core.record_payment, reference, key=new("PAY"), amount_won=won)
        self.do(reference, pay)

    @some_order
    @rule(which=WHICH, won=WON)
    def refund(self, which: int, won: int) -> None:
        reference = self.one(which)
        back = partial(self.world.core.record_refund, reference, key=new("REF"), amount_won=won)
        self.do(reference, back)

    @some_order
    @rule(which=WHICH, line=st.integers(0, 1), quantity=FEW)
    def fulfil(self, which: int, line: int, quantity: int) -> None:
        reference = self.one(which)
        lines = {self.asked[reference].lines[line].reference: quantity}
        out = partial(self.world.core.fulfil, reference, key=new("OUT"), lines=lines)
        self.do(reference, out)

    @some_order
    @rule(which=WHICH)
    def cancel(self, which: int) -> None:
        reference = self.one(which)
        self.do(reference, partial(self.world.core.cancel, reference))

    @some_order
    @rule(which=WHICH)
    def expire(self, which: int) -> None:
        reference = self.one(which)
        self.do(reference, partial(self.world.core.expire, reference))

    @precondition(lambda machine: machine.last is not None)
    @rule()
    def the_same_again(self) -> None:
        """What was done a moment ago, as after a lost answer."""
        assert self.last is not None
        before = {r: self.world.core.read(r) for r in self.orders}
        self.last()
        assert {r: self.world.core.read(r) for r in self.orders} == before

    def one(self, which: int) -> str:
        references = list(self.orders)
        return references[which % len(references)]

    def do(self, reference: str, call: Callable[[], CoreOrder]) -> None:
        """Either it answers with the order as it is from now on, or it changes nothing."""
        before = self.orders.get(reference)
        try:
            after = call()
        except CommerceError:
            assert self.world.core.read(reference) == before
            return
        assert self.world.core.read(reference) == after
        if before is not None and after.status != before.status:
            assert after.status in MAY_FOLLOW[before.status]
        self.orders[reference] = after
        self.last = call

    @invariant()
    def stock_is_what_the_orders_say(self) -> None:
        levels = self.world.core.stock([variant_of(product) for product in self.products])
        for number, product in enumerate(self.products):
            lines = [
                (order, self.asked[reference].lines[number])
                for reference, order in self.orders.items()
            ]
            gone = sum(order.fulfilled[line.reference] for order, line in lines)
            held = sum(
                line.quantity - order.fulfilled[line.reference]
                for order, line in lines
                if order.status not in ENDS
            )
            level = levels[variant_of(product)]
            assert (level.on_hand, level.allocated) == (ON_HAND - gone, held)

    @invariant()
    def money_stays_inside_its_bounds(self) -> None:
        for order in self.orders.values():
            total_won = order.quote.total.gross_won
            assert 0 <= order.refunded_won <= order.charged_won <= total_won


@pytest.mark.parametrize("adapter", ADAPTERS, ids=lambda adapter: adapter.name)
def test_any_sequence_keeps_stock_and_money_right(adapter: Adapter) -> None:
    machine = type("AnySequence", (AnySequence,), {"adapter": adapter})
    few = settings(max_examples=15, stateful_step_count=20, deadline=None)
    run_state_machine_as_test(machine, settings=few)
