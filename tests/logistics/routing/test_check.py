"""One constraint, one broken plan, exactly one violation."""

from dataclasses import replace

from hypothesis import assume, given
from hypothesis import strategies as st

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.check.travel import Driven, drive, legs
from logistics.routing.problem import (
    Break,
    Load,
    Problem,
    SpeedBand,
    SpeedProfile,
    Stop,
    Transfer,
    Vehicle,
    Window,
    Wish,
)
from logistics.routing.schedule import solution_of
from logistics.routing.screen import screen
from logistics.routing.solution import RoutePlan, Solution
from tests.logistics.routing.world import (
    HOUR,
    MINUTE,
    a_problem,
    a_solution,
    a_stop,
    a_van,
    rich_problems,
    windows,
)

RESTED = a_van(breaks=(Break(12 * HOUR, 13 * HOUR, 30 * MINUTE),))


def spoilt(solution: Solution, **changes: object) -> Solution:
    """The solution with its first route changed."""
    first, *others = solution.routes
    return replace(solution, routes=[replace(first, **changes), *others])  # type: ignore[arg-type]


def planned_for(problem: Problem, easier: Problem) -> Solution:
    """A plan that is right for the easier problem, to be judged by the harder one."""
    return a_solution(easier, list(range(len(problem.stops))))


def test_a_plan_that_keeps_every_rule_has_no_violation() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3, penalty=7)], [RESTED])
    assert violations(problem, a_solution(problem, [0, 1])) == []


def test_a_stop_on_no_route_is_forgotten_unless_it_is_listed_as_unserved() -> None:
    problem = a_problem([a_stop(1), a_stop(2, penalty=0)])
    plan = a_solution(problem, [0])
    assert violations(problem, plan) == []
    assert violations(problem, replace(plan, unserved=[])) == [
        Violation(ViolationKind.STOP_FORGOTTEN, stop=1, by=1)
    ]


def test_a_stop_both_on_a_route_and_unserved_is_there_twice() -> None:
    problem = a_problem([a_stop(1, penalty=0)])
    plan = replace(a_solution(problem, [0]), unserved=[0])
    assert violations(problem, plan) == [Violation(ViolationKind.STOP_TWICE, stop=0, by=1)]


def test_a_stop_on_two_routes_is_there_twice() -> None:
    problem = a_problem([a_stop(1)], [a_van(), a_van()])
    plan = a_solution(problem, [0])
    again = replace(plan.routes[0], vehicle=1)
    doubled = replace(plan, routes=[*plan.routes, again], cost=2 * plan.cost)
    assert violations(problem, doubled) == [Violation(ViolationKind.STOP_TWICE, stop=0, by=1)]


def test_a_must_may_not_be_left_out() -> None:
    problem = a_problem([a_stop(1), a_stop(2)])
    assert violations(problem, a_solution(problem, [0])) == [
        Violation(ViolationKind.MUST_UNSERVED, stop=1, by=1)
    ]


def test_one_van_does_not_drive_two_routes() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(), a_van()])
    plan = a_solution(problem, [0], [1])
    shared = replace(plan, routes=[plan.routes[0], replace(plan.routes[1], vehicle=0)])
    assert violations(problem, shared) == [
        Violation(ViolationKind.VEHICLE_TWICE, route=0, by=1),
        Violation(ViolationKind.VEHICLE_TWICE, route=1, by=1),
    ]


def test_all_deliveries_are_aboard_from_the_depot() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(capacity=Load(19_999, 100_000))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERWEIGHT, 0, None, 1)]


def test_litres_are_judged_as_grams_are() -> None:
    problem = a_problem([a_stop(1), a_stop(2)], [a_van(capacity=Load(100_000, 19_990))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERFULL, 0, None, 10)]


def test_what_is_collected_stays_aboard() -> None:
    stops = [a_stop(1, collect=Load(9_000, 0)), a_stop(2, collect=Load(12_000, 0))]
    problem = a_problem(stops, [a_van(capacity=Load(20_000, 100_000))])
    plan = planned_for(problem, replace(problem, vehicles=[a_van()]))
    assert violations(problem, plan) == [Violation(ViolationKind.OVERWEIGHT, 0, 1, 1_000)]


