"""How much of each variant a core elsewhere should know of."""

import pytest

from commerce.core import shelf
from commerce.core.port import Level
from commerce.stock import actions, holding
from commerce.stock.actions import Want
from tests.builders.commerce import NOW, a_variant

pytestmark = pytest.mark.django_db


def test_what_a_basket_holds_is_no_order_a_core_could_know_of() -> None:
    variant = a_variant(on_hand=5)
    actions.allocate(wants=[Want(variant.pk, "LIN-1", 1)], now=NOW)
    holding.keep(owner_reference="BKT-1", quantities={variant.pk: 2}, now=NOW)
    assert shelf.levels([variant.product]) == {variant.reference: Level(5, 1)}
