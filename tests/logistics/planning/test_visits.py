from dataclasses import replace
from random import Random

from hypothesis import given
from hypothesis import strategies as st

from logistics.planning.visits import Move, Visit, visits
from logistics.routing.problem import Load, Vehicle

HOUR = 3_600
COLD_VAN = Vehicle("cold", start=0, end=0, capacity=Load(100_000, 1_000_000), chilled=True)
BOX = Move(
    reference="CON-BOX",
    address="효원로 1",
    lat=37.27,
    lon=127.01,
    earliest=14 * HOUR,
    latest=16 * HOUR,
    service_seconds=180,
    load=Load(5_000, 20_000),
    collects=False,
    chilled=True,
)
BOOKS_BACK = replace(
    BOX,
    reference="CON-BOOKS",
    earliest=15 * HOUR,
    latest=18 * HOUR,
    service_seconds=120,
    load=Load(2_000, 9_000),
    collects=True,
    chilled=False,
)


def test_bringing_and_fetching_at_one_door_is_one_visit() -> None:
    [visit] = visits([BOX, BOOKS_BACK], [COLD_VAN])

    assert visit.moves == (BOX, BOOKS_BACK)
    assert (visit.earliest, visit.latest) == (15 * HOUR, 16 * HOUR)
    assert (visit.deliver, visit.collect) == (Load(5_000, 20_000), Load(2_000, 9_000))
    assert visit.service_seconds == 180 + 60
    assert visit.chilled


def test_another_door_is_another_visit() -> None:
    neighbour = replace(BOOKS_BACK, address="효원로 1, 302호")

    assert visits([BOX, neighbour], [COLD_VAN]) == [Visit((BOX,)), Visit((neighbour,))]


def test_spaces_do_not_make_another_door() -> None:
    assert len(visits([BOX, replace(BOOKS_BACK, address=" 효원로  1")], [COLD_VAN])) == 1


def test_windows_that_hardly_meet_are_two_visits() -> None:
    late = replace(BOOKS_BACK, earliest=16 * HOUR - 1_799)

    assert len(visits([BOX, late], [COLD_VAN])) == 2
    assert len(visits([BOX, replace(late, earliest=late.earliest - 1)], [COLD_VAN])) == 1


def test_a_narrow_window_inside_a_wide_one_is_met() -> None:
    narrow = replace(BOOKS_BACK, earliest=15 * HOUR, latest=15 * HOUR + 600)

    assert len(visits([BOX, narrow], [COLD_VAN])) == 1


def test_what_no_van_can_carry_together_is_brought_twice() -> None:
    heavy = replace(BOX, reference="CON-RICE", load=Load(96_000, 1))

    assert len(visits([BOX, heavy], [COLD_VAN])) == 2


def test_going_and_coming_loads_are_never_aboard_together() -> None:
    heavy = replace(BOOKS_BACK, load=Load(96_000, 1))

    assert len(visits([BOX, heavy], [COLD_VAN])) == 1


def test_books_do_not_wait_for_a_chilled_van_that_does_not_exist() -> None:
    ambient_van = replace(COLD_VAN, chilled=False)

    assert len(visits([BOX, BOOKS_BACK], [ambient_van])) == 2


MOVES = st.lists(
    st.builds(
        lambda number, door, start, length, grams, collects, chilled: Move(
            reference=f"CON-{number}",
            address=f"효원로 {door}",
            lat=37.27,
            lon=127.01,
            earliest=start * HOUR,
            latest=start * HOUR + length * 900,
            service_seconds=180,
            load=Load(grams, grams),
            collects=collects,
            chilled=chilled,
        ),
        st.integers(0, 10**9),
        st.integers(1, 2),
        st.integers(8, 18),
        st.integers(1, 12),
        st.integers(0, 120_000),
        st.booleans(),
        st.booleans(),
    ),
    max_size=8,
    unique_by=lambda move: move.reference,
)


@given(MOVES)
def test_every_move_is_in_one_visit_that_can_be_made(moves: list[Move]) -> None:
    made = visits(moves, [COLD_VAN])

    assert sorted(m.reference for v in made for m in v.moves) == sorted(m.reference for m in moves)
    for visit in made:
        assert visit.earliest <= visit.latest
        if len(visit.moves) > 1:
            assert visit.deliver.fits(COLD_VAN.capacity)
            assert visit.collect.fits(COLD_VAN.capacity)


@given(MOVES, st.randoms(use_true_random=False))
def test_the_order_of_rows_does_not_matter(moves: list[Move], shuffler: Random) -> None:
    shuffled = list(moves)
    shuffler.shuffle(shuffled)

    assert visits(shuffled, [COLD_VAN]) == visits(moves, [COLD_VAN])