def test_a_load_too_big_only_between_two_stops_is_found() -> None:
    fetch = a_stop(1, deliver=Load(), collect=Load(15_000, 0))
    stops = [fetch, a_stop(2)]
    problem = a_problem(stops, [a_van(capacity=Load(20_000, 100_000))])
    roomy = replace(problem, vehicles=[a_van()])
    assert violations(problem, a_solution(roomy, [0, 1])) == [
        Violation(ViolationKind.OVERWEIGHT, 0, 0, 5_000)
    ]
    assert violations(problem, a_solution(problem, [1, 0])) == []


def test_shown_loads_are_recomputed() -> None:
    problem = a_problem([a_stop(1)])
    plan = spoilt(a_solution(problem, [0]), loads_after=[Load(3, 0)])
    assert violations(problem, plan) == [Violation(ViolationKind.LOAD_WRONG, 0, 0, 3)]


def test_chilled_goods_need_a_chilled_van() -> None:
    problem = a_problem([a_stop(1, chilled=True)])
    plan = planned_for(problem, replace(problem, vehicles=[a_van(chilled=True)]))
    assert violations(problem, plan) == [Violation(ViolationKind.NOT_CHILLED, 0, 0)]


def test_service_does_not_begin_before_the_window() -> None:
    problem = a_problem([a_stop(1, earliest=10 * HOUR)])
    plan = planned_for(problem, a_problem([a_stop(1, earliest=10 * HOUR - 1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_EARLY, 0, 0, 1)]


def test_service_does_not_begin_after_the_window() -> None:
    problem = a_problem([a_stop(1, latest=9 * HOUR)])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_LATE, 0, 0, MINUTE)]


def test_service_may_begin_at_the_last_second_and_end_after_it() -> None:
    problem = a_problem([a_stop(1, latest=9 * HOUR + MINUTE)])
    assert violations(problem, a_solution(problem, [0])) == []


def test_a_van_does_not_leave_before_its_shift() -> None:
    problem = a_problem([a_stop(1)])
    plan = planned_for(problem, a_problem([a_stop(1)], [a_van(earliest=9 * HOUR - 7)]))
    assert violations(problem, plan) == [Violation(ViolationKind.LEFT_TOO_EARLY, 0, 0, 7)]


def test_a_van_is_back_by_the_end_of_its_shift() -> None:
    problem = a_problem([a_stop(1)], [a_van(latest=9 * HOUR + 6 * MINUTE)])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.BACK_TOO_LATE, 0, None, MINUTE)]


def test_nobody_drives_faster_than_the_matrix() -> None:
    problem = a_problem([a_stop(1), a_stop(2)])
    slower = [[2 * seconds for seconds in row] for row in problem.durations]
    plan = a_solution(problem, [0, 1])
    slow = replace(problem, durations=slower, cost="distance")
    plan = replace(plan, cost=4_000)
    assert violations(slow, plan) == [
        Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE),
        Violation(ViolationKind.TOO_FAST, 0, 1, MINUTE),
        Violation(ViolationKind.TOO_FAST, 0, None, 2 * MINUTE),
    ]


def test_a_due_break_is_taken() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    plan = planned_for(problem, a_problem([a_stop(1)]))
    assert violations(problem, plan) == [Violation(ViolationKind.BREAK_MISSING, 0, by=30 * MINUTE)]


def test_a_break_begins_in_its_window() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    for at, by in ((12 * HOUR - 1, 1), (13 * HOUR + 2, 2), (12 * HOUR, 0), (13 * HOUR, 0)):
        plan = spoilt(a_solution(problem, [0]), breaks_at=(at,))
        expected = [Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=by)] if by else []
        assert violations(problem, plan) == expected


def test_a_break_ends_within_the_shift() -> None:
    van = replace(RESTED, latest=13 * HOUR)
    problem = a_problem([a_stop(1)], [van])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR + 31 * MINUTE,))
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_OUTSIDE_WINDOW, 0, by=MINUTE)
    ]


