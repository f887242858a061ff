from collections.abc import Sequence

from logistics.routing.problem import Break, Load, Problem, Wish
from logistics.routing.schedule import route_cost, scheduled
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_stop, a_van


def test_a_van_leaves_the_depot_just_in_time_for_its_first_stop() -> None:
    route = scheduled(a_problem([a_stop(5, earliest=10 * HOUR)]), 0, [0])
    assert route is not None
    assert (route.starts, route.arrivals) == (10 * HOUR - 5 * MINUTE, [10 * HOUR])
    assert (route.leaves, route.ends) == ([10 * HOUR + 5 * MINUTE], 10 * HOUR + 10 * MINUTE)


def test_a_van_waits_at_the_door_of_a_later_stop() -> None:
    route = scheduled(a_problem([a_stop(1), a_stop(2, earliest=12 * HOUR)]), 0, [0, 1])
    assert route is not None
    assert route.arrivals == [9 * HOUR + MINUTE, 9 * HOUR + 7 * MINUTE]
    assert route.leaves == [9 * HOUR + 6 * MINUTE, 12 * HOUR + 5 * MINUTE]


def test_loads_are_shown_after_each_stop() -> None:
    stops = [a_stop(1, collect=Load(1, 2)), a_stop(2)]
    route = scheduled(a_problem(stops), 0, [0, 1])
    assert route is not None
    assert route.loads_after == [Load(10_001, 10_002), Load(1, 2)]


def test_a_rest_is_put_where_the_stops_are_served_soonest() -> None:
    van = a_van(breaks=(Break(9 * HOUR, 9 * HOUR + 25 * MINUTE, 20 * MINUTE),))
    first = a_stop(9, latest=9 * HOUR + 9 * MINUTE)
    second = a_stop(8, latest=9 * HOUR + 35 * MINUTE)
    route = scheduled(a_problem([first, second], [van]), 0, [0, 1])
    assert route is not None
    assert route.breaks_at == (9 * HOUR + 20 * MINUTE,)
    assert route.arrivals == [9 * HOUR + 9 * MINUTE, 9 * HOUR + 15 * MINUTE]


def test_a_rest_is_put_where_it_makes_nobody_late() -> None:
    van = a_van(breaks=(Break(9 * HOUR, 9 * HOUR + 14 * MINUTE, 20 * MINUTE),))
    first = a_stop(9, latest=9 * HOUR + 9 * MINUTE)
    second = a_stop(8, latest=9 * HOUR + 35 * MINUTE)
    route = scheduled(a_problem([first, second], [van]), 0, [0, 1])
    assert route is not None
    assert route.breaks_at == (9 * HOUR + 14 * MINUTE,)
    assert route.arrivals == [9 * HOUR + 9 * MINUTE, 9 * HOUR + 35 * MINUTE]


def test_an_afternoon_route_rests_at_the_depot_first() -> None:
    van = a_van(breaks=(Break(12 * HOUR, 12 * HOUR, 30 * MINUTE),))
    route = scheduled(a_problem([a_stop(5, earliest=15 * HOUR)], [van]), 0, [0])
    assert route is not None
    assert (route.breaks_at, route.starts) == ((12 * HOUR,), 15 * HOUR - 5 * MINUTE)


def test_a_morning_route_rests_at_the_depot_afterwards() -> None:
    van = a_van(breaks=(Break(12 * HOUR, 12 * HOUR, 30 * MINUTE),))
    route = scheduled(a_problem([a_stop(5)], [van]), 0, [0])
    assert route is not None
    assert (route.ends, route.breaks_at) == (9 * HOUR + 15 * MINUTE, (12 * HOUR,))


def test_several_rests_are_taken_in_their_order() -> None:
    rests = (
        Break(9 * HOUR, 9 * HOUR + 25 * MINUTE, 20 * MINUTE),
        Break(9 * HOUR, 9 * HOUR + 45 * MINUTE, 5 * MINUTE),
    )
    stops = [a_stop(9, latest=9 * HOUR + 9 * MINUTE), a_stop(8, latest=9 * HOUR + 35 * MINUTE)]
    route = scheduled(a_problem(stops, [a_van(breaks=rests)]), 0, [0, 1])
    assert route is not None
    assert route.breaks_at == (9 * HOUR + 20 * MINUTE, 9 * HOUR + 40 * MINUTE)
    assert route.leaves[1] == 9 * HOUR + 20 * MINUTE


