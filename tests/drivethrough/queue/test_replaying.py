"""A day made anew from what was seen: when it happened counts, never when it was told."""

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from drivethrough.queue.replaying import CarThen, Happened, Kind, Outcome, replay

TEN = datetime(2026, 11, 28, 1, tzinfo=UTC)
ADA, BOB = 1, 2
NORTH, SOUTH = 11, 12


def at(minute, kind, car, *, lane=None, key=None):
    return Happened(
        key or f"{kind}-{car}-{minute}", kind, car, TEN + timedelta(minutes=minute), lane
    )


def drawn(minute, kind, car, lane, number):
    lane = lane if kind == Kind.CALLED else None
    return at(minute, kind, car, lane=lane, key=f"key-{number}")


SEEN = st.lists(
    st.tuples(
        st.integers(0, 6),
        st.sampled_from(list(Kind)),
        st.sampled_from([ADA, BOB, 3]),
        st.sampled_from([NORTH, SOUTH]),
        st.integers(0, 1_000_000),
    ),
    max_size=14,
    unique_by=lambda one: one[4],
).map(lambda rows: [drawn(*row) for row in rows])


@given(SEEN.flatmap(lambda seen: st.tuples(st.just(seen), st.permutations(seen))))
def test_told_in_any_order_and_twice_a_day_is_the_same(told):
    seen, shuffled = told
    assert replay(shuffled) == replay(seen)


@given(SEEN)
def test_a_lane_has_one_car_and_a_car_one_lane_and_goods_leave_once(seen):
    day = replay(seen)
    still_open = [call for call in day.calls.values() if call.ended_at is None]
    assert len({call.lane for call in still_open}) == len(still_open)
    assert {call.car for call in still_open} == {
        car for car, then in day.cars.items() if then.status == "called"
    }
    served = [
        event.car
        for event in day.events
        if event.kind == Kind.SERVED and day.said[event.kind, event.key].outcome == Outcome.COUNTS
    ]
    assert sorted(served) == sorted({e.car for e in seen if e.kind == Kind.SERVED})


def test_of_two_calls_of_one_car_the_first_by_time_stands():
    first = at(1, Kind.CALLED, ADA, lane=NORTH)
    second = at(2, Kind.CALLED, ADA, lane=SOUTH)
    day = replay([second, first])
    assert [call.lane for call in day.calls.values()] == [NORTH]
    said = day.said[Kind.CALLED, second.key]
    assert (said.outcome, said.against.lane) == (Outcome.CALLED_BEFORE, NORTH)


def test_a_car_called_to_a_taken_lane_waits_on():
    day = replay([at(1, Kind.CALLED, ADA, lane=NORTH), at(2, Kind.CALLED, BOB, lane=NORTH)])
    assert day.cars[BOB].status == "waiting"
    assert day.said[Kind.CALLED, "called-2-2"].outcome == Outcome.LANE_TAKEN


def test_who_leaves_before_a_call_that_is_told_later_was_not_there_for_the_lane():
    day = replay(
        [
            at(3, Kind.CALLED, BOB, lane=NORTH),
            at(2, Kind.SERVED, ADA),
            at(1, Kind.CALLED, ADA, lane=NORTH),
        ]
    )
    assert (day.cars[ADA].status, day.cars[BOB].status) == ("served", "called")


def test_a_car_that_nobody_saw_is_missed_without_having_come():
    assert replay([at(5, Kind.LEFT, ADA)]).cars[ADA] == CarThen(
        status="left", ended_at=TEN + timedelta(minutes=5), missed=True
    )


def test_a_car_that_left_and_came_again_waits_from_then_on():
    day = replay([at(1, Kind.ARRIVED, ADA), at(2, Kind.LEFT, ADA), at(9, Kind.ARRIVED, ADA)])
    assert day.cars[ADA] == CarThen(
        status="waiting", arrived_at=TEN + timedelta(minutes=9), missed=True
    )