def test_nobody_rests_during_service() -> None:
    problem = a_problem([a_stop(1, earliest=12 * HOUR, latest=12 * HOUR)], [RESTED])
    plan = a_solution(problem, [0])
    plan = spoilt(plan, breaks_at=(12 * HOUR + MINUTE,), ends=13 * HOUR)
    assert violations(problem, plan) == [
        Violation(ViolationKind.BREAK_DURING_SERVICE, 0, 0, 4 * MINUTE)
    ]


TWICE_RESTED = a_van(
    breaks=(
        Break(11 * HOUR, 13 * HOUR, 30 * MINUTE),
        Break(11 * HOUR, 16 * HOUR, 20 * MINUTE),
    )
)


def test_each_of_several_breaks_is_taken() -> None:
    problem = a_problem([a_stop(1)], [TWICE_RESTED])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR,))
    assert violations(problem, plan) == [Violation(ViolationKind.BREAK_MISSING, 0, by=20 * MINUTE)]


def test_a_break_begins_after_the_one_before_it() -> None:
    problem = a_problem([a_stop(1)], [TWICE_RESTED])
    for at, by in ((12 * HOUR + 29 * MINUTE, MINUTE), (11 * HOUR, 90 * MINUTE)):
        plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, at))
        assert violations(problem, plan) == [Violation(ViolationKind.BREAKS_OVERLAP, 0, by=by)]
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, 12 * HOUR + 30 * MINUTE))
    assert violations(problem, plan) == []


def test_two_breaks_on_one_leg_both_delay_the_arrival() -> None:
    problem = a_problem([a_stop(9)], [TWICE_RESTED])
    route = {
        "starts": 12 * HOUR,
        "arrivals": [12 * HOUR + 59 * MINUTE],
        "leaves": [13 * HOUR + 4 * MINUTE],
        "ends": 13 * HOUR + 13 * MINUTE,
        "breaks_at": (12 * HOUR + MINUTE, 12 * HOUR + 32 * MINUTE),
    }
    plan = spoilt(a_solution(problem, [0]), **route)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[12 * HOUR + 58 * MINUTE])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]


def test_a_break_that_nobody_owes_is_malformed() -> None:
    problem = a_problem([a_stop(1)], [RESTED])
    plan = spoilt(a_solution(problem, [0]), breaks_at=(12 * HOUR, 13 * HOUR))
    assert violations(problem, plan) == [Violation(ViolationKind.MALFORMED, 0)]


def test_a_break_on_the_road_delays_the_arrival() -> None:
    problem = a_problem([a_stop(9)], [RESTED])
    route = {
        "starts": 12 * HOUR,
        "arrivals": [12 * HOUR + 39 * MINUTE],
        "leaves": [12 * HOUR + 44 * MINUTE],
        "ends": 12 * HOUR + 53 * MINUTE,
        "breaks_at": (12 * HOUR + MINUTE,),
    }
    plan = spoilt(a_solution(problem, [0]), **route)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[12 * HOUR + 38 * MINUTE])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]


def test_a_break_while_waiting_at_the_door_delays_nothing() -> None:
    problem = a_problem([a_stop(1, earliest=13 * HOUR)], [RESTED])
    plan = spoilt(
        a_solution(problem, [0]),
        starts=12 * HOUR,
        arrivals=[12 * HOUR + MINUTE],
        breaks_at=(12 * HOUR + MINUTE,),
    )
    assert violations(problem, plan) == []


def test_the_cost_is_recomputed() -> None:
    problem = a_problem([a_stop(1), a_stop(3, penalty=50)], [a_van(fixed_cost=1_000)])
    plan = a_solution(problem, [0])
    assert plan.cost == 2 * MINUTE + 1_000 + 50
    assert violations(problem, replace(plan, cost=plan.cost - 5)) == [
        Violation(ViolationKind.COST_WRONG, by=5)
    ]


def judged(stop: Stop, van: Vehicle) -> list[Violation]:
    """How a plan that is right for a plain stop and van is judged for these."""
    plan = a_solution(a_problem([a_stop(1)], [a_van()]), [0])
    return violations(a_problem([stop], [van]), plan)


