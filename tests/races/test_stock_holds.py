"""Baskets that want the last ones kept, while others order and holds run out."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
from django.db import transaction

from commerce.catalogue.models import Variant
from commerce.stock import actions, holding
from commerce.stock.actions import InsufficientStock, Want
from commerce.stock.models import Allocation, StockHold, StockRecord
from commerce.stock.queries import left_by_variant
from tests.builders.commerce import NOW, a_variant
from tests.races.together import at_once

pytestmark = [pytest.mark.race, pytest.mark.django_db(transaction=True)]

SHOPPERS = 32
OVER = NOW + timedelta(minutes=15)


def kept(variant: Variant, owner: str, quantity: int = 1) -> StockHold:
    return holding.keep(owner_reference=owner, quantities={variant.pk: quantity}, now=NOW)


def placed(variant: Variant, owner: str, line: str) -> list[Allocation]:
    wants = [Want(variant.pk, line, 1)]
    return actions.allocate(wants=wants, kept_for=owner, now=OVER)


def figures(variant: Variant) -> tuple[int, int]:
    record = StockRecord.objects.get(variant=variant)
    return record.on_hand, record.allocated


def test_control_keeping_what_a_look_found_keeps_one_thing_for_many() -> None:
    variant = a_variant(on_hand=1)

    def without_a_lock(owner: str) -> StockHold:
        with transaction.atomic():
            record = StockRecord.objects.get(variant=variant)
            left = left_by_variant([variant.pk])[variant.pk]
            hold = StockHold.objects.create(owner_reference=owner, held_until=OVER)
            if not left:
                raise InsufficientStock("quantity")
            record.allocated += 1
            record.save()
            Allocation.objects.create(
                record=record, line_reference=owner, quantity=1, hold=hold, allocated_at=NOW
            )
            return hold

    answers = at_once([partial(without_a_lock, f"BKT-{n}") for n in range(SHOPPERS)])
    assert sum(isinstance(answer, StockHold) for answer in answers) > 1


def test_the_last_one_is_kept_for_one_basket() -> None:
    variant = a_variant(on_hand=1)
    answers = at_once([partial(kept, variant, f"BKT-{n}") for n in range(SHOPPERS)])
    assert Counter(map(type, answers)) == {StockHold: 1, InsufficientStock: SHOPPERS - 1}
    assert figures(variant) == (1, 1)


def test_tabs_of_one_basket_keep_it_once() -> None:
    variant = a_variant(on_hand=5)
    answers = at_once([partial(kept, variant, "BKT-1", 2) for _ in range(16)])
    assert {type(answer) for answer in answers} == {StockHold}
    assert (figures(variant), StockHold.objects.count()) == ((5, 2), 1)


def test_who_orders_what_is_kept_and_who_finds_it_over_do_not_both_get_it() -> None:
    for round_ in range(8):
        variant = a_variant(on_hand=1)
        kept(variant, f"BKT-{round_}")
        answers = at_once(
            [
                partial(placed, variant, f"BKT-{round_}", f"LIN-{round_}-own"),
                partial(holding.expire, now=OVER),
                partial(placed, variant, "BKT-other", f"LIN-{round_}-other"),
            ]
        )
        got = [answer for answer in answers if isinstance(answer, list)]
        refused = [answer for answer in answers if isinstance(answer, InsufficientStock)]
        assert (len(got), len(refused)) == (1, 1)
        assert figures(variant) == (1, 1)


def test_a_merchants_count_and_baskets_do_not_block_each_other() -> None:
    variants = [a_variant(on_hand=4) for _ in range(3)]

    def all_kept(owner: str) -> StockHold:
        quantities = {variant.pk: 1 for variant in variants}
        return holding.keep(owner_reference=owner, quantities=quantities, now=NOW)

    def counted(quantity: int) -> list[StockRecord]:
        return actions.set_levels(on_hand=dict.fromkeys(variants, quantity), now=NOW)

    answers = at_once(
        [
            *(partial(all_kept, f"BKT-{n}") for n in range(8)),
            *(partial(counted, n % 4) for n in range(8)),
            *(partial(holding.expire, now=OVER) for _ in range(4)),
        ]
    )
    assert {type(answer) for answer in answers} <= {StockHold, InsufficientStock, list, int}
    for variant in variants:
        record = StockRecord.objects.get(variant=variant)
        promised = sum(record.allocations.values_list("quantity", flat=True))
        assert promised == record.allocated <= record.on_hand
