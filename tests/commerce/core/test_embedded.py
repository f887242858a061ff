"""What only the embedded core does; what every core does is in ``tests/ports``."""

from dataclasses import replace
from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from commerce.catalogue.models import Product, ProductStatus, Variant
from commerce.core.embedded import EmbeddedCore
from commerce.core.errors import CoreKeyReused, NotPublished, ProductInvalid
from commerce.core.models import CoreLine, CoreOrder, CoreProduct
from commerce.core.port import Level, core
from commerce.stock import actions as shelves
from commerce.stock.actions import Want
from tests.builders.commerce import NOW
from tests.builders.core import stocked, variant_of, wanted
from tests.ports.commerce_cores import EmbeddedWorld

pytestmark = pytest.mark.django_db


@pytest.fixture
def world() -> EmbeddedWorld:
    return EmbeddedWorld()


def test_it_is_the_core_unless_the_settings_name_another() -> None:
    assert isinstance(core(), EmbeddedCore)


@pytest.mark.parametrize(
    "other",
    [
        {"merchant_reference": "MER-OTHER"},
        {"name": "other"},
        {"taxable": False},
        {"published": False},
        {"variants": ()},
    ],
    ids=lambda other: next(iter(other)),
)
def test_a_product_that_is_not_as_its_record_says_is_not_published(
    world: EmbeddedWorld, other: dict[str, object]
) -> None:
    product = world.a_product()
    with pytest.raises(ProductInvalid) as refusal:
        world.core.publish(replace(product, **other))  # type: ignore[arg-type]
    assert [refusal.value.field] == list(other)
    assert not CoreProduct.objects.exists()


def test_a_product_without_a_record_is_not_published(world: EmbeddedWorld) -> None:
    with pytest.raises(ProductInvalid) as refusal:
        world.core.publish(replace(world.a_product(), reference="PRD-NOBODY"))
    assert refusal.value.field == "reference"


def test_a_product_is_stamped_when_it_is_published_as_something_else(
    world: EmbeddedWorld,
) -> None:
    product = world.a_product(price_won=5_000)
    world.core.publish(product)
    long_ago = timezone.now() - timedelta(days=1)
    CoreProduct.objects.update(changed_at=long_ago)
    world.core.publish(product)
    assert CoreProduct.objects.get().changed_at == long_ago
    world.core.publish(world.repriced(product, 6_000))
    assert CoreProduct.objects.get().changed_at > long_ago


def test_a_published_and_a_counted_product_are_seen_as_changes(world: EmbeddedWorld) -> None:
    start = timezone.now()
    published, counted = world.a_product(), world.a_product()
    world.core.publish(published)
    world.core.set_stock({variant_of(counted): 3})
    seen = world.core.changed_since(start)
    assert seen.products == {published.reference, counted.reference}
    assert world.core.changed_since(timezone.now()).products == frozenset()


def test_a_variant_that_was_never_counted_is_there_without_stock(world: EmbeddedWorld) -> None:
    product = world.a_product()
    assert world.core.stock([variant_of(product)]) == {variant_of(product): Level(0, 0)}


def test_what_was_taken_off_the_shelf_is_not_sold_but_stays_as_placed(
    world: EmbeddedWorld,
) -> None:
    product = stocked(world)
    before = wanted((product, 1))
    order = world.core.place(before)
    Product.objects.update(status=ProductStatus.WITHDRAWN)
    with pytest.raises(NotPublished) as refusal:
        world.core.place(wanted((product, 1)))
    assert refusal.value.data == {"variant": variant_of(product)}
    assert world.core.place(before) == order


def test_a_line_whose_stock_the_mall_holds_already_keeps_it(world: EmbeddedWorld) -> None:
    product = stocked(world, on_hand=3)
    asked = wanted((product, 3))
    variant = Variant.objects.get(reference=variant_of(product))
    held = [Want(variant.pk, asked.lines[0].reference, 3)]
    shelves.allocate(wants=held, now=NOW)
    world.core.place(asked)
    assert world.core.stock([variant.reference])[variant.reference] == Level(3, 3)


def test_an_order_line_is_in_one_order(world: EmbeddedWorld) -> None:
    asked = wanted((stocked(world), 1))
    world.core.place(asked)
    with pytest.raises(CoreKeyReused):
        world.core.place(replace(asked, reference="FUL-OTHER"))
    assert CoreOrder.objects.get().reference == asked.reference


def test_a_key_is_used_for_one_order(world: EmbeddedWorld) -> None:
    product = stocked(world)
    one, other = wanted((product, 1)), wanted((product, 1))
    for asked in (one, other):
        world.core.place(asked)
    world.core.record_payment(one.reference, key="PAY-1", amount_won=1_000)
    with pytest.raises(CoreKeyReused):
        world.core.record_payment(other.reference, key="PAY-1", amount_won=1_000)
    assert CoreOrder.objects.get(reference=other.reference).charged_won == 0


def test_a_payment_and_a_refund_may_have_the_same_key(world: EmbeddedWorld) -> None:
    asked = wanted((stocked(world), 1))
    world.core.place(asked)
    world.core.record_payment(asked.reference, key="KEY", amount_won=1_000)
    order = world.core.record_refund(asked.reference, key="KEY", amount_won=1_000)
    assert (order.charged_won, order.refunded_won) == (1_000, 1_000)


@pytest.mark.parametrize(
    ("rows", "values", "rule"),
    [
        (CoreOrder, {"charged_won": 9_001}, "core_never_overpaid"),
        (CoreOrder, {"refunded_won": 1}, "core_never_over_refunded"),
        (CoreLine, {"fulfilled": 2}, "core_never_over_fulfilled"),
    ],
)
def test_the_database_has_the_last_word(
    world: EmbeddedWorld, rows: type, values: dict[str, int], rule: str
) -> None:
    world.core.place(wanted((stocked(world), 1)))  # 5,000 won of goods and 4,000 of delivery
    with pytest.raises(IntegrityError, match=rule), transaction.atomic():
        rows.objects.update(**values)  # type: ignore[attr-defined]
