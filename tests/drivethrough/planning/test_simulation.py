"""Played days: against theory, and by hand."""

import random
from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from drivethrough.planning.day import Car, Day, Lane, Staff
from drivethrough.planning.queueing import lindley, mean_wait
from drivethrough.planning.simulation import (
    Dispatching,
    FixedSlots,
    FixedSlotsReadyOnly,
    Outcome,
    Policy,
    Replanning,
    Shop,
    Truth,
    drawn,
    played,
    report,
)
from tests.drivethrough.planning.world import (
    MINUTE,
    SLOT,
    TEN,
    a_car,
    a_day,
    any_day,
    at_lane,
    here,
)

POLICIES: list[Policy] = [
    FixedSlots(),
    FixedSlotsReadyOnly(),
    Dispatching(),
    Replanning(effort=0.002),
]
ids = [type(policy).__name__ for policy in POLICIES]


def first_come(arrivals: Sequence[int], services: Sequence[int], lanes: int) -> Outcome:
    """Cars with nothing to prepare, called in order of arrival."""
    booked = tuple(
        Car(f"{n:06}", slot_begins=0, slot_ends=1, preparation_seconds=0, handover_seconds=1)
        for n in range(len(arrivals))
    )
    truth = {
        car.reference: Truth(comes, 0, takes)
        for car, comes, takes in zip(booked, arrivals, services, strict=True)
    }
    open_for_ever = tuple(Lane(number, closes=10**12) for number in range(1, lanes + 1))
    day = Day(booked, open_for_ever, (Staff(0, 1),))
    return played(day, truth, FixedSlots(), now=0, look_every=None)


@given(st.lists(st.tuples(st.integers(0, 200), st.integers(1, 300)), min_size=1, max_size=30))
def test_one_lane_waits_exactly_as_lindley_says(cars: list[tuple[int, int]]) -> None:
    arrivals = [sum(gap for gap, _ in cars[: n + 1]) for n in range(len(cars))]
    services = [takes for _, takes in cars]
    outcome = first_come(arrivals, services, lanes=1)
    in_order = sorted(outcome.services, key=lambda service: service.car)
    assert [service.wait_seconds for service in in_order] == lindley(arrivals, services)


@pytest.mark.parametrize(("lanes", "load"), [(1, 0.6), (3, 0.75)])
def test_arrivals_and_services_by_chance_wait_as_erlang_says(lanes: int, load: float) -> None:
    chance = random.Random(11)
    service = 2_000
    rate = load * lanes / service
    at = 0.0
    arrivals, services = [], []
    for _ in range(20_000):
        at += chance.expovariate(rate)
        arrivals.append(round(at))
        services.append(max(1, round(chance.expovariate(1 / service))))
    found = report([first_come(arrivals, services, lanes)], lanes).mean_wait
    expected = mean_wait(rate=rate, service_seconds=service, servers=lanes)
    assert found == pytest.approx(expected, rel=0.06)


def punctual(day: Day, **late: int) -> Mapping[str, Truth]:
    """Everything takes as long as planned; cars come at ten, or so much later."""
    return {
        car.reference: Truth(
            TEN + late.get(car.reference, 0), car.preparation_seconds, car.handover_seconds
        )
        for car in day.cars
    }


def waits(outcome: Outcome) -> dict[str, int]:
    return {service.car: service.wait_seconds for service in outcome.services}


def test_fixed_slots_prepare_before_the_slot_in_order_of_booking() -> None:
    day = a_day([a_car("A"), a_car("B")], staff=(Staff(0, 1),))
    outcome = played(day, punctual(day), FixedSlots(), now=TEN - SLOT)
    assert [s.ready - TEN for s in outcome.services] == [-27 * MINUTE, -24 * MINUTE]


def test_fixed_slots_block_a_lane_with_a_car_whose_goods_are_not_ready() -> None:
    day = a_day([a_car("A"), a_car("B", ready=TEN)], lanes=(Lane(1),), staff=(Staff(TEN, 1),))
    outcome = played(day, punctual(day, A=-60), FixedSlots(), now=TEN - 60)
    # A came first, stands at the lane for its goods until three past, and B waits behind it.
    assert waits(outcome) == {"A": 4 * MINUTE, "B": 5 * MINUTE}


def test_passing_over_who_has_no_goods_yet_lets_the_next_go() -> None:
    day = a_day([a_car("A"), a_car("B", ready=TEN)], lanes=(Lane(1),), staff=(Staff(TEN, 1),))
    outcome = played(day, punctual(day, A=-60), FixedSlotsReadyOnly(), now=TEN - 60)
    assert waits(outcome) == {"B": 0, "A": 4 * MINUTE}


