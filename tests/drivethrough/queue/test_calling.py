"""Which waiting car comes forward next."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drivethrough.queue.calling import GRACE, Waiting, choose_next, in_turn

TEN = datetime(2026, 11, 28, 1, 0, tzinfo=UTC)


def a_car(reference: str, *, slot: int = 0, came: int = 0) -> Waiting:
    """A car for the slot ``slot`` minutes after ten, come ``came`` minutes after ten."""
    starts_at = TEN + timedelta(minutes=slot)
    return Waiting(
        reference, starts_at, starts_at + timedelta(minutes=30), TEN + timedelta(minutes=came)
    )


cars = st.lists(
    st.builds(
        a_car,
        st.text("ABCDEF", min_size=1, max_size=3),
        slot=st.sampled_from([0, 30, 60, 90]),
        came=st.integers(-60, 180),
    ),
    unique_by=lambda car: car.reference,
)


def test_nobody_waiting_is_nobody_next():
    assert choose_next([]) is None


def test_the_earlier_slot_goes_first_even_when_it_came_later():
    early, late = a_car("A", slot=30, came=0), a_car("B", slot=0, came=20)
    assert in_turn([early, late]) == [late, early]


def test_in_one_slot_the_first_to_come_is_the_first_to_go():
    first, second = a_car("B", came=1), a_car("A", came=2)
    assert in_turn([second, first]) == [first, second]


def test_a_car_within_the_grace_keeps_its_slots_turn():
    late = a_car("A", slot=0, came=60)
    punctual = a_car("B", slot=30, came=31)
    assert choose_next([punctual, late]) == late


def test_a_car_after_the_grace_queues_from_when_it_came():
    late = a_car("A", slot=0, came=61)
    assert choose_next([a_car("B", slot=60, came=59), late]).reference == "B"
    assert choose_next([a_car("C", slot=90, came=62), late]) == late


@given(cars)
def test_calling_one_after_the_other_empties_the_queue_in_turn(waiting):
    called = []
    while (car := choose_next([w for w in waiting if w not in called])) is not None:
        called.append(car)
    assert called == in_turn(waiting)
    assert sorted(c.reference for c in called) == sorted(w.reference for w in waiting)


@given(cars)
def test_of_punctual_cars_none_overtakes_an_earlier_slot(waiting):
    punctual = [car for car in waiting if car.arrived_at <= car.slot_ends_at + GRACE]
    order = in_turn(punctual)
    assert [(c.slot_starts_at, c.arrived_at) for c in order] == sorted(
        (c.slot_starts_at, c.arrived_at) for c in punctual
    )


@given(cars)
def test_cars_that_came_at_the_same_moment_stay_as_given(waiting):
    together = [a_car(car.reference) for car in waiting]
    assert in_turn(together) == together