def test_service_begins_inside_one_of_the_windows() -> None:
    # Service begins at 9:01.
    early, late = Window(8 * HOUR, 9 * HOUR + 50), Window(9 * HOUR + 67, 10 * HOUR)
    assert judged(a_stop(1, windows=(early, late)), a_van()) == [
        Violation(ViolationKind.OUTSIDE_WINDOWS, 0, 0, 7)
    ]
    assert judged(a_stop(1, windows=(early, Window(9 * HOUR + 60, 10 * HOUR))), a_van()) == []


def test_windows_only_narrow_the_hull() -> None:
    stop = a_stop(1, earliest=10 * HOUR, windows=(Window(8 * HOUR, 10 * HOUR),))
    assert judged(stop, a_van()) == [
        Violation(ViolationKind.TOO_EARLY, 0, 0, 59 * MINUTE),
    ]


def test_a_van_has_the_skills_that_a_stop_asks_for() -> None:
    stop = a_stop(1, skills=frozenset({"lift", "stairs"}))
    assert judged(stop, a_van(skills=frozenset({"lift", "cold"}))) == [
        Violation(ViolationKind.SKILL_MISSING, 0, 0, 1)
    ]
    assert judged(stop, a_van(skills=stop.skills)) == []


def test_a_van_passes_under_the_clearance() -> None:
    stop = a_stop(1, clearance_cm=210)
    assert judged(stop, a_van(height_cm=225)) == [Violation(ViolationKind.TOO_TALL, 0, 0, 15)]
    assert judged(stop, a_van(height_cm=210)) == []


def test_only_the_named_vehicle_may_come() -> None:
    assert judged(a_stop(1, vehicle=1), a_van()) == [
        Violation(ViolationKind.WRONG_VEHICLE, 0, 0, 1)
    ]
    assert judged(a_stop(1, vehicle=0), a_van()) == []


def test_the_cold_compartment_has_a_limit_of_its_own() -> None:
    cold = a_stop(1, deliver=Load(10_000, 10_000, 3_000))
    big, small = (a_van(capacity=Load(100_000, 100_000, ml)) for ml in (3_000, 2_000))
    plan = a_solution(a_problem([cold], [big]), [0])
    assert violations(a_problem([cold], [big]), plan) == []
    assert violations(a_problem([cold], [small]), plan) == [
        Violation(ViolationKind.OVERFULL_CHILLED, 0, None, 1_000)
    ]


def test_what_is_aboard_all_day_takes_room() -> None:
    van = a_van(aboard=Load(95_000, 0))
    plan = spoilt(a_solution(a_problem([a_stop(1)]), [0]), loads_after=[Load(95_000, 0)])
    assert violations(a_problem([a_stop(1)], [van]), plan) == [
        Violation(ViolationKind.OVERWEIGHT, 0, None, 5_000)
    ]


def test_one_group_is_served_by_one_vehicle() -> None:
    stops = [a_stop(1, together="a"), a_stop(2), a_stop(3, together="a")]
    problem = a_problem(stops, [a_van(), a_van()])
    assert violations(problem, a_solution(problem, [0, 2], [1])) == []
    assert violations(problem, a_solution(problem, [0], [1, 2])) == [
        Violation(ViolationKind.APART, 1, 2, 1)
    ]


def test_one_of_a_group_may_be_left_out() -> None:
    problem = a_problem([a_stop(1, together="a"), a_stop(2, together="a", penalty=1)])
    assert violations(problem, a_solution(problem, [0])) == []


def with_transfer(problem: Problem, pickup: int, delivery: int) -> Problem:
    return replace(problem, transfers=[Transfer(pickup, delivery, Load(1_000, 0))])


def test_a_transfer_is_aboard_between_its_stops() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)], [a_van(capacity=Load(30_000, 30_000))])
    moved = with_transfer(problem, 0, 2)
    plan = a_solution(problem, [0, 1, 2])
    shown = [Load(21_000, 20_000), Load(11_000, 10_000), Load()]
    assert violations(moved, spoilt(plan, loads_after=shown)) == []
    assert violations(moved, plan) == [
        Violation(ViolationKind.LOAD_WRONG, 0, 0, 1_000),
        Violation(ViolationKind.LOAD_WRONG, 0, 1, 1_000),
    ]