def test_no_schedule_where_the_only_rest_would_be_in_a_service() -> None:
    van = a_van(breaks=(Break(12 * HOUR, 12 * HOUR, 30 * MINUTE),))
    stop = a_stop(1, earliest=12 * HOUR - MINUTE, latest=12 * HOUR - MINUTE)
    assert scheduled(a_problem([stop], [van]), 0, [0]) is None


def test_no_schedule_for_an_overloaded_a_warm_or_a_late_van() -> None:
    assert scheduled(a_problem([a_stop(1)], [a_van(capacity=Load(9_999, 10_000))]), 0, [0]) is None
    assert scheduled(a_problem([a_stop(1, chilled=True)]), 0, [0]) is None
    assert scheduled(a_problem([a_stop(9)], [a_van(latest=9 * HOUR + MINUTE)]), 0, [0]) is None


def test_a_van_with_limited_hours_leaves_as_late_as_lets_it_be_back_no_later() -> None:
    stops = [a_stop(1), a_stop(2, earliest=12 * HOUR)]
    route = scheduled(a_problem(stops, [a_van(max_seconds=HOUR)]), 0, [0, 1])
    assert route is not None
    assert route.starts == 12 * HOUR - 7 * MINUTE
    assert route.ends == 12 * HOUR + 7 * MINUTE


NOON = Wish(12 * HOUR, 13 * HOUR, cost=1)


def begins(problem: Problem, order: Sequence[int]) -> list[int]:
    route = scheduled(problem, 0, order)
    assert route is not None
    return [
        leaves - problem.stops[s].service_seconds
        for s, leaves in zip(route.stops, route.leaves, strict=True)
    ]


def test_a_van_waits_for_a_wish() -> None:
    problem = a_problem([a_stop(1), a_stop(2, wish=NOON), a_stop(3)])
    assert begins(problem, [0, 1, 2]) == [
        9 * HOUR + MINUTE,
        12 * HOUR,
        12 * HOUR + 6 * MINUTE,
    ]


def test_a_van_leaves_later_when_its_first_stop_has_a_wish() -> None:
    route = scheduled(a_problem([a_stop(5, wish=NOON)]), 0, [0])
    assert route is not None
    assert (route.starts, route.arrivals) == (12 * HOUR - 5 * MINUTE, [12 * HOUR])


def test_a_van_waits_only_as_long_as_nobody_after_it_is_missed() -> None:
    stops = [a_stop(1, wish=NOON), a_stop(2, latest=11 * HOUR)]
    assert begins(a_problem(stops), [0, 1]) == [11 * HOUR - 6 * MINUTE, 11 * HOUR]
    van = a_van(latest=10 * HOUR)
    assert begins(a_problem(stops[:1], [van]), [0]) == [10 * HOUR - 6 * MINUTE]
    van = a_van(breaks=(Break(10 * HOUR, 10 * HOUR, 60), Break(11 * HOUR, 11 * HOUR, 60)))
    assert begins(a_problem(stops[:1], [van]), [0]) == [10 * HOUR - 6 * MINUTE]


def test_a_van_waits_no_longer_than_its_hours_allow() -> None:
    stops = [a_stop(1, latest=9 * HOUR + MINUTE), a_stop(2, wish=NOON)]
    problem = a_problem(stops, [a_van(max_seconds=HOUR)])
    assert begins(problem, [0, 1]) == [9 * HOUR + MINUTE, 10 * HOUR - 7 * MINUTE]


def test_a_van_does_not_wait_where_that_makes_another_wish_dearer() -> None:
    early = Wish(9 * HOUR, 10 * HOUR, cost=2)
    problem = a_problem([a_stop(1, wish=NOON), a_stop(2, wish=early)])
    assert begins(problem, [0, 1]) == [9 * HOUR + MINUTE, 9 * HOUR + 7 * MINUTE]


def test_waiting_for_a_wish_costs_nothing() -> None:
    problem = a_problem([a_stop(1), a_stop(2, wish=NOON)])
    route = scheduled(problem, 0, [0, 1])
    assert route is not None
    assert route_cost(problem, route) == 4 * MINUTE
