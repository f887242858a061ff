"""Who gets what of too little."""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from commerce.harvests.cutting import fair_cut

ORDERED = st.dictionaries(
    st.text("abcdefghijkl", min_size=1, max_size=3), st.integers(1, 30), min_size=1, max_size=20
)


@given(ORDERED, st.integers(0, 700), st.text(max_size=4))
def test_all_that_was_picked_is_shared_and_nobody_is_a_piece_from_the_common_share(
    ordered, picked, lot
):
    shares = fair_cut(ordered, picked=picked, lot=lot)
    total = sum(ordered.values())
    assert sum(shares.values()) == min(picked, total)
    for line, quantity in ordered.items():
        assert 0 <= shares[line] <= quantity
        assert abs(shares[line] * total - quantity * min(picked, total)) < total


@given(ORDERED, st.data())
def test_the_order_in_which_they_were_made_plays_no_part(ordered, data):
    picked = data.draw(st.integers(0, sum(ordered.values())))
    shuffled = dict(data.draw(st.permutations(list(ordered.items()))))
    assert fair_cut(shuffled, picked=picked, lot="x") == fair_cut(ordered, picked=picked, lot="x")


def test_of_equal_remainders_who_ordered_least_comes_first():
    assert fair_cut({"ten": 10, "two": 2}, picked=6, lot="x") == {"ten": 5, "two": 1}
    assert fair_cut({"three": 3, "one": 1}, picked=2, lot="x") == {"three": 1, "one": 1}


def test_300_ordered_and_240_picked():
    ordered = {f"line-{n}": quantity for n, quantity in enumerate([1, 2, 3, 5, 4] * 20)}
    shares = fair_cut(ordered, picked=240, lot="x")
    by_size = {
        size: Counter(shares[line] for line, quantity in ordered.items() if quantity == size)
        for size in (1, 5)
    }
    assert by_size[5] == {4: 20}
    assert by_size[1] == {1: 20}