def test_a_transferred_load_needs_room_only_between_its_stops() -> None:
    stops = [a_stop(1, deliver=Load()), a_stop(2, deliver=Load()), a_stop(3)]
    problem = a_problem(stops, [a_van(capacity=Load(10_500, 30_000))])
    plan = a_solution(problem, [0, 1, 2])
    shown = [Load(11_000, 10_000), Load(10_000, 10_000), Load()]
    assert violations(with_transfer(problem, 0, 1), spoilt(plan, loads_after=shown)) == [
        Violation(ViolationKind.OVERWEIGHT, 0, 0, 500)
    ]
    after = spoilt(a_solution(problem, [2, 0, 1]), loads_after=[Load(), Load(1_000), Load()])
    assert violations(with_transfer(problem, 0, 1), after) == []


def test_both_ends_of_a_transfer_are_served_by_one_van_or_none() -> None:
    stops = [a_stop(1, penalty=1), a_stop(2, penalty=1), a_stop(3)]
    problem = a_problem(stops, [a_van(), a_van()])
    moved = with_transfer(problem, 0, 1)
    assert violations(moved, a_solution(problem, [2])) == []
    for orders, route in (([0, 2], []), 0), (([1, 2], []), 0), (([1], [0, 2]), 1):
        assert violations(moved, a_solution(problem, *orders)) == [
            Violation(ViolationKind.TRANSFER_SPLIT, route, 0, 1)
        ]


def test_a_load_is_taken_up_before_it_is_set_down() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)])
    moved = with_transfer(problem, 2, 0)
    assert violations(moved, a_solution(problem, [0, 1, 2])) == [
        Violation(ViolationKind.TRANSFER_ORDER, 0, 2, 2)
    ]


def test_locked_stops_come_first_and_in_order() -> None:
    problem = a_problem([a_stop(1), a_stop(2), a_stop(3)])
    locked = replace(problem, vehicles=[a_van(locked=(0, 1))])
    assert violations(locked, a_solution(problem, [0, 1, 2])) == []
    assert violations(locked, a_solution(problem, [0, 2, 1])) == [
        Violation(ViolationKind.LOCKED_PREFIX, 0, 1, 1)
    ]
    assert violations(locked, a_solution(problem, [1, 0, 2])) == [
        Violation(ViolationKind.LOCKED_PREFIX, 0, 0, 2)
    ]


def test_a_van_with_locked_stops_is_used() -> None:
    problem = a_problem([a_stop(1)], [a_van(), a_van()])
    locked = replace(problem, vehicles=[a_van(), a_van(locked=(0,))])
    assert violations(locked, a_solution(problem, [0])) == [
        Violation(ViolationKind.LOCKED_PREFIX, None, 0, 1)
    ]


def test_a_van_is_not_out_longer_than_it_may_be() -> None:
    assert judged(a_stop(1), a_van(max_seconds=7 * MINUTE)) == []
    assert judged(a_stop(1), a_van(max_seconds=7 * MINUTE - 2)) == [
        Violation(ViolationKind.DUTY_TOO_LONG, 0, None, 2)
    ]


def twice_loaded(**changes: object) -> tuple[Problem, Solution]:
    """One van that holds one stop's goods, brings back as much, and loads again in ten minutes."""
    load = Load(10_000, 10_000)
    van = a_van(capacity=load, reloads=1, reload_seconds=10 * MINUTE)
    stops = [a_stop(n, collect=load) for n in (1, 2)]
    route = RoutePlan(
        vehicle=0,
        stops=[0, 1],
        arrivals=[9 * HOUR + 1 * MINUTE, 9 * HOUR + 19 * MINUTE],
        leaves=[9 * HOUR + 6 * MINUTE, 9 * HOUR + 24 * MINUTE],
        loads_after=[load, load],
        starts=9 * HOUR,
        ends=9 * HOUR + 26 * MINUTE,
        reloads=(1,),
    )
    problem = a_problem(stops, [replace(van, **changes)])  # type: ignore[arg-type]
    return problem, Solution([route], [], 6 * MINUTE, "by hand", 0.0, 0.0)


