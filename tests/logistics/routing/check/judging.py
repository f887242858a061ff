"""Plans to be judged, and how they are spoilt."""

from dataclasses import replace

from logistics.routing.check import Violation, violations
from logistics.routing.problem import (
    Break,
    Load,
    Problem,
    SpeedBand,
    SpeedProfile,
    Stop,
    Transfer,
    Vehicle,
)
from logistics.routing.solution import RoutePlan, Solution
from tests.logistics.routing.world import HOUR, MINUTE, a_problem, a_solution, a_stop, a_van

RESTED = a_van(breaks=(Break(12 * HOUR, 13 * HOUR, 30 * MINUTE),))


def spoilt(solution: Solution, **changes: object) -> Solution:
    """The solution with its first route changed."""
    first, *others = solution.routes
    return replace(solution, routes=[replace(first, **changes), *others])  # type: ignore[arg-type]


def planned_for(problem: Problem, easier: Problem) -> Solution:
    """A plan that is right for the easier problem, to be judged by the harder one."""
    return a_solution(easier, list(range(len(problem.stops))))


def judged(stop: Stop, van: Vehicle) -> list[Violation]:
    """How a plan that is right for a plain stop and van is judged for these."""
    plan = a_solution(a_problem([a_stop(1)], [a_van()]), [0])
    return violations(a_problem([stop], [van]), plan)


def with_transfer(problem: Problem, pickup: int, delivery: int) -> Problem:
    return replace(problem, transfers=[Transfer(pickup, delivery, Load(1_000, 0))])


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
