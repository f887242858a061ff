import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from commerce.catalogue import queries
from commerce.catalogue.cards import card_of, read_cards
from commerce.catalogue.models import Product, ProductStatus
from commerce.catalogue.search import Asked, alike, search
from commerce.errors import NotFound
from commerce.merchants.models import MerchantStatus
from tests.builders.commerce import a_market, a_merchant, a_product, a_variant

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("status", [ProductStatus.DRAFT, ProductStatus.WITHDRAWN])
def test_what_is_not_published_is_not_seen(status):
    product = a_product(status=status)

    assert list(queries.published()) == []
    assert list(queries.for_sale()) == []
    with pytest.raises(NotFound):
        queries.product(product.reference)


@pytest.mark.parametrize("status", [s for s in MerchantStatus if s != MerchantStatus.APPROVED])
def test_only_approved_merchants_goods_are_seen(status):
    a_product(merchant=a_merchant(status=status))

    assert list(queries.published()) == []


def test_what_was_never_counted_is_not_sold():
    uncounted = a_product(on_hand=None)
    counted = a_product()

    assert list(queries.published()) == [counted]
    assert not queries.for_sale().filter(product=uncounted).exists()


def test_only_counted_variants_are_listed():
    product = a_product(unit="1kg")
    a_variant(product=product, unit="2kg", on_hand=None)

    assert [v.unit for v in queries.product(product.reference).variants.all()] == ["1kg"]


def test_what_is_sold_out_is_still_seen():
    product = a_product(on_hand=0)
    in_stock = a_product(on_hand=1)

    assert queries.product(product.reference).sold_out
    assert not queries.product(in_stock.reference).sold_out


def test_one_variant_left_is_not_sold_out():
    product = a_product(on_hand=0)
    a_variant(product=product, on_hand=3)

    assert not queries.product(product.reference).sold_out


def read_as_a_card(product):
    variant = product.first_variant
    return (
        product.name,
        product.name_en,
        product.thumbnail,
        product.picture_alt,
        product.certification,
        product.ways,
        product.sold_out,
        product.merchant.name,
        product.merchant.name_en,
        variant.unit,
        variant.price_won,
        variant.won_per_100g,
    )


def test_cards_are_read_without_their_products():
    product = a_product(
        name="딸기", name_en="Strawberries", unit="500g", price_won=8_000, on_hand=0
    )
    a_variant(product=product, unit="1kg", price_won=15_000, on_hand=2)
    sold_out = a_product(on_hand=0)

    cards = read_cards(queries.cards())

    assert cards == [card_of(one) for one in queries.cards()]
    assert [one.reference for one in cards] == [sold_out.reference, product.reference]
    assert [one.sold_out for one in cards] == [True, False]
    assert cards[1][9:12] == ("500g", 8_000, 1_000)


def test_thirty_cards_are_read_in_as_many_queries_as_three():
    for _ in range(30):
        a_product()
    for most in (3, 30):
        with CaptureQueriesContext(connection) as captured:
            assert len(read_cards(queries.cards()[:most])) == most
        assert len(captured) == 2


def test_a_product_of_which_nothing_is_sold_has_no_card():
    product = a_product()
    product.variants.all().delete()

    assert read_cards(Product.objects.all()) == []
    assert card_of(product) is None


@pytest.mark.parametrize("status", [s for s in MerchantStatus if s != MerchantStatus.APPROVED])
def test_as_many_are_counted_as_are_on_the_shelf(status):
    a_product(merchant=a_merchant(status=status))
    a_product(status=ProductStatus.WITHDRAWN)
    a_product(on_hand=None)
    shown = a_product()

    assert list(queries.shelf_to_count()) == list(queries.on_shelf()) == [shown]


def read_as_a_page(product):
    """Everything a page shows of a product."""
    variant = product.first_variant
    return (
        product.merchant.name,
        product.merchant.market.name,
        product.category.name,
        product.open_ways,
        variant.price_won,
        variant.stock.left,
    )


@pytest.mark.parametrize(
    ("listing", "read", "asked"),
    [
        (queries.published, read_as_a_page, 2),
        (queries.cards, read_as_a_card, 2),
        (lambda: search(Asked("딸기 못골")), read_as_a_card, 4),  # who sells, for each word
        (lambda: alike(Asked("딸구")), read_as_a_card, 6),  # a transaction, its threshold, which
        (lambda: queries.products_of("MER-SAME"), read_as_a_page, 2),
    ],
    ids=["published", "cards", "search", "alike", "own"],
)
def test_thirty_products_cost_as_many_queries_as_three(listing, read, asked):
    merchant = a_merchant(reference="MER-SAME", market=a_market())
    counts = []
    for more in (3, 27):
        for _ in range(more):
            a_product(merchant=merchant)
        with CaptureQueriesContext(connection) as captured:
            cards = [read(product) for product in listing()]
        counts.append((len(cards), len(captured)))

    assert counts == [(3, asked), (30, asked)]


def test_variants_are_found_by_reference_whatever_their_status():
    variant = a_variant(status=ProductStatus.WITHDRAWN)

    found = queries.variants_by_reference([variant.reference, "VAR-NONE"])

    assert found == {variant.reference: variant}