def test_a_van_that_loads_again_carries_each_load_alone() -> None:
    problem, plan = twice_loaded()
    assert violations(problem, plan) == []


def test_a_van_loads_again_only_as_often_as_it_may() -> None:
    problem, plan = twice_loaded(reloads=0)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_MANY_RELOADS, 0, None, 1)]


def test_loading_again_takes_its_time() -> None:
    problem, plan = twice_loaded(reload_seconds=10 * MINUTE + 3)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, 1, 3)]


def test_the_detour_to_load_again_is_paid() -> None:
    problem, plan = twice_loaded()
    assert violations(problem, replace(plan, cost=4 * MINUTE)) == [
        Violation(ViolationKind.COST_WRONG, by=2 * MINUTE)
    ]


def test_a_rest_may_be_taken_where_the_van_loads_again() -> None:
    late = {"arrivals": [9 * HOUR + MINUTE, 9 * HOUR + 49 * MINUTE], "breaks_at": (9 * HOUR + 420,)}
    late["leaves"] = [9 * HOUR + 6 * MINUTE, 9 * HOUR + 54 * MINUTE]
    problem, plan = twice_loaded(breaks=(Break(9 * HOUR, 10 * HOUR, 30 * MINUTE),))
    plan = spoilt(plan, **late, ends=9 * HOUR + 56 * MINUTE)
    assert violations(problem, plan) == []
    hurried = spoilt(plan, arrivals=[9 * HOUR + MINUTE, 9 * HOUR + 49 * MINUTE - 1])
    assert violations(problem, hurried) == [Violation(ViolationKind.TOO_FAST, 0, 1, 1)]


def test_a_reload_begins_and_ends_a_trip() -> None:
    problem, plan = twice_loaded()
    for reloads in (0, 1), (2,), (1, 1), (-1,):
        assert violations(problem, spoilt(plan, reloads=reloads)) == [
            Violation(ViolationKind.MALFORMED, route=0)
        ]


def test_nothing_that_is_moved_is_aboard_while_loading_again() -> None:
    problem, plan = twice_loaded()
    assert violations(with_transfer(problem, 0, 1), plan) == [
        Violation(ViolationKind.TRANSFER_OVER_RELOAD, 0, 0, 1)
    ]


SLOW: SpeedProfile = (SpeedBand(9 * HOUR, 50), SpeedBand(9 * HOUR + 10 * MINUTE, 80))


def slowly_driven(**changes: object) -> tuple[Problem, Solution]:
    """Nine minutes of the matrix in the morning: ten at half speed, five at four fifths. Then back
    at four fifths, 11:15."""
    problem = a_problem([a_stop(9)], [a_van(speed=1)], speeds=[(), SLOW])
    route = RoutePlan(
        vehicle=0,
        stops=[0],
        arrivals=[9 * HOUR + 15 * MINUTE],
        leaves=[9 * HOUR + 20 * MINUTE],
        loads_after=[Load()],
        starts=9 * HOUR,
        ends=9 * HOUR + 31 * MINUTE + 15,
    )
    plan = Solution([route], [], 18 * MINUTE, "by hand", 0.0, 0.0)
    return problem, spoilt(plan, **changes)


def test_driving_takes_as_long_as_the_hour_says() -> None:
    problem, plan = slowly_driven()
    assert violations(problem, plan) == []


def test_nobody_drives_faster_than_the_hour_allows() -> None:
    problem, plan = slowly_driven(arrivals=[9 * HOUR + 14 * MINUTE])
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, 0, MINUTE)]
    problem, plan = slowly_driven(ends=9 * HOUR + 31 * MINUTE)
    assert violations(problem, plan) == [Violation(ViolationKind.TOO_FAST, 0, None, 15)]


