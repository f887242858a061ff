"""What a plan costs."""

from dataclasses import replace

from logistics.routing.check import Violation, ViolationKind, violations
from logistics.routing.problem import Break, SpeedProfile, Stop, Vehicle, Wish
from tests.logistics.routing.check.judging import slowly_driven, spoilt, twice_loaded
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van


def test_the_cost_is_recomputed() -> None:
    problem = a_problem([a_stop(1), a_stop(3, penalty=50)], [a_van(fixed_cost=1_000)])
    plan = a_solution(problem, [0])
    assert plan.cost == 2 * MINUTE + 1_000 + 50
    assert violations(problem, replace(plan, cost=plan.cost - 5)) == [
        Violation(ViolationKind.COST_WRONG, by=5)
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
