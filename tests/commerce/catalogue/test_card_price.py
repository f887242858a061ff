"""The database keeps on a product what its card costs, whoever writes."""

import pytest

from commerce.catalogue import actions
from commerce.catalogue.models import Product, Variant
from commerce.stock.models import StockRecord
from tests.builders.commerce import a_product, a_variant

pytestmark = pytest.mark.django_db


def on_card(product: Product) -> tuple[int | None, int | None]:
    found = Product.objects.get(pk=product.pk)
    return found.price_won, found.won_per_kg


def test_a_card_costs_what_its_first_variant_costs():
    product = a_product(price_won=8_000, weight_grams=1_500)
    a_variant(product=product, price_won=500, position=1)

    assert on_card(product) == (8_000, 5_333)


def test_what_was_never_counted_costs_nothing_yet():
    product = a_product(on_hand=None)
    assert on_card(product) == (None, None)

    a_variant(product=product, price_won=500, weight_grams=1_000, position=1)
    assert on_card(product) == (500, 500)


def test_a_card_follows_price_and_weight():
    product = a_product(price_won=8_000, weight_grams=1_000)
    variant = product.variants.get()

    actions.change_price(variant=variant, price_won=9_000)
    assert on_card(product) == (9_000, 9_000)

    actions.change_size(variant=variant, weight_grams=500, volume_ml=1)
    assert on_card(product) == (9_000, 18_000)


def test_a_card_follows_the_order_of_variants_and_what_is_taken_away():
    product = a_product(price_won=8_000, weight_grams=1_000)
    second = a_variant(product=product, price_won=500, weight_grams=1_000, position=2)

    Variant.objects.filter(product=product).exclude(pk=second.pk).update(position=3)
    assert on_card(product) == (500, 500)

    StockRecord.objects.filter(variant=second).delete()
    assert on_card(product) == (8_000, 8_000)

    Variant.objects.filter(product=product).delete()
    assert on_card(product) == (None, None)


def test_nobody_writes_another_price_on_a_card():
    product = a_product(price_won=8_000, weight_grams=1_000)
    product.price_won = 1

    product.save()

    assert on_card(product) == (8_000, 8_000)
