from logistics.routing.problem import Break, Load
from logistics.routing.schedule import scheduled
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
