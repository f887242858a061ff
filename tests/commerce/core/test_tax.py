"""The figures are those of a real Saleor 3.23.28 with prices that include 10 % tax."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.core import tax
from commerce.core.tax import Taxed

WON = st.integers(min_value=0, max_value=10**8)
QUANTITY = st.integers(min_value=1, max_value=1_000)


@pytest.mark.parametrize(
    ("quantity", "gross", "net", "vat"),
    [(1, 1_010, 918, 92), (3, 3_030, 2_755, 275), (7, 7_070, 6_427, 643)],
)
def test_tax_is_rounded_on_the_line_not_on_the_unit(
    quantity: int, gross: int, net: int, vat: int
) -> None:
    assert tax.line(1_010, quantity, taxable=True) == Taxed(gross, net, vat)


def test_exempt_goods_have_no_tax_in_them() -> None:
    assert tax.line(15_000, 2, taxable=False) == Taxed(30_000, 30_000, 0)


def test_shipping_is_taxed_by_its_own_class() -> None:
    assert tax.shipping(4_000) == Taxed(4_000, 3_636, 364)
    assert tax.shipping(4_000, taxable=False) == Taxed(4_000, 4_000, 0)
    assert tax.shipping(0) == Taxed(0, 0, 0)


def test_an_order_is_the_sum_of_what_was_rounded() -> None:
    parts = [tax.line(15_000, 2, taxable=False), tax.shipping(4_000)]
    assert tax.order(parts) == Taxed(34_000, 33_636, 364)


def test_rounding_the_whole_order_would_be_another_amount() -> None:
    parts = [tax.line(1_010, 1, taxable=True), tax.line(1_010, 2, taxable=True)]
    assert tax.order(parts) == Taxed(3_030, 2_754, 276)
    assert tax.line(1_010, 3, taxable=True) == Taxed(3_030, 2_755, 275)


@given(WON, QUANTITY, st.booleans())
def test_net_and_tax_are_the_gross(unit: int, quantity: int, taxable: bool) -> None:
    taxed = tax.line(unit, quantity, taxable=taxable)
    assert taxed.net_won + taxed.tax_won == taxed.gross_won == unit * quantity
    assert 0 <= taxed.tax_won <= taxed.net_won


@given(WON, WON)
def test_who_pays_more_pays_no_less_net_and_no_less_tax(one: int, other: int) -> None:
    less, more = (tax.shipping(won) for won in sorted((one, other)))
    assert less.net_won <= more.net_won
    assert less.tax_won <= more.tax_won


@given(st.lists(st.tuples(WON, QUANTITY, st.booleans()), max_size=8))
def test_an_order_adds_up_however_it_is_made_up(lines: list[tuple[int, int, bool]]) -> None:
    whole = tax.order(tax.line(unit, count, taxable=taxable) for unit, count, taxable in lines)
    assert whole.net_won + whole.tax_won == whole.gross_won