def test_before_the_first_band_the_matrix_holds() -> None:
    problem, plan = slowly_driven()
    later = replace(problem, speeds=[(), (SpeedBand(9 * HOUR + 21 * MINUTE, 80),)])
    times = {"arrivals": [9 * HOUR + 9 * MINUTE], "ends": 9 * HOUR + 31 * MINUTE}
    assert violations(later, spoilt(plan, **times)) == []


def test_a_rest_splits_a_drive_where_it_is_taken() -> None:
    """Five minutes at half speed, a rest over the rush, then 6½ minutes at four fifths."""
    problem, plan = slowly_driven()
    van = a_van(speed=1, breaks=(Break(9 * HOUR, 10 * HOUR, 30 * MINUTE),))
    rested = replace(problem, vehicles=[van])
    arrives = 9 * HOUR + 35 * MINUTE + 8 * MINUTE + 8
    plan = spoilt(
        plan,
        breaks_at=(9 * HOUR + 5 * MINUTE,),
        arrivals=[arrives],
        leaves=[arrives + 5 * MINUTE],
        ends=arrives + 5 * MINUTE + 11 * MINUTE + 15,
    )
    assert violations(rested, plan) == []
    assert violations(rested, spoilt(plan, arrivals=[arrives - 1])) == [
        Violation(ViolationKind.TOO_FAST, 0, 0, 1)
    ]


def charged(
    stop: Stop, van: Vehicle, *, beyond: int, speeds: list[SpeedProfile] | None = None
) -> None:
    """The plan for a plain stop at minute 1, judged for these, costs so much beyond its roads."""
    problem = a_problem([stop], [van], speeds=speeds or [], unfair_cost=3)
    plan = a_solution(a_problem([a_stop(1)]), [0])
    assert violations(problem, replace(plan, cost=2 * MINUTE + beyond)) == []
    assert violations(problem, replace(plan, cost=2 * MINUTE + beyond + 1)) == [
        Violation(ViolationKind.COST_WRONG, by=1)
    ]


def test_each_second_outside_a_wish_costs() -> None:
    # Service begins at 9:01.
    charged(a_stop(1, wish=Wish(9 * HOUR + 65, 10 * HOUR, 4)), a_van(), beyond=20)
    charged(a_stop(1, wish=Wish(8 * HOUR, 9 * HOUR + 59, 4)), a_van(), beyond=4)
    charged(a_stop(1, wish=Wish(9 * HOUR + 60, 9 * HOUR + 60, 4)), a_van(), beyond=0)


def test_a_stranger_at_a_regulars_door_costs() -> None:
    charged(a_stop(1, regular=1, stranger_cost=70), a_van(), beyond=70)
    charged(a_stop(1, regular=0, stranger_cost=70), a_van(), beyond=0)


def test_work_beyond_the_fair_share_costs() -> None:
    # Two minutes on the road and five at the door.
    charged(a_stop(1), a_van(fair_seconds=7 * MINUTE - 10), beyond=30)
    charged(a_stop(1), a_van(fair_seconds=7 * MINUTE), beyond=0)


def test_kilometres_and_hours_of_a_van_replace_the_cost_of_the_roads() -> None:
    road = -2 * MINUTE
    charged(a_stop(1), a_van(per_km=900), beyond=road + 2 * 900)
    # A minute of 1 010 an hour is 16.83.
    charged(a_stop(1), a_van(per_hour=1_010), beyond=road + 2 * 17)
    charged(a_stop(1), a_van(per_km=900, per_hour=1_010), beyond=road + 2 * 917)


def test_loading_again_is_work_and_waiting_is_not() -> None:
    # Six minutes on the road, ten at the depot, ten at doors.
    problem, plan = twice_loaded(fair_seconds=25 * MINUTE)
    problem = replace(problem, unfair_cost=2)
    waited = spoilt(plan, leaves=[plan.routes[0].leaves[0], 10 * HOUR], ends=11 * HOUR)
    assert violations(problem, replace(waited, cost=8 * MINUTE)) == []