def test_dispatching_prepares_for_who_is_here_first() -> None:
    day = a_day([a_car("A"), a_car("B")], staff=(Staff(TEN, 1),))
    outcome = played(day, punctual(day, A=5 * MINUTE), Dispatching(), now=TEN - 60)
    assert waits(outcome) == {"B": 3 * MINUTE, "A": MINUTE}


def test_a_day_under_way_goes_on_as_it_stands() -> None:
    day = a_day([at_lane("A", called=TEN - MINUTE), here("B")], lanes=(Lane(1),))
    outcome = played(day, punctual(day), Dispatching(), now=TEN)
    assert [(s.car, s.begins - TEN, s.ends - TEN) for s in outcome.services] == [
        ("A", -MINUTE, MINUTE),
        ("B", MINUTE, 3 * MINUTE),
    ]


def test_goods_of_who_never_comes_are_wasted() -> None:
    day = a_day([a_car("A")])
    outcome = played(day, {"A": Truth(None, 60, 60)}, FixedSlots(), now=TEN - SLOT)
    assert (outcome.wasted, outcome.services) == (("A",), ())


def test_who_finds_no_open_lane_is_not_served() -> None:
    day = a_day([here("A")], lanes=(Lane(1, closed=True),))
    assert played(day, punctual(day), Dispatching(), now=TEN).unserved == ("A",)


@pytest.mark.parametrize("policy", POLICIES, ids=ids)
def test_the_same_day_always_goes_the_same_way(policy: Policy) -> None:
    shop = Shop(lanes=2, preparers=2, slots=1)
    day, truth = drawn(shop, 0.8, 3)
    first, second = (played(day, truth, policy, now=TEN - 3_600) for _ in range(2))
    assert first == second
    assert len(first.services) == sum(one.comes is not None for one in truth.values())


@pytest.mark.parametrize("policy", POLICIES, ids=ids)
@given(seed=st.integers(0, 10**6), many=st.integers(0, 8))
def test_no_policy_breaks_what_a_shop_is(policy: Policy, seed: int, many: int) -> None:
    day, now = any_day(seed, many)
    chance = random.Random(seed)
    truth = {
        car.reference: Truth(
            chance.choice([None, now + chance.randint(0, 3_600)]),
            chance.randint(10, 200),
            chance.randint(10, 200),
        )
        for car in day.cars
    }
    outcome = played(day, truth, policy, now=now)
    lanes = {lane.number: lane for lane in day.lanes}
    for service in outcome.services:
        assert service.came <= service.called <= service.begins < service.ends
        assert service.ready <= service.begins or service.called < now
        was_called = next(c.called for c in day.cars if c.reference == service.car)
        if was_called is None:
            lane = lanes[service.lane]
            assert not lane.closed
            assert lane.opens <= service.called < lane.closes
    for number in lanes:
        mine = sorted((s.called, s.ends) for s in outcome.services if s.lane == number)
        assert all(a[1] <= b[0] for a, b in pairwise(mine))
    assert not {s.car for s in outcome.services} & set(outcome.unserved)


def test_drawn_days_are_booked_to_their_load() -> None:
    # Four preparers, 165 seconds on average, in half an hour.
    assert [Shop().cars_per_slot(load) for load in (0.6, 0.85, 1.0)] == [26, 37, 43]


def test_a_car_is_as_late_whether_or_not_others_heed_their_minutes() -> None:
    shop = Shop(slots=1)
    _, at_any_time = drawn(shop, 0.85, 3)
    day, at_minutes = drawn(shop, 0.85, 3, minutes_heeded=1.0)
    assert {car.arrival is None for car in day.cars} == {False}
    for reference, one in at_any_time.items():
        other = at_minutes[reference]
        assert (one.comes is None) == (other.comes is None)
        assert one.handover_seconds == other.handover_seconds
        assert one.preparation_seconds == other.preparation_seconds


def test_what_a_report_counts() -> None:
    day = a_day([here("A"), here("B")], lanes=(Lane(1),))
    found = report([played(day, punctual(day), FixedSlots(), now=TEN)], lanes=1)
    assert (found.cars, found.mean_wait, found.p95_wait, found.longest_wait) == (2, 60, 120, 120)
    assert found.lane_use == (1.0,)
    assert found.mean_standing == 31 * MINUTE
