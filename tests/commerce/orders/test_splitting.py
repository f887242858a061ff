from hypothesis import given
from hypothesis import strategies as st

from commerce.orders.splitting import SplitLine, split

GATE = SplitLine("a", "drive_through", merchant_reference="MER-1", site_reference="SIT-1")
STALL = SplitLine("b", "delivery", merchant_reference="MER-2", market_reference="MKT-1")
NEIGHBOUR = SplitLine("c", "delivery", merchant_reference="MER-3", market_reference="MKT-1")
SHOP = SplitLine("d", "delivery", merchant_reference="MER-4")
PARCEL = SplitLine("g", "parcel", merchant_reference="MER-2", market_reference="MKT-1")
BOOKS = SplitLine("e", "delivery", library_reference="LIB-1", bundle_reference="BUN-1")
MORE_BOOKS = SplitLine("f", "delivery", library_reference="LIB-1", bundle_reference="BUN-2")


def lines() -> st.SearchStrategy[list[SplitLine]]:
    reference = st.sampled_from(["1", "2", "3"])
    goods = st.builds(
        SplitLine,
        key=st.just(""),
        way=st.sampled_from(["drive_through", "delivery", "parcel"]),
        merchant_reference=reference,
        market_reference=st.sampled_from(["", "M1", "M2"]),
        site_reference=reference,
        unit_price_won=st.integers(0, 300_000),
        quantity=st.integers(1, 99),
        tax_class=st.sampled_from(["exempt", "taxable"]),
    )
    books = st.builds(
        SplitLine,
        key=st.just(""),
        way=st.just("delivery"),
        library_reference=reference,
        bundle_reference=st.uuids().map(str),
    )
    return st.lists(goods | books, max_size=12).map(
        lambda chosen: [SplitLine(**{**vars(line), "key": str(n)}) for n, line in enumerate(chosen)]
    )


def test_one_car_gets_what_all_farms_of_a_site_packed() -> None:
    other_farm = SplitLine("z", "drive_through", merchant_reference="MER-9", site_reference="SIT-1")
    (group,) = split([GATE, other_farm])
    assert (group.key, group.hands_over, group.line_keys) == ("drive:SIT-1", "SIT-1", ("a", "z"))


def test_stalls_of_one_market_share_one_delivery() -> None:
    (group,) = split([STALL, NEIGHBOUR])
    assert (group.key, group.hands_over, group.line_keys) == (
        "deliver:MKT-1",
        "MKT-1",
        ("b", "c"),
    )


def test_a_shop_outside_any_market_delivers_itself() -> None:
    (group,) = split([SHOP])
    assert (group.key, group.hands_over, group.is_books) == ("deliver:MER-4", "MER-4", False)


def test_a_courier_comes_to_each_stall_for_its_own_parcel() -> None:
    same_stall = SplitLine("h", "parcel", merchant_reference="MER-2", market_reference="MKT-1")
    neighbour = SplitLine("i", "parcel", merchant_reference="MER-3", market_reference="MKT-1")
    groups = split([PARCEL, neighbour, same_stall])
    assert [(group.key, group.hands_over, group.line_keys) for group in groups] == [
        ("parcel:MER-2", "MER-2", ("g", "h")),
        ("parcel:MER-3", "MER-3", ("i",)),
    ]


def test_what_a_stall_sends_does_not_wait_for_what_is_delivered() -> None:
    assert [group.way for group in split([STALL, PARCEL])] == ["delivery", "parcel"]


def test_each_book_bundle_is_handed_over_alone_by_its_library() -> None:
    first, second = split([BOOKS, MORE_BOOKS])
    assert (first.key, first.hands_over, first.is_books) == ("books:BUN-1", "LIB-1", True)
    assert (second.key, second.hands_over, second.is_books) == ("books:BUN-2", "LIB-1", True)


def test_groups_come_in_the_order_of_their_first_lines() -> None:
    groups = split([SHOP, GATE, BOOKS, STALL, NEIGHBOUR])
    assert [group.key for group in groups] == [
        "deliver:MER-4",
        "drive:SIT-1",
        "books:BUN-1",
        "deliver:MKT-1",
    ]


@given(lines())
def test_a_split_holds_exactly_the_lines(basket: list[SplitLine]) -> None:
    groups = split(basket)
    together = [line for group in groups for line in group.lines]
    assert sorted(together, key=lambda line: int(line.key)) == basket
    assert len({group.key for group in groups}) == len(groups)


@given(lines())
def test_lines_handed_over_together_share_way_and_hand(basket: list[SplitLine]) -> None:
    for group in split(basket):
        assert group.lines
        assert {line.way for line in group.lines} == {group.way}
        assert group.hands_over
        for line in group.lines:
            assert group.hands_over in (
                line.site_reference,
                line.market_reference,
                line.merchant_reference,
                line.library_reference,
            )