def test_work_is_what_driving_takes_at_its_hour_without_the_rest() -> None:
    # 15 minutes out, 11:15 back, 5 at the door.
    problem, plan = slowly_driven()
    fair = a_van(speed=1, fair_seconds=31 * MINUTE, breaks=(Break(9 * HOUR, 10 * HOUR, 60),))
    problem = replace(problem, vehicles=[fair], unfair_cost=1)
    times = {"breaks_at": (9 * HOUR + 12 * MINUTE,), "arrivals": [9 * HOUR + 16 * MINUTE]}
    times |= {"leaves": [9 * HOUR + 21 * MINUTE], "ends": 10 * HOUR}
    assert violations(problem, replace(spoilt(plan, **times), cost=18 * MINUTE + 15)) == []


def test_a_plan_for_another_problem_is_malformed_not_a_crash() -> None:
    problem = a_problem([a_stop(1)])
    plan = a_solution(problem, [0])
    broken: list[RoutePlan] = [
        replace(plan.routes[0], reloads=(0,)),
        replace(plan.routes[0], reloads=(1,)),
        replace(plan.routes[0], vehicle=3),
        replace(plan.routes[0], stops=[8]),
        replace(plan.routes[0], arrivals=[]),
        replace(plan.routes[0], stops=[], arrivals=[], leaves=[], loads_after=[]),
    ]
    for route in broken:
        assert violations(problem, replace(plan, routes=[route])) == [
            Violation(ViolationKind.MALFORMED, route=0)
        ]
    assert violations(problem, replace(plan, unserved=[5])) == [Violation(ViolationKind.MALFORMED)]


BANDS = st.sets(st.integers(0, 60), max_size=3).flatmap(
    lambda changes: st.tuples(
        *(st.builds(SpeedBand, st.just(at), st.integers(1, 400)) for at in sorted(changes))
    )
)


@given(speed=BANDS, leaves=st.integers(0, 60), seconds=st.integers(0, 40), rest=windows(0, 90))
def test_a_drive_is_over_in_the_first_second_that_suffices(
    speed: SpeedProfile, leaves: int, seconds: int, rest: tuple[int, int]
) -> None:
    """Second by second: each one outside the rest adds the percent in force at it."""
    begin, end = min(rest), max(rest)
    driven, arrives = 0, leaves
    while driven < 100 * seconds:
        percent = max(
            (b.since, b.percent) for b in (SpeedBand(-1, 100), *speed) if b.since <= arrives
        )[1]
        driven += 0 if begin <= arrives < end else percent
        arrives += 1
    van = a_van(speed=0, breaks=(Break(begin, begin, end - begin),))
    problem = a_problem(
        [a_stop(1, service_seconds=0)],
        [van],
        durations=[[0, seconds], [0, 0]],
        distances=[[0, 0], [0, 0]],
        speeds=[speed],
    )
    route = RoutePlan(0, [0], [arrives], [arrives], [Load()], leaves, arrives, breaks_at=(begin,))
    found = drive(problem, route, next(legs(problem, route)))
    rested = max(0, min(arrives, end) - max(leaves, begin))
    assert found == Driven(arrives, arrives - leaves - rested, 0)


@given(problem=rich_problems(), data=st.data())
def test_every_order_that_the_clock_allows_is_right_for_the_judge(
    problem: Problem, data: st.DataObject
) -> None:
    problem = screen(problem).problem
    assume(problem.vehicles)
    v = data.draw(st.integers(0, len(problem.vehicles) - 1))
    locked = problem.vehicles[v].locked
    others = [s for s in range(len(problem.stops)) if s not in locked]
    order = [*locked, *data.draw(st.permutations(others))]
    order = order[: data.draw(st.integers(0, len(order)))]
    places = st.sets(st.integers(1, max(1, len(order) - 1)), max_size=problem.vehicles[v].reloads)
    reloads = tuple(sorted(data.draw(places))) if len(order) > 1 else ()
    plan = solution_of(
        problem,
        {v: order},
        reloads={v: reloads},
        engine="by chance",
        seconds=0.0,
        first_feasible_seconds=None,
    )
    assume(plan is not None and plan.routes)
    assert plan is not None
    elsewhere = {ViolationKind.MUST_UNSERVED, ViolationKind.LOCKED_PREFIX}
    assert {found.kind for found in violations(problem, plan)} <= elsewhere
