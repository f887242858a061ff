"""Each difference from a core elsewhere is one row, and a person decides once whose word counts."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from functools import partial
from unittest.mock import patch

import pytest
from pytest_django import Settings

from commerce.catalogue.actions import OriginRequired
from commerce.catalogue.models import Product, ProductStatus, Variant
from commerce.core import shelf, working_off
from commerce.core.comparing import (
    Compared,
    DifferenceOneSided,
    DifferenceOutdated,
    compare,
    open_differences,
    take,
)
from commerce.core.models import CoreDifference, CoreStep, Side, Trait
from commerce.core.port import Level, ProductFacts, VariantFacts
from commerce.errors import NotFound
from commerce.stock.actions import set_on_hand
from commerce.stock.models import StockRecord
from tests.builders.commerce import NOW, a_product
from tests.fakes.commerce_core import NAME, Books, FarCore, Line

pytestmark = pytest.mark.django_db

TOMORROW = NOW + timedelta(days=1)


@pytest.fixture
def spinach() -> Variant:
    """2,500 won, ten of them, for sale."""
    return a_product(name="시금치", price_won=2_500, on_hand=10).variants.get()


@pytest.fixture
def books(spinach: Variant, settings: Settings) -> Books:
    """Of a core that has what the mall has."""
    settings.COMMERCE_CORE = NAME
    FarCore.line = Line()
    shelf.changed([spinach.product.reference], now=NOW)
    tell()
    return FarCore.line.books


def tell() -> None:
    working_off.work_off(
        not_placed=lambda *_: None, tell_there=lambda _: None, now=TOMORROW, limit=50
    )


def put(books: Books, spinach: Variant, **facts: object) -> None:
    """Somebody at the core says so."""
    reference = spinach.product.reference
    books.products[reference] = replace(books.products[reference], **facts)


def put_price(books: Books, spinach: Variant, price_won: int = 2_900) -> None:
    put(books, spinach, variants=(VariantFacts(spinach.reference, spinach.unit, price_won),))


def put_stock(books: Books, spinach: Variant, on_hand: int = 4) -> None:
    books.levels[spinach.reference] = Level(on_hand, 0)


CHANGES: dict[str, Callable[[Books, Variant], None]] = {
    Trait.NAME: lambda books, spinach: put(books, spinach, name="햇시금치"),
    Trait.PUBLISHED: lambda books, spinach: put(books, spinach, published=False),
    Trait.PRICE: put_price,
    Trait.STOCK: put_stock,
}
VALUES = {
    Trait.NAME: ("시금치", "햇시금치"),
    Trait.PUBLISHED: ("yes", "no"),
    Trait.PRICE: ("2500", "2900"),
    Trait.STOCK: ("10", "4"),
}
each_trait = pytest.mark.parametrize("trait", list(CHANGES))


def the_one() -> CoreDifference:
    (found,) = open_differences()
    return found


def here(spinach: Variant) -> tuple[str, str, int, int]:
    spinach.refresh_from_db()
    product = Product.objects.get(pk=spinach.product_id)
    on_hand = StockRecord.objects.get(variant=spinach).on_hand
    return product.name, product.status, spinach.price_won, on_hand


def test_nothing_differs_from_what_was_told(books: Books) -> None:
    assert compare(now=NOW) == Compared(products=1, differences=0, waiting=0)
    assert open_differences() == []


@each_trait
def test_what_differs_is_shown_once_however_often_it_is_compared(
    trait: Trait, books: Books, spinach: Variant
) -> None:
    CHANGES[trait](books, spinach)
    for days in range(3):
        compare(now=NOW + timedelta(days=days))
    found = the_one()
    assert (found.trait, found.ours, found.theirs) == (trait, *VALUES[trait])
    assert (found.found_at, found.seen_at) == (NOW, NOW + timedelta(days=2))


@each_trait
def test_taking_ours_tells_the_core_once(trait: Trait, books: Books, spinach: Variant) -> None:
    before = here(spinach)
    CHANGES[trait](books, spinach)
    compare(now=NOW)
    reference = the_one().reference
    for _ in range(2):
        take(reference=reference, side=Side.OURS, now=NOW)
    assert CoreStep.objects.filter(done_at=None).count() == 1
    tell()
    assert compare(now=TOMORROW).differences == 0
    assert here(spinach) == before


@each_trait
def test_taking_theirs_makes_it_ours(trait: Trait, books: Books, spinach: Variant) -> None:
    CHANGES[trait](books, spinach)
    compare(now=NOW)
    reference = the_one().reference
    for _ in range(2):
        take(reference=reference, side=Side.THEIRS, now=NOW)
    assert compare(now=TOMORROW).differences == 0
    told = {
        Trait.NAME: ("햇시금치", "published", 2_500, 10),
        Trait.PUBLISHED: ("시금치", "withdrawn", 2_500, 10),
        Trait.PRICE: ("시금치", "published", 2_900, 10),
        Trait.STOCK: ("시금치", "published", 2_500, 4),
    }
    assert here(spinach) == told[trait]


def test_the_second_decision_changes_nothing(books: Books, spinach: Variant) -> None:
    put_stock(books, spinach)
    compare(now=NOW)
    reference = the_one().reference
    take(reference=reference, side=Side.OURS, now=NOW)
    assert take(reference=reference, side=Side.THEIRS, now=NOW).settled_as == Side.OURS
    assert here(spinach)[3] == 10


def test_what_differs_again_is_shown_again(books: Books, spinach: Variant) -> None:
    put_price(books, spinach)
    compare(now=NOW)
    take(reference=the_one().reference, side=Side.THEIRS, now=NOW)
    put_price(books, spinach, 3_100)
    compare(now=TOMORROW)
    assert (the_one().ours, the_one().theirs) == ("2900", "3100")
    assert CoreDifference.objects.count() == 1


def test_what_agrees_again_goes_away_by_itself(books: Books, spinach: Variant) -> None:
    put_stock(books, spinach)
    compare(now=NOW)
    put_stock(books, spinach, 10)
    compare(now=TOMORROW)
    assert open_differences() == []
    assert CoreDifference.objects.get().settled_as == ""


def test_ours_that_changed_since_is_not_overwritten(books: Books, spinach: Variant) -> None:
    put_stock(books, spinach)
    compare(now=NOW)
    set_on_hand(variant=spinach, quantity=9, now=NOW)
    with pytest.raises(DifferenceOutdated):
        take(reference=the_one().reference, side=Side.THEIRS, now=NOW)
    assert here(spinach)[3] == 9


def test_theirs_is_held_to_our_rules(books: Books, spinach: Variant) -> None:
    Product.objects.update(origin="", status=ProductStatus.WITHDRAWN)
    compare(now=NOW)
    with pytest.raises(OriginRequired):
        take(reference=the_one().reference, side=Side.THEIRS, now=NOW)
    assert the_one().settled_at is None


@pytest.mark.parametrize("side", list(Side))
def test_what_they_do_not_have_is_brought_there_or_taken_down(
    side: Side, books: Books, spinach: Variant
) -> None:
    del books.products[spinach.product.reference]
    compare(now=NOW)
    assert the_one().trait == Trait.MISSING_THERE
    take(reference=the_one().reference, side=side, now=NOW)
    tell()
    assert compare(now=TOMORROW).differences == 0
    assert (here(spinach)[1] == "published") == (side == Side.OURS)


def test_a_size_that_they_do_not_have_can_only_be_brought_there(
    books: Books, spinach: Variant
) -> None:
    put(books, spinach, variants=())
    compare(now=NOW)
    assert (the_one().trait, the_one().subject) == (Trait.MISSING_THERE, spinach.reference)
    with pytest.raises(DifferenceOneSided):
        take(reference=the_one().reference, side=Side.THEIRS, now=NOW)


def somebody_elses(books: Books, *, published: bool = True) -> None:
    books.products["X"] = ProductFacts("X", "", "아이폰", "", True, published, ())


@pytest.mark.parametrize("side", list(Side))
def test_what_we_do_not_have_is_taken_down_there_or_left(side: Side, books: Books) -> None:
    somebody_elses(books)
    compare(now=NOW)
    assert (the_one().trait, the_one().title) == (Trait.MISSING_HERE, "아이폰")
    for _ in range(2):
        take(reference=CoreDifference.objects.get().reference, side=side, now=NOW)
    tell()
    compare(now=TOMORROW)
    assert open_differences() == []
    assert books.products["X"].published == (side == Side.THEIRS)


def test_what_is_hidden_there_is_missed_nowhere(books: Books, spinach: Variant) -> None:
    somebody_elses(books, published=False)
    del books.products[spinach.product.reference]
    Product.objects.update(status=ProductStatus.WITHDRAWN)
    assert compare(now=NOW).differences == 0


def test_what_is_still_to_be_told_is_not_compared(books: Books, spinach: Variant) -> None:
    set_on_hand(variant=spinach, quantity=9, now=NOW)
    shelf.changed([spinach.product.reference], now=NOW)
    assert compare(now=NOW) == Compared(products=1, differences=0, waiting=1)


def test_what_changes_while_the_core_is_asked_is_not_compared(
    books: Books, spinach: Variant
) -> None:
    there = list(books.listed())

    def meanwhile(only: object) -> list[object]:
        set_on_hand(variant=spinach, quantity=9, now=NOW)
        return there

    with patch.object(books, "listed", meanwhile):
        assert compare(now=NOW) == Compared(products=1, differences=0, waiting=1)


def test_our_own_core_is_not_compared(spinach: Variant) -> None:
    assert compare(now=NOW) == Compared(0, 0, 0)


def test_nobody_decides_what_is_not_there(books: Books) -> None:
    with pytest.raises(NotFound):
        partial(take, reference="DIF-NOBODY", side=Side.OURS, now=NOW)()
