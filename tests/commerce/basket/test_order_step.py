"""Some goods are ordered by twos, or by tens."""

import pytest

from commerce.basket import actions
from commerce.basket.actions import QuantityStep
from commerce.basket.again import Before, fill_again
from commerce.basket.models import BasketLine
from commerce.basket.queries import basket_for_checkout
from commerce.catalogue.actions import set_order_step
from commerce.catalogue.models import Variant, Way
from tests.builders.commerce import NOW, a_basket, a_customer, a_variant

pytestmark = pytest.mark.django_db


def by(step: int, **fields: object) -> Variant:
    return set_order_step(variant=a_variant(**fields), order_step=step)


def added(variant: Variant, quantity: int, **fields: object) -> BasketLine:
    basket = fields.pop("basket", None) or a_basket(**fields)
    return actions.add_goods(basket=basket, variant=variant, quantity=quantity, way=Way.DELIVERY)


def test_a_multiple_goes_in() -> None:
    assert added(by(3), 6).quantity == 6


def test_anything_else_is_refused_with_the_step() -> None:
    with pytest.raises(QuantityStep) as refusal:
        added(by(3), 4)
    assert refusal.value.data["step"] == 3
    assert not BasketLine.objects.exists()


def test_what_is_there_counts_with_what_is_added() -> None:
    variant, basket = by(2), a_basket()
    line = added(variant, 2, basket=basket)
    with pytest.raises(QuantityStep):
        actions.set_quantity(line=line, quantity=3)
    assert actions.set_quantity(line=line, quantity=4).quantity == 4


@pytest.mark.parametrize(("quantity", "fewer", "more"), [(2, 0, 4), (4, 2, 6), (3, 2, 4)])
def test_the_buttons_go_by_whole_steps(quantity: int, fewer: int, more: int) -> None:
    line = added(by(1), quantity)
    set_order_step(variant=line.variant, order_step=2)
    (seen,) = basket_for_checkout(line.basket.reference).lines
    assert (seen.fewer, seen.more) == (fewer, more)


def test_a_step_set_later_is_said_before_the_order() -> None:
    line = added(by(1), 3)
    set_order_step(variant=line.variant, order_step=2)
    view = basket_for_checkout(line.basket.reference)
    assert view.lines[0].off_step
    with pytest.raises(QuantityStep):
        actions.check_ready(view=view)


def test_two_baskets_become_one_of_whole_steps() -> None:
    variant, customer = by(10), a_customer()
    own = added(variant, 60, customer=customer)
    guest = added(variant, 50)
    actions.adopt(basket=guest.basket, customer=customer, now=NOW)
    own.refresh_from_db()
    assert own.quantity == 90


def test_ordering_again_rounds_up_to_a_step() -> None:
    variant, basket = by(4, on_hand=50), a_basket()
    fill_again(basket=basket, befores=[Before(variant, Way.DELIVERY, 5)])
    assert basket.lines.get().quantity == 8
