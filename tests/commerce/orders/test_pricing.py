from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from commerce.core import tax
from commerce.merchants.parcel_terms import ParcelTerms
from commerce.orders.pricing import Fees, price
from commerce.orders.splitting import SplitLine, split
from tests.commerce.orders.test_splitting import (
    BOOKS,
    GATE,
    NEIGHBOUR,
    PARCEL,
    SHOP,
    STALL,
    lines,
)


def test_delivery_is_asked_once_for_a_market_however_many_stalls() -> None:
    stalls = [replace(STALL, unit_price_won=6_000), replace(NEIGHBOUR, unit_price_won=2_500)]
    priced = price(split(stalls))
    assert (priced.goods_won, priced.delivery_won, priced.total_won) == (8_500, 4_000, 12_500)


def test_each_delivered_group_has_its_own_fee() -> None:
    priced = price(split([replace(STALL, unit_price_won=100), replace(SHOP, unit_price_won=100)]))
    assert [part.delivery_won for part in priced.parts] == [4_000, 4_000]


def test_delivery_is_free_from_the_threshold_on() -> None:
    below, at = replace(SHOP, unit_price_won=49_999), replace(SHOP, unit_price_won=50_000)
    assert price(split([below])).delivery_won == 4_000
    assert price(split([at])).delivery_won == 0


def test_a_parcel_costs_what_its_merchant_asks_whatever_a_delivery_costs() -> None:
    fees = Fees(parcels={"MER-2": ParcelTerms(won=3_500, far_won=3_000)})
    priced = price(
        split([replace(STALL, unit_price_won=60_000), replace(PARCEL, unit_price_won=60_000)]), fees
    )
    assert [(part.delivery_won, part.far_won) for part in priced.parts] == [(0, 0), (3_500, 0)]


def test_a_parcel_is_free_from_its_own_threshold_on() -> None:
    fees = Fees(parcels={"MER-2": ParcelTerms(won=3_500, far_won=3_000, free_from_won=30_000)})
    below, at = replace(PARCEL, unit_price_won=29_999), replace(PARCEL, unit_price_won=30_000)
    assert price(split([below]), fees).delivery_won == 3_500
    assert price(split([at]), fees).delivery_won == 0


def test_a_door_far_away_costs_more_even_where_the_parcel_is_free() -> None:
    terms = ParcelTerms(won=3_500, far_won=3_000, free_from_won=30_000)
    fees = Fees(parcels={"MER-2": terms}, far=True)
    below, at = replace(PARCEL, unit_price_won=29_999), replace(PARCEL, unit_price_won=30_000)
    (dear,), (free,) = (price(split([line]), fees).parts for line in (below, at))
    assert (dear.delivery_won, dear.far_won) == (6_500, 3_000)
    assert (free.delivery_won, free.far_won) == (3_000, 3_000)


def test_far_doors_change_nothing_for_a_van() -> None:
    assert (
        price(split([replace(STALL, unit_price_won=1_000)]), Fees(far=True)).delivery_won == 4_000
    )


def test_books_and_the_gate_cost_no_delivery() -> None:
    priced = price(split([BOOKS, replace(GATE, unit_price_won=8_000)]))
    assert (priced.delivery_won, priced.total_won) == (0, 8_000)


def test_an_order_of_books_is_free() -> None:
    assert price(split([BOOKS])).total_won == 0


def test_a_receipt_shows_taxable_and_exempt_goods_apart() -> None:
    sundae = replace(STALL, unit_price_won=6_000, quantity=2, tax_class="taxable")
    spinach = replace(NEIGHBOUR, unit_price_won=2_500)
    priced = price(split([sundae, spinach]))
    assert (priced.taxable_won, priced.exempt_won) == (12_000, 2_500)
    assert (priced.supply_won, priced.vat_won) == (10_909, 1_091)


def test_each_line_s_vat_is_rounded_by_itself() -> None:
    # 1,500 won would hold 136 of VAT; three lines of 500 hold 45 each.
    alike = [
        replace(SHOP, key=n, merchant_reference=f"MER-{n}", unit_price_won=500, tax_class="taxable")
        for n in "123"
    ]
    priced = price(split(alike))
    assert priced.vat_won == 135
    assert [part.vat_won for part in priced.parts] == [45, 45, 45]


TERMS = ParcelTerms(won=3_500, far_won=3_000, free_from_won=40_000)
ALL_SEND = dict.fromkeys("123", TERMS)


def fees() -> st.SearchStrategy[Fees]:
    return st.builds(
        Fees,
        joint_delivery_won=st.integers(0, 10_000),
        free_from_won=st.integers(0, 100_000),
        parcels=st.just(ALL_SEND),
        far=st.booleans(),
    )


@given(lines(), fees())
def test_parts_sum_to_the_whole(basket: list[SplitLine], asked: Fees) -> None:
    priced = price(split(basket), asked)
    for amount in (
        "taxable_won",
        "exempt_won",
        "vat_won",
        "delivery_won",
        "goods_won",
        "total_won",
    ):
        assert sum(getattr(part, amount) for part in priced.parts) == getattr(priced, amount)
    assert priced.goods_won == sum(line.line_won for line in basket)
    assert priced.total_won == priced.goods_won + priced.delivery_won


@given(lines(), fees())
def test_only_parcels_cost_more_far_away_and_by_exactly_that(
    basket: list[SplitLine], asked: Fees
) -> None:
    groups = split(basket)
    near, far = (price(groups, replace(asked, far=where)) for where in (False, True))
    parcels = sum(group.way == "parcel" for group in groups)
    assert far.delivery_won - near.delivery_won == parcels * TERMS.far_won
    assert sum(part.far_won for part in far.parts) == parcels * TERMS.far_won


@given(lines())
def test_vat_is_what_every_core_makes_of_it_and_exempt_goods_have_none(
    basket: list[SplitLine],
) -> None:
    priced = price(split(basket), Fees(parcels=ALL_SEND))
    taxed = tax.order(
        tax.line(line.unit_price_won, line.quantity, taxable=line.tax_class == "taxable")
        for line in basket
    )
    assert priced.vat_won == taxed.tax_won
    assert priced.supply_won + priced.exempt_won == taxed.net_won
