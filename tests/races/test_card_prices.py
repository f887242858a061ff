"""A merchant changes a price while a file describes the product anew."""

from collections.abc import Callable
from functools import partial
from threading import Barrier
from time import sleep

import pytest
from django.db import OperationalError, transaction

from commerce.catalogue import actions
from commerce.catalogue.models import Product, Variant
from tests.builders.commerce import a_product, a_variant
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]


def beside_a_file(product: Product, change: Callable[[Variant], object]) -> list[object]:
    """A file has locked the product and comes to its variant once ``change`` is under way."""
    variant = product.variants.get()
    locked = Barrier(2, timeout=20)

    def file() -> None:
        with transaction.atomic():
            Product.objects.locked().get(pk=product.pk)
            locked.wait()
            sleep(0.3)
            actions.change_price(variant=variant, price_won=7_000)

    def merchant() -> None:
        locked.wait()
        with transaction.atomic():
            change(variant)

    return list(at_once([file, merchant]))


def test_control_the_variant_before_its_product_is_a_deadlock():
    answers = beside_a_file(
        a_product(), lambda variant: Variant.objects.filter(pk=variant.pk).update(price_won=9_000)
    )

    assert [type(answer) for answer in answers if answer] == [OperationalError]


def test_a_price_waits_for_the_product():
    product = a_product()

    answers = beside_a_file(product, lambda v: actions.change_price(variant=v, price_won=9_000))

    assert answers == [None, None]
    assert Product.objects.get(pk=product.pk).price_won == 9_000


def test_two_variants_changed_at_once_both_count():
    product = a_product()
    first, second = product.variants.get(), a_variant(product=product, position=1)

    at_once(
        [
            partial(Variant.objects.filter(pk=first.pk).update, price_won=9_000, position=5),
            partial(actions.change_price, variant=second, price_won=4_000),
        ]
    )

    assert Product.objects.get(pk=product.pk).price_won == 4_000
