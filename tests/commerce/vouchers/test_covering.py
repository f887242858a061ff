from dataclasses import dataclass, field

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commerce.vouchers.covering import Bought, Offered, cover, pays_for


@dataclass
class SomeTerms:
    covers_delivery: bool = False
    tax_class: str = ""
    merchant_kinds: list[str] = field(default_factory=list)
    market_references: list[str] = field(default_factory=list)
    categories: list[str] = field(default_factory=list)


ANYTHING = SomeTerms(covers_delivery=True)
SPINACH = Bought("spinach", 2_500, "exempt", "farm", "MKT-1", "vegetables")
TOFU = Bought("tofu", 3_300, "taxable", "stall", "MKT-1", "tofu")
DRIVE = Bought("drive", 4_000, delivery=True)


@pytest.mark.parametrize(
    ("terms", "paid"),
    [
        (SomeTerms(), ["spinach", "tofu"]),
        (ANYTHING, ["spinach", "tofu", "drive"]),
        (SomeTerms(tax_class="exempt"), ["spinach"]),
        (SomeTerms(merchant_kinds=["stall", "shop"]), ["tofu"]),
        (SomeTerms(market_references=["MKT-2"]), []),
        (SomeTerms(categories=["vegetables", "fruit"]), ["spinach"]),
        (SomeTerms(categories=["vegetables"], merchant_kinds=["stall"]), []),
    ],
)
def test_a_voucher_pays_for_what_its_terms_all_allow(terms: SomeTerms, paid: list[str]) -> None:
    assert [one.key for one in (SPINACH, TOFU, DRIVE) if pays_for(terms, one)] == paid


def test_a_voucher_pays_of_each_in_proportion_with_the_odd_won_to_the_largest_remainder() -> None:
    found = cover([SPINACH, TOFU], [Offered("V", 1_001, ANYTHING)])
    assert found == {"V": {"spinach": 431, "tofu": 570}}


def test_the_narrow_voucher_goes_first_so_that_the_wide_one_is_left_for_the_rest() -> None:
    wide, narrow = Offered("A", 5_000, ANYTHING), Offered("B", 2_000, SomeTerms(tax_class="exempt"))
    found = cover([SPINACH, TOFU], [wide, narrow])
    assert found["B"] == {"spinach": 2_000}
    assert found["A"] == {"spinach": 500, "tofu": 3_300}


def test_what_pays_for_nothing_has_an_empty_share() -> None:
    found = cover([TOFU], [Offered("A", 5_000, SomeTerms(tax_class="exempt"))])
    assert found == {"A": {}}


WON = st.integers(0, 50_000)
GOODS = st.lists(
    st.builds(
        Bought,
        key=st.just(""),
        won=WON,
        tax_class=st.sampled_from(["exempt", "taxable"]),
        merchant_kind=st.sampled_from(["farm", "stall"]),
        delivery=st.booleans(),
    ),
    max_size=6,
)
TERMS = st.builds(
    SomeTerms,
    covers_delivery=st.booleans(),
    tax_class=st.sampled_from(["", "exempt"]),
    merchant_kinds=st.sampled_from([[], ["farm"]]),
)


@given(GOODS, st.lists(st.tuples(WON, TERMS), max_size=4))
def test_nothing_is_paid_twice_nor_more_than_a_voucher_has_nor_what_it_may_not(
    goods: list[Bought], offers: list[tuple[int, SomeTerms]]
) -> None:
    bought = [Bought(**vars(one) | {"key": f"L{n}"}) for n, one in enumerate(goods)]
    offered = [Offered(f"V{n}", won, terms) for n, (won, terms) in enumerate(offers)]
    found = cover(bought, offered)
    by_key = {one.key: one for one in bought}
    for voucher in offered:
        assert sum(found[voucher.key].values()) <= voucher.won
        assert all(pays_for(voucher.terms, by_key[key]) for key in found[voucher.key])
    for one in bought:
        assert sum(paid.get(one.key, 0) for paid in found.values()) <= one.won


@given(GOODS, WON, TERMS)
def test_a_single_voucher_pays_all_it_can(goods: list[Bought], won: int, terms: SomeTerms) -> None:
    bought = [Bought(**vars(one) | {"key": f"L{n}"}) for n, one in enumerate(goods)]
    may = sum(one.won for one in bought if pays_for(terms, one))
    assert sum(cover(bought, [Offered("V", won, terms)])["V"].values()) == min(won, may)
